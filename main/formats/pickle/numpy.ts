import { WorkstationError } from '../../errors'
import { MOST_VALUES_READ } from './limits'
import type { ReadElement } from './numpy-elements'
import { elementReader, viewOf } from './numpy-elements'
import { countElements, layInOrder, stepsOf, visitElements } from './strides'
import type { NumpyArray, NumpyType, PickleValue } from './value'

/** A value of an array as plain data. */
export type ArrayValue = number | string | boolean | bigint | null

/**
 * All numbers of an array in C order, whatever order and type they lie in; booleans are 0 and 1.
 * @throws WorkstationError `unsupported` for texts, objects, complex numbers and dates, and for whole numbers beyond
 *   2^53, which no double holds exactly; `too_large` beyond 16 million numbers
 */
export function readNumbers(array: NumpyArray): Float64Array {
  const { type } = array
  const bytes = bytesOf(array)
  const count = countToRead(array)
  const isPlain = type.code === 'f8' && !type.isBigEndian && !array.isFortran
  // The bytes of a file seldom lie where a Float64Array may begin, so they are copied.
  if (isPlain) return new Float64Array(new Uint8Array(bytes).buffer, 0, count)
  return readNumbersOf(array, { type, offset: 0, step: type.itemSize })
}

/**
 * The numbers of one field of a structured array, in C order.
 * @throws WorkstationError `invalid` when there is no such field; otherwise as `readNumbers`
 */
export function readField(array: NumpyArray, name: string): Float64Array {
  const field = array.type.fields?.find((candidate) => candidate.name === name)
  if (field === undefined) {
    const found = array.type.fields?.map((candidate) => candidate.name).join(', ') ?? 'no fields'
    throw new WorkstationError('invalid', `the array has no field ${JSON.stringify(name)}; it has ${found}`)
  }
  return readNumbersOf(array, { type: field.type, offset: field.offset, step: array.type.itemSize })
}

/**
 * All texts of an array in C order: numpy's own texts (U, S) or Python texts in an array of objects.
 * @throws WorkstationError `unsupported` when an element is no text
 */
export function readTexts(array: NumpyArray): string[] {
  return readValues(array).map((value) => {
    if (typeof value === 'string') return value
    throw new WorkstationError('unsupported', `an array of ${nameType(array.type)} holds more than texts`)
  })
}

/**
 * All values of an array in C order, from arrays of objects too; None is null.
 * @throws WorkstationError `unsupported` for structures, complex numbers, dates and objects that are no plain values
 */
export function readValues(array: NumpyArray): ArrayValue[] {
  const count = countToRead(array)
  if (array.content.kind === 'items') return array.content.items.map(plainValue)
  const values = new Array<ArrayValue>(count).fill(null)
  const read = readerFor(array.type)
  const view = viewOf(bytesOf(array))
  visitInOrder(array, (place, i) => {
    values[i] = read(view, place * array.type.itemSize)
  })
  return values
}

/** The elements of an array of objects in C order, whatever they are; undefined for arrays of other types. */
export function readItems(array: NumpyArray): readonly PickleValue[] | undefined {
  return array.content.kind === 'items' ? array.content.items : undefined
}

/**
 * The part of an array at `index` of its first dimension; in C order without a copy.
 * @throws WorkstationError `invalid` when there is no such part
 */
export function readSubarray(array: NumpyArray, index: number): NumpyArray {
  const [length = 0, ...shape] = array.shape
  if (array.shape.length === 0 || !Number.isInteger(index) || index < 0 || index >= length) {
    throw new WorkstationError('invalid', `an array of shape (${array.shape.join(', ')}) has no row ${index}`)
  }
  const size = countElements(shape)
  const ordered = toOrder(array)
  const { content, type } = ordered
  if (content.kind === 'items') {
    const items = content.items.slice(index * size, (index + 1) * size)
    return { ...ordered, shape, content: { kind: 'items', items } }
  }
  const bytes = content.bytes.subarray(index * size * type.itemSize, (index + 1) * size * type.itemSize)
  return { ...ordered, shape, content: { kind: 'bytes', bytes } }
}

/** Names a type as numpy does, for messages: `float64`, `<U12`, `a structure`. */
export function nameType(type: NumpyType): string {
  if (type.fields !== null) return 'structures'
  const kind = type.code.charAt(0)
  const names = { f: 'float', i: 'int', u: 'uint', c: 'complex' }
  if (type.code === 'O') return 'objects'
  if (type.code === 'b1') return 'bool'
  if (kind === 'M' || kind === 'm') return 'dates and times'
  if (kind === 'f' || kind === 'i' || kind === 'u' || kind === 'c')
    return `${names[kind]}${type.itemSize * 8}`
  return type.code
}

type Lane = { readonly type: NumpyType; readonly offset: number; readonly step: number }

function readNumbersOf(array: NumpyArray, { type, offset, step }: Lane): Float64Array {
  const numbers = new Float64Array(countToRead(array))
  const read = readerFor(type)
  const view = viewOf(bytesOf(array))
  visitInOrder(array, (place, i) => {
    const value = read(view, place * step + offset)
    if (typeof value === 'bigint') {
      throw new WorkstationError('unsupported', `${value} in an array of ${nameType(type)} is beyond 2^53`)
    }
    if (typeof value === 'string') {
      throw new WorkstationError('unsupported', `an array of ${nameType(type)} holds texts, not numbers`)
    }
    numbers[i] = Number(value)
  })
  return numbers
}

function readerFor(type: NumpyType): ReadElement {
  const read = elementReader(type)
  if (read !== undefined) return read
  throw new WorkstationError('unsupported', `an array of ${nameType(type)} cannot be read as plain values`)
}

function bytesOf(array: NumpyArray): Uint8Array {
  if (array.content.kind === 'bytes') return array.content.bytes
  throw new WorkstationError('unsupported', 'an array of objects holds no numbers of its own')
}

function countToRead(array: NumpyArray): number {
  const count = countElements(array.shape)
  if (count <= MOST_VALUES_READ) return count
  throw new WorkstationError(
    'too_large',
    `an array has ${count} elements, at most ${MOST_VALUES_READ} are read`,
  )
}

function plainValue(value: PickleValue | undefined): ArrayValue {
  if (value === null || (typeof value !== 'object' && value !== undefined)) return value
  throw new WorkstationError('unsupported', 'an array of objects holds more than plain values')
}

function visitInOrder(array: NumpyArray, visit: (place: number, index: number) => void): void {
  visitElements(array.shape, stepsOf(array.shape, array.isFortran), visit)
}

function toOrder(array: NumpyArray): NumpyArray {
  if (!array.isFortran || array.shape.length < 2) return array
  countToRead(array)
  const steps = stepsOf(array.shape, true)
  const bytes = layInOrder(bytesOf(array), array.shape, { steps, size: array.type.itemSize })
  return { ...array, isFortran: false, content: { kind: 'bytes', bytes } }
}
