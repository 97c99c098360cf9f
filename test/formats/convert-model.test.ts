import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { WorkstationError } from '../../main/errors'
import { convertModelFile } from '../../main/formats/convert-model'
import { importedBytes } from '../support/imports'
import { FIXTURES } from '../support/workstation'

const MATRIX = join(FIXTURES, 'pickles/matrix/sk19')

/** Numbers that look random and are the same each time (Park and Miller). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48271) % 2147483647
    yield state / 2147483647
  }
}

it.each([
  ['columns.pkl', () => importedBytes('columns.pkl')],
  ['ridge.pkl', () => importedBytes('ridge.pkl')],
  ['xgb-multi.ubj', () => readFileSync(join(MATRIX, 'xgb-multi.ubj'))],
  ['lgb-binary.txt', () => readFileSync(join(MATRIX, 'lgb-binary.txt'))],
])('converts a damaged %s or refuses it with a reason, and never breaks', (_name, read) => {
  const original = read()
  const random = numbers(original.length)
  const next = (below: number): number => Math.floor(random.next().value * below)
  let refused = 0
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from(original)
    for (let change = 0; change <= next(4); change++) bytes[next(bytes.length)] = next(256)
    const cut = next(5) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes
    try {
      convertModelFile(cut)
    } catch (error) {
      expect(error).toBeInstanceOf(WorkstationError)
      expect((error as WorkstationError).code).toMatch(/^(invalid|unsupported|too_large)$/)
      refused++
    }
  }
  expect(refused).toBeGreaterThan(30)
})

it('says what a file is that is no model', () => {
  expect(() => convertModelFile(Buffer.from('PK\x03\x04'))).toThrow(/zip archive/)
  expect(() => convertModelFile(Buffer.from([8, 9, 10]))).toThrow(/ONNX already, or no model/)
})
