import type { FeatureValue } from '../distributions/value'
import type { DataColumn } from './model'
import type { FeatureType } from '../signatures/signature'

const MISSING_MARKS = new Set(['', 'na', 'n/a', 'nan', 'null', 'none'])
const EXAMPLES = 5

/** Whether the text of a cell stands for "no value". */
export function isMissingMark(text: string): boolean {
  return MISSING_MARKS.has(text.toLowerCase())
}

const isNumberText = (text: string): boolean => text !== '' && Number.isFinite(Number(text))
const isBooleanText = (text: string): boolean => /^(true|false)$/i.test(text)

/** The narrowest type that all present cells of a column have; text when none is present. */
export function inferType(cells: readonly string[]): FeatureType {
  let isNumber = true
  let isInteger = true
  let isBoolean = true
  let present = 0
  for (const cell of cells) {
    if (isMissingMark(cell)) continue
    present++
    if (isNumber && !isNumberText(cell)) isNumber = false
    if (isInteger && !(isNumber && Number.isSafeInteger(Number(cell)) && !/[.eE]/.test(cell)))
      isInteger = false
    if (isBoolean && !isBooleanText(cell)) isBoolean = false
    if (!isNumber && !isBoolean) return 'string'
  }
  if (present === 0) return 'number'
  if (isBoolean) return 'boolean'
  return isInteger ? 'integer' : 'number'
}

/** The cells of a column as values of its type; missing ones as null. */
export function toValues(cells: readonly string[], type: FeatureType): FeatureValue[] {
  switch (type) {
    case 'number':
    case 'integer':
      return cells.map((cell) => (isMissingMark(cell) ? null : Number(cell)))
    case 'boolean':
      return cells.map((cell) => (isMissingMark(cell) ? null : cell.toLowerCase() === 'true'))
    case 'string':
      return cells.map((cell) => (cell === '' ? null : cell))
  }
}

/** What is in a column, for a person who looks at the file before registering it. */
export function describeColumn(name: string, cells: readonly string[]): DataColumn {
  const distinct = new Set(cells)
  let missing = 0
  for (const cell of cells) if (isMissingMark(cell)) missing++
  for (const value of distinct) if (isMissingMark(value)) distinct.delete(value)
  return {
    name,
    type: inferType(cells),
    missing,
    distinct: distinct.size,
    examples: [...distinct].slice(0, EXAMPLES),
  }
}
