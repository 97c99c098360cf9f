import { isIPv4, isIPv6 } from 'node:net'
import { readDate } from '../detection/date-text'
import type { PiiType } from '../pii-type'
import type { RuleConfig } from '../policy'

type Generalizer = (text: string, config: RuleConfig) => string | undefined

const pad = (number: number): string => String(number).padStart(2, '0')

/** The year (unless told otherwise), month or decade of a date; a bare year or YYYYMMDD is read as well. */
const generalizeDate: Generalizer = (text, { to = 'year' }) => {
  const bareYear = /^(1[89]\d\d|20\d\d)$/.exec(text.trim())?.[1]
  const date = bareYear === undefined ? readDate(text) : { year: Number(bareYear), month: 0 }
  if (date === undefined) return undefined
  if (to === 'decade') return `${Math.floor(date.year / 10) * 10}s`
  return to === 'month' && date.month > 0 ? `${date.year}-${pad(date.month)}` : String(date.year)
}

/** Bands of `band` years; everyone of 90 and more together, as HIPAA's safe harbor wants it. */
const generalizeAge: Generalizer = (text, { band = 10 }) => {
  const age = Number(text)
  if (text.trim() === '' || !Number.isFinite(age) || age < 0) return undefined
  if (age >= 90) return '90+'
  const from = Math.floor(age / band) * band
  return `${from}-${Math.min(from + band - 1, 89)}`
}

/** Ranges of `step`; without one, of the number's own power of ten. */
const generalizeNumber: Generalizer = (text, { step }) => {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) return undefined
  const width = step ?? Math.max(1, 10 ** Math.floor(Math.log10(Math.abs(number) || 1)))
  const from = Math.floor(number / width) * width
  return `${from}-${from + width}`
}

const generalizePostalCode: Generalizer = (text, { keep = 3 }) => {
  const shown = Math.min(keep, Math.floor(text.length * 0.6))
  return text.slice(0, shown) + text.slice(shown).replace(/[\p{L}\p{N}]/gu, '*')
}

/** The first eight groups of an IPv6 address, written out. */
function expandIpv6(text: string): readonly string[] {
  const [head = '', tail] = text.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...right]
}

/** The /24 network of an IPv4 address, the /48 of an IPv6 address. */
const generalizeIp: Generalizer = (text) => {
  const address = text.trim()
  if (isIPv4(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`
  if (!isIPv6(address) || address.includes('.')) return undefined
  return `${expandIpv6(address).slice(0, 3).join(':')}::/48`
}

const generalizeCoordinates: Generalizer = (text, { decimals = 1 }) => {
  const parts = text.split(/[,;] ?/).map((part) => Number(part))
  if (text.trim() === '' || !parts.every(Number.isFinite)) return undefined
  return parts.map((part) => part.toFixed(decimals)).join(',')
}

const generalizeEmail: Generalizer = (text) => /@([^@]+)$/.exec(text.trim())?.[1]

/** The issuer's part of a card number, the country of an IBAN. */
const keepFirst =
  (count: number): Generalizer =>
  (text) =>
    text.replace(/[^\p{L}\p{N}]/gu, '').slice(0, count)

const BY_TYPE: Partial<Record<PiiType, Generalizer>> = {
  date_of_birth: generalizeDate,
  card_expiry: generalizeDate,
  age: generalizeAge,
  income: generalizeNumber,
  credit_score: generalizeNumber,
  postal_code: generalizePostalCode,
  ip_address: generalizeIp,
  geo_coordinates: generalizeCoordinates,
  email: generalizeEmail,
  iban: keepFirst(2),
  swift_bic: keepFirst(6),
}

/**
 * A coarser value of the same kind, e.g. the year of a date of birth. A value that cannot be read as its kind, and a
 * kind without a coarser form, give undefined.
 */
export function generalizeText(text: string, type: PiiType, config: RuleConfig): string | undefined {
  return BY_TYPE[type]?.(text, config)
}
