import { WorkstationError } from '../../errors'
import type { LooseNode } from '../onnx/forest'
import { BRANCH } from '../onnx/forest'
import type { Part } from './part'

/** Where the nodes and category sets of all trees of a model are gathered. */
export type GatheredTrees = { readonly nodes: LooseNode[]; readonly sets: number[][] }

type TreeLimits = {
  /** Columns of the model. */
  readonly columns: number
  /** The sum that the tree adds to. */
  readonly group: number
  /** What every leaf is multiplied by: 1, or what dropping trees left of it. */
  readonly weight: number
  readonly refuse: (reason: string) => never
}

/** Deeper trees come from crafted files only, and could exhaust the stack of who walks them. */
const MOST_DEPTH = 1000
/** Nodes of all trees together: what the ONNX reader takes again. */
const MOST_NODES = 3_000_000

type Lists = {
  readonly left: ArrayLike<number>
  readonly right: ArrayLike<number>
  readonly column: ArrayLike<number>
  readonly condition: ArrayLike<number>
  readonly defaultLeft: ArrayLike<number>
  readonly splitType: ArrayLike<number>
  readonly cover: ArrayLike<number>
  readonly categories: ReadonlyMap<number, number[]>
}

function readLists(tree: Part): Lists {
  const lists = {
    left: tree.numbers('left_children'),
    right: tree.numbers('right_children'),
    column: tree.numbers('split_indices'),
    condition: tree.numbers('split_conditions'),
    defaultLeft: tree.numbers('default_left'),
    splitType: tree.numbers('split_type'),
    cover: tree.numbers('sum_hessian'),
  }
  const size = lists.left.length
  const { splitType, cover, ...required } = lists
  if (size === 0 || Object.values(required).some((list) => list.length !== size))
    return tree.fail('the lists of a tree are empty or of different lengths')
  if (splitType.length !== 0 && splitType.length !== size) return tree.fail('split_type is too short')
  if (cover.length !== 0 && cover.length !== size) return tree.fail('sum_hessian is too short')
  return { ...lists, categories: readSets(tree) }
}

/** The categories of each categorical node, which lie one behind the other. */
function readSets(tree: Part): Map<number, number[]> {
  const all = tree.numbers('categories')
  const nodes = tree.numbers('categories_nodes')
  const starts = tree.numbers('categories_segments')
  const sizes = tree.numbers('categories_sizes')
  if (starts.length !== nodes.length || sizes.length !== nodes.length)
    return tree.fail('the lists of categories do not fit together')
  const sets = new Map<number, number[]>()
  let used = 0
  for (let index = 0; index < nodes.length; index++) {
    const start = starts[index] ?? -1
    const size = sizes[index] ?? -1
    used += size
    if (!(start >= 0 && size >= 0 && start + size <= all.length) || used > all.length)
      return tree.fail('a list of categories goes beyond its end')
    const set = Array.from({ length: size }, (_, position) => all[start + position] ?? Number.NaN)
    if (!set.every((category) => Number.isInteger(category) && category >= 0))
      return tree.fail('a category is no whole number from 0')
    sets.set(nodes[index] ?? -1, set)
  }
  return sets
}

/**
 * Appends one tree to `gathered`, its root first. Numbers take the left branch below the threshold; categories that
 * are listed take the right one (XGBoost: src/common/categorical.h, Decision).
 * @throws WorkstationError invalid where nodes form no tree, unsupported
 */
export function readTree(tree: Part, gathered: GatheredTrees, limits: TreeLimits): void {
  if ((tree.partOr('tree_param')?.countOr('size_leaf_vector', 0, 1_000_000) ?? 0) > 1)
    return limits.refuse(
      "its leaves hold several values (multi_strategy='multi_output_tree'); train with 'one_output_per_tree'",
    )
  const lists = readLists(tree)
  const place = new Map<number, number>()
  const order: number[] = []
  const open = [{ node: 0, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next
    if (!Number.isInteger(node) || node < 0 || node >= lists.left.length)
      return tree.fail(`a branch leads to node ${node}; there are ${lists.left.length}`)
    if (place.has(node)) return tree.fail(`two branches lead to node ${node}`)
    if (depth > MOST_DEPTH) return limits.refuse(`a tree is deeper than ${MOST_DEPTH} levels`)
    place.set(node, gathered.nodes.length + order.length)
    order.push(node)
    if (lists.left[node] === -1) continue
    open.push({ node: lists.right[node] ?? -1, depth: depth + 1 })
    open.push({ node: lists.left[node] ?? -1, depth: depth + 1 })
  }
  if (gathered.nodes.length + order.length > MOST_NODES)
    throw new WorkstationError('too_large', `the XGBoost model has more than ${MOST_NODES} nodes`)
  for (const node of order)
    gathered.nodes.push(
      lists.left[node] === -1
        ? makeLeaf(lists, node, { tree, limits })
        : makeBranch(lists, node, { tree, limits, place, gathered }),
    )
}

type Making = { readonly tree: Part; readonly limits: TreeLimits }

function makeLeaf(lists: Lists, node: number, { tree, limits }: Making): LooseNode {
  const value = lists.condition[node] ?? Number.NaN
  if (!Number.isFinite(value)) return tree.fail(`leaf ${node} has the value ${value}`)
  return {
    column: -1,
    mode: 0,
    threshold: 0,
    missingYes: false,
    yes: -1,
    no: -1,
    cover: lists.cover[node] ?? 0,
    weights: [[limits.group, value * limits.weight]],
  }
}

function makeBranch(
  lists: Lists,
  node: number,
  making: Making & { readonly place: ReadonlyMap<number, number>; readonly gathered: GatheredTrees },
): LooseNode {
  const { tree, limits, place, gathered } = making
  const column = lists.column[node] ?? -1
  if (!Number.isInteger(column) || column < 0 || column >= limits.columns)
    return tree.fail(`a node looks at column ${column}; there are ${limits.columns}`)
  const left = place.get(lists.left[node] ?? -1) ?? -1
  const right = place.get(lists.right[node] ?? -1) ?? -1
  const isLeftDefault = lists.defaultLeft[node] === 1
  const shared = { column, cover: lists.cover[node] ?? 0, weights: [] }
  const isCategorical = lists.splitType[node] === 1
  const set = isCategorical ? (lists.categories.get(node) ?? []) : []
  if (set.length > 0) {
    gathered.sets.push(set)
    const threshold = gathered.sets.length - 1
    return { ...shared, mode: BRANCH.member, threshold, missingYes: !isLeftDefault, yes: right, no: left }
  }
  // A set without members sends every category to the left, as a threshold that nothing reaches does.
  const threshold = isCategorical ? Infinity : (lists.condition[node] ?? Number.NaN)
  if (Number.isNaN(threshold)) return tree.fail(`node ${node} has no threshold`)
  return { ...shared, mode: BRANCH.lt, threshold, missingYes: isLeftDefault, yes: left, no: right }
}
