import { COST, MOST_DIMENSIONS } from './limits'
import type { Machine } from './machine'
import { copyType, holdsObjects } from './numpy-type'
import { readElement } from './numpy-elements'
import { countElements, layInOrder, stepsOf } from './strides'
import type { NumpyArray, NumpyType, PickleValue } from './value'
import { isType, itemsOf } from './value-kinds'

type Mutable<T> = { -readonly [key in keyof T]: T[key] }

const BYTE: NumpyType = { kind: 'dtype', code: 'i1', isBigEndian: false, itemSize: 1, fields: null }
const NOTHING = new Uint8Array(0)
/** Elements of size zero take no bytes, so that nothing in the file bounds their number. */
const MOST_EMPTY_ELEMENTS = 1_000_000

/** `numpy…_reconstruct(ndarray, (0,), b'b')`: an empty array that a BUILD fills. */
export function makeEmptyArray(machine: Machine): NumpyArray {
  return machine.array({
    type: BYTE,
    shape: [0],
    isFortran: false,
    content: { kind: 'bytes', bytes: NOTHING },
  })
}

/** Gives an array its state: (version, shape, type, is Fortran, bytes or list of items). */
export function setArrayState(machine: Machine, array: Mutable<NumpyArray>, state: PickleValue): void {
  const items = itemsOf(state, 'tuple')
  const [shape, type, isFortran, data] = items?.slice(-4) ?? []
  if (items === undefined || items.length < 4 || items.length > 5 || !isType(type)) {
    machine.refuse('the state of a numpy array is no (version, shape, type, order, data)')
  }
  array.shape = readShape(machine, shape)
  // numpy lists objects in C order, whatever order it keeps them in.
  array.isFortran = (isFortran === true || isFortran === 1) && !holdsObjects(type)
  machine.cursor.charge(COST.array)
  array.type = copyType(type)
  array.content = holdsObjects(type)
    ? { kind: 'items', items: readItems(machine, array.shape, data) }
    : { kind: 'bytes', bytes: readBytes(machine, array, data) }
}

/** `numpy…_frombuffer(buffer, type, shape, order, axes)`; undefined for what is no such call. */
export function makeArrayFromBuffer(machine: Machine, args: readonly PickleValue[]): NumpyArray | undefined {
  const [buffer, type, givenShape, order, axes] = args
  if (!isType(type) || !(buffer instanceof Uint8Array) || typeof order !== 'string') return undefined
  if (holdsObjects(type)) machine.refuse('an array of objects cannot lie in the file as bytes')
  const shape = readShape(machine, givenShape)
  const bytes = readBytes(machine, { type, shape }, buffer)
  machine.cursor.charge(COST.type)
  const array = machine.array({
    type: copyType(type),
    shape,
    isFortran: order === 'F',
    content: { kind: 'bytes', bytes },
  })
  const moved = order === 'K' ? itemsOf(axes, 'tuple') : undefined
  return moved === undefined ? array : transpose(machine, array, moved)
}

/** `numpy…scalar(type, bytes)` as plain value; undefined for complex numbers, dates and long doubles. */
export function makeScalar(machine: Machine, args: readonly PickleValue[]): PickleValue | undefined {
  const [type, data] = args
  if (!isType(type)) return undefined
  if (type.code === 'O') return data
  if (type.fields !== null || type.code.startsWith('V')) {
    const bytes = readBytes(machine, { type, shape: [] }, data)
    return machine.array({
      type: copyType(type),
      shape: [],
      isFortran: false,
      content: { kind: 'bytes', bytes },
    })
  }
  const bytes = readBytes(machine, { type, shape: [] }, data)
  machine.cursor.charge(COST.number + type.itemSize)
  return readElement(type, bytes)
}

/** The array behind joblib's wrapper, whose bytes lie in the file at the cursor. */
export function makeInlineArray(
  machine: Machine,
  [type, givenShape, isFortran]: readonly [NumpyType, PickleValue | undefined, boolean],
): NumpyArray {
  const shape = readShape(machine, givenShape)
  const bytes = machine.cursor.take(countBytes(machine, shape, type))
  machine.cursor.charge(COST.view + COST.type)
  return machine.array({ type: copyType(type), shape, isFortran, content: { kind: 'bytes', bytes } })
}

function readShape(machine: Machine, value: PickleValue | undefined): number[] {
  const items = typeof value === 'number' ? [value] : (itemsOf(value, 'tuple') ?? itemsOf(value, 'list'))
  if (items === undefined) machine.refuse('the shape of an array is no tuple')
  if (items.length > MOST_DIMENSIONS) machine.refuse(`an array has ${items.length} dimensions`)
  return items.map((size) => {
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size
    return machine.refuse('a dimension of an array is no whole number from 0 on')
  })
}

function countBytes(machine: Machine, shape: readonly number[], type: NumpyType): number {
  const count = countElements(shape)
  const bytes = count * type.itemSize
  const isTooMany = type.itemSize === 0 && count > MOST_EMPTY_ELEMENTS
  if (!Number.isSafeInteger(bytes) || isTooMany) {
    machine.cursor.refuse('too_large', `an array has the shape (${shape.join(', ')})`)
  }
  return bytes
}

function readBytes(
  machine: Machine,
  { type, shape }: Pick<NumpyArray, 'type' | 'shape'>,
  data: PickleValue | undefined,
): Uint8Array {
  const expected = countBytes(machine, shape, type)
  const length = typeof data === 'string' || data instanceof Uint8Array ? data.length : undefined
  if (length !== expected) {
    const found = length === undefined ? 'something else' : `${length}`
    machine.refuse(`an array (${shape.join(', ')}) of ${type.code} needs ${expected} bytes, found ${found}`)
  }
  return typeof data === 'string' ? encodeLatin(machine, data) : data instanceof Uint8Array ? data : NOTHING
}

/** One byte per character; old protocols have no other way to write bytes. */
export function encodeLatin(machine: Machine, text: string): Uint8Array {
  machine.cursor.charge(COST.view + text.length)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0xff) machine.refuse('a text that stands for bytes has a character beyond Latin-1')
    bytes[i] = code
  }
  return bytes
}

function readItems(
  machine: Machine,
  shape: readonly number[],
  data: PickleValue | undefined,
): readonly PickleValue[] {
  const items = itemsOf(data, 'list')
  const count = countElements(shape)
  if (items?.length !== count) {
    machine.refuse(`an array (${shape.join(', ')}) of objects has ${items?.length ?? 'no'} items`)
  }
  machine.cursor.charge(COST.item * count)
  return items.slice()
}

/** The array with its axes in another order, laid out anew in C order. */
function transpose(machine: Machine, array: NumpyArray, axes: readonly PickleValue[]): NumpyArray {
  const { shape, type, content } = array
  const order = axes.filter((axis) => typeof axis === 'number' && axis in shape).map(Number)
  if (new Set(order).size !== shape.length || axes.length !== shape.length || content.kind !== 'bytes') {
    machine.refuse('the axes of an array are not an order of its dimensions')
  }
  machine.cursor.charge(COST.view + content.bytes.length + COST.item * countElements(shape))
  const steps = stepsOf(shape, false)
  const moved = order.map((axis) => shape[axis] ?? 0)
  const bytes = layInOrder(content.bytes, moved, {
    steps: order.map((axis) => steps[axis] ?? 0),
    size: type.itemSize,
  })
  return { ...array, shape: moved, content: { kind: 'bytes', bytes } }
}
