/** Tensors as plain data: what crosses every process border and what callers hand in and get back. */
import { WorkstationError } from '../errors'

/** Element types that ONNX Runtime carries through JavaScript. `float16` travels as its raw 16-bit patterns. */
const TYPED_ARRAYS = {
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const

export type NumericTensorType = keyof typeof TYPED_ARRAYS
export type TensorType = NumericTensorType | 'string'
/** Over any buffer, since the runtime does not promise which kind it hands out. */
export type NumericTensorValues =
  | Uint16Array
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
export type TensorValues = NumericTensorValues | readonly string[]

/** A dense tensor in row-major order; `data.length` is the product of `dims`. */
export type TensorData = {
  readonly type: TensorType
  readonly dims: readonly number[]
  readonly data: TensorValues
}

export type Tensors = Readonly<Record<string, TensorData>>

/** Whether the name is an element type that this workstation can carry. */
export function isTensorType(name: string): name is TensorType {
  return name === 'string' || Object.hasOwn(TYPED_ARRAYS, name)
}

/**
 * Refuses a tensor whose values do not fit its type or its dimensions: merging such a tensor with others would
 * shift their rows. Throws `invalid` naming the tensor.
 */
export function checkTensor(name: string, tensor: TensorData): void {
  const { type, dims, data } = tensor
  if (!isTensorType(type)) {
    throw new WorkstationError('unsupported', `${name}: element type '${String(type)}' cannot be carried`)
  }
  const isRightKind = type === 'string' ? Array.isArray(data) : data instanceof TYPED_ARRAYS[type]
  if (!isRightKind) {
    const wanted = type === 'string' ? 'an array of strings' : `a ${TYPED_ARRAYS[type].name}`
    throw new WorkstationError('invalid', `${name}: the values of a ${type} tensor must be ${wanted}`)
  }
  const size = dims.reduce((product, dim) => product * dim, 1)
  if (size !== data.length || dims.some((dim) => !Number.isInteger(dim) || dim < 0)) {
    const shape = `[${dims.join(', ')}]`
    throw new WorkstationError(
      'invalid',
      `${name}: ${data.length} values do not fill a tensor of shape ${shape}`,
    )
  }
}

/**
 * Joins tensors along their first dimension, in order. They must agree in type and in all other dimensions;
 * throws `invalid` otherwise, or when there is nothing to join.
 */
export function concatTensors(tensors: readonly TensorData[]): TensorData {
  const first = tensors[0]
  if (first === undefined) throw new WorkstationError('invalid', 'there is no tensor to join')
  const trailing = first.dims.slice(1)
  let rows = 0
  for (const { type, dims } of tensors) {
    const isAlike = type === first.type && dims.length === first.dims.length
    if (!isAlike || !trailing.every((dim, index) => dim === dims[index + 1])) {
      throw new WorkstationError(
        'invalid',
        'tensors to join must agree in type and in all but the first dimension',
      )
    }
    rows += dims[0] ?? 0
  }
  return { type: first.type, dims: [rows, ...trailing], data: joinValues(first.type, tensors) }
}

/**
 * Cuts a tensor along its first dimension into parts of the given row counts, which must add up to it (`invalid`
 * otherwise). Parts are copies, so that no caller can reach a neighbour's rows through a shared buffer.
 */
export function splitTensor(tensor: TensorData, rowCounts: readonly number[]): TensorData[] {
  const rows = tensor.dims[0]
  const wanted = rowCounts.reduce((sum, count) => sum + count, 0)
  if (rows === undefined || rows !== wanted) {
    throw new WorkstationError(
      'invalid',
      `a tensor of ${rows ?? 'no'} rows cannot be cut into ${wanted} rows`,
    )
  }
  const trailing = tensor.dims.slice(1)
  const stride = trailing.reduce((product, dim) => product * dim, 1)
  let from = 0
  return rowCounts.map((count) => {
    const to = from + count * stride
    const part = { type: tensor.type, dims: [count, ...trailing], data: tensor.data.slice(from, to) }
    from = to
    return part
  })
}

/**
 * The same tensor on a buffer of its own size. A view into a larger buffer (a request body, say) would drag the
 * whole of it through the structured clone to the worker.
 */
export function compactTensor(tensor: TensorData): TensorData {
  const { data } = tensor
  if (!ArrayBuffer.isView(data) || data.byteLength === data.buffer.byteLength) return tensor
  return { ...tensor, data: data.slice() }
}

function joinValues(type: TensorType, tensors: readonly TensorData[]): TensorValues {
  if (type === 'string') return tensors.flatMap(({ data }) => (ArrayBuffer.isView(data) ? [] : data))
  const views = tensors.flatMap(({ data }) => (ArrayBuffer.isView(data) ? [data] : []))
  const bytes = new Uint8Array(views.reduce((sum, view) => sum + view.byteLength, 0))
  let offset = 0
  for (const view of views) {
    bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset)
    offset += view.byteLength
  }
  return new TYPED_ARRAYS[type](bytes.buffer)
}
