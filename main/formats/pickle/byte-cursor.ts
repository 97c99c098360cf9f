import type { ErrorCode } from '../../errors'
import { WorkstationError } from '../../errors'
import type { PickleLimits } from './limits'

const LINE_FEED = 0x0a
const SHORT_TEXT = 24

/**
 * Walks over the bytes of a pickle and keeps account of what its values cost. Every read is checked against the bytes
 * that are there, so that no length written in the file is believed.
 */
export class ByteCursor {
  readonly bytes: Uint8Array
  readonly limits: PickleLimits
  position = 0
  /** Where the operation that is being carried out begins, for messages. */
  start = 0
  readonly #view: DataView
  #isLatin = false
  #costs: number

  /** @param spent bytes of memory that are taken already, counted against `limits.memoryBytes` */
  constructor(bytes: Uint8Array, limits: PickleLimits, spent: number) {
    this.bytes = bytes
    this.limits = limits
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#costs = spent
  }

  /** Refuses the file, naming the place. */
  refuse(code: ErrorCode, message: string): never {
    throw new WorkstationError(code, `the pickle cannot be read: ${message} (at byte ${this.start})`)
  }

  /** Counts `bytes` of memory before they are taken; a negative number gives back what was only needed for a moment. */
  charge(bytes: number): void {
    this.#costs += bytes
    if (this.#costs > this.limits.memoryBytes) {
      this.refuse('too_large', `its values need more than ${this.limits.memoryBytes} bytes of memory`)
    }
  }

  get remaining(): number {
    return this.bytes.length - this.position
  }

  /** The place of `length` bytes that are certainly there, which are passed over. */
  skip(length: number): number {
    const at = this.position
    if (length > this.bytes.length - at) {
      this.refuse('invalid', `it ends too early: ${length} bytes were announced, ${this.remaining} are left`)
    }
    this.position = at + length
    return at
  }

  take(length: number): Uint8Array {
    const at = this.skip(length)
    return this.bytes.subarray(at, at + length)
  }

  readU1(): number {
    return this.#view.getUint8(this.skip(1))
  }

  readU2(): number {
    return this.#view.getUint16(this.skip(2), true)
  }

  readU4(): number {
    return this.#view.getUint32(this.skip(4), true)
  }

  readI4(): number {
    return this.#view.getInt32(this.skip(4), true)
  }

  /** A length of eight bytes; what no file can hold is refused by its number. */
  readU8(): number {
    const length = this.#view.getBigUint64(this.skip(8), true)
    if (length > BigInt(this.bytes.length)) {
      this.refuse('invalid', `it announces ${length} bytes, but has only ${this.bytes.length}`)
    }
    return Number(length)
  }

  readF8(): number {
    return this.#view.getFloat64(this.skip(8), false)
  }

  /** The next line without its end, as Latin-1; what is kept of it is charged by who keeps it. */
  readLine(mostBytes: number): string {
    const end = this.bytes.indexOf(LINE_FEED, this.position)
    if (end < 0) this.refuse('invalid', 'a line has no end')
    const length = end - this.position
    if (length > mostBytes) {
      this.refuse('too_large', `a line has ${length} bytes, at most ${mostBytes} are read`)
    }
    const line = this.#decode(length, 'latin1')
    this.position++
    return line
  }

  /** A text of `length` bytes; what is not valid UTF-8 becomes U+FFFD, as names and labels are only compared. */
  readText(length: number, encoding: 'utf8' | 'latin1'): string {
    const { textBytes } = this.limits
    if (length > textBytes)
      this.refuse('too_large', `a text has ${length} bytes, at most ${textBytes} are read`)
    this.charge(2 * length)
    return this.#decode(length, encoding)
  }

  #decode(length: number, encoding: 'utf8' | 'latin1'): string {
    const at = this.skip(length)
    if (length <= SHORT_TEXT) {
      const text = this.#readShort(at, length)
      if (encoding === 'latin1' || !this.#isLatin) return text
    }
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + at, length).toString(encoding)
  }

  /** Most texts are short and ASCII: this is several times faster than a decoder. */
  #readShort(at: number, length: number): string {
    let text = ''
    this.#isLatin = false
    for (let i = at; i < at + length; i++) {
      const code = this.bytes[i] ?? 0
      if (code > 0x7f) this.#isLatin = true
      text += String.fromCharCode(code)
    }
    return text
  }
}
