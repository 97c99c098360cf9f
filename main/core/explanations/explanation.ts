import * as z from 'zod'
import type { JsonObject } from '../json'

/**
 * What contributions add up in: the log-odds of a class (before the logistic function or the softmax), its
 * probability, the logarithm of a value that the model makes by exp, or the units of the model's own value.
 */
export type ExplanationSpace = 'log-odds' | 'probability' | 'logarithm' | 'value'

export type ExplanationMethod =
  'linear' | 'interventional-tree' | 'path-dependent-tree' | 'exact' | 'permutation'

/** What a caller may ask for; `auto` takes the first that suits the model. */
export const METHOD_CHOICES = [
  'auto',
  'path-dependent',
  'interventional',
  'linear',
  'exact',
  'permutation',
] as const
export type MethodChoice = (typeof METHOD_CHOICES)[number]
export const methodChoiceSchema = z.enum(METHOD_CHOICES, `expected one of: ${METHOD_CHOICES.join(', ')}`)

/** How the features of one record moved the model's answer away from its average: bias + sum of contributions = margin. */
export type Explanation = {
  readonly space: ExplanationSpace
  readonly method: ExplanationMethod
  /** The class that is explained: the second of two, the predicted one of more. Null for values. */
  readonly explainedClass: string | null
  /** What the model says on average over the background, or over the training rows that its trees remember. */
  readonly bias: number
  /** In the order of the signature's features. */
  readonly contributions: readonly number[]
  readonly margin: number
  readonly prediction: string | number
  /** Zero where the trees' own memory of the training data stands in for it. */
  readonly backgroundRows: number
  /** How far the explained value lies from what the session answers, in units of the answer. */
  readonly residual: number
  /** Of each contribution, when it was estimated from samples. */
  readonly standardErrors: readonly number[] | null
}

export type Explained = {
  readonly features: readonly string[]
  /** The classes that can be explained; empty for values. */
  readonly classes: readonly string[]
  readonly explanations: readonly Explanation[]
}

/** How to explain; both default to what suits. */
export type ExplainOptions = {
  readonly method?: MethodChoice | undefined
  /** A class label, to explain that class in every record. */
  readonly explainedClass?: string | undefined
}

export type ExplainRequest = ExplainOptions & {
  readonly deploymentId: string
  readonly records: readonly JsonObject[]
}

/** Explanations take about a thousand times as long as predictions, so a request may ask for this many. */
export const MOST_EXPLAINED_RECORDS = 1000
