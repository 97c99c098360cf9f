/** One cell of a row. Null, undefined, NaN and blank text are missing; ±Infinity is present but non-finite. */
export type FeatureValue = number | string | boolean | null

/** Whether a cell holds no value. */
export function isMissing(value: FeatureValue | undefined): value is null | undefined {
  if (value === null || value === undefined) return true
  if (typeof value === 'number') return Number.isNaN(value)
  return typeof value === 'string' && value.trim() === ''
}

/** A present cell as a number: booleans are 0 and 1, text that is no number gives NaN. */
export function toNumber(value: number | string | boolean): number {
  return typeof value === 'number' ? value : Number(value)
}

// At most 15 digits survive a round trip through a double; leading zeros mark codes, which are not numbers.
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/
const PLAIN_BOOLEAN = /^(?:true|false)$/i

/**
 * The name of a present cell as a category, so that one value spelled differently by a CSV file and a JSON
 * request meets itself: 1, 1.0, "1" and "1.0" are "1"; true, "true" and "True" are "true"; "007" stays "007".
 */
export function toCategory(value: number | string | boolean): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value.length <= 16 && PLAIN_NUMBER.test(value)) return String(Number(value))
  return PLAIN_BOOLEAN.test(value) ? value.toLowerCase() : value
}
