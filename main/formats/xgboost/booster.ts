// A gradient booster as XGBoost saves it, whatever the container (UBJSON, JSON, pickle) and the version from 1.0 on.
import type { LooseNode } from '../onnx/forest'
import type { CategoryCodes } from '../sklearn/category-codes'
import { readCategories } from './categories'
import { Part } from './part'
import { readTree } from './read-tree'

export type XgboostColumn = {
  readonly name: string | null
  /** Values that stand for codes (XGBoost 3.1 and later keep them); null for numbers and for columns that take codes. */
  readonly codes: CategoryCodes | null
  /** True for a categorical column whose categories the file does not name. */
  readonly takesCodes: boolean
}

export type XgboostTrees = {
  readonly kind: 'trees'
  /** First node of each tree. */
  readonly roots: readonly number[]
  readonly nodes: readonly LooseNode[]
  readonly sets: readonly (readonly number[])[]
  /** Trees of one round, where the file says so. */
  readonly iterationStarts: readonly number[] | null
  readonly treesPerRound: number
}

export type XgboostLinear = {
  readonly kind: 'linear'
  /** [columns, groups] in C order. */
  readonly weights: Float64Array
  readonly bias: Float64Array
}

export type Booster = {
  readonly columns: readonly XgboostColumn[]
  readonly objective: string
  /** Sums per row: 1, or the number of classes. */
  readonly groups: number
  /** As the file has them, one or `groups`: in the space of the answer, not of the sums. */
  readonly baseScores: readonly number[]
  readonly body: XgboostTrees | XgboostLinear
  /** Set by early stopping and, before 2.0, by every training. */
  readonly bestIteration: number | null
  /** What the scikit-learn interface noted when it saved the file. */
  readonly sklearn: unknown
}

/** Ends the import with a reason, in the name of what the person handed in. */
export type Refuse = (reason: string) => never

type Limits = { readonly groups: number; readonly columns: number; readonly refuse: Refuse }

const MOST_COLUMNS = 100_000
const MOST_GROUPS = 10_000
const MOST_PARALLEL = 1_000_000

/** `5E-1`, or `[1E-1,2E-1]` since 3.1. */
function readBaseScores(param: Part, groups: number): number[] {
  const text = param.text('base_score')
  const scores = text
    .replace(/^\s*\[|\]\s*$/g, '')
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (!scores.every(Number.isFinite)) return param.fail(`base_score is ${JSON.stringify(text.slice(0, 100))}`)
  if (scores.length !== 1 && scores.length !== groups)
    return param.fail(`base_score has ${scores.length} numbers for ${groups} classes`)
  return scores
}

function readColumns(learner: Part, count: number, model: Part | null): XgboostColumn[] {
  const names = learner.texts('feature_names')
  const types = learner.texts('feature_types')
  if (names.length > 0 && names.length !== count)
    return learner.fail(`there are ${names.length} names for ${count} columns`)
  if (new Set(names).size !== names.length || names.includes(''))
    return learner.fail('a column has no name, or the name of another')
  const codes = readCategories(model?.partOr('cats') ?? null, count)
  return Array.from({ length: count }, (_, index) => ({
    name: names[index] ?? null,
    codes: codes[index] ?? null,
    takesCodes: types[index] === 'c' && (codes[index] ?? null) === null,
  }))
}

function readTrees(model: Part, limits: Limits, drops: ArrayLike<number> | null): XgboostTrees {
  const info = model.numbers('tree_info')
  const parts = model.parts('trees')
  if (info.length !== parts.length)
    return model.fail(`there are ${info.length} classes for ${parts.length} trees`)
  if (drops !== null && drops.length !== parts.length)
    return model.fail(`there are ${drops.length} weights for ${parts.length} trees`)
  const nodes: LooseNode[] = []
  const sets: number[][] = []
  const roots = parts.map((part, index) => {
    const group = info[index] ?? -1
    if (!Number.isInteger(group) || group < 0 || group >= limits.groups)
      return part.fail(`tree ${index} is of class ${group}; there are ${limits.groups}`)
    const node = nodes.length
    readTree(part, { nodes, sets }, { ...limits, group, weight: drops?.[index] ?? 1 })
    return node
  })
  const starts = Array.from(model.numbers('iteration_indptr'))
  return {
    kind: 'trees',
    roots,
    nodes,
    sets,
    iterationStarts: starts.length > 1 ? starts : null,
    treesPerRound: limits.groups,
  }
}

