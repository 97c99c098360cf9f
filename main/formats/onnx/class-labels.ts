import type { OnnxModel, OnnxNode } from './model'
import { readAttributeLabels, readTensorLabels } from './read-labels'
import type { OnnxClassLabels } from './summary'
import { readValueType } from './value-type'

/** The metadata_props key under which a file patched by `removeZipMap` keeps its class labels, as JSON. */
export const CLASS_LABELS_KEY = 'plumbline.class_labels'

/** Attributes that list the classes, per operator (onnx 1.23, Operators-ml.md; `classes_strings` is LabelEncoder 1). */
const LABEL_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  ZipMap: ['classlabels_strings', 'classlabels_int64s'],
  TreeEnsembleClassifier: ['classlabels_strings', 'classlabels_int64s'],
  LinearClassifier: ['classlabels_strings', 'classlabels_ints'],
  SVMClassifier: ['classlabels_strings', 'classlabels_ints'],
  LabelEncoder: ['values_strings', 'values_int64s', 'values_tensor', 'classes_strings'],
}

/** Operators that hand labels on as they are, and those that pick labels out of their first input. */
const PASSING = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'])
const PICKING = new Set(['ArrayFeatureExtractor', 'Gather'])
const LABEL_TYPES = new Set(['int64', 'int32', 'string', null])

/**
 * The class labels of a classifier, in the order of its probability columns: from the ZipMap, which names those
 * columns; else from the operator that the label output comes from; else from what `removeZipMap` noted in the file.
 * Null when the model is no classifier or does not name its classes.
 */
export function findClassLabels(model: OnnxModel): OnnxClassLabels | null {
  const zipMap = model.graph.nodes.find(isZipMap)
  if (zipMap !== undefined) {
    const labels = readNodeLabels(model, zipMap)
    if (labels !== null) return labels
  }
  const producers = indexProducers(model.graph.nodes)
  for (const output of model.graph.outputs) {
    const value = readValueType(model, output)
    if (value.kind !== 'tensor' || !LABEL_TYPES.has(value.elementType)) continue
    const labels = traceLabels(model, producers, output.name)
    if (labels !== null) return labels
  }
  return readNotedLabels(model)
}

/** Whether the node turns a probability tensor into a list of maps, which onnxruntime-node cannot hand over. */
export function isZipMap(node: OnnxNode): boolean {
  return node.opType === 'ZipMap' && node.domain === 'ai.onnx.ml'
}

/** The labels that a node's own attributes list. */
export function readNodeLabels(model: OnnxModel, node: OnnxNode): OnnxClassLabels | null {
  const names = Object.hasOwn(LABEL_ATTRIBUTES, node.opType) ? LABEL_ATTRIBUTES[node.opType] : undefined
  for (const name of names ?? []) {
    const attribute = node.attributes.find((candidate) => candidate.name === name)
    const labels = attribute === undefined ? null : readAttributeLabels(model, attribute)
    if (labels !== null) return labels
  }
  return null
}

function indexProducers(nodes: readonly OnnxNode[]): ReadonlyMap<string, OnnxNode> {
  return new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
}

function traceLabels(
  model: OnnxModel,
  producers: ReadonlyMap<string, OnnxNode>,
  output: string,
): OnnxClassLabels | null {
  const visited = new Set<OnnxNode>()
  let node = producers.get(output)
  while (node !== undefined && !visited.has(node)) {
    visited.add(node)
    if (Object.hasOwn(LABEL_ATTRIBUTES, node.opType)) return readNodeLabels(model, node)
    const first = node.inputs[0] ?? ''
    if (PICKING.has(node.opType)) return readConstant(model, producers, first)
    if (!PASSING.has(node.opType)) return null
    node = producers.get(first)
  }
  return null
}

function readConstant(
  model: OnnxModel,
  producers: ReadonlyMap<string, OnnxNode>,
  name: string,
): OnnxClassLabels | null {
  const initializer = model.graph.initializers.find((tensor) => tensor.name === name)
  if (initializer !== undefined) return readTensorLabels(model, initializer)
  const producer = producers.get(name)
  const attribute = producer?.opType === 'Constant' ? producer.attributes[0] : undefined
  return attribute === undefined ? null : readAttributeLabels(model, attribute)
}

function readNotedLabels(model: OnnxModel): OnnxClassLabels | null {
  const note = model.metadata.find(([key]) => key === CLASS_LABELS_KEY)?.[1]
  if (note === undefined) return null
  try {
    return checkNote(JSON.parse(note))
  } catch {
    // Anybody may write metadata; a note that is not ours says nothing about the classes.
    return null
  }
}

function checkNote(note: unknown): OnnxClassLabels | null {
  if (typeof note !== 'object' || note === null || !('labels' in note) || !('type' in note)) return null
  if (!Array.isArray(note.labels) || (note.type !== 'int64' && note.type !== 'string')) return null
  const labels = note.labels.filter((label) => typeof label === 'string')
  return labels.length === note.labels.length && labels.length > 0 ? { labels, type: note.type } : null
}
