import type { Database } from '../../store/database'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import type { Page } from '../page'
import {
  countLatency,
  createLatencyHistogram,
  latencyQuantile,
  mergeLatencies,
  packLatencies,
  unpackLatencies,
} from './latency-histogram'
import type { LatencyHistogram } from './latency-histogram'
import type { LogEntry, Prediction, PredictionQuery, TrafficPoint, TrafficSummary } from './prediction'
import type { PredictionLog } from './prediction-log'
import { PredictionRows, upsertMinutes } from './prediction-rows'

const MINUTE_MS = 60_000
/** Entries are written within moments; a minute that ended this long ago gets no more of them. */
const SETTLED_AFTER_MINUTES = 5
/** A minute that is out of reach: after every entry there will be. */
const NO_END = Number.MAX_SAFE_INTEGER

export type PredictionsOptions = {
  /** The prediction log, opened for reading. */
  readonly database: Database
  readonly log: PredictionLog
  readonly deployments: Deployments
  readonly events: Events
}

type Minute = {
  readonly minute: number
  rows: number
  errors: number
  readonly latencies: LatencyHistogram
  isChanged: boolean
}

type Totals = { readonly rows: number; readonly errors: number }

const add = (left: Totals, right: Totals): Totals => ({
  rows: left.rows + right.rows,
  errors: left.errors + right.errors,
})

/** What deployments were asked and what they answered: append, list, count. */
export class Predictions {
  private readonly rows: PredictionRows
  private readonly log: PredictionLog
  private readonly deployments: Deployments
  private readonly events: Events
  private readonly current = new Map<number, Minute>()
  /** Totals of all minutes before `to`, which has passed, per deployment. */
  private readonly settled = new Map<number, Totals & { readonly to: number }>()

  constructor(options: PredictionsOptions) {
    this.rows = new PredictionRows(options.database)
    this.log = options.log
    this.deployments = options.deployments
    this.events = options.events
    this.log.accompany(() => this.takeChangedMinutes())
  }

  /**
   * Keeps entries of one deployment, in the order of their times; resolves once they are committed.
   * @throws WorkstationError internal or not_ready when they could not be written, and then they are not counted either.
   */
  async append(deploymentId: string, entries: readonly LogEntry[]): Promise<void> {
    let errors = 0
    for (const entry of entries) {
      this.count(entry)
      if (entry.statusCode >= 400) errors++
    }
    try {
      await this.log.append(entries)
    } catch (error) {
      for (const entry of entries) this.discount(entry)
      throw error
    }
    for (const { logKey, createdAt } of entries) {
      if (createdAt < (this.settled.get(logKey)?.to ?? 0) * MINUTE_MS) this.settled.delete(logKey)
    }
    this.events.emit({ type: 'predictions.recorded', deploymentId, rows: entries.length, errors })
  }

  private count(entry: LogEntry): void {
    const minute = Math.floor(entry.createdAt / MINUTE_MS)
    let counts = this.current.get(entry.logKey)
    if (counts === undefined || counts.minute !== minute) {
      if (counts?.isChanged === true) this.left.push([entry.logKey, counts])
      const stored = this.rows.minute(entry.logKey, minute)
      counts = {
        minute,
        rows: stored?.rows ?? 0,
        errors: stored?.errors ?? 0,
        latencies: stored === undefined ? createLatencyHistogram() : unpackLatencies(stored.latencies),
        isChanged: true,
      }
      this.current.set(entry.logKey, counts)
    }
    counts.rows++
    if (entry.statusCode >= 400) counts.errors++
    else countLatency(counts.latencies, entry.latencyMs)
    counts.isChanged = true
  }

  /** Takes an entry back that was counted and not written. A minute that is no longer held is right in the file. */
  private discount(entry: LogEntry): void {
    const minute = Math.floor(entry.createdAt / MINUTE_MS)
    const held = [...this.left, ...this.current]
    const counts = held.find(([logKey, each]) => logKey === entry.logKey && each.minute === minute)?.[1]
    if (counts === undefined) return
    counts.rows--
    if (entry.statusCode >= 400) counts.errors--
    else countLatency(counts.latencies, entry.latencyMs, -1)
    counts.isChanged = true
  }

  /** Minutes that ended while their last entries still waited to be written. */
  private left: [number, Minute][] = []

