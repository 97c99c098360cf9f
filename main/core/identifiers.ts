import { randomFillSync, randomUUID } from 'node:crypto'

/** A new random identifier of a noun (UUID version 4). */
export const newId = (): string => randomUUID()

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The 8-4-4-4-12 text of 16 bytes. */
export function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The 16 bytes of an 8-4-4-4-12 text. */
export const parseUuid = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replaceAll('-', ''), 'hex'))

/**
 * Makes UUIDs of version 7 (RFC 9562 §5.7) that grow strictly within this process: 48 bits of milliseconds,
 * a 12-bit and a 20-bit part that count on within one millisecond, 42 random bits. Ordering by id is ordering by time.
 */
export class TimeOrderedIds {
  private lastMillisecond = -1
  private counter = 0
  private prefix = ''
  private readonly pool = new Uint8Array(6 * 2048)
  private poolAt = this.pool.length

  private nextRandom(): number {
    if (this.poolAt === this.pool.length) {
      randomFillSync(this.pool)
      this.poolAt = 0
    }
    return this.pool[this.poolAt++] ?? 0
  }

  /** The time that an identifier made now would carry: a clock that went back is held at the newest time seen. */
  timeAt(milliseconds: number): number {
    return Math.max(milliseconds, this.lastMillisecond)
  }

  /** @param milliseconds wall-clock time; a clock that went back is held at the newest time seen. */
  next(milliseconds: number): string {
    if (milliseconds > this.lastMillisecond) {
      this.lastMillisecond = milliseconds
      this.counter = 0
      const time = milliseconds.toString(16).padStart(12, '0')
      this.prefix = `${time.slice(0, 8)}-${time.slice(8)}`
    } else {
      this.counter++
    }
    const high = (this.counter >>> 20) & 0x0fff
    const low = this.counter & 0xfffff
    let tail = HEX[((low << 2) & 0xfc) | (this.nextRandom() & 0x03)] ?? ''
    for (let byte = 0; byte < 5; byte++) tail += HEX[this.nextRandom()] ?? ''
    return `${this.prefix}-${(0x7000 | high).toString(16)}-${(0x8000 | (low >>> 6)).toString(16)}-${tail}`
  }
}

/** The last time that 48 bits can hold. */
const LAST_MILLISECOND = 2 ** 48 - 1

/** The smallest version 7 identifier of a millisecond, as bytes: a bound for "at or after this time". */
export function lowestIdAt(milliseconds: number): Uint8Array {
  const bytes = new Uint8Array(16)
  let rest = Math.min(Math.max(0, milliseconds), LAST_MILLISECOND)
  for (let index = 5; index >= 0; index--) {
    bytes[index] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return bytes
}
