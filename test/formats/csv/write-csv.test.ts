import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { writeCsvRecord } from '../../../main/formats/csv/write-csv'

it('is read back as it was written', () => {
  const texts = ['plain', 'a,b', 'a "b"', 'two\r\nlines', ' led', 'ü', '-1', '+4.5e3']
  expect(parse(writeCsvRecord(texts))).toEqual([texts])
})

it('tells an empty text from no value', () => {
  expect(writeCsvRecord(['', null, undefined, 0, false])).toBe('"",,,0,false\r\n')
})

it.each(['=1+1', '+SUM(A1)', '-2+3', '@now', '\tx', '\rx', "=cmd|' /C calc'!A0"])(
  'disarms %j, which a spreadsheet would run',
  (text) => {
    expect(parse(writeCsvRecord([text]))).toEqual([[`'${text}`]])
  },
)
