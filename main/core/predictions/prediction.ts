import type { JsonValue } from '../json'
import type { Page } from '../page'
import type { LogFilter } from './log-filter'

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

/** A page of the lines that a filter means: at an offset from the newest, or where a former page ended. */
export type LogQuery = {
  readonly deploymentId: string
  readonly filter: LogFilter
  readonly limit: number
  readonly offset: number
  readonly cursor?: string | undefined
}

export type LogPage = Page<Prediction> & {
  /** Whether `total` was extrapolated from the lines that were looked at in time. */
  readonly isEstimate: boolean
  /** Asks for the next page, whatever is logged meanwhile; null after the last one. */
  readonly nextCursor: string | null
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
