// Follows a model's input back to the inputs of the graph, through everything that works column by column.
import type { ColumnSource, ColumnStep } from './column-source'
import type { OnnxModel, OnnxNode } from './model'
import { readNumbers, readTensorNumbers, readTexts } from './read-values'
import type { OnnxElementType } from './summary'
import { readValueType } from './value-type'

/** The columns of a two-dimensional value, and the type that its numbers have there. */
export type TracedColumns = { readonly columns: readonly ColumnSource[]; readonly type: OnnxElementType }

/** TensorProto.DataType → what a Cast makes. */
const CAST_TYPES: Readonly<Record<number, OnnxElementType>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  11: 'float64',
}
const MOST_COLUMNS = 100_000
const MOST_DEPTH = 200

const append = (source: ColumnSource, ...steps: readonly ColumnStep[]): ColumnSource => ({
  ...source,
  steps: [...source.steps, ...steps],
})

export type Tracer = {
  readonly model: OnnxModel
  readonly producers: ReadonlyMap<string, OnnxNode>
  /** Columns of each graph input, where the file leaves that open. */
  readonly widths: Readonly<Record<string, number>>
}

/** The numbers of an initializer or of a Constant node. */
export function readConstant({ model, producers }: Tracer, name: string): number[] | null {
  const initializer = model.graph.initializers.find((tensor) => tensor.name === name)
  if (initializer !== undefined) return readTensorNumbers(model, initializer)
  const producer = producers.get(name)
  return producer?.opType === 'Constant' ? readNumbers(model, producer, 'value') : null
}

/** Where the columns of `name` come from; null when one of them is made of several, or in a way that is not known here. */
export function traceColumns(tracer: Tracer, name: string, depth = 0): TracedColumns | null {
  if (depth > MOST_DEPTH) return null
  const producer = tracer.producers.get(name)
  if (producer === undefined) return traceInput(tracer, name)
  const traced = traceNode(tracer, producer, depth + 1)
  return traced === null || traced.columns.length > MOST_COLUMNS ? null : traced
}

function traceInput({ model, widths }: Tracer, name: string): TracedColumns | null {
  const input = model.graph.inputs.find((candidate) => candidate.name === name)
  const width = widths[name]
  if (input === undefined || width === undefined) return null
  const type = readValueType(model, input).elementType
  if (type === null || type === 'bool') return null
  const columns = Array.from({ length: width }, (_, column) => ({
    input: name,
    column,
    steps: type === 'float32' ? [{ kind: 'round' } as const] : [],
  }))
  return { columns, type }
}

function traceNode(tracer: Tracer, node: OnnxNode, depth: number): TracedColumns | null {
  const [first = ''] = node.inputs
  const before = (): TracedColumns | null => traceColumns(tracer, first, depth)
  switch (node.opType) {
    case 'Identity':
      return before()
    case 'Reshape':
    case 'Flatten':
      return traceReshape(tracer, node, before())
    case 'Cast':
      return traceCast(tracer, node, before())
    case 'Concat':
    case 'FeatureVectorizer':
      return traceConcat(tracer, node, depth)
    case 'ArrayFeatureExtractor':
    case 'Gather':
      return pickColumns(tracer, node, before())
    case 'Scaler':
      return traceScaler(tracer, node, before())
    case 'Imputer':
      return traceImputer(tracer, node, before())
    case 'OneHotEncoder':
      return traceOneHot(tracer, node, before())
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return traceArithmetic(tracer, node, before())
    default:
      return null
  }
}

/** Only the flattening of [rows, 1, columns] that follows a OneHotEncoder: everything else might mix rows. */
function traceReshape(tracer: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  if (from === null || node.opType === 'Flatten') return from
  const shape = readConstant(tracer, node.inputs[1] ?? '')
  const width = shape?.at(-1)
  return shape?.length === 2 && (width === from.columns.length || shape[0] === 0) ? from : null
}

