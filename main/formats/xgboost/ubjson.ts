// Universal Binary JSON (draft 12, ubjson.org), the format that XGBoost saves its models in since 1.6.
import { WorkstationError } from '../../errors'

/** What a UBJSON file holds. Objects have no prototype; typed arrays of numbers stay arrays of numbers. */
export type UbjsonValue =
  null | boolean | number | string | UbjsonNumbers | readonly UbjsonValue[] | UbjsonObject
/** Numbers of one type, no larger than they are in the file; 64-bit integers become doubles. */
export type UbjsonNumbers = Int8Array | Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array
export type UbjsonObject = { readonly [key: string]: UbjsonValue }

/** Deepest nesting; XGBoost's own files have ten levels. */
const MOST_DEPTH = 64
/** Values together, numbers of typed arrays not counted. */
const MOST_VALUES = 20_000_000

const invalid = (why: string): WorkstationError =>
  new WorkstationError('invalid', `the file is no valid UBJSON: ${why}`)

/** Markers of numbers of a fixed size, with that size. */
const NUMBER_BYTES: Readonly<Record<string, number>> = { i: 1, U: 1, I: 2, l: 4, L: 8, d: 4, D: 8 }

function makeNumbers(type: string, count: number): UbjsonNumbers {
  switch (type) {
    case 'i':
      return new Int8Array(count)
    case 'U':
      return new Uint8Array(count)
    case 'I':
      return new Int16Array(count)
    case 'l':
      return new Int32Array(count)
    case 'd':
      return new Float32Array(count)
    default:
      return new Float64Array(count)
  }
}

class Reader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at = 0
  private left = MOST_VALUES

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  readAll(): UbjsonValue {
    const value = this.value(this.marker(), 0)
    if (this.at !== this.bytes.length)
      throw invalid(`${this.bytes.length - this.at} bytes follow behind its end`)
    return value
  }

  private value(marker: string, depth: number): UbjsonValue {
    if (depth > MOST_DEPTH) throw invalid(`it is nested more than ${MOST_DEPTH} deep`)
    if (this.left-- <= 0)
      throw new WorkstationError('too_large', `the file holds more than ${MOST_VALUES} values`)
    switch (marker) {
      case 'Z':
        return null
      case 'T':
        return true
      case 'F':
        return false
      case 'C':
        return String.fromCharCode(this.bytes[this.take(1)] ?? 0)
      case 'S':
      case 'H':
        return this.text()
      case '[':
        return this.array(depth)
      case '{':
        return this.object(depth)
      default:
        return this.number(marker)
    }
  }

  private array(depth: number): UbjsonValue {
    const { type, count } = this.containerHead()
    if (type !== null && count !== null && NUMBER_BYTES[type] !== undefined) return this.numbers(type, count)
    const items: UbjsonValue[] = []
    for (;;) {
      if (count !== null && items.length === count) return items
      const marker = type ?? this.marker()
      if (count === null && marker === ']') return items
      items.push(this.value(marker, depth + 1))
    }
  }

  private object(depth: number): UbjsonObject {
    const { type, count } = this.containerHead()
    const entries = Object.create(null) as Record<string, UbjsonValue>
    for (let read = 0; read !== count; read++) {
      if (count === null && this.bytes[this.at] === 0x7d) {
        this.at++
        break
      }
      const key = this.text()
      entries[key] = this.value(type ?? this.marker(), depth + 1)
    }
    return entries
  }

  /** `$ type # count`, `# count` or nothing. Every element takes a byte at least, which bounds the count. */
  private containerHead(): { type: string | null; count: number | null } {
    let type: string | null = null
    if (this.bytes[this.at] === 0x24) {
      this.at++
      type = this.marker()
      if ('ZNTF'.includes(type)) throw invalid(`an array has elements without content ('${type}')`)
      if (this.bytes[this.at] !== 0x23) throw invalid('an array names its type, but not its length')
    }
    if (this.bytes[this.at] !== 0x23) return { type, count: null }
    this.at++
    const count = this.length()
    if (count > this.bytes.length - this.at) throw invalid(`a length of ${count} goes beyond its end`)
    return { type, count }
  }

  private numbers(type: string, count: number): UbjsonNumbers {
    if (count * (NUMBER_BYTES[type] ?? 1) > this.bytes.length - this.at)
      throw invalid('an array goes beyond its end')
    const values = makeNumbers(type, count)
    for (let index = 0; index < count; index++) values[index] = this.number(type)
    return values
  }

  private number(marker: string): number {
    const size = NUMBER_BYTES[marker]
    if (size === undefined) throw invalid(`it has the unknown marker ${JSON.stringify(marker)}`)
    const at = this.take(size)
    switch (marker) {
      case 'i':
        return this.view.getInt8(at)
      case 'U':
        return this.view.getUint8(at)
      case 'I':
        return this.view.getInt16(at)
      case 'l':
        return this.view.getInt32(at)
      case 'L':
        return Number(this.view.getBigInt64(at))
      case 'd':
        return this.view.getFloat32(at)
      default:
        return this.view.getFloat64(at)
    }
  }

  private text(): string {
    const length = this.length()
    const start = this.take(length)
    return new TextDecoder().decode(this.bytes.subarray(start, start + length))
  }

  private length(): number {
    const marker = this.marker()
    const length = 'iUIlL'.includes(marker) ? this.number(marker) : -1
    if (length < 0) throw invalid('a length is no number from 0')
    return length
  }

  /** The next marker; no-operations are skipped. */
  private marker(): string {
    for (;;) {
      const marker = String.fromCharCode(this.bytes[this.take(1)] ?? 0)
      if (marker !== 'N') return marker
    }
  }

  private take(count: number): number {
    const at = this.at
    if (count > this.bytes.length - at) throw invalid('it ends too early')
    this.at = at + count
    return at
  }
}

/**
 * Reads a whole UBJSON file.
 * @throws WorkstationError invalid where it is no UBJSON, too_large
 */
export const readUbjson = (bytes: Uint8Array): UbjsonValue => new Reader(bytes).readAll()
