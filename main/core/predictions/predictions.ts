import type { Database } from '../../store/database'
import type { Analyst } from '../analysis'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import type { Page } from '../page'
import { createLatencyHistogram, latencyQuantile, mergeLatencies, unpackLatencies } from './latency-histogram'
import { readCursor, writeCursor } from './log-cursor'
import type { LogPlace } from './log-cursor'
import type { LogFilter } from './log-filter'
import { describeFilter, isSelective } from './log-filter'
import { LogTotals } from './log-totals'
import type {
  LogEntry,
  LogPage,
  LogQuery,
  Prediction,
  PredictionQuery,
  TrafficPoint,
  TrafficSummary,
} from './prediction'
import type { PredictionLog } from './prediction-log'
import { MinuteCounter } from './minute-counter'
import { PredictionRows } from './prediction-rows'
import type { ScanOutput } from './scan-log'

const MINUTE_MS = 60_000
/** A minute that is out of reach: after every entry there will be. */
const NO_END = Number.MAX_SAFE_INTEGER
/** Lines of one minute that are passed over on the main thread; more of them are left to another. */
const FAR_ROWS = 5000
/** How long a filtered page is looked for, and how long its lines are counted when it is found. */
const FIND_WITHIN_MS = 8000
const COUNT_WITHIN_MS = 1500

export type PredictionsOptions = {
  /** The prediction log, opened for reading. */
  readonly database: Database
  readonly log: PredictionLog
  readonly deployments: Deployments
  readonly events: Events
  readonly analyst: Analyst
}

/** What deployments were asked and what they answered: append, list, count. */
export class Predictions {
  private readonly rows: PredictionRows
  private readonly log: PredictionLog
  private readonly deployments: Deployments
  private readonly events: Events
  private readonly analyst: Analyst
  private readonly logPath: string
  private readonly totals: LogTotals
  private readonly minutes: MinuteCounter

  constructor(options: PredictionsOptions) {
    this.rows = new PredictionRows(options.database)
    this.log = options.log
    this.deployments = options.deployments
    this.events = options.events
    this.analyst = options.analyst
    this.logPath = options.database.path
    this.totals = new LogTotals(this.rows)
    this.minutes = new MinuteCounter(this.rows)
    this.log.accompany(() => this.minutes.takeChanged())
  }

  /**
   * Keeps entries of one deployment, in the order of their times; resolves once they are committed.
   * @throws WorkstationError internal or not_ready when they could not be written, and then they are not counted either.
   */
  async append(deploymentId: string, entries: readonly LogEntry[]): Promise<void> {
    let errors = 0
    for (const entry of entries) {
      this.minutes.count(entry)
      if (entry.statusCode >= 400) errors++
    }
    try {
      await this.log.append(entries)
    } catch (error) {
      for (const entry of entries) this.minutes.discount(entry)
      throw error
    }
    let counted = -1
    for (const { logKey, createdAt } of entries) {
      const minute = Math.floor(createdAt / MINUTE_MS)
      if (minute !== counted) this.totals.recount(logKey, minute)
      counted = minute
    }
    this.events.emit({ type: 'predictions.recorded', deploymentId, rows: entries.length, errors })
  }

  /** A page of the log, newest first. @throws WorkstationError not_found */
  list(query: PredictionQuery): Page<Prediction> {
    const { logKey, id } = this.deployments.get(query.deploymentId)
    const { since = -1, until = Number.POSITIVE_INFINITY, limit, offset } = query
    const total = this.total(logKey, since, until)
    const place = this.locate(logKey, { since, until }, offset)
    const items =
      place === undefined || offset >= total
        ? []
        : this.rows.list({
            logKey,
            deploymentId: id,
            since,
            until: place.until,
            limit,
            offset: place.skip,
          })
    return { items, total, limit, offset }
  }

