import type { PredictionRows } from './prediction-rows'

const DAY_MINUTES = 1440
/** Entries are written within moments; a minute that ended this long ago gets no more of them. */
const SETTLED_AFTER_MINUTES = 5
const MINUTE_MS = 60_000

export type Totals = { readonly rows: number; readonly errors: number }

const add = (left: Totals, right: Totals): Totals => ({
  rows: left.rows + right.rows,
  errors: left.errors + right.errors,
})

type Day = Totals & { readonly day: number }

/** Whole days that have passed, oldest first, up to a minute. */
type Passed = { readonly to: number; readonly days: readonly Day[] }

/** A minute of the log, and how many of its newest lines come before the wanted one. */
export type MinutePlace = { readonly minute: number; readonly skip: number }

/**
 * How many lines the log holds in a span of minutes, and which minute holds the n-th newest: from the counts of the
 * minutes, those of days that have passed being added up once.
 */
export class LogTotals {
  private readonly rows: PredictionRows
  private readonly passed = new Map<number, Passed>()

  constructor(rows: PredictionRows) {
    this.rows = rows
  }

  private known(logKey: number): Passed {
    const settled = Math.floor(Date.now() / MINUTE_MS) - SETTLED_AFTER_MINUTES
    const to = Math.floor(settled / DAY_MINUTES) * DAY_MINUTES
    const known = this.passed.get(logKey) ?? { to: 0, days: [] }
    if (known.to >= to) return known
    const grown = { to, days: [...known.days, ...this.rows.days(logKey, known.to, to)] }
    this.passed.set(logKey, grown)
    return grown
  }

  /** Totals of all minutes before one. */
  before(logKey: number, minute: number): Totals {
    const { to, days } = this.known(logKey)
    const border = Math.min(to, Math.floor(minute / DAY_MINUTES) * DAY_MINUTES)
    let sum = this.rows.totals(logKey, border, minute)
    for (const day of days) {
      if ((day.day + 1) * DAY_MINUTES > border) break
      sum = add(sum, day)
    }
    return sum
  }

  /** The minute in [from, to) that holds the line with `skip` newer ones in that span; undefined when there are no more. */
  locate(
    logKey: number,
    span: { readonly from: number; readonly to: number },
    skip: number,
  ): MinutePlace | undefined {
    const { to: border, days } = this.known(logKey)
    let left = skip
    const search = (from: number, to: number): MinutePlace | undefined => {
      for (const { minute, rows } of this.rows.minuteCounts(logKey, from, to)) {
        if (left < rows) return { minute, skip: left }
        left -= rows
      }
      return undefined
    }
    const recent = search(Math.max(span.from, border), span.to)
    if (recent !== undefined) return recent
    for (const { day, rows } of days.toReversed()) {
      const [start, end] = [day * DAY_MINUTES, (day + 1) * DAY_MINUTES]
      if (start >= span.to) continue
      if (end <= span.from) return undefined
      const isWhole = start >= span.from && end <= span.to
      if (isWhole && left >= rows) left -= rows
      else {
        const found = search(Math.max(start, span.from), Math.min(end, span.to))
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  /** Says that the counts of a minute that has passed are others now. */
  recount(logKey: number, minute: number): void {
    const known = this.passed.get(logKey)
    if (known === undefined || minute >= known.to) return
    const day = Math.floor(minute / DAY_MINUTES)
    const [counted] = this.rows.days(logKey, day * DAY_MINUTES, (day + 1) * DAY_MINUTES)
    const others = known.days.filter((each) => each.day !== day)
    const days = counted === undefined ? others : [...others, counted].sort((a, b) => a.day - b.day)
    this.passed.set(logKey, { to: known.to, days })
  }
}
