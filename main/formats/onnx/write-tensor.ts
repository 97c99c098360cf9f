import { TENSOR } from './schema'
import { encodeMessage, encodeNumber, encodeText } from './wire-writer'

/** TensorProto.DataType of what converters write. */
export const DATA_TYPES = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float64: 11,
} as const

/** A tensor in C order. */
export type TensorContent = { readonly dims: readonly number[] } & (
  | { readonly type: 'float64'; readonly values: Float64Array }
  | { readonly type: 'float32'; readonly values: Float32Array }
  | { readonly type: 'int64'; readonly values: BigInt64Array }
  | { readonly type: 'uint8' | 'bool'; readonly values: Uint8Array }
  | { readonly type: 'string'; readonly values: readonly string[] }
)

/** The fields of a TensorProto. ONNX writes raw data in little-endian order, as every machine that runs this has it. */
export function encodeTensor(content: TensorContent, name: string): Uint8Array[] {
  const head = [
    ...content.dims.map((dim) => encodeNumber(TENSOR.dim, dim)),
    encodeNumber(TENSOR.dataType, DATA_TYPES[content.type]),
    ...(name === '' ? [] : [encodeText(TENSOR.name, name)]),
  ]
  if (content.type === 'string')
    return head.concat(content.values.map((value) => encodeText(TENSOR.stringData, value)))
  const { buffer, byteOffset, byteLength } = content.values
  return [...head, encodeMessage(TENSOR.rawData, [new Uint8Array(buffer, byteOffset, byteLength)])]
}

const MOST_SHARED = 64

/** Tells equal small tensors apart from others; null for one that is too large to be worth comparing. */
export function keyOfTensor(content: TensorContent): string | null {
  if (content.values.length > MOST_SHARED) return null
  const values = Array.from<unknown>(content.values).map((value) =>
    Object.is(value, -0) ? '-0' : String(value),
  )
  return JSON.stringify([content.type, content.dims, values])
}
