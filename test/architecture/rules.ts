// The lines that an import may not cross, and what a file may not be. Each rule turns a tree into readable complaints.
import { findCycles } from './cycles'
import { parsePlace } from './places'
import type { Place } from './places'
import type { Import, SourceFile, Tree } from './source-tree'

/** Left never imports right. */
export const FEATURE_ORDER: readonly string[] = (
  'access projects artifacts jobs secrets distributions signatures models tracking pipelines deployments privacy predictions serving ' +
  'monitoring alerts explanations importance training services sync'
).split(' ')

/** Rooms of plain values and pure functions without verbs or state: others may use any of their files. */
const VOCABULARIES: readonly string[] = ['distributions', 'signatures']

const MOST_LINES = 400
const BANNED_NAMES = /^(utils?|helpers?|common|managers?|misc)$/
/** The desktop's own files; that nothing headless loads them is checked apart. */
const ELECTRON_FILES = /^main\/(main|desktop|window|window-[a-z-]+|utility-carrier|ipc\/bridge)\.ts$/
/** The features' other thread: it runs their pure rules, which no verb offers. */
const RULE_RUNNERS = ['main/analysis-worker.ts']
const CORE_FOREIGN = ['express', 'electron', 'onnxruntime-node', 'better-sqlite3']
const MECHANISMS = ['store', 'inference', 'formats', 'processes', 'outbound']
/** Started on plain Node or as a thread: nothing that they load may need Electron. */
const HEADLESS_ENTRIES = [
  'main/workstation.ts',
  'main/cli.ts',
  'main/onnx-worker.ts',
  'main/sqlite-writer.ts',
  'main/analysis-worker.ts',
]

/** Everything wrong with the tree, one line each: `path:line: what is wrong; what would be right`. */
export function findViolations(tree: Tree): string[] {
  const files = [...tree.values()]
  return [
    ...files.flatMap((file) => file.imports.flatMap((edge) => checkEdge(tree, file, edge))),
    ...files.flatMap(checkFile),
    ...checkReachOfElectron(tree),
    ...findCycles(tree).map((cycle) => `${cycle[0]}: an import cycle: ${cycle.join(' → ')}`),
  ].sort()
}

const isProduct = (path: string): boolean => !path.startsWith('test/')

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

function checkEdge(tree: Tree, file: SourceFile, edge: Import): string[] {
  if (!isProduct(file.path)) return []
  const say = (complaint: string): string =>
    `${file.path}:${edge.line}: imports ${edge.specifier}, but ${complaint}`
  const from = parsePlace(file.path)
  if (edge.target === undefined) {
    const complaint = checkPackage(from, file.path, packageOf(edge.specifier))
    return complaint === undefined ? [] : [say(complaint)]
  }
  const to = parsePlace(edge.target)
  const complaints = [
    edge.target.startsWith('test/') ? 'the product never imports its tests' : undefined,
    checkProcess(from, to, edge),
    checkLayer(from, to),
    checkFeature(tree, { from, to, isTypeOnly: edge.isTypeOnly }),
  ]
  return complaints.filter((complaint) => complaint !== undefined).map(say)
}

function checkPackage(from: Place, path: string, name: string): string | undefined {
  if (name === 'electron' && from.process !== 'preload' && !ELECTRON_FILES.test(path)) {
    return 'only main/main.ts, desktop.ts, window*.ts, utility-carrier.ts, ipc/bridge.ts and preload/ may: the rest runs headless'
  }
  if (from.layer === 'core' && CORE_FOREIGN.includes(name)) {
    return 'core knows the product, not its mechanisms: go through main/store or main/inference'
  }
  return undefined
}

function checkProcess(from: Place, to: Place, edge: Import): string | undefined {
  if (from.process !== to.process && from.process !== 'main') {
    const isTypeOfMain = edge.isTypeOnly && (to.process === 'main' || to.process === 'preload')
    if (!isTypeOfMain) return `${from.process}/ takes only \`import type\` from the other side of the bridge`
  }
  if (from.process === 'main' && to.process !== 'main') return 'main/ stands below preload/ and renderer/'
  if (from.page !== undefined && to.page !== undefined && from.page !== to.page) {
    return `a page never imports another page: move what both need to renderer/components/`
  }
  if (from.process === 'renderer' && to.page !== undefined && from.path.startsWith('renderer/components/')) {
    return 'components never import a page'
  }
  return undefined
}

function checkLayer(from: Place, to: Place): string | undefined {
  if (from.layer === 'core' && (to.layer === 'http' || to.layer === 'ipc')) {
    return 'core never knows the doors that lead to it'
  }
  if (
    from.layer === 'core' &&
    to.layer === 'root' &&
    to.path !== 'main/errors.ts' &&
    to.path !== 'main/settings.ts'
  ) {
    return 'core stands below the entries and the composition root'
  }
  if (
    from.layer !== undefined &&
    MECHANISMS.includes(from.layer) &&
    ['core', 'http', 'ipc'].includes(to.layer ?? '')
  ) {
    return `main/${from.layer} is a mechanism and knows no noun and no door`
  }
  if (from.dialect !== undefined && to.dialect !== undefined && from.dialect !== to.dialect) {
    return 'a dialect never imports another dialect'
  }
  return undefined
}

