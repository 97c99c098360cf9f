import type { OnnxModel, OnnxValueInfo } from './model'
import { DIMENSION, SHAPE, TENSOR_TYPE, TYPE } from './schema'
import type { OnnxElementType, OnnxValue } from './summary'
import { WireReader } from './wire-reader'

/** TensorProto.DataType by number, as far as this product handles the type. */
const ELEMENT_TYPES: Readonly<Record<number, OnnxElementType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
}

/** More dimensions than any runtime takes; the rest of a hostile shape is not built. */
const MAX_RANK = 64

/** Reads the type of a graph input or output (TypeProto). */
export function readValueType(model: OnnxModel, info: OnnxValueInfo): OnnxValue {
  const untyped: OnnxValue = { name: info.name, kind: 'other', elementType: null, shape: null }
  if (info.type === null) return untyped
  const wire = new WireReader(model.bytes, info.type.start, info.type.end)
  let value = untyped
  while (wire.next()) {
    if (wire.tag === TYPE.tensor) value = { name: info.name, kind: 'tensor', ...readTensorType(wire) }
    else if (wire.tag === TYPE.sequence) value = { ...untyped, kind: 'sequence' }
    else if (wire.tag === TYPE.map) value = { ...untyped, kind: 'map' }
    else if (wire.tag === TYPE.optional) value = { ...untyped, kind: 'optional' }
    else if (wire.tag === TYPE.sparseTensor || wire.tag === TYPE.opaque) value = untyped
  }
  return value
}

function readTensorType(parent: WireReader): Pick<OnnxValue, 'elementType' | 'shape'> {
  const wire = parent.message()
  let elementType: OnnxElementType | null = null
  let shape: (number | string | null)[] | null = null
  while (wire.next()) {
    if (wire.tag === TENSOR_TYPE.elementType) elementType = nameElementType(wire.int())
    else if (wire.tag === TENSOR_TYPE.shape) shape = readShape(wire)
  }
  return { elementType, shape }
}

function nameElementType(dataType: number): OnnxElementType | null {
  return dataType === 0 ? null : (ELEMENT_TYPES[dataType] ?? 'other')
}

function readShape(parent: WireReader): (number | string | null)[] {
  const wire = parent.message()
  const shape: (number | string | null)[] = []
  while (wire.next() && shape.length < MAX_RANK) {
    if (wire.tag === SHAPE.dimension) shape.push(readDimension(wire))
  }
  return shape
}

/** A negative size is how some exporters write "unknown". */
function readDimension(parent: WireReader): number | string | null {
  const wire = parent.message()
  let size: number | string | null = null
  while (wire.next()) {
    if (wire.tag === DIMENSION.value) size = wire.int() < 0 ? null : wire.int()
    else if (wire.tag === DIMENSION.parameter) size = wire.text() || null
  }
  return size
}
