import { createHash } from 'node:crypto'
import * as z from 'zod'
import { WorkstationError } from '../../errors'

/** Where a page of the log ends and the next begins: the line before it, and what is known of the whole. */
export type LogPlace = {
  /** Identifier of the last line that was passed; the page goes on below it. */
  readonly id: string
  /** Lines before the page. */
  readonly offset: number
  /** How many lines the filter means, as the first page found; null where every page counts anew. */
  readonly total: number | null
  readonly isEstimate: boolean
}

const placeSchema = z.tuple([z.guid(), z.number().int().min(0), z.number().min(0).nullable(), z.boolean()])
const cursorSchema = z.tuple([z.string(), placeSchema])

/** Tells the cursors of one query from those of another. */
const markOf = (query: string): string => createHash('sha256').update(query).digest('base64url').slice(0, 8)

/** @param query what the pages are of, as text: deployment and filter */
export function writeCursor(query: string, { id, offset, total, isEstimate }: LogPlace): string {
  return Buffer.from(JSON.stringify([markOf(query), [id, offset, total, isEstimate]])).toString('base64url')
}

/** @throws WorkstationError invalid when it is no cursor, or one of another query. */
export function readCursor(query: string, cursor: string): LogPlace {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    parsed = undefined
  }
  const result = cursorSchema.safeParse(parsed)
  if (!result.success || result.data[0] !== markOf(query)) {
    throw new WorkstationError(
      'invalid',
      'cursor: expected the next_cursor of a page of this log with the same filters',
    )
  }
  const [id, offset, total, isEstimate] = result.data[1]
  return { id, offset, total, isEstimate }
}
