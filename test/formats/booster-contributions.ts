// Contributions of a converted forest by their definition: the mean over all orders in which columns become known.
import type { BoosterCase, Cell, Numbers } from './boosters'
import { distance } from './boosters'
import type { Forest } from '../../main/formats/onnx/forest'
import { takesYes } from '../../main/formats/onnx/forest'
import { readTreeEnsemble5 } from '../../main/formats/onnx/read-forest'
import { readOnnx } from '../../main/formats/onnx/read-onnx'

export function readForest(bytes: Uint8Array): Forest {
  const model = readOnnx(bytes)
  return readTreeEnsemble5(
    model,
    model.graph.nodes.find(({ opType }) => opType === 'TreeEnsemble')!,
  ).forest
}

/** What a tree gives to each target when only some columns are known; the others go both ways, by their covers. */
function expectTree(forest: Forest, node: number, row: readonly number[], known: number): number[] {
  const column = forest.column[node]!
  const cover = forest.cover!
  if (column < 0) {
    const values = Array.from({ length: forest.targets }, () => 0)
    for (let at = forest.leafStart[node]!; at < forest.leafStart[node + 1]!; at++)
      values[forest.leafTarget[at]!]! += forest.leafWeight[at]!
    return values
  }
  const yes = forest.yes[node]!
  const no = forest.no[node]!
  if ((known >> column) & 1)
    return expectTree(forest, takesYes(forest, node, row[column]!) ? yes : no, row, known)
  const ones = expectTree(forest, yes, row, known)
  const others = expectTree(forest, no, row, known)
  return ones.map((value, target) => (value * cover[yes]! + others[target]! * cover[no]!) / cover[node]!)
}

const countBits = (set: number): number => set.toString(2).replaceAll('0', '').length

const factorial = (count: number): number => (count < 2 ? 1 : count * factorial(count - 1))

/** [targets][columns + 1]: one contribution per column and the mean of the forest, without what is added behind it. */
export function contribute(forest: Forest, row: readonly number[]): number[][] {
  const roots = Array.from(forest.roots).slice(0, -1)
  const values = Array.from({ length: 1 << row.length }, (_, known) =>
    roots
      .map((root) => expectTree(forest, root, row, known))
      .reduce((sum, tree) => sum.map((value, target) => value + tree[target]!)),
  )
  const weightOf = (size: number) =>
    (factorial(size) * factorial(row.length - size - 1)) / factorial(row.length)
  return Array.from({ length: forest.targets }, (_, target) => {
    const columns = row.map((_, column) =>
      values.reduce((sum, value, known) => {
        if ((known >> column) & 1) return sum
        const change = values[known | (1 << column)]![target]! - value[target]!
        return sum + weightOf(countBits(known)) * change
      }, 0),
    )
    return [...columns, values[0]![target]!]
  })
}

/**
 * The largest difference between the library's contributions and those of the converted forest, relative above one;
 * the bias is left out, because base scores stand behind the forest.
 * @param toColumn the cell as the forest's column gets it
 */
export function compareContributions(
  bytes: Uint8Array,
  entry: Pick<BoosterCase, 'rows' | 'contributions'>,
  toColumn: (cell: Cell, column: number) => number,
): number {
  const forest = readForest(bytes)
  if (forest.cover === null) return Infinity
  const expected = entry.contributions as readonly Numbers[]
  return entry.rows.reduce((worst, cells, index) => {
    const found = contribute(forest, cells.map(toColumn)).map((row) => row.slice(0, -1))
    const flat = [expected[index]!].flat(9).map(Number)
    const wanted = flat.filter((_, at) => (at + 1) % (cells.length + 1) !== 0)
    return Math.max(worst, distance(found.flat(), wanted))
  }, 0)
}
