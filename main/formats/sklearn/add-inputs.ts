// The columns that a model was fitted on, as inputs of its graph.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { InputColumn } from './conversion'
import type { Block, Frame } from './frame'

/** A column that callers send, and where it goes. */
export type ConvertedColumn = {
  /** Unique: a name that comes twice, or none, is made out. */
  readonly name: string
  readonly type: 'float64' | 'string'
  readonly acceptsMissing: boolean
  readonly categories: readonly (number | string)[] | null
  /** Graph input and column there; null when nothing reads it. */
  readonly input: { readonly name: string; readonly column: number } | null
}

/** The input of models that read numbers alone. */
const MATRIX = 'X'

/**
 * One matrix input where all columns that are read are numbers, one input per column otherwise.
 * A column that nothing reads stays in the frame, so that positions hold; its value is '' and nothing may read it.
 */
export function addInputs(
  builder: GraphBuilder,
  inputs: readonly InputColumn[],
): { readonly frame: Frame; readonly columns: readonly ConvertedColumn[] } {
  const names = uniqueNames(inputs)
  const used = inputs.filter(({ isUnused }) => isUnused !== true)
  const isMatrix = used.length > 0 && used.every(({ type }) => type === 'float64')
  let position = 0
  const columns = inputs.map((input, index): ConvertedColumn => {
    const name = names[index] ?? ''
    const place = isMatrix ? { name: MATRIX, column: position } : { name, column: 0 }
    if (input.isUnused !== true) position++
    return {
      name,
      type: input.type,
      acceptsMissing: input.isUnused === true || input.acceptsMissing,
      categories: input.categories ?? null,
      input: input.isUnused === true ? null : place,
    }
  })
  const frame = isMatrix ? addMatrix(builder, inputs, used.length) : addColumns(builder, columns)
  return { frame, columns }
}

function addColumns(builder: GraphBuilder, columns: readonly ConvertedColumn[]): Frame {
  return columns.map(({ input, type }) => ({
    value: input === null ? '' : builder.input(input.name, type, 1),
    type,
    width: 1,
  }))
}

function addMatrix(builder: GraphBuilder, inputs: readonly InputColumn[], width: number): Frame {
  const value = builder.input(MATRIX, 'float64', width)
  if (width === inputs.length) return [{ value, type: 'float64', width }]
  const frame: Block[] = []
  let next = 0
  let run: number[] = []
  const closeRun = (): void => {
    if (run.length === 0) return
    const picked = builder.add('Gather', [value, builder.integers(run)], { attributes: { axis: { int: 1 } } })
    frame.push({ value: picked, type: 'float64', width: run.length })
    run = []
  }
  for (const { isUnused } of inputs) {
    if (isUnused !== true) run.push(next++)
    else {
      closeRun()
      frame.push({ value: '', type: 'float64', width: 1 })
    }
  }
  closeRun()
  return frame
}

/** ONNX takes any name but the empty one, and each once; half of a surrogate pair does not survive UTF-8. */
function uniqueNames(inputs: readonly InputColumn[]): string[] {
  const own = new Set(inputs.map(({ name }) => name))
  const taken = new Set<string>()
  return inputs.map(({ name }, index) => {
    const wanted = name === null || name === '' ? `x${index}` : name.toWellFormed()
    let unique = wanted
    const isFree = (): boolean => !taken.has(unique) && (unique === name || !own.has(unique))
    for (let count = 2; !isFree(); count++) unique = `${wanted}_${count}`
    taken.add(unique)
    return unique
  })
}
