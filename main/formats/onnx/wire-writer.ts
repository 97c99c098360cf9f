const TEXT = new TextEncoder()

/** One protobuf varint, for a whole number of at least 0 and at most 2^53. */
export function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

/** A varint field. `tag` as `schema.ts` writes it. */
export function encodeNumber(tag: number, value: number): Uint8Array {
  return concatBytes([encodeVarint(tag), encodeVarint(value)])
}

/** A length-delimited field that holds text. */
export function encodeText(tag: number, text: string): Uint8Array {
  return encodeMessage(tag, [TEXT.encode(text)])
}

/** A length-delimited field that holds the given parts one after another, usually the fields of a message. */
export function encodeMessage(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return concatBytes([encodeVarint(tag), encodeVarint(length)].concat(parts))
}

/** Joins the parts into one array. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/**
 * Whole numbers from -2^31 to 2^31 - 1 one behind the other, as a packed field holds them; a negative one takes ten
 * bytes, in two's complement of 64 bits.
 */
export function encodeSignedVarints(values: ArrayLike<number>): Uint8Array {
  let length = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0
    length +=
      value < 0
        ? 10
        : value < 128
          ? 1
          : value < 16_384
            ? 2
            : value < 2_097_152
              ? 3
              : value < 268_435_456
                ? 4
                : 5
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0
    let rest = value >>> 0
    const least = value < 0 ? 5 : 1
    for (let count = 1; rest > 127 || count < least; count++) {
      bytes[at++] = (rest & 127) | 128
      rest >>>= 7
    }
    if (value >= 0) bytes[at++] = rest
    else {
      // Bits 28 to 34 of a negative number: four of its own, then the ones of its sign.
      bytes[at++] = rest | 0xf0
      bytes.fill(0xff, at, at + 4)
      at += 4
      bytes[at++] = 1
    }
  }
  return bytes
}
