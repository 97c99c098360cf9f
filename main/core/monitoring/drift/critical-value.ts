import { chiSquaredQuantile } from '../statistics/chi-squared'

/** How a set of features is tested: the error rate of the whole report, shared over its features (Bonferroni). */
export type TestLevel = { readonly alpha: number; readonly features: number }

/** The two sample sizes of a comparison; a reference of Infinity rows is allowed. */
export type SampleSizes = { readonly referenceRows: number; readonly currentRows: number }

/**
 * The PSI that chance alone exceeds with probability alpha/features: without drift, PSI is about
 * (1/n + 1/m)·χ² with bins − 1 degrees of freedom (Yurdakul 2018). A single bin counts as two,
 * since a few rows of a constant column must not pass for evidence that nothing changed.
 */
export function criticalPsi(bins: number, sizes: SampleSizes, level: TestLevel): number {
  return quantile(bins, level) * (1 / sizes.currentRows + 1 / sizes.referenceRows)
}

/** Rows that bring the critical PSI down to `bound`; null when the reference is too small for any number to do. */
export function rowsForCriticalPsi(
  bins: number,
  target: { readonly bound: number; readonly referenceRows: number },
  level: TestLevel,
): number | null {
  const budget = target.bound / quantile(bins, level) - 1 / target.referenceRows
  return budget > 0 ? Math.ceil(1 / budget) : null
}

function quantile(bins: number, level: TestLevel): number {
  return chiSquaredQuantile(1 - level.alpha / Math.max(1, level.features), Math.max(1, bins - 1))
}
