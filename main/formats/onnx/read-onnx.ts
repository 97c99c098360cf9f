import { WorkstationError } from '../../errors'
import { ONNX_LIMITS } from './limits'
import type { OnnxFunction, OnnxGraph, OnnxModel, OnnxOpset } from './model'
import { readFunction, readGraph, RecordBudget, type ReadContext } from './read-graph'
import { recognizeForeignFile } from './recognize-foreign-file'
import { ENTRY, FUNCTION, MODEL, OPSET } from './schema'
import { WireReader } from './wire-reader'

export { ONNX_LIMITS } from './limits'

/**
 * Reads the structure of an ONNX file (ModelProto of onnx 1.23). Nothing is copied: weights and the lists of tree
 * attributes stay in `bytes`, which must not change while the model is in use.
 *
 * Throws `invalid` when the bytes are not an ONNX model (naming what they look like), are cut short, or hold no graph
 * that computes something; `too_large` beyond `ONNX_LIMITS`. Never throws anything else, whatever the bytes.
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  if (bytes.length === 0)
    throw new WorkstationError('invalid', 'the file is empty; an ONNX model was expected')
  if (bytes.length > ONNX_LIMITS.fileBytes) {
    throw new WorkstationError(
      'too_large',
      `the file has ${bytes.length} bytes; an ONNX file has at most ${ONNX_LIMITS.fileBytes}`,
    )
  }
  const foreign = recognizeForeignFile(bytes)
  if (foreign !== null) {
    throw new WorkstationError('invalid', `this is not an ONNX model: it looks like ${foreign}`)
  }
  const model = readModel(bytes)
  requireComputation(model.graph)
  return model
}

function readModel(bytes: Uint8Array): OnnxModel {
  const context: ReadContext = { budget: new RecordBudget(), depth: 1 }
  const wire = new WireReader(bytes)
  const opsets: OnnxOpset[] = []
  const functions: OnnxFunction[] = []
  const metadata: (readonly [string, string])[] = []
  let graph: OnnxGraph | null = null
  let irVersion = 0
  let producerName = ''
  let producerVersion = ''
  while (wire.next()) {
    if (wire.tag === MODEL.irVersion) irVersion = wire.int()
    else if (wire.tag === MODEL.producerName) producerName = wire.text()
    else if (wire.tag === MODEL.producerVersion) producerVersion = wire.text()
    else if (wire.tag === MODEL.opsetImport) opsets.push(readOpset(wire, context))
    else if (wire.tag === MODEL.metadata) metadata.push(readEntry(wire, context))
    else if (wire.tag === MODEL.functions) {
      functions.push(readFunction(wire, context))
      for (const opset of readFunctionOpsets(wire, context)) opsets.push(opset)
    } else if (wire.tag === MODEL.graph) {
      // Protobuf would merge the two, so that what is shown here could differ from what runs.
      if (graph !== null)
        throw new WorkstationError('invalid', 'the ONNX file holds two graphs; it must hold one')
      graph = readGraph(wire, context)
    }
  }
  if (graph === null) {
    throw new WorkstationError('invalid', 'this is not a complete ONNX model: it holds no graph')
  }
  const producer = { name: producerName, version: producerVersion }
  return { bytes, irVersion, producer, opsets, graph, functions, metadata }
}

function requireComputation(graph: OnnxGraph): void {
  if (graph.nodes.length === 0) {
    throw new WorkstationError(
      'invalid',
      'the ONNX graph is empty: it holds no operator, so it computes nothing',
    )
  }
  if (graph.outputs.length === 0) {
    throw new WorkstationError('invalid', 'the ONNX graph has no output; a model needs at least one')
  }
}

function readOpset(parent: WireReader, context: ReadContext): OnnxOpset {
  context.budget.spend()
  const wire = parent.message()
  let domain = ''
  let version = 0
  while (wire.next()) {
    if (wire.tag === OPSET.domain) domain = wire.text()
    else if (wire.tag === OPSET.version) version = wire.int()
  }
  return { domain, version }
}

function readFunctionOpsets(parent: WireReader, context: ReadContext): OnnxOpset[] {
  const wire = parent.message()
  const opsets: OnnxOpset[] = []
  while (wire.next()) if (wire.tag === FUNCTION.opsetImport) opsets.push(readOpset(wire, context))
  return opsets
}

function readEntry(parent: WireReader, context: ReadContext): readonly [string, string] {
  context.budget.spend()
  const wire = parent.message()
  let key = ''
  let value = ''
  while (wire.next()) {
    if (wire.tag === ENTRY.key) key = wire.text()
    else if (wire.tag === ENTRY.value) value = wire.text()
  }
  return [key, value]
}