/** Weights lie class by class within a column; the last row is the bias. */
function readLinear(model: Part, columns: number, groups: number): XgboostLinear {
  const weights = Float64Array.from(Array.from(model.numbers('weights')))
  if (weights.length !== (columns + 1) * groups || !weights.every(Number.isFinite))
    return model.fail(`expected ${(columns + 1) * groups} linear weights`)
  return {
    kind: 'linear',
    weights: weights.subarray(0, columns * groups),
    bias: weights.subarray(columns * groups),
  }
}

/**
 * How many trees of one class grow side by side in a round. Files before 1.6 do not say it themselves: the
 * configuration inside a pickle does, the order of the trees where there are several classes, and the number of trees
 * up to the best round.
 */
function readParallel(root: Part, trees: Part, learner: Part): number {
  const own = trees.partOr('gbtree_model_param')
  if (own?.has('num_parallel_tree') === true)
    return Math.max(1, own.count('num_parallel_tree', MOST_PARALLEL))
  const configured = root.partOr('Config')?.partOr('learner')?.partOr('gradient_booster') ?? null
  const param = (configured?.partOr('gbtree') ?? configured)?.partOr('gbtree_train_param') ?? null
  if (param !== null) return Math.max(1, param.countOr('num_parallel_tree', 1, MOST_PARALLEL))
  const info = Array.from(trees.numbers('tree_info'))
  const second = info.findIndex((group) => group !== info[0])
  if (second > 0) return second
  const attributes = learner.partOr('attributes')
  const best = readBest(attributes)
  const upToBest = Number(attributes?.textOr('best_ntree_limit', null) ?? Number.NaN)
  const parallel = best === null ? Number.NaN : upToBest / (best + 1)
  return Number.isInteger(parallel) && parallel > 0 ? parallel : 1
}

function readBody(booster: Part, limits: Limits): { body: Booster['body']; model: Part } {
  const name = booster.text('name')
  if (name === 'gblinear') {
    const model = booster.part('model')
    return { body: readLinear(model, limits.columns, limits.groups), model }
  }
  if (name === 'gbtree') {
    const model = booster.part('model')
    return { body: readTrees(model, limits, null), model }
  }
  if (name === 'dart') {
    const model = booster.part('gbtree').part('model')
    return { body: readTrees(model, limits, booster.numbers('weight_drop')), model }
  }
  return booster.fail(
    `the booster is ${JSON.stringify(name.slice(0, 40))}; expected gbtree, dart or gblinear`,
  )
}

function readBest(attributes: Part | null): number | null {
  if (attributes?.has('best_iteration') !== true) return null
  const best = Number(attributes.text('best_iteration'))
  return Number.isInteger(best) && best >= 0 ? best : null
}

function readSklearn(attributes: Part | null): unknown {
  const text = attributes?.textOr('scikit_learn', null) ?? null
  if (text === null) return null
  try {
    return JSON.parse(text.replace(/\bNaN\b/g, 'null')) as unknown
  } catch {
    // Only class labels are taken from it; a file without them is read all the same.
    return {}
  }
}

/**
 * Reads the document that XGBoost's `save_model` writes, or the pair of configuration and model inside a pickle.
 * @throws WorkstationError invalid where it is inconsistent, unsupported for several targets, too_large
 */
export function readBooster(document: unknown, refuse: Refuse): Booster {
  const root = new Part(document)
  const learner = (root.partOr('Model') ?? root).part('learner')
  const param = learner.part('learner_model_param')
  const groups = Math.max(1, param.count('num_class', MOST_GROUPS))
  const columns = param.count('num_feature', MOST_COLUMNS)
  if (param.countOr('num_target', 1, MOST_GROUPS) > 1)
    return refuse('it predicts several targets at once; train and register one model per target')
  const { body, model } = readBody(learner.part('gradient_booster'), { groups, columns, refuse })
  const attributes = learner.partOr('attributes')
  const bestIteration = readBest(attributes)
  return {
    columns: readColumns(learner, columns, model),
    objective: learner.part('objective').text('name'),
    groups,
    baseScores: readBaseScores(param, groups),
    body:
      body.kind === 'trees' ? { ...body, treesPerRound: groups * readParallel(root, model, learner) } : body,
    bestIteration: body.kind === 'trees' ? bestIteration : null,
    sklearn: readSklearn(attributes),
  }
}
