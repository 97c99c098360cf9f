import type { Forest } from '../../formats/onnx/forest'
import { takesYes, weighLeaves } from '../../formats/onnx/forest'
import type { Attribution, TreeQuestion } from './interventional-tree'

/** One feature on the way to a leaf: the share of training rows that go this way, and whether the record does. */
type Step = { player: number; zero: number; one: number; weight: number }

/** Algorithm 2 of Lundberg et al. 2018 (arXiv 1802.03888), EXTEND: a copy of the way with one more feature. */
function extend(way: readonly Step[], next: Omit<Step, 'weight'>): Step[] {
  const length = way.length
  const longer = way.map((step) => ({ ...step }))
  longer.push({ ...next, weight: length === 0 ? 1 : 0 })
  for (let index = length - 1; index >= 0; index--) {
    const step = longer[index]
    const above = longer[index + 1]
    if (step === undefined || above === undefined) continue
    above.weight += (next.one * step.weight * (index + 1)) / (length + 1)
    step.weight = (next.zero * step.weight * (length - index)) / (length + 1)
  }
  return longer
}

/** UNWIND: the way without one of its features. */
function unwind(way: readonly Step[], position: number): Step[] {
  const last = way.length - 1
  const shorter = way.map((step) => ({ ...step }))
  const { one, zero } = shorter[position] ?? { one: 0, zero: 0 }
  let carried = shorter[last]?.weight ?? 0
  for (let index = last - 1; index >= 0; index--) {
    const step = shorter[index]
    if (step === undefined) continue
    if (one !== 0) {
      const before = step.weight
      step.weight = (carried * (last + 1)) / ((index + 1) * one)
      carried = before - (step.weight * zero * (last - index)) / (last + 1)
    } else {
      step.weight = (step.weight * (last + 1)) / (zero * (last - index))
    }
  }
  for (let index = position; index < last; index++) {
    const [step, above] = [shorter[index], shorter[index + 1]]
    if (step === undefined || above === undefined) continue
    step.player = above.player
    step.zero = above.zero
    step.one = above.one
  }
  return shorter.slice(0, last)
}

const sumWeights = (way: readonly Step[]): number => way.reduce((sum, step) => sum + step.weight, 0)

function meanLeaf(forest: Forest, values: Float64Array, root: number): number {
  const { cover } = forest
  const all = cover?.[root] ?? 1
  const walk = (node: number): number => {
    if ((forest.column[node] ?? -1) < 0) return ((values[node] ?? 0) * (cover?.[node] ?? 0)) / all
    return walk(forest.yes[node] ?? 0) + walk(forest.no[node] ?? 0)
  }
  return walk(root)
}

/**
 * Path-dependent TreeSHAP: absent features follow both branches in proportion to the training rows that did. Needs
 * covers; no background. Bias: the mean leaf, weighted by cover.
 */
export function explainByPaths(question: TreeQuestion, row: Float64Array): Attribution {
  const { forest, players, features, margin } = question
  const values = weighLeaves(forest, margin.coefficients)
  const contributions = new Float64Array(features)
  const coverOf = (node: number): number => forest.cover?.[node] ?? 0

  const walk = (node: number, before: readonly Step[], next: Omit<Step, 'weight'>): void => {
    let way = extend(before, next)
    const column = forest.column[node] ?? -1
    if (column < 0) {
      for (let position = 1; position < way.length; position++) {
        const step = way[position]
        if (step === undefined) continue
        const share = sumWeights(unwind(way, position)) * (step.one - step.zero)
        contributions[step.player] = (contributions[step.player] ?? 0) + share * (values[node] ?? 0)
      }
      return
    }
    const player = players[column] ?? 0
    const isYes = takesYes(forest, node, row[column] ?? Number.NaN)
    const [yes, no] = [forest.yes[node] ?? 0, forest.no[node] ?? 0]
    const [hot, cold] = isYes ? [yes, no] : [no, yes]
    const known = way.findIndex((step, position) => position > 0 && step.player === player)
    const { zero, one } = way[known] ?? { zero: 1, one: 1 }
    if (known > 0) way = unwind(way, known)
    walk(hot, way, { player, zero: (zero * coverOf(hot)) / coverOf(node), one })
    walk(cold, way, { player, zero: (zero * coverOf(cold)) / coverOf(node), one: 0 })
  }

  let bias = forest.base.reduce((sum, base, target) => sum + base * (margin.coefficients[target] ?? 0), 0)
  for (let tree = 0; tree + 1 < forest.roots.length; tree++) {
    const root = forest.roots[tree] ?? 0
    bias += meanLeaf(forest, values, root)
    walk(root, [], { player: -1, zero: 1, one: 1 })
  }
  return { bias, contributions }
}
