import { describe, expect, it } from 'vitest'
import { readPickle } from '../../../main/formats/pickle/read-pickle'
import {
  readField,
  readItems,
  readNumbers,
  readSubarray,
  readTexts,
  readValues,
} from '../../../main/formats/pickle/numpy'
import { isKind } from '../../../main/formats/pickle/value-kinds'
import { arrayAt, at, objectOf, plainOf, readExpected, readFixture, readWritten } from './fixtures'

const FILES = ['np1', 'np2'].flatMap((numpy) => [
  ...[0, 1, 2, 3, 4, 5].map((protocol) => `${numpy}-p${protocol}.pkl`),
  ...['.joblib', '.zlib.joblib', '.gzip.joblib', '-p2.joblib'].map((end) => `${numpy}${end}`),
])

const expected = readExpected()

describe.each(FILES)('reading %s', (name) => {
  const file = readPickle(readFixture(name))
  const { root } = file

  it('tells protocol, compression and wrapper', () => {
    const isJoblib = name.endsWith('joblib')
    expect(file.wrapper).toBe(isJoblib ? 'joblib' : 'pickle')
    expect(file.compression).toBe(/zlib|gzip/.exec(name)?.[0] ?? 'none')
    const said = /-p(\d)/.exec(name)?.[1]
    if (said !== undefined) expect(file.protocol).toBe(Number(said))
    expect(file.trailingBytes).toBe(0)
  })

  it('gives plain values as they were', () => {
    expect(plainOf(at(root, 'plain'))).toEqual(expected.plain)
    expect(plainOf(at(root, 'big'))).toEqual(
      [2 ** 53, -(2n ** 53n) - 1n, 2n ** 64n, -(2n ** 100n), 10n ** 50n].map((v, i) =>
        i === 0 ? 2n ** 53n : v,
      ),
    )
  })

  it('gives bytes, sets and numpy scalars as they were', () => {
    expect([...(at(root, 'bytes') as Uint8Array)]).toEqual([0, 255, 10, 92])
    expect([...(at(root, 'bytearray') as Uint8Array)]).toEqual([1, 128])
    expect(at(root, 'empty_bytes')).toHaveLength(0)
    expect(at(root, 'set')).toEqual({ kind: 'set', items: [5], isFrozen: false })
    expect(at(root, 'frozenset')).toEqual({ kind: 'set', items: [6], isFrozen: true })
    expect(plainOf(at(root, 'scalars'))).toEqual([0.1, 0.5, -3, true, 'ü', 200])
  })

  it.each(Object.keys(expected.arrays))('reads the array %s', (key) => {
    const array = arrayAt(root, 'arrays', key)
    const { shape, values } = expected.arrays[key]!
    expect(array.shape).toEqual(shape)
    expect(readValues(array).map(plainOf)).toEqual(values)
    if (values.every((value) => typeof value === 'number')) expect([...readNumbers(array)]).toEqual(values)
    if (array.type.code === 'b1') expect([...readNumbers(array)]).toEqual(values.map(Number))
  })

  it.each(['structured', 'recarray'])('reads the fields of a %s by name', (key) => {
    const array = arrayAt(root, key)
    expect(array.type.fields?.map((field) => field.name)).toEqual(Object.keys(expected.structured))
    for (const field of ['left_child', 'threshold', 'big', 'flag']) {
      expect([...readField(array, field)].map(plainOf)).toEqual(expected.structured[field])
    }
    expect(() => readField(array, 'name')).toThrow(/holds texts/)
    expect(() => readField(array, 'right')).toThrow(/has no field "right"; it has left_child, threshold/)
  })

  it('reads a single record', () => {
    expect([...readField(arrayAt(root, 'record'), 'big')]).toEqual([70000])
  })

  it('knows types', () => {
    const dtypes = at(root, 'dtypes')
    expect(at(dtypes, 0)).toMatchObject({ kind: 'dtype', code: 'f8', isBigEndian: false, itemSize: 8 })
    expect(at(dtypes, 1)).toMatchObject({ kind: 'dtype', code: 'i4', isBigEndian: true, itemSize: 4 })
    expect(at(dtypes, 2)).toMatchObject({ kind: 'dtype', code: 'U7', itemSize: 28 })
  })

  it('refuses numbers that a double cannot hold, and dates', () => {
    const big = arrayAt(root, 'big_array')
    expect(() => readNumbers(big)).toThrow(/9007199254740993 in an array of int64 is beyond 2\^53/)
    expect(readValues(big)).toEqual([2n ** 53n + 1n, -(2n ** 63n)])
    expect(() => readNumbers(arrayAt(root, 'date'))).toThrow(/dates and times/)
    expect(() => readNumbers(arrayAt(root, 'arrays', 'objects'))).toThrow(/array of objects/)
    expect(() => readTexts(arrayAt(root, 'arrays', 'f8'))).toThrow(/float64 holds more than texts/)
  })

  it('keeps what is shared shared, cycles too', () => {
    const shared = at(root, 'shared')
    expect(at(shared, 0)).toBe(at(shared, 1))
    expect(at(shared, 2)).toBe(shared)
  })

  it('takes rows out of arrays of either order', () => {
    for (const key of ['fortran', 'moved_axes']) {
      const array = arrayAt(root, 'arrays', key)
      const { shape, values } = expected.arrays[key]!
      const size = shape[1]! * shape[2]!
      expect([...readNumbers(readSubarray(array, 1))]).toEqual(values.slice(size, 2 * size))
      expect(() => readSubarray(array, shape[0]!)).toThrow(/has no row/)
    }
    expect(readItems(readSubarray(arrayAt(root, 'arrays', 'fortran_objects'), 1))).toEqual([null, 2.5])
  })
})

describe('what a file asks to be called', () => {
  it('is written down and not done', () => {
    const file = readPickle(Buffer.from('cposix\nsystem\n(Vtouch /tmp/x\ntR.'))
    expect(file.root).toMatchObject({
      kind: 'object',
      callable: { kind: 'global', module: 'posix', name: 'system' },
      args: ['touch /tmp/x'],
    })
    expect(file.globals).toMatchObject([{ module: 'posix', name: 'system', count: 1, calls: [file.root] }])
  })

  it('keeps the names of a persistent id and of an extension', () => {
    expect(objectOf(readWritten('P123\n.')).args).toEqual(['123'])
    expect(objectOf(readWritten('K\x05Q.')).args).toEqual([5])
    expect(readWritten('\x82\x07.')).toMatchObject({ module: 'extension registry', name: 'code 7' })
  })

  it('keeps class, arguments and keywords of every way to make an object', () => {
    const ways = ['(K\x01ia\nb\n.', '(ca\nb\nK\x01o.', 'ca\nb\nK\x01\x85R.', 'ca\nb\nK\x01\x85\x81.']
    for (const way of ways) {
      expect(readWritten(way)).toMatchObject({ callable: { module: 'a', name: 'b' }, args: [1] })
    }
    const object = objectOf(readWritten('ca\nb\n)}\x8c\x01kK\x02s\x92.'))
    expect(isKind(object.keywords ?? undefined, 'dict') && object.keywords?.entries).toEqual([['k', 2]])
  })
})
