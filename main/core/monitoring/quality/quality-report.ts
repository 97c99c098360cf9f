import type { LabelSpace } from '../../distributions/labelled-sums'
import type { Estimate } from './estimate'
import type { Metrics } from './metrics'

/** Which time a report is about: from `since`, or from as long before `until` as `windowMs` says; seven days up to now when all are absent. */
export type QualityQuery = {
  /** Epoch milliseconds; the whole hours that hold them are taken. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly windowMs?: number | undefined
  /** Days from three days on, when absent. */
  readonly bucket?: 'hour' | 'day' | undefined
}

/** A confusion matrix: rows are actual labels, columns predicted ones. */
export type Confusion = {
  readonly labels: readonly string[]
  readonly counts: readonly (readonly number[])[]
}

export type QualityBucket = {
  readonly start: number
  readonly end: number
  readonly predicted: number
  readonly labelled: number
  /** Null without labels. */
  readonly metrics: Metrics | null
  /** Null without answers that have probabilities. */
  readonly estimate: Estimate | null
}

export type EstimateState =
  | { readonly status: 'available'; readonly isCalibrated: boolean; readonly whole: Estimate | null }
  | { readonly status: 'unavailable'; readonly reason: string }

/** How good a deployment's answers turned out to be, over a time and bucket by bucket. */
export type QualityReport = {
  readonly deploymentId: string
  readonly space: LabelSpace
  readonly positiveClass: string | null
  readonly keyColumns: readonly string[]
  readonly bucket: 'hour' | 'day'
  /** Whole hours, epoch milliseconds. */
  readonly since: number
  readonly until: number
  readonly predicted: number
  readonly labelled: number
  /** Keys whose prediction has not arrived; of all times. */
  readonly waiting: number
  /** Labels that the model does not know, and how many rows they are. */
  readonly unseen: { readonly [label: string]: number }
  readonly metrics: Metrics | null
  /** Whether AUC is of the single scores or of their bins. */
  readonly areaIs: 'exact' | 'binned'
  readonly confusion: Confusion | null
  /** The version's answers on a sample of its training data. */
  readonly reference: { readonly rows: number; readonly metrics: Metrics } | null
  readonly estimate: EstimateState
  readonly buckets: readonly QualityBucket[]
}

/** How far realised quality lies below the reference, in points of a hundred. */
export type Degradation = {
  /** Accuracy for classification, R² for regression. */
  readonly metric: 'accuracy' | 'r2'
  readonly reference: number
  readonly realised: number
  readonly points: number
  readonly labelled: number
}
