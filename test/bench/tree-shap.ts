// How fast contributions of trees are, against shap's own C where a Python with shap is at hand.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { InterventionalTree } from '../../main/core/explanations/interventional-tree'
import { PathDependentTree } from '../../main/core/explanations/path-dependent-tree'
import { createRandom } from '../../main/core/random'
import type { Forest, LooseNode } from '../../main/formats/onnx/forest'
import { layOutForest } from '../../main/formats/onnx/forest'

type Told = {
  readonly nodes: readonly (readonly number[])[]
  readonly roots: readonly number[]
  readonly base: number
  readonly records: readonly (readonly number[])[]
  readonly background: readonly (readonly number[])[]
  readonly values?: Readonly<Record<Method, readonly (readonly number[])[]>>
}
type Method = 'path-dependent' | 'interventional'
type Explain = (row: Float64Array) => Float64Array

/** A figure of ours, and the factor to shap's in the same run; null where shap was not there. */
export type TreeShapFigure = {
  readonly name: string
  readonly ours: string
  readonly shap: string | null
  readonly ratio: number | null
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

function layOut({ nodes, roots, base }: Told): Forest {
  const loose = nodes.map(
    ([column = -1, threshold = 0, yes = -1, no = -1, cover = 1, weight = 0]): LooseNode => ({
      column,
      mode: 0,
      threshold,
      missingYes: false,
      yes,
      no,
      cover,
      weights: column < 0 ? [[0, weight]] : [],
    }),
  )
  return layOutForest({ targets: 1, roots, nodes: loose, sets: [], base: [base] })
}

/** A forest of our own: random splits of normal numbers, where no library is there to grow one. */
function growForest(kind: string): Told {
  const random = createRandom(1)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const row = (): number[] => Array.from({ length: 20 }, normal)
  const nodes: number[][] = []
  const grow = (depth: number, cover: number): number => {
    const at = nodes.length
    nodes.push([-1, 0, -1, -1, cover, normal()])
    if (depth === 0 || cover < 2) return at
    const left = Math.max(1, Math.round(cover * (0.2 + 0.6 * random())))
    if (left >= cover) return at
    const [column, threshold] = [Math.floor(random() * 20), normal() * 0.7]
    nodes[at] = [column, threshold, grow(depth - 1, left), grow(depth - 1, cover - left), cover, 0]
    return at
  }
  const roots = Array.from({ length: kind === 'boosted' ? 100 : 30 }, () =>
    grow(kind === 'boosted' ? 6 : 24, 3000),
  )
  const records = Array.from({ length: kind === 'boosted' ? 200 : 20 }, row)
  return { nodes, roots, base: 0, records, background: Array.from({ length: 100 }, row) }
}

function createExplain(told: Told, method: Method): Explain {
  const forest = layOut(told)
  const question = {
    forest,
    players: Array.from({ length: 20 }, (_, column) => column),
    features: 20,
    margin: { coefficients: Float64Array.of(1) },
  }
  if (method === 'interventional') {
    const tree = new InterventionalTree(
      question,
      told.background.map((row) => Float64Array.from(row)),
    )
    return (row) => tree.explain(row).contributions
  }
  if (forest.cover === null) throw new Error('the forest has no covers')
  const paths = new PathDependentTree(question, forest.cover)
  return (row) => paths.explain(row).contributions
}

/** Shap in a process of its own, timed when it is told to. */
async function startShap(
  python: string,
  kind: string,
): Promise<{
  readonly told: Told
  readonly version: string
  readonly time: (method: Method) => Promise<number>
  readonly stop: () => void
}> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-shap-'))
  const path = join(folder, 'forest.json')
  const script = join(import.meta.dirname, 'shap-server.py')
  const child = spawn(python, [script, kind, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done === true)
      throw new Error('the Python of PLUMBLINE_SHAP_PYTHON ended early; does it have shap and scikit-learn?')
    return value
  }
  const version = await next()
  const told = JSON.parse(readFileSync(path, 'utf8')) as Told
  rmSync(folder, { recursive: true, force: true })
  return {
    told,
    version,
    time: async (method) => {
      child.stdin.write(`${method}\n`)
      return Number(await next())
    },
    stop: () => child.stdin.end(),
  }
}

function checkAgreement(explain: Explain, { records, values }: Told, method: Method): void {
  values?.[method].forEach((expected, index) => {
    const found = explain(Float64Array.from(records[index] ?? []))
    expected.forEach((value, column) => {
      if (Math.abs(value - (found[column] ?? 0)) > 1e-6 * Math.max(1, Math.abs(value)))
        throw new Error(`${method}: ${String(found[column])} is not shap's ${value}`)
    })
  })
}

const KINDS = [
  ['boosted', '100 boosted trees of depth 6'],
  ['forest', '30 full trees of a random forest'],
] as const

/** Times contributions, in turns with shap where `python` has it. */
export async function measureTreeShap(python: string | undefined, rounds: number): Promise<TreeShapFigure[]> {
  const figures: TreeShapFigure[] = []
  for (const [kind, name] of KINDS) {
    const shap = python === undefined ? null : await startShap(python, kind)
    const told = shap?.told ?? growForest(kind)
    const rows = told.records.map((row) => Float64Array.from(row))
    for (const method of ['path-dependent', 'interventional'] as const) {
      const explain = createExplain(told, method)
      checkAgreement(explain, told, method)
      rows.forEach(explain)
      const [ours, theirs]: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round++) {
        const startedAt = performance.now()
        rows.forEach(explain)
        ours.push(performance.now() - startedAt)
        if (shap !== null) theirs.push(await shap.time(method))
      }
      const perRow = (times: readonly number[]): string =>
        `${(median(times) / rows.length).toFixed(3)} ms/row`
      figures.push({
        name: `contributions, ${method}, ${name}`,
        ours: `${perRow(ours)} (${Math.round((1000 * rows.length) / median(ours)).toLocaleString('en-US')} rows/s)`,
        shap: shap === null ? null : `${shap.version}, in C: ${perRow(theirs)}`,
        ratio: shap === null ? null : median(ours) / median(theirs),
      })
    }
    shap?.stop()
  }
  return figures
}
