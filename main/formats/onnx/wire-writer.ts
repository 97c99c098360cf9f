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
