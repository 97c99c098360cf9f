import * as z from 'zod'
import type { Database } from '../../store/database'
import type { SqliteWriter } from '../../store/writer'
import type { Job } from '../jobs/job'
import type { JobWork, Jobs } from '../jobs/jobs'
import type { JsonValue } from '../json'
import type { WorkspaceFacts } from '../workspace-facts'
import type { Predictions } from './predictions'
import { RetentionRows } from './retention-rows'

/** How much of the log is kept: null is without a limit. */
export const retentionSchema = z.object({
  /** Lines older than this many days are removed. */
  days: z.number().int().min(1).max(36_500).nullable(),
  /** While the log is larger than this (10⁹ bytes each), its oldest lines are removed. */
  gigabytes: z.number().min(0.001).max(100_000).nullable(),
})

export type Retention = z.output<typeof retentionSchema>

export type LogRetentionOptions = {
  /** The prediction log, opened for reading, and the thread that writes it. */
  readonly log: Database
  readonly writer: SqliteWriter
  readonly facts: WorkspaceFacts
  readonly jobs: Jobs
  readonly predictions: Predictions
}

const RETENTION_JOB = 'log_retention'
const SUBJECT = 'workspace'
const FACT = 'log_retention'
const NO_LIMITS: Retention = { days: null, gigabytes: null }
const MINUTE_MS = 60_000
const DAY_MINUTES = 1440
const EVERY_MS = 3600_000
const BYTES_PER_GIGABYTE = 1e9
/** Lines of one transaction: predictions that are being logged wait for no more than these. */
const ROWS_AT_ONCE = 2000
const PAGES_AT_ONCE = 500
/** Minutes that may still grow are not touched, however small the log may be. */
const UNTOUCHED_MINUTES = 10

/**
 * Removes the oldest lines of the log by age and by size, in small transactions. Their counts per minute go with
 * them, so that totals say what is in the log; windows of drift are kept.
 */
export class LogRetention {
  private readonly options: LogRetentionOptions
  private readonly rows: RetentionRows
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(options: LogRetentionOptions) {
    this.options = options
    this.rows = new RetentionRows(options.log)
    options.jobs.register(RETENTION_JOB, (work) => this.work(work))
  }

  /** Looks for lines to remove now and every hour. */
  start(): void {
    this.run()
    this.timer = setInterval(() => this.run(), EVERY_MS)
    this.timer.unref()
  }

  close(): void {
    clearInterval(this.timer)
  }

  get(): Retention {
    const stored = this.options.facts.get(FACT)
    return stored === undefined ? NO_LIMITS : retentionSchema.parse(JSON.parse(stored))
  }

  /** Bytes that the log holds, without what removed lines left free. */
  usedBytes(): number {
    return this.options.log.usedBytes()
  }

  /** Keeps the limits and removes by them at once; returns the job that does, null when there is nothing to remove. */
  set(retention: Retention): Job | null {
    this.options.facts.set(FACT, JSON.stringify(retention))
    return this.run()
  }

  private run(): Job | null {
    return this.next() === undefined ? null : this.options.jobs.enqueue(RETENTION_JOB, SUBJECT)
  }

  /** The deployment whose oldest lines are to go next, and the minute before which they may. */
  private next(): { readonly logKey: number; readonly before: number } | undefined {
    const { days, gigabytes } = this.get()
    if (days === null && gigabytes === null) return undefined
    const now = Math.floor(Date.now() / MINUTE_MS)
    const oldest = this.rows.oldest().sort((left, right) => left.minute - right.minute)[0]
    if (oldest === undefined) return undefined
    const cutoff = days === null ? 0 : now - days * DAY_MINUTES
    if (oldest.minute < cutoff) return { logKey: oldest.logKey, before: cutoff }
    const isTooLarge = gigabytes !== null && this.usedBytes() > gigabytes * BYTES_PER_GIGABYTE
    // By size the oldest hour goes first, whichever deployment it belongs to.
    const before = Math.min(oldest.minute + 60, now - UNTOUCHED_MINUTES)
    return isTooLarge && oldest.minute < before ? { logKey: oldest.logKey, before } : undefined
  }

  private async work({ signal, report }: JobWork): Promise<JsonValue> {
    const { writer, predictions } = this.options
    const bytesBefore = this.usedBytes()
    let removed = 0
    for (let turn = 0; ; turn++) {
      signal.throwIfAborted()
      const next = this.next()
      const removal = next && this.rows.plan(next.logKey, next.before, ROWS_AT_ONCE)
      if (next === undefined || removal === undefined) break
      await writer.write(removal.statements)
      for (const minute of removal.minutes) predictions.forget(next.logKey, minute)
      removed += removal.rows
      if (turn % 20 === 19) await writer.shrink(PAGES_AT_ONCE)
      report(0.5, `${removed} lines removed`)
    }
    await this.shrinkAll(signal)
    return { rows: removed, bytes: Math.max(0, bytesBefore - this.usedBytes()) }
  }

  private async shrinkAll(signal: AbortSignal): Promise<void> {
    const { log, writer } = this.options
    for (let free = log.freePages(); free > 0 && !signal.aborted;) {
      await writer.shrink(PAGES_AT_ONCE)
      const left = log.freePages()
      // A file that is not made for it keeps its free pages for later lines.
      if (left >= free) return
      free = left
    }
  }
}
