// Values of categories, statistics and parameters as numbers and texts.
import { readItems, readValues } from '../pickle/numpy'
import type { PickleValue } from '../pickle/value'
import { isKind } from '../pickle/value-kinds'

/** Null is None (or pandas' NA); a missing number is NaN. Booleans are 0 and 1, as in the columns they describe. */
export type Plain = number | string | null

/** The value as plain data; undefined when it is something else, such as a date. */
export function toPlain(value: PickleValue | undefined): Plain | undefined {
  if (value === null || typeof value === 'number' || typeof value === 'string') return value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : undefined
  if (isKind(value, 'global') && value.name === 'NA') return null
  return undefined
}

/** The elements of a list, tuple or one-dimensional array as they are; null when the value is none of these. */
export function readElements(value: PickleValue | undefined): readonly PickleValue[] | null {
  if (isKind(value, 'list') || isKind(value, 'tuple')) return value.items
  return isKind(value, 'array') ? (readItems(value) ?? readValues(value)) : null
}

/** True for None, NaN and pandas' NA. */
export const isMissing = (value: Plain): boolean => value === null || Number.isNaN(value)

/** The value under a key of a dict, or undefined. */
export function lookUp(value: PickleValue | undefined, key: string | number): PickleValue | undefined {
  return isKind(value, 'dict') ? value.entries.findLast(([candidate]) => candidate === key)?.[1] : undefined
}
