import type { Database, SqlParameters } from '../../../store/database'
import type { WriteStatement } from '../../../store/writer-messages'
import type { LabelledSums, PackedSums } from '../../distributions/labelled-sums'
import { packSums, unpackSums } from '../../distributions/labelled-sums'
import type { ScoreWindow } from './score-counter'

export type QualityWindow = { readonly windowStart: number; readonly sums: LabelledSums }

type SumsRow = { window_start: number; sums: string }
type ScoreRow = { window_start: number; rows: number; counts: Uint8Array }

const toQuality = (row: SumsRow): QualityWindow => ({
  windowStart: row.window_start,
  sums: unpackSums(JSON.parse(row.sums) as PackedSums),
})

/** Counts are whole and small enough for 32 bits; copied, because a Buffer may begin anywhere in the memory it shares. */
const toScores = (row: ScoreRow): ScoreWindow => ({
  windowStart: row.window_start,
  rows: row.rows,
  counts: Float64Array.from(new Uint32Array(new Uint8Array(row.counts).buffer)),
})

/** Statement that stores the sums of hours, for the writer thread. */
export function putQuality(logKey: number, windows: readonly QualityWindow[]): WriteStatement {
  return {
    sql: `INSERT INTO quality_window (deployment, window_start, sums) VALUES (?, ?, ?)
      ON CONFLICT (deployment, window_start) DO UPDATE SET sums = excluded.sums`,
    rows: windows.map(({ windowStart, sums }) => [logKey, windowStart, JSON.stringify(packSums(sums))]),
  }
}

/** Statement that stores the score counts of hours, for the writer thread. */
export function putScores(windows: readonly (ScoreWindow & { readonly logKey: number })[]): WriteStatement {
  return {
    sql: `INSERT INTO score_window (deployment, window_start, rows, counts) VALUES (?, ?, ?, ?)
      ON CONFLICT (deployment, window_start) DO UPDATE SET rows = excluded.rows, counts = excluded.counts`,
    rows: windows.map(({ logKey, windowStart, rows, counts }): SqlParameters => [
      logKey,
      windowStart,
      rows,
      new Uint8Array(Uint32Array.from(counts).buffer),
    ]),
  }
}

/** All reading SQL about realised quality and about the scores that estimates are made from. */
export class QualityRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  quality(logKey: number, windowStart: number): QualityWindow | undefined {
    const [window] = this.qualities(logKey, windowStart, windowStart + 1)
    return window
  }

  /** Hours that start in [from, to), oldest first. */
  qualities(logKey: number, from: number, to: number): QualityWindow[] {
    return this.database
      .all<SumsRow>(
        `SELECT window_start, sums FROM quality_window
         WHERE deployment = ? AND window_start >= ? AND window_start < ? ORDER BY window_start`,
        [logKey, from, to],
      )
      .map(toQuality)
  }

  score(logKey: number, windowStart: number): ScoreWindow | undefined {
    const [window] = this.scores(logKey, windowStart, windowStart + 1)
    return window
  }

  /** Hours that start in [from, to), oldest first. */
  scores(logKey: number, from: number, to: number): ScoreWindow[] {
    return this.database
      .all<ScoreRow>(
        `SELECT window_start, rows, counts FROM score_window
         WHERE deployment = ? AND window_start >= ? AND window_start < ? ORDER BY window_start`,
        [logKey, from, to],
      )
      .map(toScores)
  }
}
