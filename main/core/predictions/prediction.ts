import type { JsonValue } from '../json'

/** One answered (or failed) record in the log of a deployment. */
export type Prediction = {
  readonly id: string
  readonly deploymentId: string
  readonly requestId: string
  /** The record as it was sent, extra columns included; null when the caller asked not to keep it. */
  readonly inputs: { readonly [name: string]: JsonValue } | null
  /** Class label or value; null when the prediction failed. */
  readonly prediction: string | number | null
  /** Probability per class label, when the model gives any. */
  readonly probabilities: { readonly [label: string]: number } | null
  readonly statusCode: number
  readonly error: string | null
  readonly latencyMs: number
  readonly createdAt: number
}

/** A line of the log before it is written. */
export type LogEntry = {
  readonly logKey: number
  readonly id: string
  readonly requestId: string
  /** JSON texts; null where there is nothing to keep. */
  readonly inputs: string | null
  readonly prediction: string | null
  readonly probabilities: string | null
  readonly statusCode: number
  readonly error: string | null
  readonly latencyMs: number
  readonly createdAt: number
}

export type PredictionQuery = {
  readonly deploymentId: string
  readonly limit: number
  readonly offset: number
  /** Epoch milliseconds; strictly after. */
  readonly since?: number
  /** Epoch milliseconds; strictly before. */
  readonly until?: number
}

/** How a deployment has been answering, for charts and summaries. */
export type TrafficSummary = {
  readonly total: number
  readonly errors: number
  /** Requests and errors per minute over the asked time, oldest first, gaps included. */
  readonly series: readonly TrafficPoint[]
  /** Milliseconds over the asked time; null without traffic. */
  readonly p50: number | null
  readonly p99: number | null
}

export type TrafficPoint = { readonly at: number; readonly rows: number; readonly errors: number }
