import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readPickle } from '../../../main/formats/pickle/read-pickle'
import type { NumpyArray, PickleObject, PickleValue } from '../../../main/formats/pickle/value'
import { isKind } from '../../../main/formats/pickle/value-kinds'

const FOLDER = resolve(import.meta.dirname, '../../fixtures/pickles/reader')

export const readFixture = (name: string): Buffer => readFileSync(resolve(FOLDER, name))

export const readExpected = (): Expected =>
  JSON.parse(readFixture('expected.json').toString('utf8')) as Expected

export type Expected = {
  readonly plain: unknown
  readonly arrays: Readonly<Record<string, { readonly shape: number[]; readonly values: unknown[] }>>
  readonly structured: Readonly<Record<string, unknown[]>>
}

/** A value of a dict by its key. */
export function at(value: PickleValue | undefined, ...path: readonly (string | number)[]): PickleValue {
  let found = value
  for (const step of path) {
    if (isKind(found, 'dict')) found = found.entries.find(([key]) => key === step)?.[1]
    else if (isKind(found, 'list') || isKind(found, 'tuple')) found = found.items[Number(step)]
    else throw new Error(`nothing at ${path.join('.')}`)
  }
  if (found === undefined) throw new Error(`nothing at ${path.join('.')}`)
  return found
}

export function arrayAt(value: PickleValue, ...path: readonly (string | number)[]): NumpyArray {
  const found = at(value, ...path)
  if (!isKind(found, 'array')) throw new Error(`no array at ${path.join('.')}`)
  return found
}

/** Reads a pickle written in Latin-1 characters, one per byte. */
export const readWritten = (program: string): PickleValue => readPickle(Buffer.from(program, 'latin1')).root

export function objectOf(value: PickleValue): PickleObject {
  if (!isKind(value, 'object')) throw new Error('no object')
  return value
}

/** A plain value as the fixtures' JSON has it: dicts as pairs, what JSON cannot say as text. */
export function plainOf(value: PickleValue | undefined): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  }
  if (isKind(value, 'dict')) return value.entries.map(([key, item]) => [plainOf(key), plainOf(item)])
  if (isKind(value, 'list') || isKind(value, 'tuple')) return value.items.map(plainOf)
  return value
}
