import { WorkstationError } from '../../errors'
import { Database } from '../../store/database'
import { formatUuid, parseUuid } from '../identifiers'
import type { LogFilter } from './log-filter'
import { isCountedByMinute, countCandidates } from './log-filter'
import { idsBetween, LogFilterRows } from './log-filter-rows'
import { cutSegments, minutesOf } from './log-segments'
import type { LogSegment } from './log-segments'
import type { Prediction } from './prediction'
import { toPrediction } from './prediction-rows'

export type ScanInput = {
  readonly logPath: string
  readonly logKey: number
  readonly deploymentId: string
  readonly filter: LogFilter
  /** Only lines before this one; null begins with the newest. */
  readonly before: string | null
  readonly skip: number
  readonly limit: number
  /** Whether to count on when the page is full. */
  readonly isCounted: boolean
  /** Milliseconds after which the search for the page ends, and after which lines are not counted any more. */
  readonly findWithinMs: number
  readonly countWithinMs: number
}

export type ScanOutput = {
  readonly items: readonly Prediction[]
  /** Lines that were meant, of those looked at (from the beginning of the search); an estimate of all when `isEstimate`. */
  readonly total: number
  readonly isEstimate: boolean
  /** Where the next page goes on; null when everything was looked at and shown. */
  readonly resumeAfter: string | null
}

/** Finds one page of the lines that a filter means, newest first, and counts them as long as its time lasts. */
export function scanLog(input: ScanInput): ScanOutput {
  const database = new Database(input.logPath, { migrations: [], synchronous: 'NORMAL', readonly: true })
  try {
    return scan(new LogFilterRows(database, input.logKey, input.filter), input)
  } finally {
    database.close()
  }
}

function scan(rows: LogFilterRows, input: ScanInput): ScanOutput {
  const { filter, limit, before, deploymentId } = input
  const startedAt = performance.now()
  const whole = idsBetween(filter.since, filter.until)
  const range = before === null ? whole : { low: whole.low, high: parseUuid(before) }
  const items: Prediction[] = []
  let [total, examined, skip] = [0, 0, input.skip]
  let last: LogSegment | undefined
  let isComplete = true
  for (const segment of cutSegments(rows, { filter, range, order: 'DESC' })) {
    const isFull = items.length >= limit
    const elapsed = performance.now() - startedAt
    if (last !== undefined && elapsed > (isFull ? input.countWithinMs : input.findWithinMs))
      isComplete = false
    if (isFull && !input.isCounted) isComplete = false
    if (!isComplete) break
    const meant = countIn(rows, segment, filter)
    total += meant
    examined += segment.candidates
    last = segment
    if (skip >= meant) skip -= meant
    else if (!isFull) {
      const page = { order: 'DESC', limit: limit - items.length, offset: skip } as const
      for (const row of rows.read(segment, page)) items.push(toPrediction(row, deploymentId))
      skip = 0
    }
  }
  const isFull = items.length >= limit
  const shown = items.at(-1)?.id ?? null
  if (isComplete) {
    const hasMore = input.skip + items.length < total
    return { items, total, isEstimate: false, resumeAfter: hasMore && isFull ? shown : null }
  }
  if (skip > 0) {
    throw new WorkstationError(
      'invalid',
      'offset: so many matching lines cannot be passed over in time; go from page to page by next_cursor',
    )
  }
  const { from, to } = minutesOf(range)
  const candidates = countCandidates(filter, rows.totals(from, to))
  const expected = examined === 0 ? 0 : Math.round((total / examined) * Math.max(0, candidates - examined))
  const resumeAfter = isFull ? shown : last === undefined ? null : formatUuid(last.low)
  return { items, total: total + expected, isEstimate: true, resumeAfter }
}

const countIn = (rows: LogFilterRows, segment: LogSegment, filter: LogFilter): number =>
  segment.isWhole && isCountedByMinute(filter) ? segment.candidates : rows.count(segment)
