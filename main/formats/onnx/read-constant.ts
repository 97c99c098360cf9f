// Constant tensors of a graph, with their shape.
import type { OnnxModel, OnnxNode, OnnxTensor } from './model'
import { findAttribute, readNumbers, readTensorNumbers } from './read-values'
import { readTensorLabels } from './read-labels'
import { TENSOR } from './schema'
import type { OnnxElementType } from './summary'
import { WireReader } from './wire-reader'

export type Constant = {
  readonly values: readonly (number | string)[]
  readonly dims: readonly number[]
  readonly type: OnnxElementType
}

const TYPES: Readonly<Record<number, OnnxElementType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  11: 'float64',
}

function readDims(model: OnnxModel, tensor: OnnxTensor): number[] {
  const wire = new WireReader(model.bytes, tensor.range.start, tensor.range.end)
  const dims: number[] = []
  while (wire.next()) {
    if (wire.tag === TENSOR.dim) dims.push(wire.int())
    else if (wire.tag === TENSOR.dims) for (const dim of wire.packedBigints()) dims.push(Number(dim))
  }
  return dims
}

/** A tensor of numbers or text; null for any other. @throws WorkstationError too_large */
export function readTensor(model: OnnxModel, tensor: OnnxTensor): Constant | null {
  const type = TYPES[tensor.dataType]
  if (type === undefined) return null
  const values =
    type === 'string' ? (readTensorLabels(model, tensor)?.labels ?? null) : readTensorNumbers(model, tensor)
  const dims = readDims(model, tensor)
  const count = dims.reduce((product, dim) => product * dim, 1)
  return values === null || values.length !== count ? null : { values, dims, type }
}

/** The tensor of an initializer or of a Constant node; null when `name` is neither. */
export function readConstant(
  model: OnnxModel,
  name: string,
  producer: OnnxNode | undefined,
): Constant | null {
  const initializer = model.graph.initializers.find((tensor) => tensor.name === name)
  if (initializer !== undefined) return readTensor(model, initializer)
  if (producer?.opType !== 'Constant') return null
  const tensor = findAttribute(producer, 'value')?.tensors[0]
  if (tensor !== undefined) return readTensor(model, tensor)
  const floats = readNumbers(model, producer, 'value_float')
  if (floats.length === 1) return { values: floats, dims: [], type: 'float32' }
  const integers = readNumbers(model, producer, 'value_int')
  return integers.length === 1 ? { values: integers, dims: [], type: 'int64' } : null
}
