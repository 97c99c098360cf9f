// The categories of training data, which XGBoost keeps in the model since 3.1 (gradient_booster.model.cats).
import type { CategoryCodes } from '../sklearn/category-codes'
import type { Part } from './part'

/**
 * Texts are UTF-8 one behind the other, as Arrow has them; `offsets` has one entry more than there are texts. For pandas
 * XGBoost counts characters there instead of bytes (python-package, _data_utils.py, npstr_to_arrow_strarr) and cuts the
 * last texts, so that only pure ASCII can be trusted: null for all else.
 */
function readTexts(encoding: Part): string[] | null {
  const offsets = encoding.numbers('offsets')
  const codes = Array.from(encoding.numbers('values'))
  if (codes.some((code) => !(code >= 0 && code < 128))) return null
  const text = codes.map((code) => String.fromCharCode(code)).join('')
  return Array.from({ length: Math.max(0, offsets.length - 1) }, (_, index) => {
    const start = offsets[index] ?? -1
    const end = offsets[index + 1] ?? -1
    if (!(start >= 0 && end >= start && end <= text.length))
      return encoding.fail('a category goes beyond the end of the list')
    return text.slice(start, end)
  })
}

/** The categories of each column, by code; null for columns without. */
export function readCategories(cats: Part | null, columns: number): (CategoryCodes | null)[] {
  if (cats?.has('enc') !== true) return []
  const encodings = cats.parts('enc')
  if (encodings.length !== 0 && encodings.length !== columns)
    return cats.fail(`there are categories of ${encodings.length} columns for ${columns}`)
  return encodings.map((encoding): CategoryCodes | null => {
    if (encoding.has('offsets')) {
      const values = readTexts(encoding)
      return values === null || values.length === 0 ? null : { type: 'string', values }
    }
    const values = Array.from(encoding.numbers('values'))
    return values.length === 0 ? null : { type: 'float64', values }
  })
}
