// Trees of TreeEnsembleClassifier and TreeEnsembleRegressor (ai.onnx.ml 1 to 3) and of TreeEnsemble (ai.onnx.ml 5).
import { WorkstationError } from '../../errors'
import type { Forest, LooseNode } from './forest'
import { BRANCH, layOutForest } from './forest'
import type { OnnxModel, OnnxNode } from './model'
import { readNumbers, readTensorNumbers, readText, readTexts } from './read-values'
import { coversName } from './write-forest'

const MODES: Readonly<Record<string, number>> = {
  BRANCH_LEQ: BRANCH.leq,
  BRANCH_LT: BRANCH.lt,
  BRANCH_GTE: BRANCH.gte,
  BRANCH_GT: BRANCH.gt,
  BRANCH_EQ: BRANCH.eq,
  BRANCH_NEQ: BRANCH.neq,
}

/** A forest and what the operator does with the sums of its leaves. */
export type EnsembleRead = {
  readonly forest: Forest
  /** Two classes, but one sum: the score of the second class. */
  readonly isOneSum: boolean
  readonly areWeightsNonNegative: boolean
  readonly postTransform: string
}

type Weight = readonly [target: number, weight: number]

const refuse = (why: string): WorkstationError =>
  new WorkstationError('unsupported', `the trees of the ONNX file cannot be read: ${why}`)

/** Reads a list under its name, or under the name of the tensor that later versions take instead. */
function readList(model: OnnxModel, node: OnnxNode, name: string): number[] {
  const plain = readNumbers(model, node, name)
  return plain.length > 0 ? plain : readNumbers(model, node, `${name}_as_tensor`)
}

/** How many sums become one: 1 for SUM; AVERAGE divides by the number of trees. */
function readDivisor(aggregate: string, trees: number): number {
  if (aggregate === 'SUM') return 1
  if (aggregate === 'AVERAGE') return trees
  throw refuse(`${aggregate} of the trees is no sum`)
}

const keyOf = (tree: number | undefined, node: number | undefined): string => `${tree ?? -1} ${node ?? -1}`

/**
 * Reads TreeEnsembleClassifier or TreeEnsembleRegressor.
 * @throws WorkstationError unsupported when the trees cannot be walked or their values are not summed.
 */
export function readTreeEnsemble(model: OnnxModel, node: OnnxNode): EnsembleRead {
  const isClassifier = node.opType === 'TreeEnsembleClassifier'
  const of = isClassifier ? 'class' : 'target'
  const trees = readNumbers(model, node, 'nodes_treeids')
  const ids = readNumbers(model, node, 'nodes_nodeids')
  const modes = readTexts(model, node, 'nodes_modes')
  const columns = readNumbers(model, node, 'nodes_featureids')
  const thresholds = readList(model, node, 'nodes_values')
  const covers = readList(model, node, 'nodes_hitrates')
  const missing = readNumbers(model, node, 'nodes_missing_value_tracks_true')
  const yes = readNumbers(model, node, 'nodes_truenodeids')
  const no = readNumbers(model, node, 'nodes_falsenodeids')
  const leafTrees = readNumbers(model, node, `${of}_treeids`)
  const leafNodes = readNumbers(model, node, `${of}_nodeids`)
  const leafTargets = readNumbers(model, node, `${of}_ids`)
  const leafWeights = readList(model, node, `${of}_weights`)
  const base = readList(model, node, 'base_values')

  const place = new Map(ids.map((id, index) => [keyOf(trees[index], id), index]))
  const divisor = readDivisor(
    isClassifier ? 'SUM' : (readText(model, node, 'aggregate_function') ?? 'SUM'),
    new Set(trees).size,
  )
  const labels = Math.max(
    readNumbers(model, node, 'classlabels_int64s').length,
    readTexts(model, node, 'classlabels_strings').length,
  )
  const isOneSum = isClassifier && labels === 2 && new Set(leafTargets).size <= 1
  const targets = isOneSum ? 1 : isClassifier ? labels : (readNumbers(model, node, 'n_targets')[0] ?? 1)

  const weights = new Map<number, Weight[]>()
  leafWeights.forEach((weight, index) => {
    const at = place.get(keyOf(leafTrees[index], leafNodes[index])) ?? -1
    const entry = [isOneSum ? 0 : (leafTargets[index] ?? 0), weight / divisor] as const
    const known = weights.get(at)
    if (known === undefined) weights.set(at, [entry])
    else known.push(entry)
  })
  const children = new Set<number>()
  const nodes = ids.map((_, index): LooseNode => {
    const mode = modes[index] ?? 'LEAF'
    const isLeaf = mode === 'LEAF'
    const read = MODES[mode] ?? -1
    if (!isLeaf && read < 0) throw refuse(`a node compares by ${mode}`)
    const left = isLeaf ? -1 : (place.get(keyOf(trees[index], yes[index])) ?? -1)
    const right = isLeaf ? -1 : (place.get(keyOf(trees[index], no[index])) ?? -1)
    if (!isLeaf) children.add(left).add(right)
    return {
      column: isLeaf ? -1 : (columns[index] ?? 0),
      mode: isLeaf ? 0 : read,
      threshold: thresholds[index] ?? 0,
      missingYes: missing[index] === 1,
      yes: left,
      no: right,
      cover: covers[index] ?? 0,
      weights: weights.get(index) ?? [],
    }
  })
  const forest = layOutForest({
    targets,
    roots: nodes.flatMap((_, index) => (children.has(index) ? [] : [index])),
    nodes,
    sets: [],
    base: isOneSum ? [base.at(-1) ?? 0] : base,
  })
  return {
    forest,
    isOneSum,
    areWeightsNonNegative: leafWeights.every((weight) => weight >= 0),
    postTransform: readText(model, node, 'post_transform') ?? 'NONE',
  }
}

