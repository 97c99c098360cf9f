export type Named = { readonly name: string; readonly bytes: Buffer }

/** A small generator of numbers that gives the same run for the same seed (mulberry32). */
function makeRandom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const CODES = Buffer.from('().012FIJKLMNPQRSTUVXabcdeghijlopqrstu}]')
const EXTREMES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff]

type Random = (below: number) => number

/** One small damage each. */
const DAMAGES: readonly ((bytes: Buffer, random: Random, other: Buffer) => Buffer)[] = [
  (bytes, random) => put(bytes, random(bytes.length), random(256)),
  (bytes, random) => put(bytes, random(bytes.length), (bytes[random(bytes.length)] ?? 0) ^ (1 << random(8))),
  (bytes, random) => put(bytes, random(bytes.length), EXTREMES[random(EXTREMES.length)] ?? 0),
  (bytes, random) => put(bytes, random(bytes.length), CODES[random(CODES.length)] ?? 0),
  (bytes, random) => put(bytes, random(bytes.length), 0x80 + random(0x19)),
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => cut(bytes, random(bytes.length), 1 + random(8)),
  (bytes, random) => insert(bytes, random(bytes.length), Buffer.from([random(256)])),
  (bytes, random) => insert(bytes, random(bytes.length), Buffer.from([CODES[random(CODES.length)] ?? 0])),
  (bytes, random) => insert(bytes, random(bytes.length), piece(bytes, random)),
  (bytes, random, other) => insert(bytes, random(bytes.length), piece(other, random)),
  (bytes, random) => {
    const copy = Buffer.from(bytes)
    return copy.fill(0xff, random(copy.length), Math.min(copy.length, random(copy.length) + 8))
  },
]

function put(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = value
  return copy
}

function cut(bytes: Buffer, at: number, length: number): Buffer {
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
}

function insert(bytes: Buffer, at: number, more: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
}

function piece(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length)
  return bytes.subarray(at, at + 1 + random(64))
}

/** Damaged copies of the files in turn, one or two damages each; the same for the same seed. */
export function* makeMutations(originals: readonly Named[], count: number, seed: number): Generator<Named> {
  const random = makeRandom(seed)
  for (let i = 0; i < count; i++) {
    const original = originals[i % originals.length]
    const other = originals[random(originals.length)]
    if (original === undefined || other === undefined) return
    let { bytes } = original
    for (let times = 1 + random(2); times > 0 && bytes.length > 0; times--) {
      bytes = DAMAGES[random(DAMAGES.length)]?.(bytes, random, other.bytes) ?? bytes
    }
    yield { name: `${original.name} #${i}`, bytes }
  }
}
