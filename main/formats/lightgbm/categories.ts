// Columns of pandas' category type: LightGBM keeps their categories in the line `pandas_categorical`.
import type { CategoryCodes } from '../sklearn/category-codes'
import type { ModelText } from './model-text'
import { invalidModel } from './model-text'

function readJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/\bNaN\b/g, 'null')) as unknown
  } catch (cause) {
    throw Object.assign(invalidModel('pandas_categorical is no JSON'), { cause })
  }
}

/** Null where values are of several types, which no column can carry. */
function toCodes(list: unknown): CategoryCodes | null {
  if (!Array.isArray(list)) throw invalidModel('pandas_categorical is no list of lists')
  const values: readonly unknown[] = list
  if (values.every((value) => typeof value === 'string')) return { type: 'string', values }
  if (values.every((value) => typeof value === 'number' || typeof value === 'boolean'))
    return { type: 'float64', values: values.map(Number) }
  return null
}

/** Whether a column that was trained as a number can be the codes of this many ordered categories. */
const canHoldCodes = (info: string, count: number): boolean => info === `[0:${count - 1}]`

/**
 * The columns that the lists belong to, in order. Unordered categories are named by the parameter
 * categorical_feature; ordered ones are trained as numbers, and found where one place only fits.
 * @returns null where it stays open
 */
function placeCategories(
  lists: readonly (CategoryCodes | null)[],
  infos: readonly string[],
  named: readonly number[],
): number[] | null {
  if (lists.length === named.length) return [...named]
  const columns: number[] = []
  let list = 0
  for (let column = 0; column < infos.length && list < lists.length; column++) {
    const isNamed = named.includes(column)
    if (isNamed || canHoldCodes(infos[column] ?? '', lists[list]?.values.length ?? 0)) {
      columns.push(column)
      list++
    }
  }
  const isWhole = list === lists.length && named.every((column) => columns.includes(column))
  const fitting = infos.filter(
    (info, column) =>
      !named.includes(column) && lists.some((held) => canHoldCodes(info, held?.values.length ?? 0)),
  )
  return isWhole && fitting.length === lists.length - named.length ? columns : null
}

/**
 * The categories of each column by code, null for columns of numbers.
 * @returns `isOpen` when the file has categories, but not where they belong
 * @throws WorkstationError invalid
 */
export function readCategories(
  { categories, parameters }: ModelText,
  infos: readonly string[],
): { readonly codes: (CategoryCodes | null)[]; readonly isOpen: boolean } {
  const codes = infos.map((): CategoryCodes | null => null)
  const parsed = categories === null || categories.trim() === '' ? null : readJson(categories)
  if (parsed === null || (Array.isArray(parsed) && parsed.length === 0)) return { codes, isOpen: false }
  if (!Array.isArray(parsed)) throw invalidModel('pandas_categorical is no list of lists')
  const lists = parsed.map(toCodes)
  const named = (parameters.get('categorical_feature') ?? '')
    .split(',')
    .flatMap((part) => (/^\d+$/.test(part.trim()) ? [Number(part)] : []))
    .sort((a, b) => a - b)
  const columns = placeCategories(lists, infos, named)
  if (columns === null || lists.includes(null)) return { codes, isOpen: true }
  columns.forEach((column, index) => {
    if (column < codes.length) codes[column] = lists[index] ?? null
  })
  return { codes, isOpen: false }
}
