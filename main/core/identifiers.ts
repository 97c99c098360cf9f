import { randomFillSync, randomUUID } from 'node:crypto'

/** A new random identifier of a noun (UUID version 4). */
export const newId = (): string => randomUUID()

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The 8-4-4-4-12 text of 16 bytes. */
export function formatUuid(bytes: Uint8Array): string {
  const hex = (from: number, to: number): string => {
    let out = ''
    for (let index = from; index < to; index++) out += HEX[bytes[index] ?? 0] ?? ''
    return out
  }
  return `${hex(0, 4)}-${hex(4, 6)}-${hex(6, 8)}-${hex(8, 10)}-${hex(10, 16)}`
}

/** The 16 bytes of a UUID's text, or undefined when it is none. */
export function parseUuid(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return undefined
  return Uint8Array.from(Buffer.from(text.replaceAll('-', ''), 'hex'))
}

/**
 * Makes UUIDs of version 7 (RFC 9562 §5.7) that grow strictly within this process: 48 bits of milliseconds,
 * a 12-bit and a 20-bit part that count on within one millisecond, 42 random bits. Ordering by id is ordering by time.
 */
export class TimeOrderedIds {
  private lastMillisecond = 0
  private counter = 0
  private readonly pool = new Uint8Array(8192)
  private poolAt = this.pool.length

  private random(bytes: Uint8Array, from: number): void {
    const wanted = bytes.length - from
    if (this.poolAt + wanted > this.pool.length) {
      randomFillSync(this.pool)
      this.poolAt = 0
    }
    bytes.set(this.pool.subarray(this.poolAt, this.poolAt + wanted), from)
    this.poolAt += wanted
  }

  /** @param milliseconds wall-clock time; a clock that went back is held at the newest time seen. */
  next(milliseconds: number): Uint8Array {
    if (milliseconds > this.lastMillisecond) {
      this.lastMillisecond = milliseconds
      this.counter = 0
    } else {
      this.counter++
    }
    const bytes = new Uint8Array(16)
    this.random(bytes, 10)
    writeTime(bytes, this.lastMillisecond)
    const high = (this.counter >>> 20) & 0x0fff
    const low = this.counter & 0xfffff
    bytes[6] = 0x70 | (high >>> 8)
    bytes[7] = high & 0xff
    bytes[8] = 0x80 | (low >>> 14)
    bytes[9] = (low >>> 6) & 0xff
    bytes[10] = ((low << 2) & 0xfc) | ((bytes[10] ?? 0) & 0x03)
    return bytes
  }
}

function writeTime(bytes: Uint8Array, milliseconds: number): void {
  let rest = milliseconds
  for (let index = 5; index >= 0; index--) {
    bytes[index] = rest % 256
    rest = Math.floor(rest / 256)
  }
}

/** The smallest version 7 identifier of a millisecond: a bound for "at or after this time". */
export function lowestIdAt(milliseconds: number): Uint8Array {
  const bytes = new Uint8Array(16)
  writeTime(bytes, Math.max(0, milliseconds))
  return bytes
}
