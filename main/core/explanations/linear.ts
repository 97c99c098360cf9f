import type { LinearPart } from '../../formats/onnx/model-body'
import type { Attribution } from './interventional-tree'
import type { Margin } from './margin'

/**
 * LinearSHAP with independent features: a column contributes w · (x − mean over the background); columns of one
 * feature are added up. Bias: the margin of the mean background row.
 * @param means mean of each model column over the background
 */
export function explainLinear(
  question: {
    readonly linear: LinearPart
    readonly players: readonly number[]
    readonly features: number
    readonly margin: Pick<Margin, 'coefficients'>
  },
  row: Float64Array,
  means: Float64Array,
): Attribution {
  const { linear, players, features, margin } = question
  const contributions = new Float64Array(features)
  let bias = 0
  margin.coefficients.forEach((coefficient, target) => {
    if (coefficient === 0) return
    bias += coefficient * (linear.intercepts[target] ?? 0)
    means.forEach((mean, column) => {
      const weight = coefficient * (linear.weights[target * means.length + column] ?? 0)
      const player = players[column] ?? 0
      bias += weight * mean
      contributions[player] = (contributions[player] ?? 0) + weight * ((row[column] ?? Number.NaN) - mean)
    })
  })
  return { bias, contributions }
}
