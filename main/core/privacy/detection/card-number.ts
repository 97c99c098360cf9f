import { passesLuhn } from './checksums'
import type { Match } from './detector'

/** First digits (as a range of equal length) and lengths of the issuers' numbers (ISO/IEC 7812 registrations). */
const ISSUERS: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [4, 4, [13, 16, 19]],
  [51, 55, [16]],
  [2221, 2720, [16]],
  [34, 34, [15]],
  [37, 37, [15]],
  [6011, 6011, [16, 19]],
  [644, 649, [16, 19]],
  [65, 65, [16, 19]],
  [300, 305, [14, 16]],
  [3095, 3095, [14, 16]],
  [36, 36, [14, 16]],
  [38, 39, [14, 16]],
  [3528, 3589, [16, 19]],
  [62, 62, [16, 17, 18, 19]],
  [2200, 2204, [16]],
  [5018, 5018, [12, 13, 14, 15, 16, 17, 18, 19]],
  [5020, 5020, [12, 13, 14, 15, 16, 17, 18, 19]],
  [5038, 5038, [12, 13, 14, 15, 16, 17, 18, 19]],
  [5893, 5893, [12, 13, 14, 15, 16, 17, 18, 19]],
  [6304, 6304, [12, 13, 14, 15, 16, 17, 18, 19]],
  [6759, 6763, [12, 13, 14, 15, 16, 17, 18, 19]],
  [508, 508, [16]],
  [81, 82, [16]],
  [9792, 9792, [16]],
]

/** Whether bare digits are a number that a card issuer could have given. */
export function isCardNumber(digits: string): boolean {
  const isIssued = ISSUERS.some(([from, to, lengths]) => {
    const prefix = Number(digits.slice(0, String(from).length))
    return prefix >= from && prefix <= to && lengths.includes(digits.length)
  })
  return isIssued && passesLuhn(digits)
}

/** Digits with single separators between them. */
const RUN = /(?<![\d.,])\d(?:[ ./\u00a0\u2011-]?\d){11,60}/g

/** A run of digits: its text, and where in it each digit stands. */
type Run = { readonly text: string; readonly positions: readonly number[] }

/**
 * Card numbers within longer texts. A number begins at the start of a run of digits or after a separator, and ends at
 * a separator or the end: "4111 1111 1111 1111 123" holds one with its security code behind, a longer number none.
 */
export function findCardNumbers(text: string): Match[] {
  const matches: Match[] = []
  for (const { 0: found, index } of text.matchAll(RUN)) {
    const run = { text: found, positions: findDigits(found) }
    for (let first = 0; first + 12 <= run.positions.length; first++) {
      const length = isEdge(run, first) ? findLength(run, first) : 0
      if (length === 0) continue
      const start = index + (run.positions[first] ?? 0)
      const end = index + (run.positions[first + length - 1] ?? 0) + 1
      matches.push({ start, end, confidence: 0.95 })
      first += length - 1
    }
  }
  return matches
}

function findDigits(text: string): number[] {
  return Array.from(text.matchAll(/\d/g), ({ index }) => index)
}

/** Whether the digit `at` does not follow directly on another one. */
function isEdge({ positions }: Run, at: number): boolean {
  return at === 0 || at >= positions.length || (positions[at] ?? 0) - (positions[at - 1] ?? 0) > 1
}

/** The length of the card number that begins at digit `first`; 0 when there is none. */
function findLength(run: Run, first: number): number {
  for (let length = Math.min(19, run.positions.length - first); length >= 12; length--) {
    if (!isEdge(run, first + length)) continue
    const digits = run.positions.slice(first, first + length).map((at) => run.text[at])
    if (isCardNumber(digits.join(''))) return length
  }
  return 0
}
