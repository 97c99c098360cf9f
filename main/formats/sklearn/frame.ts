// The table that flows between the steps of a pipeline while its graph is being built.
import type { GraphBuilder } from '../onnx/graph-builder'

/** Some columns next to each other in one graph value [N, width]. */
export type Block = { readonly value: string; readonly type: 'float64' | 'string'; readonly width: number }

/** Columns in order, in one or more blocks. */
export type Frame = readonly Block[]

export const widthOf = (frame: Frame): number => frame.reduce((sum, block) => sum + block.width, 0)

/**
 * All columns as one float64 value [N, width].
 * @throws TypeError when one is text: the caller knows better what to say
 */
export function joinNumbers(builder: GraphBuilder, frame: Frame): string {
  if (frame.some((block) => block.type === 'string')) throw new TypeError('text columns are no numbers')
  const [only] = frame
  if (only !== undefined && frame.length === 1) return only.value
  return builder.add(
    'Concat',
    frame.map((block) => block.value),
    { attributes: { axis: { int: 1 } } },
  )
}

export const numberFrame = (value: string, width: number): Frame => [{ value, type: 'float64', width }]

/** The columns at these positions, in this order; runs of one block stay together. */
export function pickColumns(builder: GraphBuilder, frame: Frame, positions: readonly number[]): Frame {
  const starts: number[] = []
  let start = 0
  for (const block of frame) {
    starts.push(start)
    start += block.width
  }
  const runs: { readonly block: Block; readonly columns: number[] }[] = []
  for (const position of positions) {
    const index = starts.findLastIndex((first) => first <= position)
    const block = frame[index]
    const column = position - (starts[index] ?? 0)
    if (block === undefined || column < 0 || column >= block.width)
      throw new RangeError(`there is no column ${position} in ${start} columns`)
    const last = runs.at(-1)
    if (last?.block === block) last.columns.push(column)
    else runs.push({ block, columns: [column] })
  }
  return runs.map(({ block, columns }) => {
    if (columns.length === block.width && columns.every((column, index) => column === index)) return block
    const value = builder.add('Gather', [block.value, builder.integers(columns)], {
      attributes: { axis: { int: 1 } },
    })
    return { value, type: block.type, width: columns.length }
  })
}
