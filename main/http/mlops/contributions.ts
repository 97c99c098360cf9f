import type { Explained, Explanation, ExplanationMethod } from '../../core/explanations/explanation'
import type { ExplainedPrediction } from '../../core/explanations/explanations'
import { toPredictResult } from './translate'

export const METHODS: Readonly<Record<ExplanationMethod, string>> = {
  linear: 'linear_shap',
  'interventional-tree': 'interventional_tree_shap',
  'path-dependent-tree': 'path_dependent_tree_shap',
  exact: 'exact_shap',
  permutation: 'permutation_shap',
}

/** Every feature in the order of the signature, then what the model says on average: together they are the margin. */
const toContributions = (features: readonly string[], explanation: Explanation): object[] => [
  ...features.map((feature, index) => ({
    feature,
    value: explanation.contributions[index],
    ...(explanation.standardErrors === null ? {} : { standard_error: explanation.standardErrors[index] }),
  })),
  { feature: 'BiasTerm', value: explanation.bias },
]

function toInformation({ explanations }: Explained): object {
  const [first] = explanations
  if (first === undefined) return {}
  const isOneClass = explanations.every(({ explainedClass }) => explainedClass === first.explainedClass)
  return {
    space: first.space,
    method: METHODS[first.method],
    background_rows: first.backgroundRows,
    ...(first.explainedClass !== null && isOneClass ? { class: first.explainedClass } : {}),
    ...(isOneClass ? {} : { classes: explanations.map(({ explainedClass }) => explainedClass) }),
    max_residual: Math.max(...explanations.map(({ residual }) => residual)),
  }
}

/** A prediction with `contributions`; null there, and why, when they could not be computed. */
export function toExplainedResult(result: ExplainedPrediction): object {
  const prediction = toPredictResult(result)
  const { explained } = result
  if (explained === null)
    return { ...prediction, contributions: null, contributions_error: result.explanationError }
  return {
    ...prediction,
    contributions: explained.explanations.map((each) => toContributions(explained.features, each)),
    contributions_info: toInformation(explained),
  }
}