interface Step {
  readonly from: Place
  readonly to: Place
  readonly isTypeOnly: boolean
}

function checkFeature(tree: Tree, { from, to, isTypeOnly }: Step): string | undefined {
  if (to.layer !== 'core') return undefined
  if (to.path === 'main/core/core.ts' && from.layer === 'core') return 'core/core.ts is above every feature'
  if (to.feature === undefined || from.feature === to.feature) return undefined
  if (from.path === 'main/core/events.ts') return 'core/events.ts is below every feature'
  if (to.path.endsWith('-rows.ts')) return `its SQL belongs to ${to.feature} alone`
  if (from.feature !== undefined) {
    const [left, right] = [FEATURE_ORDER.indexOf(from.feature), FEATURE_ORDER.indexOf(to.feature)]
    if (left < right) return `${from.feature} stands left of ${to.feature}: listen to core/events.ts instead`
  }
  // A type says what the verbs take and return, wherever it is written; behaviour is reached through the verbs alone.
  if (!isTypeOnly && !RULE_RUNNERS.includes(from.path) && !isFace(tree, to.path, to.feature)) {
    return `it is private to ${to.feature}: import the verbs or the noun of that feature`
  }
  return undefined
}

/**
 * What others may import of a feature: the file with its verbs (named like the feature, or exporting a class of its
 * own name: `api-keys.ts` with `ApiKeys`), and a noun (the singular of such a file, or the owner of a `-rows` file).
 */
function isFace(tree: Tree, path: string, feature: string): boolean {
  if (VOCABULARIES.includes(feature)) return true
  const folder = `main/core/${feature}/`
  const name = path.slice(folder.length).replace(/\.tsx?$/, '')
  if (name.includes('/')) return false
  return isVerbs(tree, path, feature) || isNoun(tree, path, feature)
}

function isVerbs(tree: Tree, path: string, feature: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.ts$/, '')
  const className = name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())
  return name === feature || (tree.get(path)?.exportedClasses.includes(className) ?? false)
}

function isNoun(tree: Tree, path: string, feature: string): boolean {
  const folder = `main/core/${feature}/`
  const name = path.slice(folder.length).replace(/\.tsx?$/, '')
  if (tree.has(`${folder}${name}-rows.ts`)) return true
  const plurals = [`${name}s`, `${name}es`, name.replace(/y$/, 'ies')]
  return plurals.some(
    (plural) => plural !== name && (plural === feature || isVerbs(tree, `${folder}${plural}.ts`, feature)),
  )
}

function checkFile(file: SourceFile): string[] {
  const complaints: string[] = []
  if (file.lineCount > MOST_LINES && !file.isGenerated) {
    complaints.push(`${file.path}: ${file.lineCount} lines, more than ${MOST_LINES}: split it`)
  }
  const words = file.path.replace(/\.[a-z.]+$/, '').split(/[/-]/)
  const banned = words.find((word) => BANNED_NAMES.test(word))
  if (banned !== undefined)
    complaints.push(`${file.path}: "${banned}" says nothing: name the file after what it does`)
  const feature = parsePlace(file.path).feature
  if (feature !== undefined && !FEATURE_ORDER.includes(feature)) {
    complaints.push(
      `${file.path}: "${feature}" has no place in the feature order of test/architecture/rules.ts`,
    )
  }
  if (!isProduct(file.path)) return complaints
  if (file.isBarrel) complaints.push(`${file.path}: only re-exports: import the files themselves`)
  if (file.isGenerated) return complaints
  return [
    ...complaints,
    ...file.offences.map(({ line, what }) => `${file.path}:${line}: ${what} has no place in the product`),
  ]
}

function checkReachOfElectron(tree: Tree): string[] {
  return HEADLESS_ENTRIES.filter((entry) => tree.has(entry)).flatMap((entry) => {
    const way = findWay(tree, entry)
    return way === undefined ? [] : [`${entry}: loads electron by way of ${way.join(' → ')}`]
  })
}

/** The chain of imports that leads from a file to electron, type-only ones aside. */
function findWay(tree: Tree, entry: string): readonly string[] | undefined {
  const seen = new Set([entry])
  const ways: (readonly string[])[] = [[entry]]
  for (const way of ways) {
    const file = tree.get(way.at(-1) ?? '')
    for (const edge of file?.imports ?? []) {
      if (edge.isTypeOnly) continue
      if (edge.specifier === 'electron') return way
      if (edge.target === undefined || seen.has(edge.target)) continue
      seen.add(edge.target)
      ways.push([...way, edge.target])
    }
  }
  return undefined
}