function traceCast({ model }: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  const type = CAST_TYPES[readNumbers(model, node, 'to')[0] ?? 0]
  if (from === null || type === undefined || from.type === 'string') return null
  const step: ColumnStep[] =
    type === 'float32' ? [{ kind: 'round' }] : type === 'float64' ? [] : [{ kind: 'truncate' }]
  return { columns: from.columns.map((source) => append(source, ...step)), type }
}

function traceConcat(tracer: Tracer, node: OnnxNode, depth: number): TracedColumns | null {
  const axis = readNumbers(tracer.model, node, 'axis')[0] ?? 1
  if (axis !== 1 && axis !== -1) return null
  const parts = node.inputs.map((input) => traceColumns(tracer, input, depth))
  const [first] = parts
  const columns = parts.flatMap((part) => part?.columns ?? [])
  return first === null || first === undefined || parts.includes(null) ? null : { columns, type: first.type }
}

function pickColumns(tracer: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  const indices = readConstant(tracer, node.inputs[1] ?? '')
  const axis = node.opType === 'Gather' ? (readNumbers(tracer.model, node, 'axis')[0] ?? 0) : 1
  if (from === null || indices === null || axis !== 1) return null
  const columns = indices.flatMap((index) => from.columns[index] ?? [])
  return columns.length === indices.length ? { columns, type: from.type } : null
}

/** A list with one entry per column; a single entry stands for every column. */
const entryOf = (list: readonly number[], index: number): number | undefined =>
  list.length === 1 ? list[0] : list[index]

function traceScaler({ model }: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  if (from === null) return null
  const offsets = readNumbers(model, node, 'offset')
  const factors = readNumbers(model, node, 'scale')
  const columns = from.columns.map((source, index) =>
    append(
      source,
      { kind: 'scale', offset: entryOf(offsets, index) ?? 0, factor: entryOf(factors, index) ?? 1 },
      { kind: 'round' },
    ),
  )
  return { columns, type: 'float32' }
}

function traceImputer({ model }: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  const values = [
    ...readNumbers(model, node, 'imputed_value_floats'),
    ...readNumbers(model, node, 'imputed_value_int64s'),
  ]
  if (from === null || values.length === 0) return null
  const missing =
    readNumbers(model, node, 'replaced_value_float')[0] ??
    readNumbers(model, node, 'replaced_value_int64')[0] ??
    0
  const columns = from.columns.map((source, index) =>
    append(source, { kind: 'impute', missing, by: entryOf(values, index) ?? 0 }),
  )
  return { columns, type: from.type }
}

function traceOneHot({ model }: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  // Of several columns the encoder makes one row each, so that a column has no place of its own.
  const [source] = from?.columns ?? []
  if (source === undefined || from?.columns.length !== 1) return null
  const texts = readTexts(model, node, 'cats_strings')
  const categories = texts.length > 0 ? texts : readNumbers(model, node, 'cats_int64s')
  return {
    columns: categories.map((category) => append(source, { kind: 'equals', category })),
    type: 'float32',
  }
}

/** Arithmetic with a constant per column. The constant may stand first where the order does not matter. */
function traceArithmetic(tracer: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  const constant = readConstant(tracer, node.inputs[1] ?? '')
  if (from === null || constant === null) return null
  if (constant.length !== 1 && constant.length !== from.columns.length) return null
  const columns = from.columns.map((source, index) => {
    const by = entryOf(constant, index) ?? 0
    const round: ColumnStep[] = from.type === 'float64' ? [] : [{ kind: 'round' }]
    return append(source, arithmeticStep(node.opType, by), ...round)
  })
  return { columns, type: from.type }
}

function arithmeticStep(type: string, by: number): ColumnStep {
  switch (type) {
    case 'Add':
      return { kind: 'add', by }
    case 'Sub':
      return { kind: 'add', by: -by }
    case 'Div':
      return { kind: 'divide', by }
    default:
      return { kind: 'scale', offset: 0, factor: by }
  }
}
