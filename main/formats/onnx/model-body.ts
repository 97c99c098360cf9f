// Takes the model proper out of a graph: trees or linear weights, with what stands before and behind them.
import { isZipMap } from './class-labels'
import type { ColumnSource } from './column-source'
import type { Forest } from './forest'
import type { OnnxModel, OnnxNode } from './model'
import { readTreeEnsemble, readTreeEnsemble5 } from './read-forest'
import type { EnsembleRead } from './read-forest'
import { readNumbers, readText, readTexts } from './read-values'
import type { Tracer } from './trace-columns'
import { traceColumns } from './trace-columns'

/** One row of weights per target, over all columns; float64 holds the file's float32 exactly. */
export type LinearPart = {
  readonly targets: number
  readonly weights: Float64Array
  readonly intercepts: Float64Array
}

/**
 * What is done to the sums behind the model: `mirror` makes [-s, s] of one sum, `complement` [1 - s, s]; `share`
 * divides by the sum of the absolute values.
 */
export type LinkStep = 'mirror' | 'complement' | 'logistic' | 'softmax' | 'share'

export type ModelBody = {
  readonly part:
    | { readonly kind: 'forest'; readonly forest: Forest }
    | { readonly kind: 'linear'; readonly linear: LinearPart }
  /** One entry per column of the model's input. */
  readonly columns: readonly ColumnSource[]
  readonly isClassifier: boolean
  readonly link: readonly LinkStep[]
}

const PASSING = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Flatten'])

/**
 * Finds the one tree ensemble or linear model whose scores the output shows.
 * @param options.output a graph output with scores or values; `widths` gives the columns of each graph input
 * @returns null when there is none, or when its columns are not each made of one input column
 * @throws WorkstationError unsupported or too_large when there are trees that cannot be walked
 */
export function readModelBody(
  model: OnnxModel,
  options: { readonly output: string; readonly widths: Readonly<Record<string, number>> },
): ModelBody | null {
  const producers = new Map(
    model.graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  )
  const tracer: Tracer = { model, producers, widths: options.widths }
  const steps: LinkStep[] = []
  let name = options.output
  for (let hop = 0; hop <= model.graph.nodes.length; hop++) {
    const node = producers.get(name)
    if (node === undefined) return null
    const step = readStep(model, node)
    if (step === null) return readPart(tracer, node, { name, steps })
    if (step !== 'pass') steps.unshift(step)
    name = node.inputs[0] ?? ''
  }
  return null
}

/** What a node behind the model does; null when it is none of those. */
function readStep(model: OnnxModel, node: OnnxNode): LinkStep | 'pass' | null {
  if (PASSING.has(node.opType) || isZipMap(node)) return 'pass'
  if (node.opType === 'Sigmoid') return 'logistic'
  if (node.opType === 'Softmax') return 'softmax'
  return node.opType === 'Normalizer' && (readText(model, node, 'norm') ?? 'MAX') === 'L1' ? 'share' : null
}

function readPart(
  tracer: Tracer,
  node: OnnxNode,
  behind: { readonly name: string; readonly steps: readonly LinkStep[] },
): ModelBody | null {
  const { model } = tracer
  const isClassifier = node.opType.endsWith('Classifier')
  if (behind.name !== node.outputs[isClassifier ? 1 : 0]) return null
  const traced = traceColumns(tracer, node.inputs[0] ?? '')
  if (traced === null || traced.type === 'string') return null
  const columns =
    traced.type === 'float64'
      ? traced.columns
      : traced.columns.map((source) => ({ ...source, steps: [...source.steps, { kind: 'round' } as const] }))
  const body = (read: EnsembleRead): ModelBody | null => {
    const link = readLink(read)
    const deepest = read.forest.column.reduce((most, column) => Math.max(most, column), -1)
    if (link === null || deepest >= columns.length) return null
    const steps = [...link, ...behind.steps]
    return { part: { kind: 'forest', forest: read.forest }, columns, isClassifier, link: steps }
  }
  switch (node.opType) {
    case 'TreeEnsembleClassifier':
    case 'TreeEnsembleRegressor':
      return body(readTreeEnsemble(model, node))
    case 'TreeEnsemble':
      return body(readTreeEnsemble5(model, node))
    case 'LinearClassifier':
    case 'LinearRegressor':
      return readLinear({ model, node, columns, steps: behind.steps })
    default:
      return null
  }
}

function readPostTransform(name: string): LinkStep[] | null {
  if (name === 'NONE') return []
  if (name === 'LOGISTIC') return ['logistic']
  return name === 'SOFTMAX' ? ['softmax'] : null
}

/** The rule of onnxruntime's tree_ensemble_aggregator for two classes with one sum. */
function readLink(read: Omit<EnsembleRead, 'forest'>): LinkStep[] | null {
  const after = readPostTransform(read.postTransform)
  if (after === null || !read.isOneSum) return after
  return after.length === 0 && read.areWeightsNonNegative ? ['complement'] : ['mirror', ...after]
}

function readLinear(found: {
  readonly model: OnnxModel
  readonly node: OnnxNode
  readonly columns: readonly ColumnSource[]
  readonly steps: readonly LinkStep[]
}): ModelBody | null {
  const { model, node, columns } = found
  const isClassifier = node.opType === 'LinearClassifier'
  const weights = readNumbers(model, node, 'coefficients')
  const targets = weights.length / Math.max(1, columns.length)
  if (!Number.isInteger(targets) || targets === 0) return null
  const labels = Math.max(
    readNumbers(model, node, 'classlabels_ints').length,
    readTexts(model, node, 'classlabels_strings').length,
  )
  const link = readLink({
    isOneSum: isClassifier && targets === 1 && labels === 2,
    areWeightsNonNegative: false,
    postTransform: readText(model, node, 'post_transform') ?? 'NONE',
  })
  if (link === null) return null
  const intercepts = readNumbers(model, node, 'intercepts')
  const linear = {
    targets,
    weights: Float64Array.from(weights),
    intercepts: Float64Array.from({ length: targets }, (_, target) => intercepts[target] ?? 0),
  }
  return { part: { kind: 'linear', linear }, columns, isClassifier, link: [...link, ...found.steps] }
}
