import type { FeatureValue } from '../distributions/value'
import type { BodyModel } from './body-model'
import { toModelColumns } from './body-model'
import type { ExplanationMethod, ExplanationSpace } from './explanation'
import type { Attribution } from './interventional-tree'
import { InterventionalTree } from './interventional-tree'
import { explainLinear } from './linear'
import type { Margin } from './margin'
import { applyLink, chooseMargin } from './margin'
import { explainByPaths } from './path-dependent-tree'
import { computeRawSums } from './raw-sums'

export type ExplainRowsInput = {
  readonly model: BodyModel
  readonly rows: readonly (readonly FeatureValue[])[]
  /** The explained score column of each row. */
  readonly classes: readonly number[]
  /** Whether the session's scores are probabilities. */
  readonly isProbability: boolean
}

/** One record explained from the model's own structure. */
export type ExplainedRow = {
  readonly space: ExplanationSpace
  readonly method: ExplanationMethod
  readonly bias: number
  readonly contributions: readonly number[]
  /** By the walk through the model, not by adding up. */
  readonly margin: number
  /** What the graph makes of the walk's sums, for comparing with the session's answer. */
  readonly scores: readonly number[]
}

/** With fewer background rows a mean over them says little; the file's own covers, where it has any, say more. */
const FEW_BACKGROUND_ROWS = 20

type Explainer = {
  readonly margin: Margin
  readonly method: ExplanationMethod
  readonly explain: (row: Float64Array) => Attribution
}

function createExplainer(model: BodyModel, margin: Margin): Explainer {
  const { body, players, features, background, backgroundRows } = model
  const width = body.columns.length
  const question = { players, features, margin }
  if (body.part.kind === 'linear') {
    const { linear } = body.part
    const means = new Float64Array(width)
    background.forEach((value, index) => {
      means[index % width] = (means[index % width] ?? 0) + value / backgroundRows
    })
    return { margin, method: 'linear', explain: (row) => explainLinear({ ...question, linear }, row, means) }
  }
  const { forest } = body.part
  if (forest.cover !== null && backgroundRows < FEW_BACKGROUND_ROWS) {
    return {
      margin,
      method: 'path-dependent-tree',
      explain: (row) => explainByPaths({ ...question, forest }, row),
    }
  }
  const rows = Array.from({ length: backgroundRows }, (_, row) =>
    background.slice(row * width, (row + 1) * width),
  )
  const tree = new InterventionalTree({ ...question, forest }, rows)
  return { margin, method: 'interventional-tree', explain: (row) => tree.explain(row) }
}

/** Explains rows from the trees or weights of the model. Runs in a thread of its own. */
export function explainRows(input: ExplainRowsInput): ExplainedRow[] {
  const { model, rows, classes, isProbability } = input
  const explainers = new Map<number, Explainer>()
  return rows.map((row, index) => {
    const classIndex = classes[index] ?? 0
    const known = explainers.get(classIndex)
    const explainer = known ?? createExplainer(model, chooseMargin(model.body, { classIndex, isProbability }))
    if (known === undefined) explainers.set(classIndex, explainer)
    const columns = toModelColumns(model, row)
    const sums = computeRawSums(model.body, columns)
    const { bias, contributions } = explainer.explain(columns)
    const { space, coefficients } = explainer.margin
    return {
      space,
      method: explainer.method,
      bias,
      contributions: [...contributions],
      margin: sums.reduce((total, sum, target) => total + sum * (coefficients[target] ?? 0), 0),
      scores: applyLink(model.body.link, sums),
    }
  })
}
