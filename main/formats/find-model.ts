// Finds the one model in what a pickle holds: the root itself, or something in a dict, list or tuple around it.
import { WorkstationError } from '../errors'
import { readValues } from './pickle/numpy'
import type { PickleObject, PickleValue } from './pickle/value'
import { findConverter } from './sklearn/converters'
import { Estimator } from './sklearn/estimator'

export type FoundModel = {
  readonly estimator: Estimator
  /** Where it was, as Python would write it behind the file's value: '' for the root, `['model']`, `[0]`. */
  readonly place: string
  /** Column names that lay next to it, e.g. under 'features'; null when there were none. */
  readonly names: readonly string[] | null
  readonly notes: readonly string[]
}

type Candidate = { readonly estimator: Estimator; readonly place: string }

const MOST_DEPTH = 4
const MOST_LISTED = 8
const NAMES_KEY = /feature|column|names|inputs|^x$/i

const isContainer = (
  value: PickleValue,
): value is Extract<PickleValue, { kind: 'dict' | 'list' | 'tuple' }> =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  (value.kind === 'dict' || value.kind === 'list' || value.kind === 'tuple')

/** What a value is, for a person who expected a model. */
export function describeValue(value: PickleValue): string {
  if (value === null) return 'None'
  if (typeof value !== 'object') return typeof value === 'string' ? 'text' : typeof value
  if (!('kind' in value)) return 'bytes'
  if (value.kind === 'array') return `a numpy array of shape (${value.shape.join(', ')})`
  if (value.kind === 'global') return `the name ${value.module}.${value.name}`
  const estimator = Estimator.from(value)
  if (estimator !== null) return estimator.name
  return `a ${value.kind}`
}

function listParts(
  value: Extract<PickleValue, { kind: 'dict' | 'list' | 'tuple' }>,
): [string, PickleValue][] {
  if (value.kind !== 'dict') return value.items.map((item, index) => [`[${index}]`, item])
  const last = new Map(value.entries.map(([key, content]) => [key, content]))
  return [...last].map(([key, content]) => [
    typeof key === 'string' ? `['${key}']` : `[${String(typeof key === 'object' ? '…' : key)}]`,
    content,
  ])
}

type Contents = {
  /** Containers and objects that were looked at: a file may hold one in itself, or the same one a million times. */
  readonly seen: Set<PickleValue>
  readonly objects: Candidate[]
  readonly others: string[]
  names: readonly string[] | null
}

function collect(
  value: PickleValue,
  at: { readonly place: string; readonly depth: number },
  into: Contents,
): void {
  if (into.seen.has(value)) return
  const key = /\['([^']*)'\]$/.exec(at.place)?.[1]
  if (key !== undefined && NAMES_KEY.test(key)) into.names ??= readNames(value)
  const estimator = Estimator.from(value)
  if (estimator !== null) {
    into.seen.add(value)
    into.objects.push({ estimator, place: at.place })
    return
  }
  if (isContainer(value) && at.depth < MOST_DEPTH) {
    into.seen.add(value)
    for (const [step, part] of listParts(value))
      collect(part, { place: at.place + step, depth: at.depth + 1 }, into)
    return
  }
  if (into.others.length < MOST_LISTED) into.others.push(`${at.place}: ${describeValue(value)}`)
}

/** A list of different texts, as people keep the names of their columns. */
function readNames(value: PickleValue): readonly string[] | null {
  const items = readItems(value)
  if (items === null || items.length === 0) return null
  const names = items.filter((item): item is string => typeof item === 'string' && item !== '')
  return names.length === items.length && new Set(names).size === names.length ? names : null
}

function readItems(value: PickleValue): readonly PickleValue[] | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null
  if (value.kind === 'list' || value.kind === 'tuple') return value.items
  if (value.kind === 'object') return readIndex(value)
  if (value.kind !== 'array' || value.shape.length !== 1) return null
  return value.content.kind === 'items' ? value.content.items : readValues(value)
}

/** The names of a pandas index, which pickles as `_new_Index(Index, {'data': array, 'name': None})`. */
function readIndex({ callable, args }: PickleObject): readonly PickleValue[] | null {
  const isIndex =
    typeof callable === 'object' && callable !== null && 'kind' in callable && callable.kind === 'global'
  if (!isIndex || callable.name !== '_new_Index') return null
  const [, content] = args
  if (content === undefined || !isContainer(content) || content.kind !== 'dict') return null
  const data = content.entries.findLast(([key]) => key === 'data')?.[1]
  return data === undefined ? null : readItems(data)
}

const isPredictor = ({ estimator }: Candidate): boolean => findConverter(estimator)?.predict !== undefined

const list = (candidates: readonly Candidate[]): string =>
  candidates
    .slice(0, MOST_LISTED)
    .map(({ estimator, place }) => `${estimator.name} at ${place}`)
    .join(', ')

function noteOthers(chosen: Candidate, objects: readonly Candidate[]): string[] {
  const isModelLike = ({ estimator }: Candidate): boolean =>
    findConverter(estimator) !== undefined || estimator.library === chosen.estimator.library
  const others = objects.filter((other) => other !== chosen && isModelLike(other))
  if (others.length === 0) return []
  return [
    `Only ${chosen.estimator.name} at ${chosen.place} was converted. The file also holds ${list(others)}: what it does to the columns beforehand is not part of this model; put both into one Pipeline if callers are to send raw values.`,
  ]
}

/**
 * The one model in a pickle's value.
 * @throws WorkstationError unsupported, listing what was found, when there is none or more than one
 */
export function findModel(root: PickleValue): FoundModel {
  const only = Estimator.from(root)
  if (only !== null) return { estimator: only, place: '', names: null, notes: [] }
  if (!isContainer(root)) {
    throw new WorkstationError('unsupported', `the file holds ${describeValue(root)}, which is no model`)
  }
  const contents: Contents = { seen: new Set(), objects: [], others: [], names: null }
  collect(root, { place: '', depth: 0 }, contents)
  const { objects, others, names } = contents
  const predictors = objects.filter(isPredictor)
  const [chosen, second] = predictors.length > 0 ? predictors : objects
  if (chosen === undefined) {
    const found = others.length === 0 ? 'nothing else' : others.join(', ')
    throw new WorkstationError(
      'unsupported',
      `the file holds a ${root.kind} without a model in it; found ${found}`,
    )
  }
  if (second !== undefined) {
    throw new WorkstationError(
      'unsupported',
      `the file holds more than one model: ${list(predictors.length > 0 ? predictors : objects)}; save the one to serve by itself, or all steps as one Pipeline`,
    )
  }
  return { ...chosen, names, notes: noteOthers(chosen, objects) }
}
