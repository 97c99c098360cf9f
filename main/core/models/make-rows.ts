import type { FeatureValue } from '../distributions/value'
import type { Feature, Signature } from '../signatures/signature'

/** Rows that are made up where there are no training data. */
export const MADE_UP_ROWS = 20

const NUMBERS = [0, 1, 0.5, -1, 2, 10, 100]

/** A value of the right kind: one of the allowed ones where they are known, and now and then a gap where gaps are. */
function makeValue(feature: Feature, row: number, position: number): FeatureValue {
  // The first rows have the same value in every feature, the later ones a mixture.
  const turn = row < NUMBERS.length ? row : row + position * 3
  if (feature.acceptsMissing && row >= NUMBERS.length && turn % 7 === 6) return null
  const { categories } = feature
  if (categories !== undefined && categories.length > 0) {
    const value = categories[turn % categories.length] ?? null
    return feature.type === 'boolean' && value !== null ? Boolean(value) : value
  }
  switch (feature.type) {
    case 'string':
      return 'a'
    case 'boolean':
      return turn % 2 === 1
    case 'integer':
      return turn % 3
    case 'number':
      return NUMBERS[turn % NUMBERS.length] ?? 0
  }
}

/**
 * Rows that fit a signature, for a version without training data: to try it on, and as examples of what to send.
 * The same signature gives the same rows.
 */
export function makeRows(signature: Signature): FeatureValue[][] {
  return Array.from({ length: MADE_UP_ROWS }, (_, row) =>
    signature.features.map((feature, position) => makeValue(feature, row, position)),
  )
}
