// The nodes of a scikit-learn tree (sklearn.tree._tree.Tree), read by the names of their fields.
import { WorkstationError } from '../../../errors'
import { readField } from '../../pickle/numpy'
import type { NumpyArray } from '../../pickle/value'
import type { LooseNode } from '../../onnx/forest'
import { BRANCH } from '../../onnx/forest'
import type { Estimator } from '../estimator'

/** One fitted tree in flat arrays; node 0 is its root. */
export type TreeNodes = {
  readonly size: number
  /** Children by position; -1 for both of a leaf. */
  readonly left: Float64Array
  readonly right: Float64Array
  readonly column: Float64Array
  readonly threshold: Float64Array
  /** Whether NaN goes left; null in files from before 1.3, whose trees know no missing values. */
  readonly missingLeft: Float64Array | null
  readonly samples: Float64Array
  /** Sum of the sample weights that came by. */
  readonly cover: Float64Array
  /** [size, width]: one number for regressors, one per class for classifiers (counts before 1.3, fractions since). */
  readonly values: Float64Array
  readonly width: number
}

export const hasField = (array: NumpyArray, name: string): boolean =>
  array.type.fields?.some((field) => field.name === name) ?? false

/** Nodes that one forest may have: 200 MB of a joblib file. */
const MOST_NODES = 3_000_000

/** A small file may name one tree a million times: refuses before the nodes are written down that often. */
export function checkRoom(estimator: Estimator, nodes: readonly LooseNode[], more: number): void {
  if (nodes.length + more <= MOST_NODES) return
  throw new WorkstationError(
    'too_large',
    `${estimator.name} cannot be converted: its forest has more than ${MOST_NODES} nodes`,
  )
}

/** Trees that were read already, by what the file holds of them. */
const KNOWN = new WeakMap<object, TreeNodes>()

/**
 * Reads the `tree_` of a fitted decision tree.
 * @throws WorkstationError unsupported for several outputs and when the nodes form no tree
 */
export function readTreeNodes(estimator: Estimator): TreeNodes {
  const held = estimator.get('tree_')
  if (typeof held !== 'object' || held === null) return readNodes(estimator)
  const known = KNOWN.get(held) ?? readNodes(estimator)
  KNOWN.set(held, known)
  return known
}

function readNodes(estimator: Estimator): TreeNodes {
  const tree = estimator.estimator('tree_')
  const nodes = tree.array('nodes')
  const values = tree.numbers('values')
  const [size = 0, outputs = 0, width = 0] = values.shape
  if (outputs !== 1)
    return estimator.refuse(`it predicts ${outputs} outputs at once; train one model per output`)
  const read: TreeNodes = {
    size,
    left: readField(nodes, 'left_child'),
    right: readField(nodes, 'right_child'),
    column: readField(nodes, 'feature'),
    threshold: readField(nodes, 'threshold'),
    missingLeft: hasField(nodes, 'missing_go_to_left') ? readField(nodes, 'missing_go_to_left') : null,
    samples: readField(nodes, 'n_node_samples'),
    cover: readField(nodes, 'weighted_n_node_samples'),
    values: values.values,
    width,
  }
  if (size === 0 || read.left.length !== size) return estimator.refuse('its tree has no nodes or no values')
  return read
}

/** Counts which nodes were placed, because a crafted file may lead branches anywhere. */
export class TreeCheck {
  private readonly isTaken: Uint8Array
  private readonly estimator: Estimator

  constructor(estimator: Estimator, size: number) {
    this.estimator = estimator
    this.isTaken = new Uint8Array(size)
  }

  /** A child that stands behind its parent and belongs to nobody else: trees of scikit-learn are written so. */
  child(parent: number, child: number): number {
    if (!(child > parent && child < this.isTaken.length) || this.isTaken[child] === 1)
      return this.estimator.refuse(`node ${parent} of a tree leads to node ${child}, which is no child of it`)
    this.isTaken[child] = 1
    return child
  }

  /** A column that is there. */
  column(column: number, width: number): number {
    if (Number.isInteger(column) && column >= 0 && column < width) return column
    return this.estimator.refuse(`a tree looks at column ${column} of ${width}`)
  }
}

export type TreePlan = {
  /** Columns of the input that the forest looks at. */
  readonly width: number
  /** Where the columns of this tree stand there; null when they are the same. */
  readonly columns: ArrayLike<number> | null
  /** What a leaf adds, by its position. */
  readonly leaf: (node: number) => readonly (readonly [target: number, weight: number])[]
}

/** Adds a tree to the nodes of a forest. @returns the position of its root */
export function appendTree(
  nodes: LooseNode[],
  tree: { readonly estimator: Estimator; readonly nodes: TreeNodes },
  plan: TreePlan,
): number {
  const { left, right, column, threshold, missingLeft, cover, size } = tree.nodes
  const root = nodes.length
  checkRoom(tree.estimator, nodes, size)
  const check = new TreeCheck(tree.estimator, size)
  for (let node = 0; node < size; node++) {
    const yes = left[node] ?? -1
    const isLeaf = yes < 0
    const own = column[node] ?? -1
    nodes.push({
      column: isLeaf ? -1 : check.column(plan.columns === null ? own : (plan.columns[own] ?? -1), plan.width),
      mode: BRANCH.leq,
      threshold: threshold[node] ?? 0,
      missingYes: missingLeft?.[node] === 1,
      yes: isLeaf ? -1 : root + check.child(node, yes),
      no: isLeaf ? -1 : root + check.child(node, right[node] ?? -1),
      cover: cover[node] ?? 0,
      weights: isLeaf ? plan.leaf(node) : [],
    })
  }
  return root
}
