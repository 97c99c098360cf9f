import { formatUuid, lowestIdAt, parseUuid } from '../identifiers'
import type { JsonObject } from '../json'
import type { Database, SqlParameters } from '../../store/database'
import type { WriteStatement } from '../../store/writer-messages'
import type { LogEntry, Prediction } from './prediction'

export type MinuteCounts = {
  readonly logKey: number
  readonly minute: number
  readonly rows: number
  readonly errors: number
  readonly latencies: Uint8Array
}

/** A line of the log as its table holds it. */
export type PredictionRow = {
  id: Uint8Array
  request: Uint8Array
  inputs: string | null
  prediction: string | null
  probabilities: string | null
  status_code: number
  error: string | null
  latency: number
  created_at: number
}

type MinuteRow = { minute: number; rows: number; errors: number; latencies: Uint8Array }

const INSERT = `INSERT INTO prediction
  (deployment, id, request, inputs, prediction, probabilities, status_code, error, latency, created_at)
  VALUES (?, unhex(?, '-'), unhex(?, '-'), ?, ?, ?, ?, ?, ?, ?)`

const UPSERT_MINUTE = `INSERT INTO prediction_minute (deployment, minute, rows, errors, latencies) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (deployment, minute) DO UPDATE SET
    rows = excluded.rows, errors = excluded.errors, latencies = excluded.latencies`

/** A bound that is above every identifier. */
const HIGHEST_ID = new Uint8Array(16).fill(0xff)

export function toPrediction(row: PredictionRow, deploymentId: string): Prediction {
  return {
    id: formatUuid(row.id),
    deploymentId,
    requestId: formatUuid(row.request),
    inputs: row.inputs === null ? null : (JSON.parse(row.inputs) as JsonObject),
    prediction: row.prediction === null ? null : (JSON.parse(row.prediction) as string | number),
    probabilities:
      row.probabilities === null ? null : (JSON.parse(row.probabilities) as Record<string, number>),
    statusCode: row.status_code,
    error: row.error,
    latencyMs: row.latency,
    createdAt: row.created_at,
  }
}

/** Statement that appends entries, for the writer thread. */
export function insertEntries(entries: readonly LogEntry[]): WriteStatement {
  const rows = entries.map((entry): SqlParameters => [
    entry.logKey,
    entry.id,
    entry.requestId,
    entry.inputs,
    entry.prediction,
    entry.probabilities,
    entry.statusCode,
    entry.error,
    entry.latencyMs,
    entry.createdAt,
  ])
  return { sql: INSERT, rows }
}

/** Statement that stores the counts of whole minutes, for the writer thread. */
export function upsertMinutes(minutes: readonly MinuteCounts[]): WriteStatement {
  return {
    sql: UPSERT_MINUTE,
    rows: minutes.map((each): SqlParameters => [
      each.logKey,
      each.minute,
      each.rows,
      each.errors,
      each.latencies,
    ]),
  }
}

/** All reading SQL of the prediction log. */
export class PredictionRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /** Entries between two times (epoch milliseconds, both exclusive), newest first. */
  list(query: {
    logKey: number
    deploymentId: string
    since: number
    until: number
    limit: number
    offset: number
  }): Prediction[] {
    return this.database
      .all<PredictionRow>(
        `SELECT * FROM prediction WHERE deployment = ? AND id >= ? AND id < ? ORDER BY id DESC LIMIT ? OFFSET ?`,
        [query.logKey, lowestIdAt(query.since + 1), boundBefore(query.until), query.limit, query.offset],
      )
      .map((row) => toPrediction(row, query.deploymentId))
  }

  /** How many entries there are between two times (epoch milliseconds, both exclusive). */
  countRange(logKey: number, since: number, until: number): number {
    const row = this.database.get<{ total: number }>(
      'SELECT count(*) AS total FROM prediction WHERE deployment = ? AND id >= ? AND id < ?',
      [logKey, lowestIdAt(since + 1), boundBefore(until)],
    )
    return row?.total ?? 0
  }

  /** Totals of all minutes in [from, to), in minutes since the epoch. */
  totals(logKey: number, from: number, to: number): { rows: number; errors: number } {
    const row = this.database.get<{ rows: number; errors: number }>(
      `SELECT coalesce(sum(rows), 0) AS rows, coalesce(sum(errors), 0) AS errors FROM prediction_minute INDEXED BY prediction_minute_counts
       WHERE deployment = ? AND minute >= ? AND minute < ?`,
      [logKey, from, to],
    )
    return row ?? { rows: 0, errors: 0 }
  }

  /** Answered entries per hour that has any, minutes in [from, to) since the epoch. */
  answeredByHour(logKey: number, from: number, to: number): { hour: number; rows: number }[] {
    return this.database.all(
      `SELECT minute / 60 AS hour, sum(rows - errors) AS rows FROM prediction_minute INDEXED BY prediction_minute_counts
       WHERE deployment = ? AND minute >= ? AND minute < ? GROUP BY hour ORDER BY hour`,
      [logKey, from, to],
    )
  }

  /** Totals of each day that has entries, of the minutes in [from, to), oldest first. */
  days(logKey: number, from: number, to: number): { day: number; rows: number; errors: number }[] {
    return this.database.all(
      `SELECT minute / 1440 AS day, sum(rows) AS rows, sum(errors) AS errors
       FROM prediction_minute INDEXED BY prediction_minute_counts
       WHERE deployment = ? AND minute >= ? AND minute < ? GROUP BY 1 ORDER BY 1`,
      [logKey, from, to],
    )
  }

  /** How many entries each minute in [from, to) has, newest first. */
  minuteCounts(logKey: number, from: number, to: number): { minute: number; rows: number }[] {
    return this.database.all(
      `SELECT minute, rows FROM prediction_minute INDEXED BY prediction_minute_counts
       WHERE deployment = ? AND minute >= ? AND minute < ? ORDER BY minute DESC`,
      [logKey, from, to],
    )
  }

  /** Entries before one, newest first, not older than `since` (epoch milliseconds, exclusive). */
  listBefore(query: {
    logKey: number
    deploymentId: string
    before: string
    since: number
    limit: number
  }): Prediction[] {
    return this.database
      .all<PredictionRow>(
        'SELECT * FROM prediction WHERE deployment = ? AND id >= ? AND id < ? ORDER BY id DESC LIMIT ?',
        [query.logKey, lowestIdAt(query.since + 1), parseUuid(query.before), query.limit],
      )
      .map((row) => toPrediction(row, query.deploymentId))
  }

  /** Minutes that have entries, newest first, at or after `from`. */
  minutes(logKey: number, from: number): MinuteRow[] {
    return this.database.all<MinuteRow>(
      'SELECT minute, rows, errors, latencies FROM prediction_minute WHERE deployment = ? AND minute >= ? ORDER BY minute DESC',
      [logKey, from],
    )
  }

  minute(logKey: number, minute: number): MinuteRow | undefined {
    return this.database.get<MinuteRow>(
      'SELECT minute, rows, errors, latencies FROM prediction_minute WHERE deployment = ? AND minute = ?',
      [logKey, minute],
    )
  }
}

const boundBefore = (until: number): Uint8Array => (Number.isFinite(until) ? lowestIdAt(until) : HIGHEST_ID)
