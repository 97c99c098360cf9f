import type { Forest } from '../../formats/onnx/forest'
import { findLeaf } from '../../formats/onnx/forest'
import type { ModelBody } from '../../formats/onnx/model-body'

function sumForest(forest: Forest, row: ArrayLike<number>): number[] {
  const sums = Array.from(forest.base)
  for (let tree = 0; tree + 1 < forest.roots.length; tree++) {
    const leaf = findLeaf(forest, forest.roots[tree] ?? 0, row)
    for (let at = forest.leafStart[leaf] ?? 0; at < (forest.leafStart[leaf + 1] ?? 0); at++) {
      const target = forest.leafTarget[at] ?? 0
      sums[target] = (sums[target] ?? 0) + (forest.leafWeight[at] ?? 0)
    }
  }
  return sums
}

/** The raw sum of every target for a row of model columns, in float64. */
export function computeRawSums({ part, columns }: ModelBody, row: ArrayLike<number>): number[] {
  if (part.kind === 'forest') return sumForest(part.forest, row)
  const { weights, intercepts } = part.linear
  return Array.from(intercepts, (intercept, target) => {
    let sum = intercept
    for (let column = 0; column < columns.length; column++)
      sum += (weights[target * columns.length + column] ?? 0) * (row[column] ?? Number.NaN)
    return sum
  })
}
