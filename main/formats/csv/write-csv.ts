/** A cell before it is written; null and undefined are empty cells. */
export type CsvValue = string | number | boolean | null | undefined

const LINE_END = '\r\n'
const PLAIN_NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/
/** What makes a spreadsheet take a text for a formula (OWASP, CSV injection). */
const FORMULA_START = /^[=+\-@\t\r]/

/** A text that no spreadsheet runs: one that looks like a formula is led by an apostrophe; a number is none. */
export const disarmFormula = (text: string): string =>
  FORMULA_START.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text

/** RFC 4180 §2: quoted where a comma, a quote or a line break is inside; an empty text is quoted, unlike no value. */
function writeText(text: string): string {
  const safe = disarmFormula(text)
  return safe === '' || /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One record of RFC 4180 with its line end. */
export function writeCsvRecord(values: readonly CsvValue[]): string {
  const cells = values.map((value) => {
    if (value === null || value === undefined) return ''
    return typeof value === 'string' ? writeText(value) : String(value)
  })
  return cells.join(',') + LINE_END
}
