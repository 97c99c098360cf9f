import { closeSync, openSync, readSync } from 'node:fs'

const DELIMITERS = [',', ';', '\t', '|']

/** The delimiter that stands most often in the first line of a file that holds anything. */
export function detectDelimiter(path: string): string {
  const buffer = Buffer.alloc(64 * 1024)
  const file = openSync(path, 'r')
  const length = readSync(file, buffer)
  closeSync(file)
  const [firstLine = ''] = buffer.toString('utf8', 0, length).trimStart().split(/\r?\n/, 1)
  const count = (delimiter: string): number => firstLine.split(delimiter).length
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ',')
}