  private takeChangedMinutes(): ReturnType<typeof upsertMinutes>[] {
    const changed = [...this.left, ...this.current].filter(([, minute]) => minute.isChanged)
    this.left = []
    if (changed.length === 0) return []
    const counts = changed.map(([logKey, minute]) => {
      minute.isChanged = false
      return {
        logKey,
        minute: minute.minute,
        rows: minute.rows,
        errors: minute.errors,
        latencies: packLatencies(minute.latencies),
      }
    })
    return [upsertMinutes(counts)]
  }

  /** A page of the log, newest first. @throws WorkstationError not_found */
  list(query: PredictionQuery): Page<Prediction> {
    const { logKey, id } = this.deployments.get(query.deploymentId)
    const since = query.since ?? -1
    const until = query.until ?? Number.POSITIVE_INFINITY
    const { limit, offset } = query
    const items = this.rows.list({ logKey, deploymentId: id, since, until, limit, offset })
    return { items, total: this.total(logKey, since, until), limit, offset }
  }

  /** Counts whole minutes from their totals and only the broken ones at both ends row by row. */
  private total(logKey: number, since: number, until: number): number {
    const from = Math.ceil((since + 1) / MINUTE_MS)
    const to = Number.isFinite(until) ? Math.floor(until / MINUTE_MS) : NO_END
    if (to <= from) return this.rows.countRange(logKey, since, until)
    const before = since < 0 ? 0 : this.rows.countRange(logKey, since, from * MINUTE_MS)
    const after = to === NO_END ? 0 : this.rows.countRange(logKey, to * MINUTE_MS - 1, until)
    const whole = from === 0 ? this.totalsUpTo(logKey, to) : this.rows.totals(logKey, from, to)
    return before + whole.rows + after
  }

  /** Totals of all minutes before one. Those of minutes that have passed are added up once, not for every page. */
  private totalsUpTo(logKey: number, to: number): Totals {
    const passed = Math.floor(Date.now() / MINUTE_MS) - SETTLED_AFTER_MINUTES
    const known = this.settled.get(logKey) ?? { to: 0, rows: 0, errors: 0 }
    if (to < known.to) return this.rows.totals(logKey, 0, to)
    const until = Math.max(known.to, Math.min(to, passed))
    const settled = add(known, this.rows.totals(logKey, known.to, until))
    this.settled.set(logKey, { to: until, ...settled })
    return add(settled, this.rows.totals(logKey, until, to))
  }

  /**
   * Entries, how many of them failed, and the 99th percentile of the latency of the answered ones (milliseconds, within
   * 8 %; null when there are none), of the minutes that begin at or after a time. @throws WorkstationError not_found
   */
  measure(
    deploymentId: string,
    since: number,
  ): { readonly rows: number; readonly errors: number; readonly p99: number | null } {
    const { logKey } = this.deployments.get(deploymentId)
    const minutes = this.rows.minutes(logKey, Math.ceil(since / MINUTE_MS))
    const latencies = createLatencyHistogram()
    for (const minute of minutes) mergeLatencies(latencies, unpackLatencies(minute.latencies))
    return {
      rows: minutes.reduce((sum, { rows }) => sum + rows, 0),
      errors: minutes.reduce((sum, { errors }) => sum + errors, 0),
      p99: latencyQuantile(latencies, 0.99),
    }
  }

  /** Requests, errors and latencies of the last minutes, and totals of all time. @throws WorkstationError not_found */
  traffic(deploymentId: string, minutes: number): TrafficSummary {
    const { logKey } = this.deployments.get(deploymentId)
    const now = Math.floor(Date.now() / MINUTE_MS)
    const from = now - minutes + 1
    const byMinute = new Map(this.rows.minutes(logKey, from).map((row) => [row.minute, row]))
    const latencies = createLatencyHistogram()
    for (const row of byMinute.values()) mergeLatencies(latencies, unpackLatencies(row.latencies))
    const series = Array.from({ length: minutes }, (_, index): TrafficPoint => {
      const row = byMinute.get(from + index)
      return { at: (from + index) * MINUTE_MS, rows: row?.rows ?? 0, errors: row?.errors ?? 0 }
    })
    const totals = this.totalsUpTo(logKey, NO_END)
    return {
      total: totals.rows,
      errors: totals.errors,
      series,
      p50: latencyQuantile(latencies, 0.5),
      p99: latencyQuantile(latencies, 0.99),
    }
  }
}
