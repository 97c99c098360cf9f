/** Distances between two discrete distributions over the same bins. Arguments are shares that sum to one. */

/**
 * Population stability index Σ (q − p)·ln(q/p) of a reference p and a current q.
 * Infinite for a bin that is empty on one side only: smooth the counts first.
 */
export function populationStabilityIndex(p: readonly number[], q: readonly number[]): number {
  return sumOverBins(p, q, (reference, current) =>
    reference === current ? 0 : (current - reference) * Math.log(current / reference),
  )
}

/** Jensen–Shannon distance in base 2: 0 for equal distributions, 1 for disjoint ones; finite with empty bins. */
export function jensenShannonDistance(p: readonly number[], q: readonly number[]): number {
  const divergence = sumOverBins(p, q, (a, b) => {
    const middle = (a + b) / 2
    return (a > 0 ? a * Math.log2(a / middle) : 0) + (b > 0 ? b * Math.log2(b / middle) : 0)
  })
  return Math.sqrt(Math.max(0, divergence / 2))
}

/** Hellinger distance sqrt(Σ(√p − √q)²)/√2, between 0 and 1; finite with empty bins. */
export function hellingerDistance(p: readonly number[], q: readonly number[]): number {
  return Math.sqrt(sumOverBins(p, q, (a, b) => (Math.sqrt(a) - Math.sqrt(b)) ** 2) / 2)
}

/** L∞: the largest move of a single bin, as a share (0.15 = one bin moved by 15 points). */
export function largestShareChange(p: readonly number[], q: readonly number[]): number {
  return p.reduce((largest, share, bin) => Math.max(largest, Math.abs(share - (q[bin] ?? 0))), 0)
}

function sumOverBins(
  p: readonly number[],
  q: readonly number[],
  term: (p: number, q: number) => number,
): number {
  return p.reduce((sum, share, bin) => sum + term(share, q[bin] ?? 0), 0)
}
