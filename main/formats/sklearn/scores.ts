// From scores to labels, and what else several kinds of estimators do with numbers in the graph.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Conversion } from './conversion'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import { joinNumbers } from './frame'

/** TensorProto.DataType of what Cast makes. */
const CAST_TO = { float32: 1, int64: 7, float64: 11 } as const

export const addCast = (builder: GraphBuilder, value: string, type: keyof typeof CAST_TO): string =>
  builder.add('Cast', [value], { attributes: { to: { int: CAST_TO[type] } } })

/** All columns as numbers [N, width]. @throws WorkstationError unsupported when one is text */
export function numbersOf(conversion: Conversion, estimator: Estimator, frame: Frame): string {
  if (frame.some((block) => block.type === 'string'))
    return estimator.refuse('it is given text columns, but knows numbers only; encode them before it')
  return joinNumbers(conversion.builder, frame)
}

/** The numbers as single precision holds them, for libraries that compare in float32. */
export const addRounding = (builder: GraphBuilder, value: string): string =>
  addCast(builder, addCast(builder, value, 'float32'), 'float64')

/** int64 [N]: where each row of [N, width] is largest; the first one where several are, as numpy.argmax has it. */
export const addLargest = (builder: GraphBuilder, scores: string): string =>
  builder.add('ArgMax', [scores], {
    attributes: { axis: { int: 1 }, keepdims: { int: 0 }, select_last_index: { int: 0 } },
  })

/** int64 [N]: 1 where a column [N, 1] is above a limit, otherwise 0. */
export const addAbove = (builder: GraphBuilder, column: string, limit: number): string =>
  addFlag(builder, builder.add('Greater', [column, builder.numbers([limit])]))

/** int64 [N]: 1 where a column [N, 1] is at a limit or above, otherwise 0. */
export const addAtLeast = (builder: GraphBuilder, column: string, limit: number): string =>
  addFlag(builder, builder.add('GreaterOrEqual', [column, builder.numbers([limit])]))

const addFlag = (builder: GraphBuilder, condition: string): string =>
  builder.add('Squeeze', [addCast(builder, condition, 'int64'), builder.integers([1])])

/** Values [N, width] next to each other. */
export function addColumns(builder: GraphBuilder, values: readonly string[]): string {
  const [only] = values
  if (only !== undefined && values.length === 1) return only
  return builder.add('Concat', values, { attributes: { axis: { int: 1 } } })
}

/** Some columns of [N, width], [N, positions.length]. */
export const addPick = (builder: GraphBuilder, value: string, positions: readonly number[]): string =>
  builder.add('Gather', [value, builder.integers(positions)], { attributes: { axis: { int: 1 } } })

/** float64 [N, width] with 1 where int64 [N] points to, otherwise 0. */
export function addOneHot(builder: GraphBuilder, index: string, width: number): string {
  const column = builder.add('Unsqueeze', [index, builder.integers([1])])
  const places = builder.integers(
    Array.from({ length: width }, (_, place) => place),
    [1, width],
  )
  return addCast(builder, builder.add('Equal', [column, places]), 'float64')
}

/** The sum of values of one shape, added in their order. */
export function addSum(builder: GraphBuilder, values: readonly string[]): string {
  const [first = '', ...rest] = values
  return rest.reduce((sum, value) => builder.add('Add', [sum, value]), first)
}

/** The same row of numbers for every row of a value: [N, row.length]. */
export function addRepeated(builder: GraphBuilder, like: string, row: ArrayLike<number>): string {
  const rows = builder.add('Gather', [builder.add('Shape', [like]), builder.integers([0])], {
    attributes: { axis: { int: 0 } },
  })
  const shape = builder.add('Concat', [rows, builder.integers([row.length])], {
    attributes: { axis: { int: 0 } },
  })
  return builder.add('Expand', [builder.numbers(row, [1, row.length]), shape])
}
