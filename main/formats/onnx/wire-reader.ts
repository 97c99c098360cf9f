import { WorkstationError } from '../../errors'
import { ONNX_LIMITS } from './limits'

const TWO_32 = 4_294_967_296
const TEXT = new TextDecoder()

/**
 * Walks the fields of one protobuf message without copying: `next()` moves to the next field and finds where its
 * value lies, so that a field nobody asks for costs nothing but the step. Every length is checked against the end of
 * the enclosing message before it is used. Format: https://protobuf.dev/programming-guides/encoding/.
 */
export class WireReader {
  readonly bytes: Uint8Array
  /** Field number and wire type of the current field, as `schema.ts` writes them. */
  tag = 0
  /** Where the current field's tag begins. */
  fieldStart = 0
  /** Where the current field's value begins, behind its length. */
  valueStart = 0
  /** Where the current field's value ends; this is where the next field begins. */
  valueEnd: number
  readonly #end: number
  #low = 0
  #high = 0

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes
    this.valueEnd = start
    this.#end = end
  }

  /** Steps to the next field. False at the end of the message; throws `invalid` when the bytes are not a message. */
  next(): boolean {
    if (this.valueEnd >= this.#end) return false
    this.fieldStart = this.valueEnd
    const afterTag = this.#readVarint(this.fieldStart)
    this.tag = this.#low
    if (this.#high !== 0 || this.tag >>> 3 === 0) this.#refuse('a field without a number')
    this.valueStart = afterTag
    this.valueEnd = this.#findValueEnd(afterTag)
    return true
  }

  /** The current varint as an int64. */
  bigint(): bigint {
    return BigInt.asIntN(64, (BigInt(this.#high) << 32n) | BigInt(this.#low))
  }

  /** The current varint as a signed number; exact up to 2^53. */
  int(): number {
    return (this.#high | 0) * TWO_32 + this.#low
  }

  /** The current value as UTF-8 text; bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    const length = this.valueEnd - this.valueStart
    if (length === 0) return ''
    if (length > ONNX_LIMITS.textBytes) {
      throw new WorkstationError(
        'too_large',
        `the ONNX file holds a text of ${length} bytes; the longest that is read is ${ONNX_LIMITS.textBytes}`,
      )
    }
    return TEXT.decode(this.span())
  }

  /** The current value's bytes, a view into the file. */
  span(): Uint8Array {
    return this.bytes.subarray(this.valueStart, this.valueEnd)
  }

  /** A reader over the current value, which is a message of its own. */
  message(): WireReader {
    return new WireReader(this.bytes, this.valueStart, this.valueEnd)
  }

  /** Counts the varints packed into the current value without building them. */
  countPackedVarints(): number {
    if (this.valueEnd > this.valueStart && (this.bytes[this.valueEnd - 1] ?? 0) > 127) {
      this.#refuse('a list of integers that ends in the middle of one')
    }
    let count = 0
    for (let at = this.valueStart; at < this.valueEnd; at += 1) if ((this.bytes[at] ?? 0) < 128) count += 1
    return count
  }

  /** The varints packed into the current value, as int64. */
  packedBigints(): bigint[] {
    const list: bigint[] = []
    for (let at = this.valueStart; at < this.valueEnd;) {
      at = this.#readVarint(at)
      list.push(this.bigint())
    }
    return list
  }

  #findValueEnd(start: number): number {
    const type = this.tag & 7
    if (type === 0) return this.#readVarint(start)
    if (type === 1) return this.#bound(start + 8)
    if (type === 5) return this.#bound(start + 4)
    if (type !== 2) return this.#refuse('a wire type that ONNX does not use')
    const dataStart = this.#readVarint(start)
    this.valueStart = dataStart
    return this.#bound(dataStart + this.#high * TWO_32 + this.#low)
  }

  #readVarint(start: number): number {
    let low = 0
    let high = 0
    for (let index = 0; index < 10; index += 1) {
      const at = start + index
      if (at >= this.#end) return this.#refuse('a number that runs past the end')
      const byte = this.bytes[at] ?? 0
      const bits = byte & 127
      if (index < 4) low |= bits << (7 * index)
      else if (index === 4) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (7 * index - 32)
      if (byte < 128) {
        this.#low = low >>> 0
        this.#high = high >>> 0
        return at + 1
      }
    }
    return this.#refuse('a number of more than ten bytes')
  }

  #bound(end: number): number {
    return end <= this.#end ? end : this.#refuse('a value longer than the part of the file that holds it')
  }

  #refuse(what: string): never {
    throw new WorkstationError(
      'invalid',
      `the ONNX file is damaged or cut short: ${what}, at byte ${this.fieldStart} of ${this.bytes.length}`,
    )
  }
}
