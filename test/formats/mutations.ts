// Damaged copies of a file: what a converter must survive.
import { expect } from 'vitest'
import { WorkstationError } from '../../main/errors'

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * bytes.length)
  const length = 1 + Math.floor(random() * 12)
  switch (Math.floor(random() * 5)) {
    case 0:
      return bytes.slice(0, at)
    case 1:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)])
    case 2:
      return Uint8Array.from([
        ...bytes.subarray(0, at),
        ...bytes.subarray(at, at + length),
        ...bytes.subarray(at),
      ])
    case 3: {
      // Digits stay digits, so that text stays readable and numbers become wrong.
      const changed = bytes.slice()
      for (let next = at; next < Math.min(at + 200, changed.length); next++)
        if (changed[next]! >= 0x30 && changed[next]! <= 0x39) changed[next] = 0x30 + Math.floor(random() * 10)
      return changed
    }
    default: {
      const changed = bytes.slice()
      for (let next = 0; next < 3; next++)
        changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256)
      return changed
    }
  }
}

/** Converts damaged copies; those that are refused must be refused properly. Returns what was accepted. */
export function convertMutations(
  bytes: Uint8Array,
  count: number,
  convert: (bytes: Uint8Array) => { readonly bytes: Uint8Array },
): Uint8Array[] {
  const random = makeRandom(bytes.length)
  const accepted: Uint8Array[] = []
  for (let round = 0; round < count; round++) {
    try {
      accepted.push(convert(mutate(bytes, random)).bytes)
    } catch (error) {
      expect(error, `round ${round}`).toBeInstanceOf(WorkstationError)
      expect(['invalid', 'unsupported', 'too_large']).toContain((error as WorkstationError).code)
    }
  }
  return accepted
}
