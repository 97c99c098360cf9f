// The nodes of a HistGradientBoosting tree (TreePredictor), read by the names of their fields.
import type { LooseForest, LooseNode } from '../../onnx/forest'
import { BRANCH } from '../../onnx/forest'
import { readField } from '../../pickle/numpy'
import type { Estimator, Numbers } from '../estimator'
import type { HistColumn } from './hist-columns'
import { TreeCheck, checkRoom, hasField } from './tree-nodes'

/** What tells a forest's trees apart from one another: everything else they share. */
export type HistForest = {
  readonly columns: readonly HistColumn[]
  /** Categories that were seen while fitting, by column, as codes. */
  readonly known: readonly ReadonlySet<number>[]
}

const BITS = 32

/** The categories of row `row` of a bitset array. */
function readBits(bits: Numbers, row: number): number[] {
  const words = bits.shape[1] ?? 0
  const categories: number[] = []
  for (let bit = 0; bit < words * BITS; bit++) {
    const word = bits.values[row * words + Math.floor(bit / BITS)] ?? 0
    if ((word >>> (bit % BITS)) % 2 === 1) categories.push(bit)
  }
  return categories
}

/** Collects the trees of a forest; node numbers run through all of them. */
export class HistNodes {
  readonly nodes: LooseNode[] = []
  readonly roots: number[] = []
  readonly sets: number[][] = []
  private readonly forest: HistForest
  /** A crafted file names one tree a million times. */
  private readonly seen = new Set<object>()

  constructor(forest: HistForest) {
    this.forest = forest
  }

  /** Adds the tree of a predictor; its leaves count for one target. */
  add(predictor: Estimator, target: number): void {
    const array = predictor.array('nodes')
    if (this.seen.has(array)) predictor.refuse('the file names one and the same tree several times')
    this.seen.add(array)
    const read = (name: string): Float64Array => readField(array, name)
    const isLeaf = read('is_leaf')
    const [value, count, column] = [read('value'), read('count'), read('feature_idx')]
    const [left, right, threshold] = [read('left'), read('right'), read(thresholdField(predictor))]
    const missingLeft = read('missing_go_to_left')
    const isCategorical = hasField(array, 'is_categorical') ? read('is_categorical') : null
    const bitset = isCategorical?.some((flag) => flag === 1) === true ? read('bitset_idx') : null
    const bits = bitset === null ? null : predictor.numbers('raw_left_cat_bitsets')
    if (isLeaf.length === 0) predictor.refuse('a tree has no nodes')
    checkRoom(predictor, this.nodes, isLeaf.length)
    const check = new TreeCheck(predictor, isLeaf.length)
    const root = this.nodes.length
    this.roots.push(root)
    for (let node = 0; node < isLeaf.length; node++) {
      const cover = count[node] ?? 0
      if (isLeaf[node] === 1) {
        this.nodes.push({ ...LEAF, cover, weights: [[target, value[node] ?? 0]] })
        continue
      }
      const own = check.column(column[node] ?? -1, this.forest.columns.length)
      const children = {
        left: root + check.child(node, left[node] ?? -1),
        right: root + check.child(node, right[node] ?? -1),
        isMissingLeft: missingLeft[node] === 1,
      }
      if (isCategorical?.[node] === 1) {
        const chosen = bits === null ? [] : readBits(bits, bitset?.[node] ?? 0)
        this.nodes.push(this.branchByCategory(own, { ...children, chosen, cover }))
        continue
      }
      this.nodes.push({
        column: this.forest.columns[own]?.position ?? 0,
        mode: BRANCH.leq,
        threshold: threshold[node] ?? 0,
        missingYes: children.isMissingLeft,
        yes: children.left,
        no: children.right,
        cover,
        weights: [],
      })
    }
  }

  /** The finished forest, with what is added per target. */
  finish(base: readonly number[]): LooseForest {
    return { targets: base.length, roots: this.roots, nodes: this.nodes, sets: this.sets, base }
  }

  /**
   * What is missing, and what was never seen, is in no set. So the set is that of the other side where a missing
   * value goes left.
   */
  private branchByCategory(
    column: number,
    branch: {
      readonly left: number
      readonly right: number
      readonly isMissingLeft: boolean
      readonly chosen: readonly number[]
      readonly cover: number
    },
  ): LooseNode {
    const { columns, known } = this.forest
    const { left, right, isMissingLeft, chosen } = branch
    const others = [...(known[column] ?? [])].filter((code) => !chosen.includes(code))
    const codes = isMissingLeft ? others : chosen
    const shared = {
      column: columns[column]?.position ?? 0,
      missingYes: false,
      yes: isMissingLeft ? right : left,
      no: isMissingLeft ? left : right,
      cover: branch.cover,
      weights: [],
    }
    // No value is a member of no set; nor is any below negative infinity.
    if (codes.length === 0) return { ...shared, mode: BRANCH.lt, threshold: -Infinity }
    this.sets.push([...codes])
    return { ...shared, mode: BRANCH.member, threshold: this.sets.length - 1 }
  }
}

/** `threshold` until 0.23. */
const thresholdField = (predictor: Estimator): string =>
  hasField(predictor.array('nodes'), 'num_threshold') ? 'num_threshold' : 'threshold'

const LEAF = { column: -1, mode: BRANCH.leq, threshold: 0, missingYes: false, yes: -1, no: -1 } as const
