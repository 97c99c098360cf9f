import type { JsonObject } from '../json'
import type { PrivacyOverride } from '../privacy/request-privacy'

/** Options of one prediction request. */
export type PredictOptions = {
  /** False keeps the record's values out of the log; the answer, latency and status are logged all the same. */
  readonly storePayload: boolean
  /** What this request says about personal data over what its deployment says. */
  readonly privacy?: PrivacyOverride
}

/** The answer for one record. */
export type Answer = {
  /** Identifier of the record in the prediction log. */
  readonly id: string
  readonly prediction: string | number
  readonly probabilities: { readonly [label: string]: number } | null
}

export type PredictResult = {
  readonly answers: readonly Answer[]
  /** Things the caller should know, e.g. columns that the model does not take. */
  readonly warnings: readonly string[]
  readonly latencyMs: number
  /** The deployment that answered. */
  readonly deploymentId: string
}

/** A request that names a project and leaves the choice of the deployment to its traffic split. */
export type ProjectPredictRequest = Omit<PredictRequest, 'deploymentId'> & {
  readonly projectId: string
  /** What keeps a caller on one deployment, e.g. a customer number; chance decides without it. */
  readonly routingKey?: string | undefined
}

export type PredictRequest = {
  readonly deploymentId: string
  readonly records: readonly JsonObject[]
  readonly options: PredictOptions
}
