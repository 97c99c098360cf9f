import { applyLink } from '../../formats/onnx/model-link'
import type { FeatureValue } from '../distributions/value'
import type { BodyModel } from './body-model'
import { toModelColumns } from './body-model'
import type { WalkMethod } from './choose-method'
import type { ExplanationSpace } from './explanation'
import type { Attribution } from './interventional-tree'
import { InterventionalTree } from './interventional-tree'
import { explainLinear } from './linear'
import type { Margin } from './margin'
import { chooseMargin } from './margin'
import { PathDependentTree } from './path-dependent-tree'
import { computeRawSums } from './raw-sums'

export type ExplainRowsInput = {
  readonly model: BodyModel
  readonly rows: readonly (readonly FeatureValue[])[]
  /** The explained score column of each row. */
  readonly classes: readonly number[]
  /** Whether the session's scores are probabilities. */
  readonly isProbability: boolean
  readonly method: WalkMethod
}

/** One record explained from the model's own structure. */
export type ExplainedRow = {
  readonly space: ExplanationSpace
  readonly bias: number
  readonly contributions: readonly number[]
  /** By the walk through the model, not by adding up. */
  readonly margin: number
  /** What the graph makes of the walk's sums, for comparing with the session's answer. */
  readonly scores: readonly number[]
}

type Explainer = {
  readonly margin: Margin
  readonly explain: (row: Float64Array) => Attribution
}

function createExplainer(model: BodyModel, margin: Margin, method: WalkMethod): Explainer {
  const { body, players, features, background, backgroundRows } = model
  const width = body.columns.length
  const question = { players, features, margin }
  if (body.part.kind === 'linear') {
    const { linear } = body.part
    const means = new Float64Array(width)
    background.forEach((value, index) => {
      means[index % width] = (means[index % width] ?? 0) + value / backgroundRows
    })
    return { margin, explain: (row) => explainLinear({ ...question, linear }, row, means) }
  }
  const { forest } = body.part
  if (method === 'path-dependent-tree' && forest.cover !== null) {
    const paths = new PathDependentTree({ ...question, forest }, forest.cover)
    return { margin, explain: (row) => paths.explain(row) }
  }
  const rows = Array.from({ length: backgroundRows }, (_, row) =>
    background.subarray(row * width, (row + 1) * width),
  )
  const tree = new InterventionalTree({ ...question, forest }, rows)
  return { margin, explain: (row) => tree.explain(row) }
}

/** Explains rows from the trees or weights of the model. Runs in a thread of its own. */
export function explainRows(input: ExplainRowsInput): ExplainedRow[] {
  const { model, rows, classes, isProbability, method } = input
  const explainers = new Map<number, Explainer>()
  return rows.map((row, index) => {
    const classIndex = classes[index] ?? 0
    const known = explainers.get(classIndex)
    const explainer =
      known ?? createExplainer(model, chooseMargin(model.body, { classIndex, isProbability }), method)
    if (known === undefined) explainers.set(classIndex, explainer)
    const columns = toModelColumns(model, row)
    const sums = computeRawSums(model.body, columns)
    const { bias, contributions } = explainer.explain(columns)
    const { space, coefficients, offset } = explainer.margin
    return {
      space,
      bias: bias + offset,
      contributions: [...contributions],
      margin: sums.reduce((total, sum, target) => total + sum * (coefficients[target] ?? 0), offset),
      scores: applyLink(model.body.link, sums),
    }
  })
}
