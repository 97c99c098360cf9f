import type { NumpyType } from './value'

/** A decoded element of an array. */
export type Element = number | bigint | string | boolean

/** Reads one element that lies at a place of a view. */
export type ReadElement = (view: DataView, at: number) => Element

/**
 * How the elements of a type are read; undefined for objects, structures, complex numbers, dates and long doubles.
 * Whole numbers beyond 2^53 become bigint; texts lose the zeros that fill them up.
 */
export function elementReader(type: NumpyType): ReadElement | undefined {
  if (type.fields !== null) return undefined
  const isLittle = !type.isBigEndian
  const kind = type.code.charAt(0)
  if (kind === 'S') return (view, at) => readBytesText(view, at, type.itemSize)
  if (kind === 'U') return (view, at) => readUnicode(view, at, [type.itemSize, isLittle])
  switch (type.code) {
    case 'b1':
      return (view, at) => view.getUint8(at) !== 0
    case 'i8':
      return (view, at) => narrow(view.getBigInt64(at, isLittle))
    case 'u8':
      return (view, at) => narrow(view.getBigUint64(at, isLittle))
    default:
      return numberReader(type.code, isLittle)
  }
}

/** The numeric types that a double holds exactly, whatever their values. */
function numberReader(code: string, isLittle: boolean): ((view: DataView, at: number) => number) | undefined {
  switch (code) {
    case 'i1':
      return (view, at) => view.getInt8(at)
    case 'i2':
      return (view, at) => view.getInt16(at, isLittle)
    case 'i4':
      return (view, at) => view.getInt32(at, isLittle)
    case 'u1':
      return (view, at) => view.getUint8(at)
    case 'u2':
      return (view, at) => view.getUint16(at, isLittle)
    case 'u4':
      return (view, at) => view.getUint32(at, isLittle)
    case 'f2':
      return (view, at) => halfToDouble(view.getUint16(at, isLittle))
    case 'f4':
      return (view, at) => view.getFloat32(at, isLittle)
    case 'f8':
      return (view, at) => view.getFloat64(at, isLittle)
    default:
      return undefined
  }
}

/** The one element that `bytes` are; undefined where `elementReader` is. */
export function readElement(type: NumpyType, bytes: Uint8Array): Element | undefined {
  return elementReader(type)?.(viewOf(bytes), 0)
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits. */
function halfToDouble(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function readBytesText(view: DataView, at: number, size: number): string {
  let length = size
  while (length > 0 && view.getUint8(at + length - 1) === 0) length--
  return Buffer.from(view.buffer, view.byteOffset + at, length).toString('latin1')
}

function readUnicode(view: DataView, at: number, [size, isLittle]: readonly [number, boolean]): string {
  let end = at + size
  while (end > at && view.getUint32(end - 4, isLittle) === 0) end -= 4
  let text = ''
  for (let place = at; place < end; place += 4) {
    const code = view.getUint32(place, isLittle)
    text += String.fromCodePoint(code > 0x10ffff ? 0xfffd : code)
  }
  return text
}
