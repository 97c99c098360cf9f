import { WorkstationError } from '../../errors'
import type { LooseForest, LooseNode } from './forest'
import { BRANCH, MOST_DEPTH } from './forest'
import type { GraphBuilder } from './graph-builder'
import type { TensorContent } from './write-tensor'

/** Name of the initializer that holds the covers of a TreeEnsemble node: its branches', then its leaves'. */
export const coversName = (nodeName: string): string => `plumbline.covers.${nodeName}`

const doubles = (values: readonly number[]): TensorContent => ({
  type: 'float64',
  values: Float64Array.from(values),
  dims: [values.length],
})

/** onnxruntime builds trees by calling itself: one of 10,000 levels ends the whole process. */
const tooDeep = (): WorkstationError =>
  new WorkstationError(
    'unsupported',
    `a tree is deeper than ${MOST_DEPTH} levels, more than the runtime can walk; limit max_depth when training`,
  )

/** Each branch takes some 60 bytes of lists here, and as much in the file. */
const MOST_BRANCHES = 4_000_000

type Child = { readonly at: number; readonly isLeaf: boolean }

/** The lists of a TreeEnsemble 5, filled tree by tree. */
class EnsembleLists {
  readonly column: number[] = []
  readonly mode: number[] = []
  readonly split: number[] = []
  readonly missingYes: number[] = []
  readonly yes: number[] = []
  readonly no: number[] = []
  readonly isYesLeaf: number[] = []
  readonly isNoLeaf: number[] = []
  readonly branchCover: number[] = []
  readonly leafTarget: number[] = []
  readonly leafWeight: number[] = []
  readonly leafCover: number[] = []
  readonly members: number[] = []
  readonly roots: number[] = []
  private readonly forest: LooseForest

  constructor(forest: LooseForest) {
    this.forest = forest
  }

  /** Writes the tree at `root` with the weights that its leaves have for one target. */
  addTree(root: number, target: number): void {
    const node = this.nodeAt(root)
    if (node.column >= 0) {
      this.roots.push(this.addBranches(root, target))
      return
    }
    // The standard writes a tree of one leaf as a branch with that leaf on both sides.
    const leaf = this.addLeaf(node, target)
    this.roots.push(this.addBranch({ ...node, column: 0, mode: BRANCH.leq, threshold: 0 }))
    this.point(this.column.length - 1, { yes: leaf, no: leaf })
  }

  private nodeAt(index: number): LooseNode {
    const node = this.forest.nodes[index]
    if (node === undefined) throw new RangeError(`the forest has no node ${index}`)
    return node
  }

  private addLeaf(node: LooseNode, target: number): Child {
    this.leafTarget.push(target)
    this.leafWeight.push(node.weights.reduce((sum, [own, weight]) => sum + (own === target ? weight : 0), 0))
    this.leafCover.push(node.cover)
    return { at: this.leafTarget.length - 1, isLeaf: true }
  }

  private addBranch(node: LooseNode): number {
    if (this.column.length >= MOST_BRANCHES)
      throw new WorkstationError(
        'too_large',
        `the trees have more than ${MOST_BRANCHES} branches once they are written for every class`,
      )
    this.column.push(node.column)
    this.mode.push(node.mode)
    this.missingYes.push(Number(node.missingYes))
    this.branchCover.push(node.cover)
    if (node.mode === BRANCH.member) {
      if (this.members.length > 0) this.members.push(Number.NaN)
      for (const value of this.forest.sets[node.threshold] ?? []) this.members.push(value)
      this.split.push(0)
    } else this.split.push(node.threshold)
    return this.column.length - 1
  }

  private point(branch: number, children: { readonly yes: Child; readonly no: Child }): void {
    this.yes[branch] = children.yes.at
    this.no[branch] = children.no.at
    this.isYesLeaf[branch] = Number(children.yes.isLeaf)
    this.isNoLeaf[branch] = Number(children.no.isLeaf)
  }

  /** Depth first without recursion, because trees may be thousands of levels deep. */
  private addBranches(root: number, target: number): number {
    const first = this.column.length
    const open: {
      readonly node: number
      readonly parent: number
      readonly side: 'yes' | 'no'
      readonly depth: number
    }[] = []
    const place = (index: number, depth: number): Child => {
      const node = this.nodeAt(index)
      if (node.column < 0) return this.addLeaf(node, target)
      if (depth >= MOST_DEPTH) throw tooDeep()
      const at = this.addBranch(node)
      open.push(
        { node: node.no, parent: at, side: 'no', depth: depth + 1 },
        { node: node.yes, parent: at, side: 'yes', depth: depth + 1 },
      )
      return { at, isLeaf: false }
    }
    place(root, 0)
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const child = place(next.node, next.depth)
      const isYes = next.side === 'yes'
      ;(isYes ? this.yes : this.no)[next.parent] = child.at
      ;(isYes ? this.isYesLeaf : this.isNoLeaf)[next.parent] = Number(child.isLeaf)
    }
    return first
  }
}

/**
 * Adds a TreeEnsemble (ai.onnx.ml 5) in double precision over `input` [N, columns], and its base values behind it.
 * Leaves may carry weights of several targets; the operator knows one each, so that such a tree is written once per
 * target. Covers are kept beside it when every node has one.
 * @returns the name of the sums, [N, targets]
 * @throws WorkstationError unsupported when a tree is too deep for the runtime
 */
export function addForest(builder: GraphBuilder, input: string, forest: LooseForest): string {
  const lists = new EnsembleLists(forest)
  for (const root of forest.roots) {
    for (const target of findTargets(forest, root)) lists.addTree(root, target)
  }
  const name = builder.newName('trees')
  const sums = builder.add('TreeEnsemble', [input], {
    domain: 'ai.onnx.ml',
    name,
    attributes: {
      aggregate_function: { int: 1 },
      post_transform: { int: 0 },
      n_targets: { int: forest.targets },
      nodes_featureids: { ints: lists.column },
      nodes_modes: {
        tensor: { type: 'uint8', values: Uint8Array.from(lists.mode), dims: [lists.mode.length] },
      },
      nodes_splits: { tensor: doubles(lists.split) },
      nodes_missing_value_tracks_true: { ints: lists.missingYes },
      nodes_truenodeids: { ints: lists.yes },
      nodes_falsenodeids: { ints: lists.no },
      nodes_trueleafs: { ints: lists.isYesLeaf },
      nodes_falseleafs: { ints: lists.isNoLeaf },
      tree_roots: { ints: lists.roots },
      leaf_targetids: { ints: lists.leafTarget },
      leaf_weights: { tensor: doubles(lists.leafWeight) },
      ...(lists.members.length === 0 ? {} : { membership_values: { tensor: doubles(lists.members) } }),
    },
  })
  const covers = [...lists.branchCover, ...lists.leafCover]
  if (covers.every((cover) => cover > 0)) builder.aside(coversName(name), doubles(covers))
  return forest.base.every((base) => base === 0)
    ? sums
    : builder.add('Add', [sums, builder.numbers(forest.base, [1, forest.targets])])
}

/** The targets that leaves under a root have weights for. */
function findTargets({ nodes }: LooseForest, root: number): number[] {
  const targets = new Set<number>()
  const open = [root]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const node = nodes[at]
    if (node === undefined) continue
    if (node.column >= 0) open.push(node.yes, node.no)
    else for (const [target] of node.weights) targets.add(target)
  }
  return targets.size === 0 ? [0] : [...targets].sort((a, b) => a - b)
}