  /**
   * A page of the lines that a filter means, newest first. Conditions besides time are looked for in another thread,
   * for a limited time: a page may then hold fewer lines than asked for, and its cursor goes on from there.
   * @throws WorkstationError not_found; invalid for a cursor of another query.
   */
  async search(
    { deploymentId, filter, limit, offset, cursor }: LogQuery,
    signal?: AbortSignal,
  ): Promise<LogPage> {
    const { logKey, id } = this.deployments.get(deploymentId)
    const query = `${logKey} ${describeFilter(filter)}`
    const place = cursor === undefined ? undefined : readCursor(query, cursor)
    const at = place?.offset ?? offset
    const { since = -1, until = Number.POSITIVE_INFINITY } = filter
    const isFar = place === undefined && (this.locate(logKey, { since, until }, offset)?.skip ?? 0) > FAR_ROWS
    if (isSelective(filter) || isFar) {
      const found = await this.scan({ logKey, deploymentId: id, filter, limit, offset, place }, signal)
      const total = place?.total ?? Math.max(found.total, at + found.items.length)
      const isEstimate = place === undefined ? found.isEstimate : place.isEstimate
      const next = { id: found.resumeAfter ?? '', offset: at + found.items.length, total, isEstimate }
      const nextCursor = found.resumeAfter === null ? null : writeCursor(query, next)
      return { items: found.items, total, limit, offset: at, isEstimate, nextCursor }
    }
    const page =
      place === undefined
        ? this.list({ deploymentId, since, until, limit, offset })
        : {
            items: this.rows.listBefore({ logKey, deploymentId: id, before: place.id, since, limit }),
            total: this.total(logKey, since, until),
          }
    const last = page.items.at(-1)
    const next = { id: last?.id ?? '', offset: at + page.items.length, total: null, isEstimate: false }
    const hasMore = last !== undefined && page.items.length === limit
    return {
      items: page.items,
      total: page.total,
      limit,
      offset: at,
      isEstimate: false,
      nextCursor: hasMore ? writeCursor(query, next) : null,
    }
  }

  private scan(
    query: {
      logKey: number
      deploymentId: string
      filter: LogFilter
      limit: number
      offset: number
      place: LogPlace | undefined
    },
    signal: AbortSignal | undefined,
  ): Promise<ScanOutput> {
    const { place, offset, ...rest } = query
    return this.analyst.run(
      'scan-log',
      {
        ...rest,
        logPath: this.logPath,
        before: place?.id ?? null,
        skip: place === undefined ? offset : 0,
        isCounted: place === undefined,
        findWithinMs: FIND_WITHIN_MS,
        countWithinMs: COUNT_WITHIN_MS,
      },
      { signal },
    )
  }

  /** The end of the minute that holds the line at an offset, and how many of the minute's lines come before it. */
  private locate(
    logKey: number,
    { since, until }: { since: number; until: number },
    offset: number,
  ): { readonly until: number; readonly skip: number } | undefined {
    if (offset === 0) return { until, skip: 0 }
    const to = Number.isFinite(until) ? Math.floor(until / MINUTE_MS) : NO_END
    const cut = to === NO_END ? 0 : this.rows.countRange(logKey, Math.max(since, to * MINUTE_MS - 1), until)
    if (offset < cut) return { until, skip: offset }
    // The oldest minute may be cut by `since` as well: its newest lines come first, so that does not matter.
    const from = Math.max(0, Math.floor((since + 1) / MINUTE_MS))
    const place = this.totals.locate(logKey, { from, to }, offset - cut)
    return place === undefined ? undefined : { until: (place.minute + 1) * MINUTE_MS, skip: place.skip }
  }

  /** Counts whole minutes from their totals and only the broken ones at both ends row by row. */
  private total(logKey: number, since: number, until: number): number {
    const from = Math.max(0, Math.ceil((since + 1) / MINUTE_MS))
    const to = Number.isFinite(until) ? Math.floor(until / MINUTE_MS) : NO_END
    if (to <= from) return this.rows.countRange(logKey, since, until)
    const before = since < 0 ? 0 : this.rows.countRange(logKey, since, from * MINUTE_MS)
    const after = to === NO_END ? 0 : this.rows.countRange(logKey, to * MINUTE_MS - 1, until)
    const upTo = this.totals.before(logKey, to).rows
    return before + upTo - (from === 0 ? 0 : this.totals.before(logKey, from).rows) + after
  }

  /** Says that lines of a minute were removed from the log, and their counts with them. */
  forget(logKey: number, minute: number): void {
    this.totals.recount(logKey, minute)
    this.minutes.forget(logKey, minute)
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

  /** Answered predictions per hour, by the hour's start in epoch milliseconds, from one whole hour to another. */
  answeredByHour(
    deploymentId: string,
    from: number,
    to: number,
  ): { readonly hour: number; readonly rows: number }[] {
    const { logKey } = this.deployments.get(deploymentId)
    return this.rows
      .answeredByHour(logKey, from / MINUTE_MS, to / MINUTE_MS)
      .map(({ hour, rows }) => ({ hour: hour * 60 * MINUTE_MS, rows }))
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
    const totals = this.totals.before(logKey, NO_END)
    return {
      total: totals.rows,
      errors: totals.errors,
      series,
      p50: latencyQuantile(latencies, 0.5),
      p99: latencyQuantile(latencies, 0.99),
    }
  }
}
