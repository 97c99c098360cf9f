const COUNT = new Intl.NumberFormat('en-US')
const NUMBER = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 })
const ABSOLUTE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY_LENGTH = 24 * HOUR

/** Stands where there is no value. */
export const NONE = '–'

/** A whole number with thousands separators. */
export function formatCount(count: number): string {
  return COUNT.format(count)
}

/** `3 rows`, `1 row`. */
export function formatQuantity(count: number, unit: string): string {
  return `${COUNT.format(count)} ${unit}${count === 1 ? '' : 's'}`
}

/** A measured value with four significant digits; very large and very small ones in scientific notation. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return value.toExponential(2)
  return NUMBER.format(value)
}

/** A population stability index: three decimals. */
export function formatPsi(psi: number | null | undefined): string {
  return psi === null || psi === undefined ? NONE : psi.toFixed(3)
}

/** A share of 0 to 1 as a percentage with at most one decimal. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined) return NONE
  const percent = share * 100
  if (percent > 0 && percent < 0.1) return '<0.1%'
  return `${Number(percent.toFixed(1))}%`
}

/** Milliseconds. */
export function formatLatency(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return NONE
  const digits = milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0
  return `${milliseconds.toFixed(digits)} ms`
}

/** A file size in units of 1024. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${value >= 100 ? value.toFixed(0) : Number(value.toFixed(1))} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power] ?? ''}`
}

/** How long ago something happened; a date when that is over a month. */
export function formatRelative(at: number, now: number): string {
  const age = now - at
  if (age < 10 * SECOND) return 'just now'
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`
  if (age < DAY_LENGTH) return `${Math.floor(age / HOUR)} h ago`
  if (age < 30 * DAY_LENGTH) return `${Math.floor(age / DAY_LENGTH)} d ago`
  return DAY.format(at)
}

/** Date and time to the second, in the zone of this computer. */
export function formatAbsolute(at: number): string {
  return ABSOLUTE.format(at)
}

/** The time between two moments in its largest fitting unit. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`
  if (milliseconds < MINUTE) return `${Number((milliseconds / SECOND).toFixed(1))} s`
  if (milliseconds < 2 * HOUR) return formatQuantity(Math.round(milliseconds / MINUTE), 'minute')
  if (milliseconds < 2 * DAY_LENGTH) return formatQuantity(Math.round(milliseconds / HOUR), 'hour')
  return formatQuantity(Math.round(milliseconds / DAY_LENGTH), 'day')
}
