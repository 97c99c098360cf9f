// Reads the numbers and texts that `readOnnx` left in the file: lists of attributes and elements of tensors.
import { WorkstationError } from '../../errors'
import { ONNX_LIMITS } from './limits'
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from './model'
import { ATTRIBUTE, TENSOR } from './schema'
import { WireReader } from './wire-reader'

/** TensorProto.DataType, as far as numbers are read. */
const FLOAT = 1
const UINT8 = 2
const INT8 = 3
const INT32 = 6
const INT64 = 7
const BOOL = 9
const DOUBLE = 11

function requireFew(count: number): void {
  if (count <= ONNX_LIMITS.listValues) return
  throw new WorkstationError(
    'too_large',
    `the ONNX file holds a list of ${count} values; at most ${ONNX_LIMITS.listValues} are read`,
  )
}

export function findAttribute(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attributes.find((attribute) => attribute.name === name)
}

const walk = (model: OnnxModel, range: { readonly start: number; readonly end: number }): WireReader =>
  new WireReader(model.bytes, range.start, range.end)

/** The numbers of a node's attribute, whether it is a float, an int, a list of them or a tensor; [] when it is absent. */
export function readNumbers(model: OnnxModel, node: OnnxNode, name: string): number[] {
  const attribute = findAttribute(node, name)
  if (attribute === undefined) return []
  const [tensor] = attribute.tensors
  if (tensor !== undefined) return readTensorNumbers(model, tensor) ?? []
  requireFew(attribute.listLength)
  const wire = walk(model, attribute.range)
  const values: number[] = []
  while (wire.next()) {
    switch (wire.tag) {
      case ATTRIBUTE.onlyInt:
      case ATTRIBUTE.int:
        values.push(wire.int())
        break
      case ATTRIBUTE.ints:
        for (const value of wire.packedBigints()) values.push(Number(value))
        break
      case ATTRIBUTE.onlyFloat:
      case ATTRIBUTE.float:
      case ATTRIBUTE.floats:
        readFixed(wire.span(), FLOAT, values)
        break
    }
  }
  return values
}

/** The texts of a node's attribute, one or a list; [] when it is absent. */
export function readTexts(model: OnnxModel, node: OnnxNode, name: string): string[] {
  const attribute = findAttribute(node, name)
  if (attribute === undefined) return []
  requireFew(attribute.listLength)
  const wire = walk(model, attribute.range)
  const values: string[] = []
  while (wire.next())
    if (wire.tag === ATTRIBUTE.onlyString || wire.tag === ATTRIBUTE.string) values.push(wire.text())
  return values
}

/** The only or first text of a node's attribute; undefined when it is absent. */
export function readText(model: OnnxModel, node: OnnxNode, name: string): string | undefined {
  return readTexts(model, node, name)[0]
}

/** The elements of a numeric tensor in row-major order; null when it holds other elements or lies in another file. */
export function readTensorNumbers(model: OnnxModel, tensor: OnnxTensor): number[] | null {
  if (tensor.isExternal || ![FLOAT, UINT8, INT8, INT32, INT64, BOOL, DOUBLE].includes(tensor.dataType))
    return null
  requireFew(tensor.elementCount)
  const wire = walk(model, tensor.range)
  const values: number[] = []
  while (wire.next()) {
    switch (wire.tag) {
      case TENSOR.rawData:
        readFixed(wire.span(), tensor.dataType, values)
        break
      case TENSOR.floatData:
        readFixed(wire.span(), FLOAT, values)
        break
      case TENSOR.doubleData:
        readFixed(wire.span(), DOUBLE, values)
        break
      case TENSOR.int32Datum:
      case TENSOR.int64Datum:
        values.push(wire.int())
        break
      case TENSOR.int32Data:
      case TENSOR.int64Data:
        requireFew(wire.countPackedVarints())
        for (const value of wire.packedBigints()) values.push(Number(value))
        break
    }
    requireFew(values.length)
  }
  return values
}

/** Little-endian numbers of fixed width; a rest that is shorter than one is left out. */
function readFixed(bytes: Uint8Array, dataType: number, into: number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { width, read } = fixedReader(dataType, view)
  requireFew(bytes.length / width)
  for (let at = 0; at + width <= bytes.length; at += width) into.push(read(at))
}

function fixedReader(dataType: number, view: DataView): { width: number; read: (at: number) => number } {
  switch (dataType) {
    case DOUBLE:
      return { width: 8, read: (at) => view.getFloat64(at, true) }
    case INT64:
      return { width: 8, read: (at) => Number(view.getBigInt64(at, true)) }
    case INT32:
      return { width: 4, read: (at) => view.getInt32(at, true) }
    case INT8:
      return { width: 1, read: (at) => view.getInt8(at) }
    case UINT8:
    case BOOL:
      return { width: 1, read: (at) => view.getUint8(at) }
    default:
      return { width: 4, read: (at) => view.getFloat32(at, true) }
  }
}
