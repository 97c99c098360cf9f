import { WorkstationError } from '../../errors'
import { ONNX_LIMITS } from './limits'
import type {
  ByteRange,
  OnnxAttribute,
  OnnxFunction,
  OnnxGraph,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from './model'
import { ATTRIBUTE, FUNCTION, GRAPH, NODE, SPARSE_TENSOR, TENSOR, VALUE_INFO } from './schema'
import type { WireReader } from './wire-reader'

const DATA_LOCATION_EXTERNAL = 1

/** Counts what has been built so far, so that a small file cannot become a large object. */
export class RecordBudget {
  #spent = 0

  /** Notes `count` more records; throws `too_large` when the file holds more than `ONNX_LIMITS.records`. */
  spend(count = 1): void {
    this.#spent += count
    if (this.#spent <= ONNX_LIMITS.records) return
    throw new WorkstationError(
      'too_large',
      `the ONNX file holds more than ${ONNX_LIMITS.records} nodes, names and attributes`,
    )
  }
}

/** What every reader below needs: the shared budget and how many messages deep the reader is. */
export type ReadContext = { readonly budget: RecordBudget; readonly depth: number }

/** Notes one message entered; throws `too_large` when messages are nested deeper than `ONNX_LIMITS.depth`. */
function enter(context: ReadContext): ReadContext {
  context.budget.spend()
  if (context.depth >= ONNX_LIMITS.depth) {
    throw new WorkstationError('too_large', `the ONNX file nests more than ${ONNX_LIMITS.depth} messages`)
  }
  return { budget: context.budget, depth: context.depth + 1 }
}

function valueRange(wire: WireReader): ByteRange {
  return { start: wire.valueStart, end: wire.valueEnd }
}

function readName(wire: WireReader, context: ReadContext): string {
  context.budget.spend()
  return wire.text()
}

/** Reads a GraphProto, with all subgraphs nested in its nodes' attributes. */
export function readGraph(parent: WireReader, context: ReadContext): OnnxGraph {
  const inner = enter(context)
  const wire = parent.message()
  const nodes: OnnxNode[] = []
  const initializers: OnnxTensor[] = []
  const inputs: OnnxValueInfo[] = []
  const outputs: OnnxValueInfo[] = []
  while (wire.next()) {
    if (wire.tag === GRAPH.node) nodes.push(readNode(wire, inner))
    else if (wire.tag === GRAPH.initializer) initializers.push(readTensor(wire, inner))
    else if (wire.tag === GRAPH.sparseInitializer) initializers.push(readSparseTensor(wire, inner))
    else if (wire.tag === GRAPH.input) inputs.push(readValueInfo(wire, inner))
    else if (wire.tag === GRAPH.output) outputs.push(readValueInfo(wire, inner))
  }
  return { nodes, initializers, inputs, outputs, range: valueRange(parent) }
}

/** Reads a FunctionProto: an operator that the file defines itself. */
export function readFunction(parent: WireReader, context: ReadContext): OnnxFunction {
  const inner = enter(context)
  const wire = parent.message()
  const nodes: OnnxNode[] = []
  let name = ''
  let domain = ''
  while (wire.next()) {
    if (wire.tag === FUNCTION.name) name = readName(wire, inner)
    else if (wire.tag === FUNCTION.domain) domain = readName(wire, inner)
    else if (wire.tag === FUNCTION.node) nodes.push(readNode(wire, inner))
  }
  return { name, domain, nodes }
}

function readNode(parent: WireReader, context: ReadContext): OnnxNode {
  const inner = enter(context)
  const wire = parent.message()
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes: OnnxAttribute[] = []
  let name = ''
  let opType = ''
  let domain = ''
  while (wire.next()) {
    if (wire.tag === NODE.input) inputs.push(readName(wire, inner))
    else if (wire.tag === NODE.output) outputs.push(readName(wire, inner))
    else if (wire.tag === NODE.attribute) attributes.push(readAttribute(wire, inner))
    else if (wire.tag === NODE.name) name = readName(wire, inner)
    else if (wire.tag === NODE.opType) opType = readName(wire, inner)
    else if (wire.tag === NODE.domain) domain = readName(wire, inner)
  }
  return { name, opType, domain, inputs, outputs, attributes }
}

function readAttribute(parent: WireReader, context: ReadContext): OnnxAttribute {
  const inner = enter(context)
  const wire = parent.message()
  const tensors: OnnxTensor[] = []
  const graphs: OnnxGraph[] = []
  let name = ''
  let floats = 0
  let ints = 0
  let strings = 0
  while (wire.next()) {
    switch (wire.tag) {
      case ATTRIBUTE.float:
        floats += 1
        break
      case ATTRIBUTE.floats:
        floats += Math.floor((wire.valueEnd - wire.valueStart) / 4)
        break
      case ATTRIBUTE.int:
        ints += 1
        break
      case ATTRIBUTE.ints:
        ints += wire.countPackedVarints()
        break
      case ATTRIBUTE.string:
        strings += 1
        break
      case ATTRIBUTE.name:
        name = readName(wire, inner)
        break
      case ATTRIBUTE.tensor:
      case ATTRIBUTE.tensors:
        tensors.push(readTensor(wire, inner))
        break
      case ATTRIBUTE.sparseTensor:
      case ATTRIBUTE.sparseTensors:
        tensors.push(readSparseTensor(wire, inner))
        break
      case ATTRIBUTE.graph:
      case ATTRIBUTE.graphs:
        graphs.push(readGraph(wire, inner))
        break
    }
  }
  return { name, listLength: Math.max(floats, ints, strings), tensors, graphs, range: valueRange(parent) }
}

function readTensor(parent: WireReader, context: ReadContext): OnnxTensor {
  const inner = enter(context)
  const wire = parent.message()
  let name = ''
  let dataType = 0
  let elementCount = 1
  let isExternal = false
  while (wire.next()) {
    if (wire.tag === TENSOR.dim) elementCount = multiplyDimension(elementCount, wire.int())
    else if (wire.tag === TENSOR.dims) {
      inner.budget.spend(wire.countPackedVarints())
      for (const size of wire.packedBigints()) elementCount = multiplyDimension(elementCount, Number(size))
    } else if (wire.tag === TENSOR.dataType) dataType = wire.int()
    else if (wire.tag === TENSOR.name) name = readName(wire, inner)
    else if (wire.tag === TENSOR.externalData) isExternal = true
    else if (wire.tag === TENSOR.dataLocation) isExternal ||= wire.int() === DATA_LOCATION_EXTERNAL
  }
  return { name, dataType, elementCount, isExternal, range: valueRange(parent) }
}

function multiplyDimension(elementCount: number, size: number): number {
  return Math.min(elementCount * Math.max(size, 0), Number.MAX_SAFE_INTEGER)
}

/** The values of a sparse tensor are what counts as its elements; the indices only say where they go. */
function readSparseTensor(parent: WireReader, context: ReadContext): OnnxTensor {
  const inner = enter(context)
  const wire = parent.message()
  let values: OnnxTensor | null = null
  let hasExternalIndices = false
  while (wire.next()) {
    if (wire.tag === SPARSE_TENSOR.values) values = readTensor(wire, inner)
    else if (wire.tag === SPARSE_TENSOR.indices) hasExternalIndices ||= readTensor(wire, inner).isExternal
  }
  const empty = { name: '', dataType: 0, elementCount: 0, isExternal: false, range: valueRange(parent) }
  const tensor = values ?? empty
  return { ...tensor, isExternal: tensor.isExternal || hasExternalIndices }
}

function readValueInfo(parent: WireReader, context: ReadContext): OnnxValueInfo {
  const inner = enter(context)
  const wire = parent.message()
  let name = ''
  let type: ByteRange | null = null
  while (wire.next()) {
    if (wire.tag === VALUE_INFO.name) name = readName(wire, inner)
    else if (wire.tag === VALUE_INFO.type) type = valueRange(wire)
  }
  return { name, type }
}
