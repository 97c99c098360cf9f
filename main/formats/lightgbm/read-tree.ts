import { WorkstationError } from '../../errors'
import type { LooseNode } from '../onnx/forest'
import { BRANCH } from '../onnx/forest'
import { expandLeaf, readLinearLeaves } from './linear-leaves'
import type { TextSection } from './model-text'
import { invalidModel, readCount, readNumberList } from './model-text'

/** How a column treats missing values: not at all (NaN is 0), zero is missing, NaN is missing. Bits 2 and 3 of decision_type. */
const MISSING = { none: 0, zero: 1, nan: 2 } as const

/**
 * LightGBM's kZeroThreshold, a float32: what is not further from 0 is read as 0 (c_api.cpp,
 * RowPairFunctionFromDenseRows).
 */
export const ZERO_RANGE = Math.fround(1e-35)
/** The next double below minus the range. */
const BELOW_ZERO_RANGE = -(ZERO_RANGE + (ZERO_RANGE * Number.EPSILON) / 2)

/** Where all trees of a model are gathered. */
export type GatheredTrees = {
  readonly nodes: LooseNode[]
  readonly sets: number[][]
  /** Columns where zero goes another way than its size says, so that it must become NaN before the trees. */
  readonly zeroColumns: Set<number>
  /** Columns with a node that asks for NaN, but not for zero. */
  readonly nanColumns: Set<number>
  /** Columns that are split by categories. */
  readonly categoryColumns: Set<number>
  /** Columns with a coefficient in a leaf's linear model. */
  readonly linearColumns: Set<number>
  /** Nodes that a graph needs, where a tree with linear models is written once per column of these. */
  written: number
}

/** Columns of the model, and which of how many sums the tree adds to. */
type TreeLimits = {
  readonly columns: number
  readonly group: number
  readonly groups: number
  readonly refuse: (reason: string) => never
}

const MOST_WRITTEN = 3_000_000
const MOST_LEAVES = 3_000_000
/** Deeper trees come from crafted files only, and could exhaust the stack of who walks them. */
const MOST_DEPTH = 1000

type Lists = {
  readonly column: Float64Array
  readonly threshold: Float64Array
  readonly decision: Float64Array
  readonly left: Float64Array
  readonly right: Float64Array
  readonly cover: Float64Array
  readonly leafValue: Float64Array
  readonly leafCover: Float64Array
  readonly setStart: Float64Array
  readonly setWords: Float64Array
}

function readLists(tree: TextSection): Lists {
  const leaves = readCount(tree, 'num_leaves', MOST_LEAVES)
  const lists = {
    column: readNumberList(tree, 'split_feature'),
    threshold: readNumberList(tree, 'threshold'),
    decision: readNumberList(tree, 'decision_type'),
    left: readNumberList(tree, 'left_child'),
    right: readNumberList(tree, 'right_child'),
    cover: readNumberList(tree, 'internal_count'),
    leafValue: readNumberList(tree, 'leaf_value'),
    leafCover: readNumberList(tree, 'leaf_count'),
    setStart: readNumberList(tree, 'cat_boundaries'),
    setWords: readNumberList(tree, 'cat_threshold'),
  }
  const branches = leaves - 1
  const { column, threshold, decision, left, right } = lists
  if (lists.leafValue.length !== leaves || leaves === 0)
    throw invalidModel(`a tree of ${leaves} leaves has ${lists.leafValue.length} leaf values`)
  if (leaves > 1 && [column, threshold, decision, left, right].some((list) => list.length !== branches))
    throw invalidModel(`a tree of ${leaves} leaves has lists of other lengths`)
  return lists
}

/** Bit b of word w stands for category 32 w + b. */
function readSet({ setStart, setWords }: Lists, index: number): number[] {
  const start = setStart[index] ?? -1
  const end = setStart[index + 1] ?? -1
  if (!(
    Number.isInteger(start) &&
    Number.isInteger(end) &&
    start >= 0 &&
    start <= end &&
    end <= setWords.length
  ))
    throw invalidModel(`a tree has no set ${index} of categories`)
  const set: number[] = []
  for (let at = start; at < end; at++) {
    const word = setWords[at] ?? 0
    for (let bit = 0; bit < 32; bit++) if (((word >>> bit) & 1) === 1) set.push((at - start) * 32 + bit)
  }
  return set
}

/**
 * Appends one tree to `gathered`, its root first (LightGBM: include/LightGBM/tree.h, NumericalDecision and
 * CategoricalDecision). Children are numbered from 0 for branches, and -1 - leaf for leaves.
 * @throws WorkstationError invalid where nodes form no tree, unsupported for trees that are too deep
 */
