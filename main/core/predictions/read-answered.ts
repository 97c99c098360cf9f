import { Database } from '../../store/database'
import { lowestIdAt } from '../identifiers'
import type { JsonObject } from '../json'

export type AnsweredRequest = {
  readonly logPath: string
  readonly logKey: number
  /** Epoch milliseconds; answered then or later. */
  readonly since: number
  readonly most: number
}

/** The newest records of a deployment that were answered and kept, newest first. Runs in an analysis worker. */
export function readAnswered({ logPath, logKey, since, most }: AnsweredRequest): JsonObject[] {
  const database = new Database(logPath, { migrations: [], synchronous: 'NORMAL', readonly: true })
  try {
    return database
      .all<{ inputs: string }>(
        `SELECT inputs FROM prediction
         WHERE deployment = ? AND id >= ? AND status_code < 400 AND inputs IS NOT NULL ORDER BY id DESC LIMIT ?`,
        [logKey, lowestIdAt(since), most],
      )
      .map(({ inputs }) => JSON.parse(inputs) as JsonObject)
  } finally {
    database.close()
  }
}
