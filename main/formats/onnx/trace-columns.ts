// Follows a model's input back to the inputs of the graph, through everything that makes one column of one.
import type { ColumnOperation } from './column-operations'
import { ELEMENTWISE, isColumnOperation } from './column-operations'
import type { ColumnSource, ColumnTerm } from './column-source'
import { sizeOf } from './column-source'
import type { OnnxModel, OnnxNode } from './model'
import type { Constant } from './read-constant'
import { readConstant } from './read-constant'
import { findAttribute, readNumbers, readText, readTexts } from './read-values'
import { readTensor } from './read-constant'
import type { OnnxElementType } from './summary'
import type { TracedColumns } from './traced-columns'
import {
  applyToColumns,
  combine,
  joinColumns,
  multiplyColumns,
  reduceColumns,
  toConstantColumns,
} from './traced-columns'
import { readValueType } from './value-type'

/** TensorProto.DataType → what a Cast makes. */
const CAST_TYPES: Readonly<Record<number, OnnxElementType>> = {
  1: 'float32',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  11: 'float64',
}
const MOST_DEPTH = 200

/** Operators that make one column of all: the operation, and the type of its result where it is a fixed one. */
const REDUCTIONS: Readonly<Record<string, readonly [ColumnOperation, OnnxElementType | null]>> = {
  ReduceSum: ['Sum', null],
  ReduceMax: ['Max', null],
  ReduceMin: ['Min', null],
  ReduceMean: ['Mean', null],
  ArgMax: ['ArgMax', 'int64'],
  ArgMin: ['ArgMin', 'int64'],
}

/** Knows a graph while values are followed through it; each is followed once. */
export class Tracer {
  readonly model: OnnxModel
  readonly producers: ReadonlyMap<string, OnnxNode>
  /** Columns of each graph input, where the file leaves that open. */
  private readonly widths: Readonly<Record<string, number>>
  private readonly traced = new Map<string, TracedColumns | null>()
  private readonly constants = new Map<string, Constant | null>()

  constructor(model: OnnxModel, widths: Readonly<Record<string, number>>) {
    this.model = model
    this.widths = widths
    this.producers = new Map(
      model.graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
    )
  }

  /** The tensor of an initializer or of a Constant node. */
  constant(name: string): Constant | null {
    const known = this.constants.get(name)
    if (known !== undefined) return known
    const constant = name === '' ? null : readConstant(this.model, name, this.producers.get(name))
    this.constants.set(name, constant)
    return constant
  }

  /** Where the columns of `name` come from; null when one of them is made of several, or in a way that is not known here. */
  trace(name: string, depth = 0): TracedColumns | null {
    if (depth > MOST_DEPTH) return null
    const known = this.traced.get(name)
    if (known !== undefined) return known
    // A value that leads back to itself leads nowhere.
    this.traced.set(name, null)
    const columns = this.traceAnew(name, depth)
    this.traced.set(name, columns)
    return columns
  }

  private traceAnew(name: string, depth: number): TracedColumns | null {
    const constant = this.constant(name)
    if (constant !== null) return toConstantColumns(constant)
    const producer = this.producers.get(name)
    return producer === undefined ? this.traceInput(name) : traceNode(this, producer, depth + 1)
  }

  private traceInput(name: string): TracedColumns | null {
    const input = this.model.graph.inputs.find((candidate) => candidate.name === name)
    const width = this.widths[name]
    if (input === undefined || width === undefined) return null
    const type = readValueType(this.model, input).elementType
    if (type === null || type === 'bool') return null
    const source: ColumnTerm = { kind: 'source' }
    const columns = Array.from({ length: width }, (_, column): ColumnSource => {
      const raw: ColumnSource = { origin: { input: name, column }, term: source }
      return type === 'float32' ? (applyToColumns('Round32', [raw], false) ?? raw) : raw
    })
    return { columns, type }
  }
}

