import type { Database } from '../../store/database'
import type { WriteStatement } from '../../store/writer-messages'
import { lowestIdAt } from '../identifiers'

const MINUTE_MS = 60_000

/** What one small transaction removes, and the minutes whose counts it changes. */
export type Removal = {
  readonly statements: readonly WriteStatement[]
  readonly minutes: readonly number[]
  readonly rows: number
}

/** All SQL about removing old lines of the log. */
export class RetentionRows {
  private readonly log: Database

  constructor(log: Database) {
    this.log = log
  }

  /** Every deployment that has lines, with its oldest minute; found by seeking, not by reading all minutes. */
  oldest(): { readonly logKey: number; readonly minute: number }[] {
    const found: { logKey: number; minute: number }[] = []
    let after = -1
    for (;;) {
      const row = this.log.get<{ deployment: number; minute: number }>(
        'SELECT deployment, minute FROM prediction_minute WHERE deployment > ? ORDER BY deployment, minute LIMIT 1',
        [after],
      )
      if (row === undefined) return found
      found.push({ logKey: row.deployment, minute: row.minute })
      after = row.deployment
    }
  }

  /** The oldest lines before a minute, about `size` of them, as one removal; undefined when there are none. */
  plan(logKey: number, before: number, size: number): Removal | undefined {
    const minutes = this.log.all<{ minute: number; rows: number }>(
      `SELECT minute, rows FROM prediction_minute INDEXED BY prediction_minute_counts
       WHERE deployment = ? AND minute < ? ORDER BY minute LIMIT 200`,
      [logKey, before],
    )
    const [first] = minutes
    if (first === undefined) return undefined
    if (first.rows > 2 * size) return this.planPart(logKey, first.minute, size)
    let rows = 0
    const whole: number[] = []
    for (const minute of minutes) {
      if (rows > 0 && rows + minute.rows > size) break
      rows += minute.rows
      whole.push(minute.minute)
    }
    const last = whole.at(-1) ?? first.minute
    return {
      rows,
      minutes: whole,
      statements: [
        {
          sql: 'DELETE FROM prediction WHERE deployment = ? AND id < ?',
          rows: [[logKey, lowestIdAt((last + 1) * MINUTE_MS)]],
        },
        {
          sql: 'DELETE FROM prediction_minute WHERE deployment = ? AND minute <= ?',
          rows: [[logKey, last]],
        },
      ],
    }
  }

  /** The oldest lines of one full minute; its latencies are kept as they were until the rest of it goes. */
  private planPart(logKey: number, minute: number, size: number): Removal {
    const end = this.log.get<{ id: Uint8Array }>(
      'SELECT id FROM prediction WHERE deployment = ? ORDER BY id LIMIT 1 OFFSET ?',
      [logKey, size],
    )
    const border = end?.id ?? lowestIdAt((minute + 1) * MINUTE_MS)
    return {
      rows: size,
      minutes: [minute],
      statements: [
        {
          sql: `UPDATE prediction_minute SET
              rows = rows - (SELECT count(*) FROM prediction WHERE deployment = ?1 AND id < ?2),
              errors = errors - (SELECT count(*) FROM prediction WHERE deployment = ?1 AND id < ?2 AND status_code >= 400)
            WHERE deployment = ?1 AND minute = ?3`,
          rows: [[logKey, border, minute]],
        },
        { sql: 'DELETE FROM prediction WHERE deployment = ?1 AND id < ?2', rows: [[logKey, border]] },
      ],
    }
  }
}
