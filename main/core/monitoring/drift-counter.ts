import type { ReferenceProfile } from '../models/model'
import type { DecodedAnswer } from '../signatures/decoding'
import type { DriftReport, FeatureDrift } from './drift/evaluate'
import { evaluateDrift } from './drift/evaluate'
import type { FeatureValue } from '../distributions/value'
import type { WindowLayout } from '../distributions/window'
import { countRow, createLayout, createWindow, mergeWindows } from '../distributions/window'
import type { StoredWindow } from './monitoring-rows'
import type { DriftPoint } from './snapshot'

/** Counts are kept per hour, and the last seven days are compared with the training data. */
export const WINDOW_MS = 3600_000
export const RECENT_MS = 7 * 24 * WINDOW_MS

export type Comparison = {
  readonly features: DriftReport
  readonly predictions: DriftReport
  readonly windowStart: number | null
  readonly windowEnd: number | null
}

const NOTHING = { version: 1, rows: 0, features: [] } as const
const NO_REFERENCE: ReferenceProfile = { features: NOTHING, predictions: NOTHING }

/** The running counts of one deployment under one model version. */
export class DriftCounter {
  /** False without training data: then rows are counted, and nothing else. */
  readonly hasReference: boolean
  private readonly reference: ReferenceProfile
  private readonly featureLayout: WindowLayout
  private readonly predictionLayout: WindowLayout
  private readonly windows = new Map<number, StoredWindow & { rows: number }>()
  private readonly changed = new Set<number>()
  /** Hours that were compared since their last row. */
  private readonly points = new Map<number, DriftPoint>()
  private compared: { readonly comparison: Comparison; readonly from: number } | undefined

  /** @param reference null for a version without training data */
  constructor(reference: ReferenceProfile | null, stored: readonly StoredWindow[]) {
    this.hasReference = reference !== null
    this.reference = reference ?? NO_REFERENCE
    this.featureLayout = createLayout(this.reference.features)
    this.predictionLayout = createLayout(this.reference.predictions)
    for (const window of stored) {
      const isOfThisLayout =
        window.features.length === this.featureLayout.length &&
        window.predictions.length === this.predictionLayout.length
      if (isOfThisLayout) this.windows.set(window.windowStart, { ...window })
    }
  }

  /** Counts answered rows. @param at epoch milliseconds */
  count(rows: readonly (readonly FeatureValue[])[], answers: readonly DecodedAnswer[], at: number): void {
    const windowStart = Math.floor(at / WINDOW_MS) * WINDOW_MS
    const window = this.windows.get(windowStart) ?? this.open(windowStart)
    for (const row of rows) countRow(this.featureLayout, window.features, row)
    for (const answer of answers) countRow(this.predictionLayout, window.predictions, [answer.prediction])
    window.rows += rows.length
    this.noteChange(windowStart)
  }

  /** Takes rows back that were counted and could not be written to the log. */
  discount(rows: readonly (readonly FeatureValue[])[], answers: readonly DecodedAnswer[], at: number): void {
    const windowStart = Math.floor(at / WINDOW_MS) * WINDOW_MS
    const window = this.windows.get(windowStart)
    if (window === undefined) return
    const features = createWindow(this.featureLayout)
    const predictions = createWindow(this.predictionLayout)
    for (const row of rows) countRow(this.featureLayout, features, row)
    for (const answer of answers) countRow(this.predictionLayout, predictions, [answer.prediction])
    mergeWindows(
      window.features,
      features.map((count) => -count),
    )
    mergeWindows(
      window.predictions,
      predictions.map((count) => -count),
    )
    window.rows -= rows.length
    this.noteChange(windowStart)
  }

  private noteChange(windowStart: number): void {
    this.changed.add(windowStart)
    this.points.delete(windowStart)
    this.compared = undefined
  }

  private open(windowStart: number): StoredWindow & { rows: number } {
    const window = {
      windowStart,
      rows: 0,
      features: createWindow(this.featureLayout),
      predictions: createWindow(this.predictionLayout),
    }
    this.windows.set(windowStart, window)
    for (const start of this.windows.keys()) {
      if (start >= windowStart - RECENT_MS || this.changed.has(start)) continue
      this.windows.delete(start)
      this.points.delete(start)
    }
    return window
  }

  /** Windows that changed since the last call. */
  takeChanged(): StoredWindow[] {
    const windows = [...this.changed].flatMap((start) => this.windows.get(start) ?? [])
    this.changed.clear()
    return windows
  }

  /** Makes the next comparison a new one, though nothing came in. */
  forgetComparison(): void {
    this.compared = undefined
  }

  /** The last seven days against the training data; computed again when rows came in or an hour fell out. */
  compare(now: number): Comparison {
    const from = Math.ceil((now - RECENT_MS) / WINDOW_MS) * WINDOW_MS
    if (this.compared?.from === from) return this.compared.comparison
    const recent = [...this.windows.values()].filter((window) => window.windowStart >= from)
    const features = createWindow(this.featureLayout)
    const predictions = createWindow(this.predictionLayout)
    for (const window of recent) {
      mergeWindows(features, window.features)
      mergeWindows(predictions, window.predictions)
    }
    const starts = recent.map((window) => window.windowStart)
    const comparison = {
      features: evaluateDrift(this.reference.features, this.featureLayout, features),
      predictions: evaluateDrift(this.reference.predictions, this.predictionLayout, predictions),
      windowStart: starts.length === 0 ? null : Math.min(...starts),
      windowEnd: starts.length === 0 ? null : Math.min(now, Math.max(...starts) + WINDOW_MS),
    }
    this.compared = { comparison, from }
    return comparison
  }

  /** The model's answers since a time (to the hour), with their shares per class or bin. */
  answersSince(from: number): { readonly rows: number; readonly answers: FeatureDrift | undefined } {
    const window = createWindow(this.predictionLayout)
    for (const stored of this.windows.values()) {
      if (stored.windowStart + WINDOW_MS > from) mergeWindows(window, stored.predictions)
    }
    const report = evaluateDrift(this.reference.predictions, this.predictionLayout, window)
    return { rows: report.rows, answers: report.features[0] }
  }

  /**
   * Each hour of the last seven days by itself, oldest first. An hour is compared again only when rows came in, and
   * others get their turn after each: a week of a wide model takes a second.
   */
  async history(now: number): Promise<DriftPoint[]> {
    const starts = [...this.windows.keys()].filter((start) => start >= now - RECENT_MS)
    const points: DriftPoint[] = []
    for (const start of starts.sort((left, right) => left - right)) {
      const known = this.points.get(start)
      const point = known ?? this.describe(start)
      points.push(point)
      this.points.set(start, point)
      if (known === undefined) await new Promise(setImmediate)
    }
    return points
  }

  private describe(windowStart: number): DriftPoint {
    const counts = this.windows.get(windowStart)?.features ?? createWindow(this.featureLayout)
    const { rows, overallStatus, meanPsi } = evaluateDrift(
      this.reference.features,
      this.featureLayout,
      counts,
    )
    return { windowStart, rows, overallStatus, meanPsi }
  }

  get referenceRows(): number {
    return this.reference.features.rows
  }
}
