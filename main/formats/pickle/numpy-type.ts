import { COST, MOST_FIELDS } from './limits'
import type { Machine } from './machine'
import type { NumpyField, NumpyType, PickleValue } from './value'
import { isKind, isType, itemsOf, pathOf } from './value-kinds'

type Mutable<T> = { -readonly [key in keyof T]: T[key] }

/** Bytes of one element of the types that have only one size each. */
const FIXED_SIZES: ReadonlySet<string> = new Set(
  'b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 f12 f16 c8 c16 c24 c32 M8 m8 O8 O4'.split(' '),
)
const SIZED = /^([SUVa])(\d{1,9})$/
/** The longest code is a size in nine digits. */
const MOST_CODE = 12
const RECORDS = ['numpy.record', 'numpy.void', 'numpy.rec.record']

/** `numpy.dtype(code, False, True)` as data; undefined for what this reader does not know, which stays inert. */
export function makeType(machine: Machine, args: readonly PickleValue[]): NumpyType | undefined {
  const [given] = args
  const code = typeof given === 'string' ? given : readRecordCode(given)
  if (code === undefined || code.length > MOST_CODE) return undefined
  const isBigEndian = code.startsWith('>')
  const bare = code.replace(/^[<>|=]/, '')
  const itemSize = sizeOf(bare)
  if (itemSize === undefined) return undefined
  machine.cursor.charge(COST.type)
  const plain = bare.startsWith('O') ? 'O' : bare.replace(/^a/, 'S')
  return { kind: 'dtype', code: plain, isBigEndian, itemSize, fields: null }
}

/** A record's type is named by its class; its size follows with the state. */
function readRecordCode(value: PickleValue | undefined): string | undefined {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  return RECORDS.includes(pathOf(value) ?? '') ? 'V0' : undefined
}

function sizeOf(code: string): number | undefined {
  if (code === 'O') return 8
  if (FIXED_SIZES.has(code)) return Number(code.slice(1))
  const sized = SIZED.exec(code)
  if (sized === null) return undefined
  return Number(sized[2]) * (sized[1] === 'U' ? 4 : 1)
}

/** Gives a type its state: (version, byte order, subtype, names, fields, item size, …). */
export function setTypeState(machine: Machine, type: Mutable<NumpyType>, state: PickleValue): void {
  const items = itemsOf(state, 'tuple')
  if (items === undefined) machine.refuse('the state of a numpy type is no tuple')
  const order = items[1]
  type.isBigEndian = order === '>' || (order instanceof Uint8Array && order[0] === 0x3e)
  setSize(machine, type, items[5])
  const names = itemsOf(items[3], 'tuple')
  const hasFields = names !== undefined && names.length > 0
  type.fields = hasFields ? readFields(machine, type, [names, items[4]]) : null
}

function setSize(machine: Machine, type: Mutable<NumpyType>, size: PickleValue | undefined): void {
  const kind = type.code.charAt(0)
  if (kind !== 'V' && kind !== 'S' && kind !== 'U') return
  if (typeof size !== 'number' || size < 0) return
  if (!Number.isSafeInteger(size) || size > machine.limits.memoryBytes || (kind === 'U' && size % 4 !== 0)) {
    machine.refuse(`a numpy type cannot have items of ${size} bytes`)
  }
  type.itemSize = size
  type.code = `${kind}${kind === 'U' ? size / 4 : size}`
}

function readFields(
  machine: Machine,
  type: NumpyType,
  [names, fields]: readonly [readonly PickleValue[], PickleValue | undefined],
): NumpyField[] {
  if (names.length > MOST_FIELDS || (isKind(fields, 'dict') && fields.entries.length > 2 * MOST_FIELDS)) {
    machine.cursor.refuse('too_large', `a numpy type has ${names.length} fields, at most ${MOST_FIELDS}`)
  }
  if (!isKind(fields, 'dict')) {
    machine.refuse('a structured numpy type has names, but no fields')
  }
  machine.cursor.charge(COST.field * (names.length + fields.entries.length))
  const byName = new Map(fields.entries.map(([name, field]) => [readName(name), field]))
  return names.map((given) => {
    const name = readName(given)
    const [fieldType, offset] = itemsOf(byName.get(name), 'tuple') ?? []
    if (
      name === undefined ||
      !isType(fieldType) ||
      typeof offset !== 'number' ||
      !Number.isSafeInteger(offset)
    ) {
      machine.refuse('a field of a numpy type is no (name, type, offset)')
    }
    if (offset < 0 || offset + fieldType.itemSize > type.itemSize) {
      machine.refuse(`field ${JSON.stringify(name)} lies outside of its item of ${type.itemSize} bytes`)
    }
    return { name, type: flatten(fieldType), offset }
  })
}

/** A copy that a later BUILD cannot change; a structure within a structure becomes opaque bytes. */
function flatten(type: NumpyType): NumpyType {
  if (type.fields === null) return { ...type }
  return { ...type, code: holdsObjects(type) ? 'O' : type.code, fields: null }
}

/** A copy that a later BUILD cannot change. */
export function copyType(type: NumpyType): NumpyType {
  return { ...type }
}

/** Whether the elements are Python objects, which cannot lie in the file as bytes. */
export function holdsObjects(type: NumpyType): boolean {
  return type.code === 'O' || (type.fields?.some((field) => field.type.code === 'O') ?? false)
}

function readName(value: PickleValue | undefined): string | undefined {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  return typeof value === 'string' ? value : undefined
}
