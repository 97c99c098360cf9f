import { describeCall, describeKind, describeShort } from './describe-value'
import type { GlobalUse } from './globals'
import type { Judgement, Verdict } from './judge-global'
import { judgeGlobal } from './judge-global'
import type { AttributeOutline, EstimatorOutline } from './outline'
import { Outliner } from './outline-estimator'
import type { PickleFile, PickleOptions } from './read-pickle'
import { readPickleAsFar } from './read-pickle'
import type { PickleValue } from './value'
import { isKind } from './value-kinds'

/** A name that the file mentions, what it would mean to Python, and the first calls that the file asks for. */
export type GlobalInspection = Judgement & {
  readonly module: string
  readonly name: string
  readonly count: number
  /** As Python would write them, of dangerous and unknown names: `posix.system("touch x")`. */
  readonly calls: readonly string[]
}

/** What is inside a pickle, as plain data of bounded size. */
export type PickleInspection = {
  readonly wrapper: PickleFile['wrapper']
  readonly protocol: number
  readonly compression: PickleFile['compression']
  /** Bytes behind the end, which Python ignores. */
  readonly trailingBytes: number
  /** What the whole file is, in a few words. */
  readonly root: string
  /** What the dict, list or tuple around everything holds; empty for other roots. */
  readonly contents: readonly AttributeOutline[]
  readonly estimators: readonly EstimatorOutline[]
  /** The most dangerous first; at most 500 of `globalCount`. */
  readonly globals: readonly GlobalInspection[]
  readonly globalCount: number
  /** The worst verdict of all names. */
  readonly verdict: Verdict
  /** What it would mean to load the file with Python, in a sentence or two. */
  readonly advice: string
  /** Why the file could not be read to its end; null when it was. */
  readonly problem: string | null
  /** Whether something was left out of the outline because there is too much of it. */
  readonly isShortened: boolean
}

const MOST_GLOBALS = 500
const MOST_CONTENTS = 100
const MOST_NAMED = 3
const FROM_BAD_TO_GOOD: readonly Verdict[] = ['dangerous', 'unknown', 'known', 'data']

/**
 * Tells what is inside any pickle without running it: estimators with parameters and fitted attributes, and every name
 * that the file mentions with what it could do. A damaged file is told as far as it could be read, when it got far
 * enough to mention a name.
 * @throws WorkstationError as `readPickle` for everything else that cannot be read
 */
export function inspectPickle(bytes: Uint8Array, options: PickleOptions = {}): PickleInspection {
  const { file, problem } = readPickleAsFar(bytes, options)
  if (problem !== null && file.globals.length === 0) throw problem
  const outliner = new Outliner()
  const estimators = outliner.find(file.root, { place: '', depth: 0 })
  const globals = rankGlobals(file.globals)
  const contents = listContents(file.root)
  return {
    wrapper: file.wrapper,
    protocol: file.protocol,
    compression: file.compression,
    trailingBytes: file.trailingBytes,
    root: problem === null ? describeKind(file.root).type : 'a damaged pickle',
    contents: contents.slice(0, MOST_CONTENTS),
    estimators,
    globals: globals.slice(0, MOST_GLOBALS).map(inspectGlobal),
    globalCount: globals.length,
    verdict: globals[0]?.judgement.verdict ?? 'data',
    advice: advise(globals),
    problem: problem?.message ?? null,
    isShortened: outliner.isShortened || contents.length > MOST_CONTENTS || globals.length > MOST_GLOBALS,
  }
}

type Judged = { readonly use: GlobalUse; readonly judgement: Judgement }

function rankGlobals(uses: readonly GlobalUse[]): Judged[] {
  const rank = ({ judgement }: Judged): number => FROM_BAD_TO_GOOD.indexOf(judgement.verdict)
  return uses.map((use) => ({ use, judgement: judgeGlobal(use) })).sort((a, b) => rank(a) - rank(b))
}

function inspectGlobal({ use, judgement }: Judged): GlobalInspection {
  const { module, name, count } = use
  const isTelling = judgement.verdict === 'dangerous' || judgement.verdict === 'unknown'
  return { module, name, count, calls: isTelling ? use.calls.map(describeCall) : [], ...judgement }
}

function listContents(root: PickleValue): AttributeOutline[] {
  if (isKind(root, 'dict')) {
    const entries = root.entries.slice(0, MOST_CONTENTS + 1)
    return entries.map(([key, value]) => ({ name: describeShort(key), ...describeKind(value) }))
  }
  const items = isKind(root, 'list') || isKind(root, 'tuple') ? root.items.slice(0, MOST_CONTENTS + 1) : []
  return items.map((value, index) => ({ name: `[${index}]`, ...describeKind(value) }))
}

function advise(globals: readonly Judged[]): string {
  const dangerous = globals.filter(({ judgement }) => judgement.verdict === 'dangerous')
  if (dangerous.length > 0) {
    const calls = dangerous.flatMap(({ use }) => use.calls.slice(0, 1).map(describeCall))
    if (calls.length === 0) {
      return `Do not load this file with Python: it mentions ${nameSome(dangerous)}, which a model does not need.`
    }
    return `Do not load this file with Python: that would run ${calls.slice(0, MOST_NAMED).join(' and ')}. Nothing was run here.`
  }
  const unknown = globals.filter(({ judgement }) => judgement.verdict === 'unknown')
  if (unknown.length > 0) {
    return `Loading this file with Python runs code of ${nameSome(unknown)}, which is of no known library: do so only if you trust who made it.`
  }
  if (globals.some(({ judgement }) => judgement.verdict === 'known')) {
    return 'The file mentions only classes and functions of well-known libraries.'
  }
  return 'The file holds nothing but data.'
}

function nameSome(globals: readonly Judged[]): string {
  const names = globals.slice(0, MOST_NAMED).map(({ use }) => `${use.module}.${use.name}`)
  const more = globals.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}
