import { lowestIdAt } from '../identifiers'
import type { LogFilter } from './log-filter'
import { countCandidates } from './log-filter'
import type { IdRange, LogFilterRows, MinuteTotals } from './log-filter-rows'

const MINUTE_MS = 60_000
const MINUTES_AT_ONCE = 20_000
/** Lines of a stretch, about: some hundredths of a second to look through, even with a condition on the inputs. */
const ROWS_PER_SEGMENT = 20_000
/** After every minute there will be: 48 bits of milliseconds end before. */
const NO_END = 2 ** 48 / MINUTE_MS

/** A stretch of a log that is short enough to look through at once. */
export type LogSegment = IdRange & {
  /** Lines in it that the filter can mean by the counts of its minutes; exact when `isWhole`. */
  readonly candidates: number
  /** Whether it is made of whole minutes, none cut by the range. */
  readonly isWhole: boolean
}

const isBefore = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) < 0
const minuteOf = (id: Uint8Array): number =>
  Math.floor(Buffer.from(id.buffer, id.byteOffset, 6).readUIntBE(0, 6) / MINUTE_MS)

/** The minutes that a range of identifiers touches, as [from, to). */
export const minutesOf = ({ low, high }: IdRange): { from: number; to: number } => ({
  from: minuteOf(low),
  to: Math.min(NO_END, minuteOf(high) + 1),
})

function* eachMinute(rows: LogFilterRows, range: IdRange, order: 'ASC' | 'DESC'): Generator<MinuteTotals> {
  let { from, to } = minutesOf(range)
  for (;;) {
    const minutes = rows.minutes({ from, to, order, limit: MINUTES_AT_ONCE })
    yield* minutes
    const last = minutes.at(-1)
    if (last === undefined || minutes.length < MINUTES_AT_ONCE) return
    if (order === 'ASC') from = last.minute + 1
    else to = last.minute
  }
}

/** Cuts a range of a log into stretches by the counts of its minutes; minutes that cannot hold a meant line are left out. */
export function* cutSegments(
  rows: LogFilterRows,
  { filter, range, order }: { filter: LogFilter; range: IdRange; order: 'ASC' | 'DESC' },
): Generator<LogSegment> {
  let minutes: MinuteTotals[] = []
  let size = 0
  const close = (): LogSegment[] => {
    const bounds = minutes.map(({ minute }) => minute)
    const segment = toSegment(minutes, bounds, { filter, range })
    minutes = []
    size = 0
    return segment === undefined ? [] : [segment]
  }
  for (const minute of eachMinute(rows, range, order)) {
    if (countCandidates(filter, minute) === 0) {
      yield* close()
      continue
    }
    if (size > 0 && size + minute.rows > ROWS_PER_SEGMENT) yield* close()
    minutes.push(minute)
    size += minute.rows
  }
  yield* close()
}

function toSegment(
  minutes: readonly MinuteTotals[],
  bounds: readonly number[],
  { filter, range }: { filter: LogFilter; range: IdRange },
): LogSegment | undefined {
  if (minutes.length === 0) return undefined
  const first = lowestIdAt(Math.min(...bounds) * MINUTE_MS)
  const end = lowestIdAt((Math.max(...bounds) + 1) * MINUTE_MS)
  const isCutLow = isBefore(first, range.low)
  const isCutHigh = isBefore(range.high, end)
  return {
    low: isCutLow ? range.low : first,
    high: isCutHigh ? range.high : end,
    isWhole: !isCutLow && !isCutHigh,
    candidates: minutes.reduce((sum, minute) => sum + countCandidates(filter, minute), 0),
  }
}
