import type { FeatureValue } from '../distributions/value'

/** Rows that answers are explained against; shap advises 100 to 1,000. */
export const BACKGROUND_ROWS = 100

function compare(left: FeatureValue, right: FeatureValue): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = [String(left), String(right)]
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * Picks rows evenly out of all rows in the order of their target: every class and every range of a numeric target
 * gets its share. In the order of the file where there is no target.
 * @param targets the target of each row; empty without a target
 * @returns row numbers, ascending
 */
export function pickBackground(rows: number, targets: readonly FeatureValue[]): number[] {
  const order = Array.from({ length: rows }, (_, row) => row)
  if (targets.length > 0) order.sort((a, b) => compare(targets[a] ?? null, targets[b] ?? null) || a - b)
  const wanted = Math.min(rows, BACKGROUND_ROWS)
  return Array.from(
    { length: wanted },
    (_, index) => order[Math.floor(((index + 0.5) * rows) / wanted)] ?? 0,
  ).sort((a, b) => a - b)
}