function traceNode(tracer: Tracer, node: OnnxNode, depth: number): TracedColumns | null {
  const [first = ''] = node.inputs
  const before = (): TracedColumns | null => tracer.trace(first, depth)
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
    case 'LabelEncoder':
      return traceLabelEncoder(tracer, node, before())
    case 'MatMul':
      return traceProduct(tracer, node, before())
    case 'Clip':
      return traceClip(tracer, node, depth)
    default:
      return traceOperation(tracer, node, depth)
  }
}

/** Operators whose work is a ColumnOperation, on each column or over all of them. */
function traceOperation(tracer: Tracer, node: OnnxNode, depth: number): TracedColumns | null {
  const reduction = REDUCTIONS[node.opType]
  const parts = (reduction === undefined ? node.inputs : node.inputs.slice(0, 1)).map((input) =>
    tracer.trace(input, depth),
  )
  const traced = parts.flatMap((part) => part ?? [])
  const operand = traced.at(node.opType === 'Where' ? 1 : 0)
  if (traced.length !== parts.length || operand === undefined) return null
  if (reduction !== undefined) {
    const [operation, type] = reduction
    return isOverColumns(tracer, node) ? reduceColumns(operation, operand, type ?? operand.type) : null
  }
  const rule = ELEMENTWISE[node.opType]
  if (rule === undefined || !isColumnOperation(node.opType)) return null
  const isWhole = operand.type === 'int64' || operand.type === 'int32'
  // Whole numbers divide in another way.
  if (isWhole && (node.opType === 'Div' || node.opType === 'Mean')) return null
  return combine(node.opType, traced, rule.isTruth ? 'bool' : operand.type)
}

/** Whether a reduction makes [rows, 1] of [rows, columns]. */
function isOverColumns(tracer: Tracer, node: OnnxNode): boolean {
  const { model } = tracer
  const axes = [
    ...readNumbers(model, node, 'axes'),
    ...readNumbers(model, node, 'axis'),
    ...(tracer.constant(node.inputs[1] ?? '')?.values ?? []),
  ]
  const keeps = readNumbers(model, node, 'keepdims')[0] ?? 1
  return axes.length === 1 && (axes[0] === 1 || axes[0] === -1) && keeps === 1
}

/** Only the flattening of [rows, 1, columns] that follows a OneHotEncoder: everything else might mix rows. */
function traceReshape(tracer: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  if (from === null || node.opType === 'Flatten') return from
  const shape = tracer.constant(node.inputs[1] ?? '')?.values
  const width = shape?.at(-1)
  return shape?.length === 2 && (width === from.columns.length || shape[0] === 0) ? from : null
}

function traceCast({ model }: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  const type = CAST_TYPES[readNumbers(model, node, 'to')[0] ?? 0]
  if (from === null || type === undefined || from.type === 'string') return null
  if (type === 'float64' || type === from.type) return { columns: from.columns, type }
  const operation = type === 'float32' ? 'Round32' : type === 'bool' ? 'IsTrue' : 'Truncate'
  return combine(operation, [from], type)
}

function traceConcat(tracer: Tracer, node: OnnxNode, depth: number): TracedColumns | null {
  const axis = readNumbers(tracer.model, node, 'axis')[0] ?? 1
  if (axis !== 1 && axis !== -1) return null
  return joinColumns(node.inputs.map((input) => tracer.trace(input, depth)))
}

function pickColumns(tracer: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  const indices = tracer.constant(node.inputs[1] ?? '')
  const axis = node.opType === 'Gather' ? (readNumbers(tracer.model, node, 'axis')[0] ?? 0) : 1
  if (from === null || indices === null || axis !== 1) return null
  // A single index without a list takes the column out of its row.
  if (node.opType === 'Gather' && indices.dims.length !== 1) return null
  const columns = indices.values.flatMap((index) => from.columns.at(Number(index)) ?? [])
  return columns.length === indices.values.length ? { columns, type: from.type } : null
}

/** A list with one entry per column as constants; a single entry stands for every column. */
const toConstants = (values: readonly number[], type: OnnxElementType): TracedColumns => ({
  columns: values.map((value) => ({ origin: null, term: { kind: 'constant', value } })),
  type,
})

