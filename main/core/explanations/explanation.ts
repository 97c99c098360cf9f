import type { JsonObject } from '../json'

/**
 * What contributions add up in: the log-odds of a class (before the logistic function or the softmax), its
 * probability, or the units of the model's own value.
 */
export type ExplanationSpace = 'log-odds' | 'probability' | 'value'

export type ExplanationMethod =
  'linear' | 'interventional-tree' | 'path-dependent-tree' | 'exact' | 'permutation'

/** How the features of one record moved the model's answer away from its average: bias + sum of contributions = margin. */
export type Explanation = {
  readonly space: ExplanationSpace
  readonly method: ExplanationMethod
  /** The class that is explained: the second of two, the predicted one of more. Null for values. */
  readonly explainedClass: string | null
  /** What the model says on average over the background. */
  readonly bias: number
  /** In the order of the signature's features. */
  readonly contributions: readonly number[]
  readonly margin: number
  readonly prediction: string | number
  readonly backgroundRows: number
  /** How far the explained value lies from what the session answers, in units of the answer. */
  readonly residual: number
  /** Of each contribution, when it was estimated from samples. */
  readonly standardErrors: readonly number[] | null
}

export type Explained = {
  readonly features: readonly string[]
  readonly explanations: readonly Explanation[]
}

export type ExplainRequest = { readonly deploymentId: string; readonly records: readonly JsonObject[] }

/** Explanations take about a thousand times as long as predictions, so a request may ask for this many. */
export const MOST_EXPLAINED_RECORDS = 1000
