import type { Forest } from '../../formats/onnx/forest'

/**
 * The roots of the trees that say anything about the margin: a class's own trees among those of all classes.
 * @param values of the leaves, as `weighLeaves` gives them
 */
export function findTrees(forest: Forest, values: Float64Array): number[] {
  const trees: number[] = []
  for (let tree = 0; tree + 1 < forest.roots.length; tree++) {
    const [start = 0, end = 0] = [forest.roots[tree], forest.roots[tree + 1]]
    if (values.subarray(start, end).some((value) => value !== 0)) trees.push(start)
  }
  return trees
}

/** What is added to the margin before any tree. */
export function sumBase(forest: Forest, coefficients: ArrayLike<number>): number {
  return forest.base.reduce((sum, base, target) => sum + base * (coefficients[target] ?? 0), 0)
}
