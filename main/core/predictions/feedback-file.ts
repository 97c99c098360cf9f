import { createReadStream, statSync } from 'node:fs'
import { CsvError, parse } from 'csv-parse'
import { WorkstationError } from '../../errors'
import { detectDelimiter } from '../../formats/csv/detect-delimiter'
import type { FeedbackItem } from './ground-truth'

const MAX_LINE_CHARACTERS = 64 * 1024
const ISO_TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** Epoch milliseconds of an ISO 8601 time, without an offset in UTC; undefined for other texts. */
function readMoment(text: string): number | undefined {
  const [matched, clock, , , zone] = ISO_TIME.exec(text) ?? []
  if (matched === undefined) return undefined
  const moment = Date.parse(clock !== undefined && zone === undefined ? `${text}Z` : text)
  return Number.isNaN(moment) ? undefined : moment
}

type Layout = {
  readonly target: { readonly at: number; readonly column: string | null }
  readonly actual: number
  readonly observedAt: number | null
  readonly width: number
}

/**
 * Which columns of a file say what: `actual`, `prediction_id` or a key column, and `observed_at` if it is there.
 * @throws WorkstationError invalid, naming what the first line lacks.
 */
export function readLayout(names: readonly string[], keyColumns: readonly string[]): Layout {
  const actual = names.indexOf('actual')
  if (actual < 0) {
    throw new WorkstationError(
      'invalid',
      `file: no column "actual"; its first line names ${names.join(', ')}`,
    )
  }
  const observedAt = names.includes('observed_at') ? names.indexOf('observed_at') : null
  const rest = { actual, observedAt, width: names.length }
  const id = names.indexOf('prediction_id')
  if (id >= 0) return { ...rest, target: { at: id, column: null } }
  const [column, second] = keyColumns.filter((name) => names.includes(name))
  if (column === undefined) {
    const known = keyColumns.length === 0 ? 'none is declared' : `declared are ${keyColumns.join(', ')}`
    throw new WorkstationError(
      'invalid',
      `file: no column "prediction_id" and no key column (${known}); its first line names ${names.join(', ')}`,
    )
  }
  if (second !== undefined) {
    throw new WorkstationError('invalid', `file: both "${column}" and "${second}" are key columns; keep one`)
  }
  return { ...rest, target: { at: names.indexOf(column), column } }
}

function readItem(cells: readonly string[], layout: Layout): FeedbackItem | string {
  if (cells.length !== layout.width) return `has ${cells.length} cells; the first line names ${layout.width}`
  const cell = (at: number): string => cells[at] ?? ''
  const named = cell(layout.target.at)
  if (named === '') return `${layout.target.column ?? 'prediction_id'} is empty`
  const actual = cell(layout.actual)
  if (actual === '') return 'actual is empty'
  const moment = layout.observedAt === null ? '' : cell(layout.observedAt)
  const observedAt = moment === '' ? null : readMoment(moment)
  if (observedAt === undefined) return `observed_at is "${moment}"; expected an ISO 8601 time`
  const { column } = layout.target
  const target =
    column === null ? ({ kind: 'id', id: named } as const) : ({ kind: 'key', column, value: named } as const)
  return { target, actual, observedAt }
}

/** A line of the file with its label, or with what is wrong with it. */
export type FeedbackLine = {
  readonly line: number
  readonly share: number
  readonly item: FeedbackItem | string
}

type Record = { readonly record: string[]; readonly info: { readonly lines: number; readonly bytes: number } }

/**
 * Reads labels from a CSV file line by line (comma, semicolon, tab or bar; a header; UTF-8).
 * @throws WorkstationError invalid when the header lacks a column, or naming the line where the file breaks off.
 */
export async function* readFeedbackFile(
  path: string,
  keyColumns: readonly string[],
): AsyncGenerator<FeedbackLine, void> {
  const size = statSync(path).size
  const parser = parse({
    bom: true,
    delimiter: detectDelimiter(path),
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: MAX_LINE_CHARACTERS,
  })
  const source = createReadStream(path)
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  let layout: Layout | undefined
  try {
    for await (const { record, info } of parser as AsyncIterable<Record>) {
      if (layout === undefined) layout = readLayout(record, keyColumns)
      else yield { line: info.lines, share: info.bytes / size, item: readItem(record, layout) }
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new WorkstationError('invalid', `file: ${error.message}`, { cause: error })
    throw error
  } finally {
    source.destroy()
  }
  if (layout === undefined)
    throw new WorkstationError('invalid', 'file: it is empty; its first line names the columns')
}

/** Reads the header alone. @throws WorkstationError invalid when it lacks a column. */
export async function checkFeedbackFile(path: string, keyColumns: readonly string[]): Promise<void> {
  for await (const _line of readFeedbackFile(path, keyColumns)) return
}
