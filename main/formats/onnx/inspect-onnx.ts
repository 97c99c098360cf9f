import { findClassLabels, isZipMap } from './class-labels'
import { fullDomain, type OnnxGraph, type OnnxModel, type OnnxNode, type OnnxTensor } from './model'
import { classifyModel } from './model-family'
import type { OnnxOperator, OnnxSummary } from './summary'
import { readValueType } from './value-type'

/** The attributes whose length is the number of learned values of an operator, by the operator's name. */
const PARAMETER_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  TreeEnsembleClassifier: ['nodes_modes'],
  TreeEnsembleRegressor: ['nodes_modes'],
  TreeEnsemble: ['nodes_featureids', 'leaf_targetids'],
  LinearClassifier: ['coefficients', 'intercepts'],
  LinearRegressor: ['coefficients', 'intercepts'],
  SVMClassifier: ['coefficients', 'support_vectors', 'rho'],
  SVMRegressor: ['coefficients', 'support_vectors', 'rho'],
}

/**
 * Summarizes a model that `readOnnx` read. Throws `too_large` for more class labels than `ONNX_LIMITS` allows and
 * `invalid` when a type written in the file cannot be read.
 */
export function inspectOnnx(model: OnnxModel): OnnxSummary {
  const { nodes, initializers } = collectEverything(model)
  const operators = countOperators(model, nodes)
  const given = new Set(model.graph.initializers.map((tensor) => tensor.name))
  return {
    irVersion: model.irVersion,
    producer: model.producer,
    opsets: listOpsets(model),
    inputs: model.graph.inputs
      .filter((input) => !given.has(input.name))
      .map((input) => readValueType(model, input)),
    outputs: model.graph.outputs.map((output) => readValueType(model, output)),
    operators,
    classLabels: findClassLabels(model),
    hasZipMap: model.graph.nodes.some(isZipMap),
    externalData: [...initializers, ...listAttributeTensors(nodes)]
      .filter((t) => t.isExternal)
      .map((t) => t.name),
    // fromEntries defines own properties, so that a key named __proto__ stays an ordinary key.
    metadata: Object.fromEntries(model.metadata),
    nodeCount: nodes.length,
    parameterCount: countParameters(nodes, initializers),
    ...classifyModel(operators),
  }
}

/** Nodes and initializers of the graph, of the functions, and of every graph nested in them. */
function collectEverything(model: OnnxModel): { nodes: OnnxNode[]; initializers: OnnxTensor[] } {
  const nodes: OnnxNode[] = []
  const initializers: OnnxTensor[] = []
  const waiting: Pick<OnnxGraph, 'nodes' | 'initializers'>[] = [model.graph]
  for (const { nodes: body } of model.functions) waiting.push({ nodes: body, initializers: [] })
  // The list grows while it is walked, until every nested graph has been seen.
  for (const graph of waiting) {
    for (const tensor of graph.initializers) initializers.push(tensor)
    for (const node of graph.nodes) {
      nodes.push(node)
      for (const attribute of node.attributes) for (const nested of attribute.graphs) waiting.push(nested)
    }
  }
  return { nodes, initializers }
}

function listAttributeTensors(nodes: readonly OnnxNode[]): OnnxTensor[] {
  return nodes.flatMap((node) => node.attributes.flatMap((attribute) => attribute.tensors))
}

function listOpsets(model: OnnxModel): OnnxSummary['opsets'] {
  const opsets = model.opsets.map(({ domain, version }) => ({ domain: fullDomain(domain), version }))
  return [...new Map(opsets.map((opset) => [`${opset.version} ${opset.domain}`, opset])).values()]
}

function countOperators(model: OnnxModel, nodes: readonly OnnxNode[]): OnnxOperator[] {
  const nameOf = (domain: string, type: string) => `${fullDomain(domain)} ${type}`
  const own = new Set(model.functions.map((body) => nameOf(body.domain, body.name)))
  const counts = new Map<string, { domain: string; type: string; count: number }>()
  for (const node of nodes) {
    const name = nameOf(node.domain, node.opType)
    if (own.has(name)) continue
    const entry = counts.get(name)
    if (entry === undefined)
      counts.set(name, { domain: fullDomain(node.domain), type: node.opType, count: 1 })
    else entry.count += 1
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, operator]) => operator)
}

function countParameters(nodes: readonly OnnxNode[], initializers: readonly OnnxTensor[]): number {
  let count = initializers.reduce((sum, tensor) => sum + tensor.elementCount, 0)
  for (const node of nodes) {
    const names = Object.hasOwn(PARAMETER_ATTRIBUTES, node.opType)
      ? PARAMETER_ATTRIBUTES[node.opType]
      : undefined
    for (const attribute of node.attributes)
      if (names?.includes(attribute.name)) count += attribute.listLength
  }
  return Math.min(count, Number.MAX_SAFE_INTEGER)
}
