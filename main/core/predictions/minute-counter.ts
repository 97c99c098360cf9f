import { countLatency, createLatencyHistogram, packLatencies, unpackLatencies } from './latency-histogram'
import type { LatencyHistogram } from './latency-histogram'
import type { LogEntry } from './prediction'
import type { PredictionRows } from './prediction-rows'
import { upsertMinutes } from './prediction-rows'

const MINUTE_MS = 60_000

type Minute = {
  readonly minute: number
  rows: number
  errors: number
  readonly latencies: LatencyHistogram
  isChanged: boolean
}

/** Counts entries by the minute, one minute per deployment in memory, to be stored with the entries themselves. */
export class MinuteCounter {
  private readonly rows: PredictionRows
  private readonly current = new Map<number, Minute>()
  /** Minutes that ended while their last entries still waited to be written. */
  private left: [number, Minute][] = []

  constructor(rows: PredictionRows) {
    this.rows = rows
  }

  /** Counts an entry that is about to be written. */
  count(entry: LogEntry): void {
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
  discount(entry: LogEntry): void {
    const minute = Math.floor(entry.createdAt / MINUTE_MS)
    const held = [...this.left, ...this.current]
    const counts = held.find(([logKey, each]) => logKey === entry.logKey && each.minute === minute)?.[1]
    if (counts === undefined) return
    counts.rows--
    if (entry.statusCode >= 400) counts.errors--
    else countLatency(counts.latencies, entry.latencyMs, -1)
    counts.isChanged = true
  }

  /** The statements that store the minutes whose counts have changed. */
  takeChanged(): ReturnType<typeof upsertMinutes>[] {
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

  /** Drops a minute whose lines were removed, unless it still grows: its counts are others in the file now. */
  forget(logKey: number, minute: number): void {
    const held = this.current.get(logKey)
    if (held !== undefined && held.minute <= minute && !held.isChanged) this.current.delete(logKey)
  }
}
