// Leaves that hold a linear model (linear_tree=true): const + Σ coefficient · column, or the plain leaf value as soon
// as one of these columns is missing (LightGBM: src/io/tree.cpp, Tree::Predict).
import type { LooseNode } from '../onnx/forest'
import { BRANCH } from '../onnx/forest'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { TextSection } from './model-text'
import { invalidModel, readNumberList } from './model-text'

/** The linear models of one tree, leaf by leaf. */
export type LinearLeaves = {
  readonly constants: Float64Array
  readonly columns: readonly (readonly number[])[]
  readonly coefficients: readonly (readonly number[])[]
}

/** A path through a tree sees fewer columns; more of them would only make a graph too deep to run. */
const MOST_COLUMNS_OF_LEAF = 500

/** Null for a tree of plain leaves. @throws WorkstationError invalid */
export function readLinearLeaves(tree: TextSection, leaves: number, width: number): LinearLeaves | null {
  if (tree.get('is_linear') !== '1') return null
  const constants = readNumberList(tree, 'leaf_const')
  const counts = readNumberList(tree, 'num_features')
  const columns = readNumberList(tree, 'leaf_features')
  const coefficients = readNumberList(tree, 'leaf_coeff')
  if (constants.length !== leaves || counts.length !== leaves || columns.length !== coefficients.length)
    throw invalidModel('the linear models of the leaves have lists of other lengths')
  if (!constants.every(Number.isFinite) || !coefficients.every(Number.isFinite))
    throw invalidModel('a linear model of a leaf holds something infinite')
  if (!columns.every((column) => Number.isInteger(column) && column >= 0 && column < width))
    throw invalidModel('a linear model of a leaf looks at a column that is not there')
  const ends: number[] = []
  for (const count of counts) {
    if (!Number.isInteger(count) || count < 0 || count > MOST_COLUMNS_OF_LEAF)
      throw invalidModel(`a linear model of a leaf has ${count} columns`)
    ends.push((ends.at(-1) ?? 0) + count)
  }
  if ((ends.at(-1) ?? 0) !== columns.length) throw invalidModel('linear models have columns too many')
  const cut = (list: Float64Array): number[][] =>
    ends.map((end, leaf) => Array.from(list.subarray(ends[leaf - 1] ?? 0, end)))
  return { constants, columns: cut(columns), coefficients: cut(coefficients) }
}

/** The sum of a class and a column's coefficients: constants come first, then column by column. */
export const slotOf = (group: number, column: number | null, groups: number): number =>
  group + groups * (column === null ? 0 : column + 1)

/**
 * One leaf as nodes: a test per column that asks whether it is there, the linear model, and the plain leaf for each
 * test that fails. The first node takes the leaf's place; the others are to stand from `next` on.
 */
export function expandLeaf(
  leaf: LooseNode,
  linear: LinearLeaves,
  at: { readonly leaf: number; readonly next: number; readonly group: number; readonly groups: number },
): LooseNode[] {
  const columns = linear.columns[at.leaf] ?? []
  const coefficients = linear.coefficients[at.leaf] ?? []
  const count = columns.length
  const model: LooseNode = {
    ...leaf,
    weights: [
      [slotOf(at.group, null, at.groups), linear.constants[at.leaf] ?? 0],
      ...columns.map(
        (column, index) => [slotOf(at.group, column, at.groups), coefficients[index] ?? 0] as const,
      ),
    ],
  }
  const tests = columns.map((column, index): LooseNode => ({
    column,
    mode: BRANCH.leq,
    threshold: Infinity,
    missingYes: false,
    yes: at.next + index,
    no: at.next + count + index,
    cover: 0,
    weights: [],
  }))
  return [...tests, model, ...columns.map(() => leaf)]
}

/**
 * Sums of [N, classes] from the constants and coefficients [N, classes · (1 + columns)] that the trees added up.
 * @param columns the model's columns as one value [N, width]; `used` are the positions of those with coefficients
 */
export function addLinearSums(
  builder: GraphBuilder,
  values: { readonly parts: string; readonly columns: string },
  shape: { readonly used: readonly number[]; readonly groups: number },
): string {
  const { used, groups } = shape
  const axis = { attributes: { axis: { int: 1 } } }
  const picked = builder.add('Gather', [values.columns, builder.integers(used)], axis)
  const isMissing = builder.add('IsNaN', [picked])
  const known = builder.add('Where', [isMissing, builder.numbers([0]), picked])
  const first = builder.add('Gather', [known, builder.integers([0])], axis)
  const one = builder.add('Cast', [builder.add('Equal', [first, first])], { attributes: { to: { int: 11 } } })
  const slots = used.length + 1
  const positions = Array.from({ length: groups * slots }, (_, part) => Math.floor(part / groups))
  const factors = builder.add(
    'Gather',
    [builder.add('Concat', [one, known], axis), builder.integers(positions)],
    axis,
  )
  const products = builder.add('Mul', [values.parts, factors])
  const blocks = Float64Array.from({ length: groups * slots * groups }, (_, index) =>
    Number(Math.floor(index / groups) % groups === index % groups),
  )
  return builder.add('MatMul', [products, builder.numbers(blocks, [groups * slots, groups])])
}
