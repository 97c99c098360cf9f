import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readTable } from '../../../main/core/models/read-table'
import type { Table } from '../../../main/core/models/read-table'
import { makeFolder, refusalOf, sampleFile } from '../workspace'

const irisText = readFileSync(sampleFile('iris', 'training.csv'), 'utf8')
const lines = irisText.trimEnd().split('\n')
const withLines = (...all: readonly string[]): Uint8Array => Buffer.from(`${all.join('\n')}\n`)
const recode = (change: (line: string) => string): Uint8Array => withLines(...lines.map(change))

function read(
  data: string | Uint8Array,
  onProgress: (fraction: number) => void = () => undefined,
): Promise<Table> {
  const path = join(makeFolder(), 'training.csv')
  writeFileSync(path, data)
  return readTable(path, onProgress)
}

it.each([
  ['semicolons', recode((line) => line.replaceAll(',', ';'))],
  ['tabs', recode((line) => line.replaceAll(',', '\t'))],
  ['bars', recode((line) => line.replaceAll(',', '|'))],
  ['a byte order mark', Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(irisText)])],
  [
    'quoted cells',
    recode((line) =>
      line
        .split(',')
        .map((cell) => `"${cell}"`)
        .join(','),
    ),
  ],
  ['Windows line ends', Buffer.from(irisText.replaceAll('\n', '\r\n'))],
  ['spaces around cells', recode((line) => line.replaceAll(',', ' , '))],
  ['empty lines', Buffer.from(irisText.replaceAll('\n', '\n\n'))],
  ['empty lines before the names', Buffer.from(`\n\n${irisText.replaceAll(',', ';')}`)],
  ['no line end after the last row', Buffer.from(irisText.trimEnd())],
])('reads the same table with %s', async (_, data) => {
  expect(await read(data)).toEqual(await read(irisText))
})

it('reads every cell as text, column by column', async () => {
  expect(await read('a,b\n1,x\n,"y ""z"""\n')).toEqual({
    names: ['a', 'b'],
    columns: [
      ['1', ''],
      ['x', 'y "z"'],
    ],
    rows: 2,
  })
})

it('keeps delimiters and line ends that stand inside quotes', async () => {
  const table = await read('a,y\n1,"one, two"\n4,"three\nfour"\n')
  expect(table.columns[1]).toEqual(['one, two', 'three\nfour'])
})

it('tells how far it has read', async () => {
  const fractions: number[] = []
  await read(`a,b\n${`1,${'x'.repeat(1000)}\n`.repeat(3000)}`, (fraction) => fractions.push(fraction))
  expect(fractions.length).toBeGreaterThan(1)
  expect(fractions.at(-1)).toBe(1)
})

it('refuses more columns than it can show, and a line that never ends', async () => {
  const names = Array.from({ length: 10_001 }, (_, column) => `c${column}`).join(',')
  expect((await refusalOf(() => read(`${names}\n${names}\n`))).message).toMatch(
    /10001 columns; at most 10000/,
  )
  expect(await refusalOf(() => read(`a,b\n"${'x'.repeat(3_000_000)}`))).toMatchObject({ code: 'invalid' })
})