/** The sets of BRANCH_MEMBER nodes, which stand one behind the other with NaN between them. */
function splitSets(values: readonly number[]): number[][] {
  const sets: number[][] = [[]]
  for (const value of values) {
    if (Number.isNaN(value)) sets.push([])
    else sets.at(-1)?.push(value)
  }
  return sets
}

/** Covers of branches and leaves where this product wrote the file; of branches alone otherwise. */
function readCovers(model: OnnxModel, node: OnnxNode): number[] {
  const kept = model.graph.initializers.find((tensor) => tensor.name === coversName(node.name))
  return kept === undefined
    ? readNumbers(model, node, 'nodes_hitrates')
    : (readTensorNumbers(model, kept) ?? [])
}

const POST_TRANSFORMS = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT']
const AGGREGATES = ['AVERAGE', 'SUM', 'MIN', 'MAX']

/**
 * Reads TreeEnsemble of ai.onnx.ml 5, whose leaves stand in lists of their own.
 * @throws WorkstationError unsupported like `readTreeEnsemble`.
 */
export function readTreeEnsemble5(model: OnnxModel, node: OnnxNode): EnsembleRead {
  const columns = readNumbers(model, node, 'nodes_featureids')
  const modes = readNumbers(model, node, 'nodes_modes')
  const splits = readNumbers(model, node, 'nodes_splits')
  const covers = readCovers(model, node)
  const missing = readNumbers(model, node, 'nodes_missing_value_tracks_true')
  const yes = readNumbers(model, node, 'nodes_truenodeids')
  const no = readNumbers(model, node, 'nodes_falsenodeids')
  const isYesLeaf = readNumbers(model, node, 'nodes_trueleafs')
  const isNoLeaf = readNumbers(model, node, 'nodes_falseleafs')
  const roots = readNumbers(model, node, 'tree_roots')
  const leafTargets = readNumbers(model, node, 'leaf_targetids')
  const leafWeights = readNumbers(model, node, 'leaf_weights')
  const aggregate = AGGREGATES[readNumbers(model, node, 'aggregate_function')[0] ?? 1] ?? 'MAX'
  const divisor = readDivisor(aggregate, roots.length)

  const leafAt = (index: number): LooseNode => ({
    ...LEAF,
    cover: covers[columns.length + index] ?? 0,
    weights: [[leafTargets[index] ?? 0, (leafWeights[index] ?? 0) / divisor]],
  })
  let set = 0
  const branches = columns.map((column, index): LooseNode => {
    const mode = modes[index] ?? 0
    if (mode > BRANCH.member) throw refuse(`a node compares by mode ${mode}`)
    // Leaves are numbered behind the branches.
    const child = (at: number | undefined, isLeaf: number | undefined): number =>
      (at ?? 0) + (isLeaf === 1 ? columns.length : 0)
    if (isYesLeaf[index] === 1 && isNoLeaf[index] === 1 && yes[index] === no[index])
      return leafAt(yes[index] ?? 0)
    return {
      column,
      mode,
      threshold: mode === BRANCH.member ? set++ : (splits[index] ?? 0),
      missingYes: missing[index] === 1,
      yes: child(yes[index], isYesLeaf[index]),
      no: child(no[index], isNoLeaf[index]),
      cover: covers[index] ?? 0,
      weights: [],
    }
  })
  const leaves = leafWeights.map((_, index) => leafAt(index))
  const forest = layOutForest({
    targets: readNumbers(model, node, 'n_targets')[0] ?? 1,
    roots,
    nodes: [...branches, ...leaves],
    sets: splitSets(readNumbers(model, node, 'membership_values')),
    base: [],
  })
  return {
    forest,
    isOneSum: false,
    areWeightsNonNegative: leafWeights.every((weight) => weight >= 0),
    postTransform: POST_TRANSFORMS[readNumbers(model, node, 'post_transform')[0] ?? 0] ?? 'PROBIT',
  }
}

const LEAF = { column: -1, mode: 0, threshold: 0, missingYes: false, yes: -1, no: -1, cover: 0 }
