// Takes the model proper out of a graph: trees or linear weights, with what stands before and behind them.
import type { ColumnSource } from './column-source'
import type { Forest } from './forest'
import { scaleForest } from './forest'
import type { OnnxModel, OnnxNode } from './model'
import type { LinkStep } from './model-link'
import { readStep } from './model-link'
import { readTreeEnsemble, readTreeEnsemble5 } from './read-forest'
import type { EnsembleRead } from './read-forest'
import { readNumbers, readText, readTexts } from './read-values'
import { Tracer } from './trace-columns'
import { combine } from './traced-columns'

/** One row of weights per target, over all columns; float64 holds the file's float32 exactly. */
export type LinearPart = {
  readonly targets: number
  readonly weights: Float64Array
  readonly intercepts: Float64Array
}

export type ModelPart =
  | { readonly kind: 'forest'; readonly forest: Forest }
  | { readonly kind: 'linear'; readonly linear: LinearPart }

export type ModelBody = {
  readonly part: ModelPart
  /** One entry per column of the model's input. */
  readonly columns: readonly ColumnSource[]
  readonly link: readonly LinkStep[]
}

export const targetsOf = (part: ModelPart): number =>
  part.kind === 'forest' ? part.forest.targets : part.linear.targets

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
  const tracer = new Tracer(model, options.widths)
  const steps: LinkStep[] = []
  let name = options.output
  for (let hop = 0; hop <= model.graph.nodes.length; hop++) {
    const node = tracer.producers.get(name)
    if (node === undefined) return null
    const found = readStep(tracer, node)
    if (found === null) {
      const body = readPart(tracer, node, { name, steps })
      return body === null ? null : foldAffine(body)
    }
    if (found.step !== null) steps.unshift(found.step)
    name = found.value
  }
  return null
}

/** Takes constants that stand directly behind the model into it, so that they count in its margin. */
function foldAffine(body: ModelBody): ModelBody | null {
  const [step, ...link] = body.link
  if (step === undefined || typeof step === 'string') return body
  const targets = targetsOf(body.part)
  const fit = (list: readonly number[]): number[] =>
    list.length === 1 ? new Array<number>(targets).fill(list[0] ?? 0) : [...list]
  const change = { factors: fit(step.factors), offsets: fit(step.offsets) }
  // A row of constants may also make several values of one.
  if (change.factors.length !== targets || change.offsets.length !== targets) return null
  const { part } = body
  const folded: ModelPart =
    part.kind === 'forest'
      ? { kind: 'forest', forest: scaleForest(part.forest, change) }
      : { kind: 'linear', linear: scaleLinear(part.linear, change) }
  return foldAffine({ ...body, part: folded, link })
}

function scaleLinear(
  { targets, weights, intercepts }: LinearPart,
  change: { readonly factors: readonly number[]; readonly offsets: readonly number[] },
): LinearPart {
  const { factors, offsets } = change
  const columns = weights.length / targets
  return {
    targets,
    weights: weights.map((weight, index) => weight * (factors[Math.floor(index / columns)] ?? 0)),
    intercepts: intercepts.map((value, target) => value * (factors[target] ?? 0) + (offsets[target] ?? 0)),
  }
}

function readPart(
  tracer: Tracer,
  node: OnnxNode,
  behind: { readonly name: string; readonly steps: readonly LinkStep[] },
): ModelBody | null {
  const { model } = tracer
  if (behind.name !== node.outputs[node.opType.endsWith('Classifier') ? 1 : 0]) return null
  const traced = tracer.trace(node.inputs[0] ?? '')
  if (traced === null || traced.type === 'string') return null
  const columns = (traced.type === 'float64' ? traced : combine('Round32', [traced], 'float32'))?.columns
  if (columns === undefined) return null
  const body = (read: EnsembleRead): ModelBody | null => {
    const link = readLink(read)
    const deepest = read.forest.column.reduce((most, column) => Math.max(most, column), -1)
    if (link === null || deepest >= columns.length) return null
    return { part: { kind: 'forest', forest: read.forest }, columns, link: [...link, ...behind.steps] }
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
    case 'MatMul':
    case 'Gemm': {
      const linear = readProduct(tracer, node, columns.length)
      return linear && { part: { kind: 'linear', linear }, columns, link: behind.steps }
    }
    default:
      return null
  }
}

/** Columns times a constant matrix [columns, targets], and what Gemm adds. */
function readProduct(tracer: Tracer, node: OnnxNode, columns: number): LinearPart | null {
  const read = (name: string): number | undefined =>
    node.opType === 'Gemm' ? readNumbers(tracer.model, node, name)[0] : undefined
  const matrix = tracer.constant(node.inputs[1] ?? '')
  if (matrix?.dims.length !== 2 || matrix.type === 'string' || read('transA') === 1) return null
  const isTurned = read('transB') === 1
  const [rows = 0, width = 0] = isTurned ? matrix.dims.toReversed() : matrix.dims
  if (rows !== columns || width === 0) return null
  const alpha = read('alpha') ?? 1
  const weights = Float64Array.from({ length: columns * width }, (_, index) => {
    const [target, column] = [Math.floor(index / columns), index % columns]
    return alpha * Number(matrix.values[isTurned ? index : column * width + target])
  })
  const added = tracer.constant(node.inputs[2] ?? '')?.values ?? [0]
  if ((node.inputs[2] ?? '') !== '' && added.length !== 1 && added.length !== width) return null
  const beta = read('beta') ?? 1
  const intercepts = Float64Array.from(
    { length: width },
    (_, target) => beta * Number(added[added.length === 1 ? 0 : target]),
  )
  return { targets: width, weights, intercepts }
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
  return { part: { kind: 'linear', linear }, columns, link: [...link, ...found.steps] }
}
