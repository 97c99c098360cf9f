import type { DriftStatus, FeatureDrift } from './drift/evaluate'

/** The newest comparison of what a deployment is asked with what its model was trained on. */
export type DriftSnapshot = {
  readonly deploymentId: string
  readonly modelVersionId: string
  /** `unknown` until the first record was counted, and without training data. */
  readonly overallStatus: DriftStatus | 'unknown'
  readonly meanPsi: number | null
  /** Records that were compared, and the time they span (epoch milliseconds). */
  readonly rows: number
  readonly windowStart: number | null
  readonly windowEnd: number | null
  /** 0 without training data. */
  readonly referenceRows: number
  /** False for a version without training data: there is nothing to compare with. */
  readonly hasReference: boolean
  readonly features: readonly FeatureDrift[]
  /** The model's own answers (label, or value), compared with its answers on the training data. */
  readonly predictions: readonly FeatureDrift[]
  readonly computedAt: number | null
}

/** One point of a deployment's drift history. */
export type DriftPoint = {
  readonly windowStart: number
  readonly rows: number
  readonly overallStatus: DriftStatus
  readonly meanPsi: number | null
}
