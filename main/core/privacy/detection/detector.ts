import type { PiiType } from '../pii-type'

/** A place in a text, in UTF-16 units. */
export type Span = { readonly start: number; readonly end: number }

/** A place that looks like personal data, with how sure that is by itself (0 to 1). */
export type Match = Span & { readonly confidence: number }

/**
 * How one kind of personal data is recognised. A row may look at the content (`pattern` or `find`), at the column's
 * name (`names`), or both. Confidences are shares of how often such a match is what it looks like, by judgement.
 */
export type Detector = {
  readonly type: PiiType
  /** What a match looks like inside a longer text; global. Quantifiers are bounded, so that no text is slow to read. */
  readonly pattern?: RegExp
  /** Whether a match is sound (checksum, range), or how sure it is by itself. */
  readonly accepts?: (match: string) => boolean | number
  /** For what a pattern cannot say. */
  readonly find?: (text: string) => readonly Match[]
  /** A match by itself. */
  readonly confidence?: number
  /** A match in a column of a fitting name, or right after a fitting word. */
  readonly hinted?: number
  /** Least number of decimal digits that a text with a match has; a cheap test before the pattern. */
  readonly digits?: number
  /** Characters of which a text with a match has at least one; a cheap test before the pattern. */
  readonly signs?: readonly string[]
  /** Names of columns, in snake case and separated by blanks; found anywhere in a name, `=x` must be all of it. */
  readonly names?: string
  /** Names that only look like it. */
  readonly exceptNames?: string
  /** A value in a column of a fitting name whose content says nothing. */
  readonly nameOnly?: number
  /** Which texts, and which numbers, such a column holds; without `texts` any that is not blank, without `numbers` none. */
  readonly texts?: (text: string) => boolean
  readonly numbers?: (value: number) => boolean
}

/** The digits of a text, without what stands between them. */
export const digitsOf = (text: string): string => text.replace(/\D/g, '')

/** Whole numbers of this many digits. */
export const hasDigits =
  (least: number, most: number) =>
  (value: number): boolean =>
    // Longer numbers than a double holds exactly are still mostly what was sent.
    Number.isInteger(value) && value >= 10 ** (least - 1) && value < 10 ** most
