import { takesYes, weighLeaves } from '../../formats/onnx/forest'
import type { Attribution, TreeQuestion } from './interventional-tree'
import { findTrees, sumBase } from './trees'

const HOT = 1
const COLD = 2

/** Weight of a subset of size k among d features at [d, k]: k! (d−1−k)! / d! = 1 / (d · C(d−1, k)). */
function tabulateWeights(most: number): Float64Array {
  const width = most + 1
  const table = new Float64Array(width * width)
  for (let d = 1; d < width; d++) {
    let ways = 1
    for (let k = 0; k < d; k++) {
      table[d * width + k] = 1 / (d * ways)
      ways *= (d - 1 - k) / (k + 1)
    }
  }
  return table
}

/**
 * Path-dependent TreeSHAP: exact Shapley values of the game in which an absent column splits a record over both
 * branches in proportion to the training rows that went there (Lundberg et al. 2018, arXiv 1802.03888, algorithm 2).
 *
 * On the way to a leaf a column is hot when the record goes all its ways and cold otherwise; z is its share of
 * training rows. A subset reaches the leaf only without cold columns, by the product of the shares of the hot columns
 * outside of it. So the leaf's game is the polynomial Π (z + x) over the hot columns, whose coefficient of x^k belongs
 * to the subsets of size k: it grows by one multiplication per branch. A hot column takes part with the polynomial
 * divided by its own factor; all cold ones have the same part, which is added up below the branch that made them cold.
 *
 * Columns are players of their own, as in the libraries; what columns of one feature contribute is added up.
 * Bias: the mean of the leaves, by training rows.
 */
export class PathDependentTree {
  private readonly question: TreeQuestion
  private readonly cover: Float64Array
  private readonly values: Float64Array
  private readonly trees: readonly number[]
  private readonly weights: Float64Array
  private readonly width: number
  private readonly bias: number
  /** Whether a column on the way is hot or cold, and the share of training rows that its branches let through. */
  private readonly state: Uint8Array
  private readonly share: Float64Array
  /** Hot columns and the coefficients of their polynomial, in stretches of `width`, and how many columns they are. */
  private readonly hot: Int32Array
  private readonly coefficients: Float64Array
  private readonly hotCount: Int32Array
  /** By level of the walk: the number of cold columns, and the product of their shares. */
  private readonly coldCount: Int32Array
  private readonly cut: Float64Array
  private row: ArrayLike<number> = []
  private contributions = new Float64Array(0)

  /** @param cover training rows by node, as `Forest.cover` */
  constructor(question: TreeQuestion, cover: Float64Array) {
    const { forest, players, margin } = question
    this.question = question
    this.cover = cover
    this.values = weighLeaves(forest, margin.coefficients)
    this.trees = findTrees(forest, this.values)
    const most = Math.min(forest.depth, players.length)
    this.width = most + 1
    this.weights = tabulateWeights(most)
    this.state = new Uint8Array(players.length)
    this.share = new Float64Array(players.length).fill(1)
    const levels = forest.depth + 1
    this.hot = new Int32Array(this.width * levels)
    this.coefficients = new Float64Array(this.width * levels)
    this.hotCount = new Int32Array(levels)
    this.coldCount = new Int32Array(levels)
    this.cut = new Float64Array(levels)
    this.bias = this.trees.reduce(
      (sum, root) => sum + this.meanLeaf(root) / (cover[root] ?? 1),
      sumBase(forest, margin.coefficients),
    )
  }

  /** @param row model columns */
  explain(row: ArrayLike<number>): Attribution {
    const { players, features } = this.question
    this.row = row
    this.contributions = new Float64Array(players.length)
    this.coefficients[0] = 1
    this.cut[0] = 1
    for (const root of this.trees) this.walk(root, 0, 0)
    const contributions = new Float64Array(features)
    players.forEach((player, column) => {
      contributions[player] = (contributions[player] ?? 0) + (this.contributions[column] ?? 0)
    })
    return { bias: this.bias, contributions }
  }

  /** The sum of the leaves below a node, each times its training rows. */
  private meanLeaf(node: number): number {
    const { forest } = this.question
    if ((forest.column[node] ?? -1) < 0) return (this.values[node] ?? 0) * (this.cover[node] ?? 0)
    return this.meanLeaf(forest.yes[node] ?? 0) + this.meanLeaf(forest.no[node] ?? 0)
  }

