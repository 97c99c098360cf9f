import { rmSync, writeFileSync } from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { sampleTraining } from '../../../main/core/models/sample-training'
import type { Signature } from '../../../main/core/signatures/signature'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-sample-'))
const path = join(folder, 'training.csv')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ROWS = 5000
writeFileSync(
  path,
  [
    'row,colour,answer',
    ...Array.from({ length: ROWS }, (_, row) => `${row},${row % 2 ? 'red' : ''},1`),
    '',
  ].join('\n'),
)

const signature: Signature = {
  task: 'regression',
  features: [
    { name: 'row', type: 'number', input: 'numbers', column: 0, acceptsMissing: false },
    { name: 'colour', type: 'string', input: 'texts', column: 0, acceptsMissing: true },
  ],
  inputs: [
    { name: 'numbers', elementType: 'float32', width: 1, isFlat: false },
    { name: 'texts', elementType: 'string', width: 1, isFlat: false },
  ],
  answer: { kind: 'value', value: 'out' },
  classLabels: [],
  isSingleRow: false,
}
const sample = (most: number, seed: number) =>
  sampleTraining({ path, signature, targetColumn: 'answer', most, seed }, () => undefined)

it('keeps every row of a file that is small enough, in its order', async () => {
  const { rows, columns } = await sample(10_000, 1)
  expect(rows).toBe(ROWS)
  expect([...columns.keys()]).toEqual(['row', 'colour'])
  expect(columns.get('row')).toEqual(Array.from({ length: ROWS }, (_, row) => row))
  expect(columns.get('colour')!.slice(0, 3)).toEqual([null, 'red', null])
})

it('draws the same rows of a larger file for the same seed, from all over it', async () => {
  const [first, again, other] = await Promise.all([sample(500, 1), sample(500, 1), sample(500, 2)])
  expect(first.columns).toEqual(again.columns)
  expect(first.columns).not.toEqual(other.columns)
  const drawn = first.columns.get('row') as readonly number[]
  expect(new Set(drawn).size).toBe(500)
  const mean = drawn.reduce((sum, row) => sum + row, 0) / 500
  expect(Math.abs(mean - ROWS / 2)).toBeLessThan(4 * (ROWS / Math.sqrt(12 * 500)))
  expect(drawn.filter((row) => row >= 4500).length).toBeGreaterThan(25)
})

it('refuses a file that does not have the columns of the signature any more', async () => {
  const other = { ...signature, features: [{ ...signature.features[0]!, name: 'height' }] }
  await expect(
    sampleTraining({ path, signature: other, targetColumn: 'answer', most: 10, seed: 1 }, () => undefined),
  ).rejects.toThrow(/"height", which the file does not have/)
})
