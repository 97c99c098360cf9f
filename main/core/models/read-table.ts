import { createReadStream, statSync } from 'node:fs'
import { CsvError, parse } from 'csv-parse'
import { WorkstationError } from '../../errors'
import { detectDelimiter } from '../../formats/csv/detect-delimiter'

/** A CSV file column by column, every cell as text. */
export type Table = {
  readonly names: readonly string[]
  readonly columns: readonly (readonly string[])[]
  readonly rows: number
}

const MAX_COLUMNS = 10_000
const MAX_LINE_CHARACTERS = 1024 * 1024

function checkHeader(names: readonly string[]): void {
  if (names.length > MAX_COLUMNS) {
    throw new WorkstationError(
      'invalid',
      `training data: ${names.length} columns; at most ${MAX_COLUMNS} are taken`,
    )
  }
  const seen = new Set<string>()
  names.forEach((name, index) => {
    if (name === '')
      throw new WorkstationError(
        'invalid',
        `training data: column ${index + 1} has no name in the first line`,
      )
    if (seen.has(name))
      throw new WorkstationError(
        'invalid',
        `training data: two columns are named "${name}"; names must be unique`,
      )
    seen.add(name)
  })
}

/** Takes a table as it is read, line by line. */
export type TableReader = {
  readonly onNames: (names: readonly string[]) => void
  readonly onRow: (cells: readonly string[]) => void
  /** @param fraction share of the file that was read, 0 to 1 */
  readonly onProgress: (fraction: number) => void
}

/**
 * Reads a CSV file with a header line (comma, semicolon, tab or bar; UTF-8, with or without a byte order mark), keeping
 * nothing of it.
 * @throws WorkstationError invalid, naming the line and what was wrong there.
 */
export async function streamTable(path: string, reader: TableReader): Promise<void> {
  const bytes = statSync(path).size
  const parser = parse({
    bom: true,
    delimiter: detectDelimiter(path),
    trim: true,
    skip_empty_lines: true,
    relax_quotes: true,
    max_record_size: MAX_LINE_CHARACTERS,
  })
  const source = createReadStream(path, { highWaterMark: 1024 * 1024 })
  source.on('data', () => reader.onProgress(source.bytesRead / bytes))
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  let lines = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (lines++ > 0) reader.onRow(cells)
      else {
        checkHeader(cells)
        reader.onNames(cells)
      }
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new WorkstationError('invalid', `training data: ${error.message}`, { cause: error })
    throw error
  } finally {
    source.destroy()
  }
  if (lines === 0)
    throw new WorkstationError(
      'invalid',
      'training data: the file is empty; the first line names the columns',
    )
  if (lines === 1)
    throw new WorkstationError('invalid', 'training data: there is a line of names but no row of data')
}

/**
 * Reads a whole CSV file.
 * @param onProgress share of the file that was read, 0 to 1
 * @throws WorkstationError like `streamTable`
 */
export async function readTable(path: string, onProgress: (fraction: number) => void): Promise<Table> {
  let names: readonly string[] = []
  let columns: string[][] = []
  let rows = 0
  await streamTable(path, {
    onNames: (found) => {
      names = found
      columns = found.map(() => [])
    },
    onRow: (cells) => {
      for (let index = 0; index < cells.length; index++) columns[index]?.push(cells[index] ?? '')
      rows++
    },
    onProgress,
  })
  return { names, columns, rows }
}