  /**
   * Explains what is below a node. Numbers all the way, because this is called for every node of every tree.
   * @param stretch where the polynomial of the hot columns stands
   * @returns the part that each cold column has in the leaves below
   */
  private walk(node: number, level: number, stretch: number): number {
    const { forest } = this.question
    const column = forest.column[node] ?? -1
    if (column < 0) return this.visitLeaf(this.values[node] ?? 0, level, stretch)
    const { cover, state, share, contributions } = this
    const isYes = takesYes(forest, node, this.row[column] ?? Number.NaN)
    const yes = forest.yes[node] ?? 0
    const no = forest.no[node] ?? 0
    const [own, other] = isYes ? [yes, no] : [no, yes]
    const all = cover[node] ?? 1
    const ownShare = (cover[own] ?? 0) / all
    const otherShare = (cover[other] ?? 0) / all
    const next = level + 1
    const cold = this.coldCount[level] ?? 0
    const cut = this.cut[level] ?? 0
    const known = state[column] ?? 0
    this.coldCount[next] = cold
    if (known === COLD) {
      this.cut[next] = cut * ownShare
      const below = this.walk(own, next, stretch)
      this.cut[next] = cut * otherShare
      return below + this.walk(other, next, stretch)
    }
    const before = known === HOT ? (share[column] ?? 1) : 1
    share[column] = before * ownShare
    if (known === HOT) this.multiplyAll(stretch, -1)
    else this.multiply(stretch, column)
    state[column] = HOT
    this.cut[next] = cut
    const below = this.walk(own, next, stretch + 1)
    state[column] = COLD
    share[column] = before
    this.coldCount[next] = cold + 1
    this.cut[next] = cut * before * otherShare
    if (known === HOT) this.multiplyAll(stretch, column)
    const part = this.walk(other, next, known === HOT ? stretch + 1 : stretch)
    contributions[column] = (contributions[column] ?? 0) - part
    state[column] = known
    return below + part
  }

  /** Writes the next stretch: the polynomial of this one times (z + x) of one more column. */
  private multiply(stretch: number, column: number): void {
    const { hot, coefficients, width } = this
    const count = this.hotCount[stretch] ?? 0
    const from = stretch * width
    const to = from + width
    const z = this.share[column] ?? 1
    for (let index = 0; index < count; index++) hot[to + index] = hot[from + index] ?? 0
    hot[to + count] = column
    coefficients[to] = (coefficients[from] ?? 0) * z
    for (let k = 1; k <= count; k++)
      coefficients[to + k] = (coefficients[from + k] ?? 0) * z + (coefficients[from + k - 1] ?? 0)
    coefficients[to + count + 1] = 1
    this.hotCount[stretch + 1] = count + 1
  }

  /** Writes the next stretch from the shares of this one's columns, one of them left out. */
  private multiplyAll(stretch: number, without: number): void {
    const { hot, coefficients, share, width } = this
    const from = stretch * width
    const to = from + width
    let count = 0
    coefficients[to] = 1
    for (let index = 0; index < (this.hotCount[stretch] ?? 0); index++) {
      const column = hot[from + index] ?? 0
      if (column === without) continue
      const z = share[column] ?? 1
      hot[to + count] = column
      coefficients[to + count + 1] = 1
      for (let k = count; k > 0; k--)
        coefficients[to + k] = (coefficients[to + k] ?? 0) * z + (coefficients[to + k - 1] ?? 0)
      coefficients[to] = (coefficients[to] ?? 0) * z
      count++
    }
    this.hotCount[stretch + 1] = count
  }

  private visitLeaf(value: number, level: number, stretch: number): number {
    const cold = this.coldCount[level] ?? 0
    const count = this.hotCount[stretch] ?? 0
    if (value === 0 || count + cold === 0) return 0
    const { hot, coefficients, weights, share, contributions } = this
    const from = stretch * this.width
    const table = (count + cold) * this.width
    const scaled = value * (this.cut[level] ?? 0)
    for (let index = from; index < from + count; index++) {
      const column = hot[index] ?? 0
      const z = share[column] ?? 1
      // The quotient q of the polynomial p by (z + x): p_k = q_(k-1) + z·q_k. From above as long as that subtracts at
      // most half, then from below, so that no digits are lost in deep trees.
      let quotient = 1
      let sum = weights[table + count - 1] ?? 0
      let k = count - 1
      for (; k > 0; k--) {
        const taken = z * quotient
        const lower = (coefficients[from + k] ?? 0) - taken
        if (lower < taken) break
        quotient = lower
        sum += quotient * (weights[table + k - 1] ?? 0)
      }
      if (k > 0) {
        const inverse = 1 / z
        quotient = (coefficients[from] ?? 0) * inverse
        sum += quotient * (weights[table] ?? 0)
        for (let low = 1; low < k; low++) {
          quotient = ((coefficients[from + low] ?? 0) - quotient) * inverse
          sum += quotient * (weights[table + low] ?? 0)
        }
      }
      contributions[column] = (contributions[column] ?? 0) + scaled * (1 - z) * sum
    }
    if (cold === 0) return 0
    let part = 0
    for (let k = 0; k <= count; k++) part += (coefficients[from + k] ?? 0) * (weights[table + k] ?? 0)
    return scaled * part
  }
}
