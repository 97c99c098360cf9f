import { WorkstationError } from '../../errors'
import { CLASS_LABELS_KEY, isZipMap, readNodeLabels } from './class-labels'
import { fullDomain, type ByteRange, type OnnxModel, type OnnxNode } from './model'
import { DIMENSION, ENTRY, GRAPH, MODEL, NODE, OPSET, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './schema'
import { readValueType } from './value-type'
import { concatBytes, encodeMessage, encodeNumber, encodeText } from './wire-writer'
import { WireReader } from './wire-reader'

const FLOAT = 1
/** Identity exists since opset 1; this version is written when the file imports no ai.onnx opset at all. */
const FALLBACK_OPSET = 13

/**
 * Makes a copy of the file that onnxruntime-node can answer with tensors: every ZipMap of the main graph becomes an
 * Identity with the same output name, the outputs it feeds become tensors float[N, classes], and the class labels are
 * noted under `plumbline.class_labels`. Every other byte is copied as it is. Null when there is no ZipMap; throws
 * `unsupported` when another operator reads a ZipMap's maps.
 */
export function removeZipMap(model: OnnxModel): { bytes: Uint8Array; removed: number } | null {
  const zipMaps = model.graph.nodes.filter(isZipMap)
  const [first] = zipMaps
  if (first === undefined) return null
  const widths = findMapOutputs(model)
  const everything = { start: 0, end: model.bytes.length }
  const parts = replaceFields(model.bytes, everything, (wire) =>
    wire.tag === MODEL.graph ? encodeMessage(MODEL.graph, rewriteGraph(model, widths)) : null,
  )
  if (!model.opsets.some((opset) => fullDomain(opset.domain) === 'ai.onnx')) {
    parts.push(encodeMessage(MODEL.opsetImport, [encodeNumber(OPSET.version, FALLBACK_OPSET)]))
  }
  const labels = readNodeLabels(model, first)
  if (labels !== null && !model.metadata.some(([key]) => key === CLASS_LABELS_KEY)) {
    const note = [encodeText(ENTRY.key, CLASS_LABELS_KEY), encodeText(ENTRY.value, JSON.stringify(labels))]
    parts.push(encodeMessage(MODEL.metadata, note))
  }
  return { bytes: concatBytes(parts), removed: zipMaps.length }
}

/** Every name that carries a ZipMap's maps, with the number of its classes (null: not written in the file). */
function findMapOutputs(model: OnnxModel): ReadonlyMap<string, number | null> {
  const widths = new Map<string, number | null>()
  for (const node of model.graph.nodes) {
    const width = widths.get(node.inputs[0] ?? '')
    if (isZipMap(node)) {
      const labels = readNodeLabels(model, node)
      for (const output of node.outputs) widths.set(output, labels?.labels.length ?? null)
    } else if (node.opType === 'Identity' && width !== undefined) {
      for (const output of node.outputs) widths.set(output, width)
    } else {
      const read = node.inputs.find((input) => widths.has(input))
      if (read !== undefined) throw refuseReader(node, read)
    }
  }
  return widths
}

function refuseReader(node: OnnxNode, input: string): WorkstationError {
  return new WorkstationError(
    'unsupported',
    `operator ${node.opType} reads "${input}", which a ZipMap makes; export the model without ZipMap (skl2onnx: options={'zipmap': False})`,
  )
}

function rewriteGraph(model: OnnxModel, widths: ReadonlyMap<string, number | null>): Uint8Array[] {
  const { nodes, outputs, range } = model.graph
  const batch = readBatchName(model)
  let nodeIndex = 0
  let outputIndex = 0
  return replaceFields(model.bytes, range, (wire) => {
    if (wire.tag === GRAPH.node) {
      const node = nodes[nodeIndex++]
      return node !== undefined && isZipMap(node) ? encodeIdentity(node) : null
    }
    if (wire.tag === GRAPH.output) {
      const name = outputs[outputIndex++]?.name ?? ''
      const width = widths.get(name)
      return width === undefined ? null : encodeOutput(name, batch, width)
    }
    return wire.tag === GRAPH.valueInfo && widths.has(readValueName(wire)) ? new Uint8Array() : null
  })
}

/** The message's bytes as few large parts: fields for which `replace` gives null stay views into the file. */
function replaceFields(
  bytes: Uint8Array,
  range: ByteRange,
  replace: (wire: WireReader) => Uint8Array | null,
): Uint8Array[] {
  const parts: Uint8Array[] = []
  const wire = new WireReader(bytes, range.start, range.end)
  let copiedTo = range.start
  while (wire.next()) {
    const replacement = replace(wire)
    if (replacement === null) continue
    parts.push(bytes.subarray(copiedTo, wire.fieldStart), replacement)
    copiedTo = wire.valueEnd
  }
  parts.push(bytes.subarray(copiedTo, range.end))
  return parts
}

function readValueName(parent: WireReader): string {
  const wire = parent.message()
  let name = ''
  while (wire.next()) if (wire.tag === VALUE_INFO.name) name = wire.text()
  return name
}

/** The symbolic name of the inputs' first dimension, so that the output says that it grows with them. */
function readBatchName(model: OnnxModel): string | null {
  const input = model.graph.inputs[0]
  const size = input === undefined ? null : readValueType(model, input).shape?.[0]
  return typeof size === 'string' ? size : null
}

function encodeIdentity(node: OnnxNode): Uint8Array {
  return encodeMessage(GRAPH.node, [
    ...node.inputs.map((input) => encodeText(NODE.input, input)),
    ...node.outputs.map((output) => encodeText(NODE.output, output)),
    encodeText(NODE.name, node.name),
    encodeText(NODE.opType, 'Identity'),
  ])
}

function encodeOutput(name: string, batch: string | null, width: number | null): Uint8Array {
  const rows = encodeMessage(SHAPE.dimension, batch === null ? [] : [encodeText(DIMENSION.parameter, batch)])
  const columns = encodeMessage(SHAPE.dimension, width === null ? [] : [encodeNumber(DIMENSION.value, width)])
  const tensor = [
    encodeNumber(TENSOR_TYPE.elementType, FLOAT),
    encodeMessage(TENSOR_TYPE.shape, [rows, columns]),
  ]
  const type = encodeMessage(VALUE_INFO.type, [encodeMessage(TYPE.tensor, tensor)])
  return encodeMessage(GRAPH.output, [encodeText(VALUE_INFO.name, name), type])
}
