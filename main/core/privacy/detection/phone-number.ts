import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { digitsOf } from './detector'

/** What national formats without a country code are read as. */
const DEFAULT_COUNTRY = 'US'

const AMERICAN = /^(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}$/
/** Dates, which are made of digits and separators as well. */
const DATE = /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?:\s|$)/

/**
 * How sure it is that digits and separators are a phone number: numbers with a country code or written the American
 * way nearly always are; bare digits may be anything.
 */
export function ratePhoneNumber(match: string): number {
  const digits = digitsOf(match).length
  if (digits < 7 || digits > 15 || DATE.test(match)) return 0
  const isInternational = match.startsWith('+') || /^\(\+|^00[1-9]/.test(match)
  if (isInternational) {
    const parsed = parsePhoneNumberFromString(match.replace(/^00/, '+'), DEFAULT_COUNTRY)
    if (parsed?.isValid() === true) return 0.95
    return parsed?.isPossible() === true || AMERICAN.test(match) ? 0.8 : 0
  }
  const isAmerican = AMERICAN.test(match)
  if (isAmerican) return match.startsWith('(') ? 0.85 : 0.75
  if (/^\d+[./]\d+$/.test(match)) return 0
  // Something has to make it more than a number: a column's name or a word in front raises this.
  return digits >= 10 || match.startsWith('0') ? 0.4 : 0.2
}
