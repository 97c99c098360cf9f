const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** A day of the calendar. `month` counts from 1. */
export type CalendarDate = { readonly year: number; readonly month: number; readonly day: number }

const fullYear = (text: string): number => {
  const year = Number(text)
  if (text.length > 2) return year
  return year > new Date().getUTCFullYear() % 100 ? 1900 + year : 2000 + year
}

function check(year: number, month: number, day: number): CalendarDate | undefined {
  const isReal =
    month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
  return isReal && year >= 1880 && year <= 2100 ? { year, month, day } : undefined
}

const monthOf = (word: string): number => MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1

/**
 * Reads `1980-02-28`, `28.02.1980`, `2/28/80`, `28 Feb 1980`, `Feb 28, 1980`, `19800228`, with or without a time
 * behind. Slashes are month first unless that is no date; dots and dashes day first. Undefined for anything else.
 */
export function readDate(text: string): CalendarDate | undefined {
  const trimmed = text.trim()
  const isoLike = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T ]|$)/.exec(trimmed)
  if (isoLike !== null) return check(Number(isoLike[1]), Number(isoLike[2]), Number(isoLike[3]))
  const [, first = '', separator, second = '', year = ''] =
    /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})(?:\D|$)/.exec(trimmed) ?? []
  if (separator !== undefined) {
    const monthFirst = check(fullYear(year), Number(first), Number(second))
    const dayFirst = check(fullYear(year), Number(second), Number(first))
    return separator === '/' ? (monthFirst ?? dayFirst) : (dayFirst ?? monthFirst)
  }
  const dayMonth = /^(\d{1,2})\.? (\p{L}{3,9})\.?,? (\d{4})/u.exec(trimmed)
  if (dayMonth !== null) return check(Number(dayMonth[3]), monthOf(dayMonth[2] ?? ''), Number(dayMonth[1]))
  const monthDay = /^(\p{L}{3,9}) (\d{1,2}),? (\d{4})/u.exec(trimmed)
  if (monthDay !== null) return check(Number(monthDay[3]), monthOf(monthDay[1] ?? ''), Number(monthDay[2]))
  return undefined
}

/** Whether a text is a day on which someone alive may have been born. */
export function rateDate(text: string): boolean {
  const date = readDate(text)
  return date !== undefined && date.year >= 1900 && date.year <= new Date().getUTCFullYear()
}
