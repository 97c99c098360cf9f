import { logGamma } from './gamma'
import { normalSurvival } from './normal'

/** How many of how many rows showed something, in two samples. Counts with hits ≤ rows. */
export type ShareComparison = {
  readonly referenceHits: number
  readonly referenceRows: number
  readonly currentHits: number
  readonly currentRows: number
}

/**
 * One-sided p-value that the share of hits rose from the reference to the current sample.
 * Pooled two-proportion z where every expected count is at least 5, Fisher's exact test otherwise:
 * a rare event in a small window is exactly where the normal approximation fails.
 */
export function testShareIncrease(comparison: ShareComparison): number {
  const { referenceHits, referenceRows, currentHits, currentRows } = comparison
  if (referenceRows === 0 || currentRows === 0) return 1
  const pooled = (referenceHits + currentHits) / (referenceRows + currentRows)
  const smallest = Math.min(pooled, 1 - pooled) * Math.min(referenceRows, currentRows)
  if (smallest < 5) return fisherUpperTail(comparison)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / referenceRows + 1 / currentRows))
  return normalSurvival((currentHits / currentRows - referenceHits / referenceRows) / spread)
}

/** Fisher's exact test, one-sided: P(as many current hits or more | all margins), hypergeometric. */
export function fisherUpperTail(comparison: ShareComparison): number {
  const { referenceHits, referenceRows, currentHits, currentRows } = comparison
  const hits = referenceHits + currentHits
  const rows = referenceRows + currentRows
  const logTotal = logChoose(rows, hits)
  let p = 0
  for (let k = currentHits; k <= Math.min(hits, currentRows); k += 1) {
    const term = Math.exp(logChoose(currentRows, k) + logChoose(referenceRows, hits - k) - logTotal)
    p += term
    // The terms are unimodal; only past the mode may a negligible one end the sum.
    if (term < p * Number.EPSILON && k * rows > hits * currentRows) break
  }
  return Math.min(1, p)
}

function logChoose(n: number, k: number): number {
  if (k === 0 || k === n) return 0
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}
