// Columns of pandas' category type: callers send the categories, the model was trained on their positions.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Block, Frame } from './frame'
import { joinNumbers, pickColumns, widthOf } from './frame'

/** The categories of one column by their code, which is their position. */
export type CategoryCodes =
  | { readonly type: 'string'; readonly values: readonly string[] }
  | { readonly type: 'float64'; readonly values: readonly number[] }

/** [N, 1] of codes; NaN for what is no category, so for '' and NaN too. */
function addCodes(builder: GraphBuilder, block: Block, codes: CategoryCodes): string {
  const count = codes.values.length
  const keys =
    codes.type === 'string'
      ? ({ type: 'string', values: codes.values, dims: [count] } as const)
      : ({ type: 'float64', values: Float64Array.from(codes.values), dims: [count] } as const)
  return builder.add('LabelEncoder', [block.value], {
    domain: 'ai.onnx.ml',
    attributes: {
      keys_tensor: { tensor: keys },
      values_tensor: {
        tensor: {
          type: 'float64',
          values: Float64Array.from({ length: count }, (_, code) => code),
          dims: [count],
        },
      },
      default_tensor: { tensor: { type: 'float64', values: Float64Array.of(Number.NaN), dims: [1] } },
    },
  })
}

/**
 * All columns as one float64 value [N, width], categories replaced by their codes.
 * `codes` has one entry per column, null where the numbers are taken as they are.
 * @throws TypeError for a text column without codes
 */
export function joinCodes(
  builder: GraphBuilder,
  frame: Frame,
  codes: readonly (CategoryCodes | null)[],
): string {
  const width = widthOf(frame)
  const encoded: Block[] = []
  let first = 0
  for (let column = 0; column <= width; column++) {
    const known = codes[column] ?? null
    if (column < width && known === null) continue
    if (first < column) encoded.push(...pickColumns(builder, frame, range(first, column)))
    first = column + 1
    const [block] = column < width ? pickColumns(builder, frame, [column]) : []
    if (block === undefined || known === null) continue
    // A column that an earlier step already made numbers of carries codes, not categories.
    const isCoded = block.type === 'float64' && known.type === 'string'
    encoded.push(isCoded ? block : { value: addCodes(builder, block, known), type: 'float64', width: 1 })
  }
  return joinNumbers(builder, encoded)
}

const range = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, index) => start + index)