export function readTree(tree: TextSection, gathered: GatheredTrees, limits: TreeLimits): void {
  const lists = readLists(tree)
  const linear = readLinearLeaves(tree, lists.leafValue.length, limits.columns)
  const place = new Map<number, number>()
  const order: number[] = []
  const open = [{ child: lists.leafValue.length === 1 ? -1 : 0, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { child, depth } = next
    const size = child < 0 ? lists.leafValue.length : lists.column.length
    if (!Number.isInteger(child) || (child < 0 ? -1 - child : child) >= size)
      throw invalidModel(`a branch leads to node ${child}, which is not there`)
    if (place.has(child)) throw invalidModel(`two branches lead to node ${child}`)
    if (depth > MOST_DEPTH) return limits.refuse(`a tree is deeper than ${MOST_DEPTH} levels`)
    place.set(child, gathered.nodes.length + order.length)
    order.push(child)
    if (child < 0) continue
    open.push({ child: lists.right[child] ?? Number.NaN, depth: depth + 1 })
    open.push({ child: lists.left[child] ?? Number.NaN, depth: depth + 1 })
  }
  const behind = gathered.nodes.length + order.length
  const further: LooseNode[] = []
  for (const child of order) {
    if (child >= 0) {
      gathered.nodes.push(makeBranch(lists, child, { place, gathered, limits }))
      continue
    }
    const leaf = makeLeaf(lists, -1 - child, limits)
    const [first = leaf, ...rest] =
      linear === null
        ? [leaf]
        : expandLeaf(leaf, linear, { ...limits, leaf: -1 - child, next: behind + further.length })
    gathered.nodes.push(first)
    further.push(...rest)
  }
  for (const node of further) gathered.nodes.push(node)
  const columns = new Set(linear?.columns.flat())
  for (const column of columns) gathered.linearColumns.add(column)
  gathered.written += (order.length + further.length) * (1 + columns.size)
  if (gathered.written > MOST_WRITTEN)
    throw new WorkstationError('too_large', `the LightGBM model needs more than ${MOST_WRITTEN} nodes`)
}

function makeLeaf({ leafValue, leafCover }: Lists, leaf: number, { group }: TreeLimits): LooseNode {
  const value = leafValue[leaf] ?? Number.NaN
  if (!Number.isFinite(value)) throw invalidModel(`a leaf has the value ${value}`)
  // A tree of one leaf is written without counts, and needs none.
  const cover = leafCover[leaf] ?? (leafValue.length === 1 ? 1 : 0)
  return {
    column: -1,
    mode: 0,
    threshold: 0,
    missingYes: false,
    yes: -1,
    no: -1,
    cover: leafValue.length === 1 ? Math.max(1, cover) : cover,
    weights: [[group, value]],
  }
}

type Making = {
  readonly place: ReadonlyMap<number, number>
  readonly gathered: GatheredTrees
  readonly limits: TreeLimits
}

function makeBranch(lists: Lists, node: number, { place, gathered, limits }: Making): LooseNode {
  const column = lists.column[node] ?? -1
  if (!Number.isInteger(column) || column < 0 || column >= limits.columns)
    throw invalidModel(`a node looks at column ${column}; there are ${limits.columns}`)
  const decision = lists.decision[node] ?? 0
  const threshold = lists.threshold[node] ?? Number.NaN
  const shared = {
    column,
    yes: place.get(lists.left[node] ?? Number.NaN) ?? -1,
    no: place.get(lists.right[node] ?? Number.NaN) ?? -1,
    cover: lists.cover[node] ?? 0,
    weights: [],
  }
  if ((decision & 1) === 1) {
    gathered.categoryColumns.add(column)
    const set = readSet(lists, threshold)
    // Nothing is below minus infinity: an empty set sends all to the right, NaN too.
    if (set.length === 0) return { ...shared, mode: BRANCH.lt, threshold: -Infinity, missingYes: false }
    gathered.sets.push(set)
    return { ...shared, mode: BRANCH.member, threshold: gathered.sets.length - 1, missingYes: false }
  }
  const isLeftDefault = (decision & 2) === 2
  const missing = (decision >> 2) & 3
  if (missing === MISSING.nan) gathered.nanColumns.add(column)
  if (missing === MISSING.zero && threshold >= 0 !== isLeftDefault) gathered.zeroColumns.add(column)
  const missingYes = missing === MISSING.none ? threshold >= 0 : isLeftDefault
  return { ...shared, mode: BRANCH.leq, threshold: roundZero(threshold), missingYes }
}

/** Moves a threshold out of the range in which all values are 0, so that they take the way of 0. */
function roundZero(threshold: number): number {
  if (threshold >= 0) return Math.max(threshold, ZERO_RANGE)
  return Math.min(threshold, BELOW_ZERO_RANGE)
}
