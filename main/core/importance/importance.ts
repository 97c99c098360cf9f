import * as z from 'zod'
import type { ExplanationMethod, ExplanationSpace } from '../explanations/explanation'
import { methodChoiceSchema } from '../explanations/explanation'
import type { FeatureType } from '../signatures/signature'

export const SAMPLE_SOURCES = ['training', 'log'] as const
/** Where the explained rows come from: the rows kept of the training data, or the last predictions in the log. */
export type SampleSource = (typeof SAMPLE_SOURCES)[number]

/** Dependence shows at most this many points, so more rows would only take time. */
export const MOST_SAMPLE_ROWS = 2000

/** What to compute. Without a source it is the training data where the version has any, the log otherwise. */
export const importanceRequestSchema = z.object({
  source: z.enum(SAMPLE_SOURCES, 'expected "training" or "log"').optional(),
  rows: z
    .number('expected a number')
    .int('expected a whole number')
    .min(2, 'at least 2')
    .max(MOST_SAMPLE_ROWS, `at most ${MOST_SAMPLE_ROWS}`)
    .default(500),
  method: methodChoiceSchema.default('auto'),
})
export type ImportanceRequest = z.infer<typeof importanceRequestSchema>

/** What one feature does to the answers for one class, over a sample. */
export type FeatureImportance = {
  readonly feature: string
  /** Mean of the absolute contributions, in units of the space. */
  readonly meanAbsolute: number
  /** Share of the sum over all features, 0 to 1. */
  readonly share: number
  /** Correlation of value and contribution, -1 to 1; null for text and for a feature that does not vary. */
  readonly direction: number | null
}

export type ClassImportance = {
  /** Null for values. */
  readonly label: string | null
  readonly bias: number
  /** In the order of the signature. */
  readonly features: readonly FeatureImportance[]
}

export type ImportanceSummary = {
  readonly id: string
  readonly deploymentId: string
  readonly modelVersionId: string
  readonly createdAt: number
  readonly source: SampleSource
  readonly rows: number
  /** Lines of the log that hold no record that the model takes, e.g. because their values were hidden. */
  readonly skipped: number
  readonly method: ExplanationMethod
  readonly space: ExplanationSpace
  readonly backgroundRows: number
}

export type Importance = ImportanceSummary & {
  /** The largest difference between an explained value and what the session answered. */
  readonly maxResidual: number
  readonly classes: readonly ClassImportance[]
  /** Over all classes, the most important feature first. */
  readonly features: readonly (Omit<FeatureImportance, 'direction'> & { readonly type: FeatureType })[]
}

/** What a feature's values contribute, per class in the order of the importance. */
export type Dependence = {
  readonly feature: string
  readonly type: FeatureType
  readonly labels: readonly (string | null)[]
} & (
  | {
      readonly kind: 'points'
      /** Null for a missing value. */
      readonly values: readonly (number | null)[]
      /** By class, then by point. */
      readonly contributions: readonly (readonly number[])[]
    }
  | {
      readonly kind: 'categories'
      /** The most frequent first; the rest share one without a value. */
      readonly categories: readonly {
        readonly value: string | null
        readonly isRest: boolean
        readonly rows: number
        /** Mean contribution by class. */
        readonly means: readonly number[]
      }[]
    }
)