function traceScaler({ model }: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  if (from === null) return null
  const offsets = readNumbers(model, node, 'offset')
  const factors = readNumbers(model, node, 'scale')
  // The operator computes in double and rounds once.
  const moved =
    offsets.length === 0 ? from : combine('Sub', [from, toConstants(offsets, 'float32')], 'float64')
  if (moved === null) return null
  return factors.length === 0
    ? combine('Round32', [moved], 'float32')
    : combine('Mul', [moved, toConstants(factors, 'float32')], 'float32')
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
  const isMissing = Number.isNaN(missing)
    ? combine('IsNaN', [from], 'bool')
    : combine('Equal', [from, toConstants([missing], from.type)], 'bool')
  return isMissing && combine('Where', [isMissing, toConstants(values, from.type), from], from.type)
}

function traceOneHot({ model }: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  // Of several columns the encoder makes one row each, so that a column has no place of its own.
  if (from?.columns.length !== 1) return null
  const texts = readTexts(model, node, 'cats_strings')
  const categories = texts.length > 0 ? texts : readNumbers(model, node, 'cats_int64s')
  const constants = {
    columns: categories.map((value) => ({ origin: null, term: { kind: 'constant', value } as const })),
    type: from.type,
  }
  return combine('Equal', [from, constants], 'float32')
}

/** The list that one of a LabelEncoder's attributes gives, whatever its type. */
function readEntries({ model }: Tracer, node: OnnxNode, of: 'keys' | 'values'): (number | string)[] {
  const tensor = findAttribute(node, `${of}_tensor`)?.tensors[0]
  if (tensor !== undefined) return [...(readTensor(model, tensor)?.values ?? [])]
  return [
    ...readTexts(model, node, `${of}_strings`),
    ...readNumbers(model, node, `${of}_int64s`),
    ...readNumbers(model, node, `${of}_floats`),
  ]
}

function traceLabelEncoder(tracer: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  const { model } = tracer
  const keys = readEntries(tracer, node, 'keys')
  const values = readEntries(tracer, node, 'values')
  if (from === null || keys.length === 0 || keys.length !== values.length) return null
  const tensor = findAttribute(node, 'default_tensor')?.tensors[0]
  const isText = typeof values[0] === 'string'
  const isWhole = findAttribute(node, 'values_int64s') !== undefined
  const given = isText
    ? (readText(model, node, 'default_string') ?? '_Unused')
    : (readNumbers(model, node, isWhole ? 'default_int64' : 'default_float')[0] ?? (isWhole ? -1 : 0))
  const otherwise = tensor === undefined ? given : (readTensor(model, tensor)?.values[0] ?? given)
  const columns = from.columns.map(({ origin, term }): ColumnSource => {
    const size = sizeOf(term) + 1
    return { origin, term: { kind: 'look-up', term, keys, values, otherwise, size } }
  })
  return { columns, type: isText ? 'string' : isWhole ? 'int64' : 'float64' }
}

function traceProduct(tracer: Tracer, node: OnnxNode, from: TracedColumns | null): TracedColumns | null {
  const matrix = tracer.constant(node.inputs[1] ?? '')
  return from === null || matrix === null ? null : multiplyColumns(from, matrix)
}

function traceClip(tracer: Tracer, node: OnnxNode, depth: number): TracedColumns | null {
  const [first = '', low = '', high = ''] = node.inputs
  const from = tracer.trace(first, depth)
  const bound = (name: string, attribute: string): TracedColumns | null => {
    if (name !== '') return tracer.trace(name, depth)
    const [value] = readNumbers(tracer.model, node, attribute)
    return value === undefined ? null : toConstants([value], 'float64')
  }
  const least = bound(low, 'min')
  const most = bound(high, 'max')
  if (from === null || (low !== '' && least === null) || (high !== '' && most === null)) return null
  const raised = least === null ? from : combine('Max', [from, least], from.type)
  return raised === null || most === null ? raised : combine('Min', [raised, most], from.type)
}
