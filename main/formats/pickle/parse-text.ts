import type { ByteCursor } from './byte-cursor'

/** A whole number as Python writes it in the text protocol: number up to 2^53, bigint beyond. */
export function parseInteger(cursor: ByteCursor, text: string): number | bigint {
  const digits = text.trim().replaceAll('_', '')
  if (!/^[+-]?\d+$/.test(digits)) cursor.refuse('invalid', `${quote(text)} is no whole number`)
  if (digits.length > cursor.limits.digits) {
    const most = cursor.limits.digits
    cursor.refuse('too_large', `a whole number has ${digits.length} digits, at most ${most} are read`)
  }
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number + 0 : BigInt(digits.replace(/^\+/, ''))
}

/** A floating-point number as Python's `repr` writes it. */
export function parseFloating(cursor: ByteCursor, text: string): number {
  const word = text.trim().toLowerCase()
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(word)) return Number(word)
  if (/^[+-]?nan$/.test(word)) return NaN
  const infinite = /^([+-]?)inf(inity)?$/.exec(word)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  return cursor.refuse('invalid', `${quote(text)} is no number`)
}

/** A whole number in two's complement, least byte first. */
export function parseBinaryInteger(cursor: ByteCursor, bytes: Uint8Array): number | bigint {
  const most = cursor.limits.integerBytes
  if (bytes.length > most) {
    cursor.refuse('too_large', `a whole number has ${bytes.length} bytes, at most ${most} are read`)
  }
  if (bytes.length === 0) return 0
  const hex = Buffer.from(bytes).reverse().toString('hex')
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`))
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  cursor.charge(32 + bytes.length)
  return value
}

/** What follows a backslash in Python's `repr`, and the unit it stands for. */
const ESCAPED: ReadonlyMap<string, number> = new Map(
  Object.entries({ n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11, '\\': 92, "'": 39, '"': 34 }),
)

/** A byte string of Python 2 as its `repr` writes it, in quotes and with escapes; one character per byte. */
export function parseQuoted(cursor: ByteCursor, line: string): string {
  const text = line.trim()
  const mark = text.charAt(0)
  if ((mark !== "'" && mark !== '"') || text.length < 2 || !text.endsWith(mark)) {
    cursor.refuse('invalid', `${quote(line)} is no text in quotes`)
  }
  return replaceEscapes(cursor, text.slice(1, -1), (inner, at) => {
    const known = ESCAPED.get(inner.charAt(at + 1))
    if (known !== undefined) return [known, 2]
    const hex = /^x([0-9a-fA-F]{2})/.exec(inner.slice(at + 1, at + 4))?.[1]
    if (hex !== undefined) return [parseInt(hex, 16), 4]
    const octal = /^[0-7]{1,3}/.exec(inner.slice(at + 1, at + 4))?.[0]
    return octal === undefined ? [92, 1] : [parseInt(octal, 8) & 0xff, octal.length + 1]
  })
}

/** A text of the text protocol: Latin-1 with `\uXXXX` and `\UXXXXXXXX` for all other characters. */
export function parseRawUnicode(cursor: ByteCursor, line: string): string {
  return replaceEscapes(cursor, line, (text, at) => {
    const digits = /^(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(text.slice(at + 1, at + 10))?.[0]
    if (digits === undefined) return [92, 1]
    const code = parseInt(digits.slice(1), 16)
    if (code > 0x10ffff) cursor.refuse('invalid', `U+${code.toString(16)} is no character`)
    return [code, digits.length + 1]
  })
}

/** The character that an escape stands for, and how many characters of the text it takes. */
type Escape = (text: string, at: number) => readonly [code: number, length: number]

/** Byte arrays of old files are texts full of escapes: they are replaced in one buffer, not in pieces. */
function replaceEscapes(cursor: ByteCursor, text: string, escape: Escape): string {
  cursor.charge(2 * text.length)
  if (!text.includes('\\')) return text
  cursor.charge(3 * text.length)
  const units = Buffer.alloc(2 * text.length)
  let length = 0
  const put = (unit: number): void => {
    length = units.writeUInt16LE(unit, length)
  }
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at)
    const [code, taken] = unit === 92 ? escape(text, at) : ([unit, 1] as const)
    at += taken
    if (code > 0xffff) put(0xd800 + ((code - 0x10000) >> 10))
    put(code > 0xffff ? 0xdc00 + ((code - 0x10000) & 0x3ff) : code)
  }
  cursor.charge(-5 * text.length + length)
  return units.toString('utf16le', 0, length)
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
