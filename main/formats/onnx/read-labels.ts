import { WorkstationError } from '../../errors'
import { ONNX_LIMITS } from './limits'
import type { OnnxAttribute, OnnxModel, OnnxTensor } from './model'
import { ATTRIBUTE, TENSOR } from './schema'
import type { OnnxClassLabels } from './summary'
import { WireReader } from './wire-reader'

const INT32 = 6
const INT64 = 7
const STRING = 8

/** Reads an attribute that lists class labels; null when the list is empty. Throws `too_large` beyond the limit. */
export function readAttributeLabels(model: OnnxModel, attribute: OnnxAttribute): OnnxClassLabels | null {
  requireFewLabels(attribute.listLength)
  const tensor = attribute.tensors[0]
  if (tensor !== undefined) return readTensorLabels(model, tensor)
  const wire = new WireReader(model.bytes, attribute.range.start, attribute.range.end)
  const integers: bigint[] = []
  const texts: string[] = []
  while (wire.next()) {
    if (wire.tag === ATTRIBUTE.int) integers.push(wire.bigint())
    else if (wire.tag === ATTRIBUTE.ints) for (const value of wire.packedBigints()) integers.push(value)
    else if (wire.tag === ATTRIBUTE.string) texts.push(wire.text())
  }
  return chooseLabels(integers, texts)
}

/** Reads a tensor of class labels: int32, int64 or string; null for any other. Throws `too_large` beyond the limit. */
export function readTensorLabels(model: OnnxModel, tensor: OnnxTensor): OnnxClassLabels | null {
  if (tensor.isExternal || ![INT32, INT64, STRING].includes(tensor.dataType)) return null
  requireFewLabels(tensor.elementCount)
  const wire = new WireReader(model.bytes, tensor.range.start, tensor.range.end)
  const integers: bigint[] = []
  const texts: string[] = []
  while (wire.next()) {
    if (wire.tag === TENSOR.int32Datum || wire.tag === TENSOR.int64Datum) integers.push(wire.bigint())
    else if (wire.tag === TENSOR.int32Data || wire.tag === TENSOR.int64Data) {
      requireFewLabels(wire.countPackedVarints())
      for (const value of wire.packedBigints()) integers.push(value)
    } else if (wire.tag === TENSOR.stringData) texts.push(wire.text())
    else if (wire.tag === TENSOR.rawData) {
      for (const value of readRawIntegers(wire.span(), tensor.dataType === INT64 ? 8 : 4))
        integers.push(value)
    }
    requireFewLabels(Math.max(integers.length, texts.length))
  }
  return chooseLabels(integers, texts)
}

function readRawIntegers(raw: Uint8Array, width: 4 | 8): bigint[] {
  requireFewLabels(raw.length / width)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const values: bigint[] = []
  for (let at = 0; at + width <= raw.length; at += width) {
    values.push(width === 8 ? view.getBigInt64(at, true) : BigInt(view.getInt32(at, true)))
  }
  return values
}

function chooseLabels(integers: readonly bigint[], texts: readonly string[]): OnnxClassLabels | null {
  if (texts.length > 0) return { labels: texts, type: 'string' }
  if (integers.length > 0) return { labels: integers.map(String), type: 'int64' }
  return null
}

function requireFewLabels(count: number): void {
  if (count <= ONNX_LIMITS.classLabels) return
  throw new WorkstationError(
    'too_large',
    `the ONNX file lists ${count} class labels; at most ${ONNX_LIMITS.classLabels} are read`,
  )
}
