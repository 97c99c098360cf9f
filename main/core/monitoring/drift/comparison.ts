/** Which bins of a feature the drift score compares, and their counts on both sides. */
import { labelBins } from './bin-labels'
import type { CategoricalProfile, NumericProfile } from '../../distributions/profile'
import { sumGroups } from '../../distributions/quantile-bins'
import type { CategoricalBlock, NumericBlock } from '../../distributions/window'

/** Below this many rows ten bins are too many for a verdict, and five are used. */
export const ROWS_FOR_DECILES = 217
/** A category needs this many rows on both sides to be a bin of its own (the usual rule for χ² cells). */
export const MIN_EXPECTED = 5

/** One bin with the number of reference rows and of window rows in it. */
export type BinPair = { readonly label: string; readonly reference: number; readonly current: number }

/** A window and the number of rows to choose bins for, which is its own unless one asks what more rows would give. */
export type Counted = { readonly window: Float64Array; readonly rows: number }

/**
 * The bins of a numeric feature for a window of `rows` rows: deciles or quintiles of the reference, then NON-FINITE
 * and MISSING. Bins empty on both sides are left out: they say nothing, but the smoothing would give them a
 * share and the test a degree of freedom.
 */
export function compareNumbers(profile: NumericProfile, block: NumericBlock, counted: Counted): BinPair[] {
  const { window, rows } = counted
  const coarseOf = rows < ROWS_FOR_DECILES ? profile.quintileOf : profile.decileOf
  const reference = sumGroups(profile.counts, coarseOf)
  const current = sumGroups(readFineCounts(block, window), coarseOf)
  const labels = labelBins(profile.edges.filter((_, index) => coarseOf[index] !== coarseOf[index + 1]))
  return withoutEmpty([
    ...labels.map((label, bin) => ({ label, reference: reference[bin] ?? 0, current: current[bin] ?? 0 })),
    { label: 'NON-FINITE', reference: profile.nonFinite, current: window[block.nonFinite] ?? 0 },
    { label: 'MISSING', reference: profile.missing, current: window[block.missing] ?? 0 },
  ])
}

/**
 * The bins of a categorical feature for a window of `rows` rows: every category expected at least five times, the
 * others together as OTHER, then UNSEEN and MISSING; bins empty on both sides are left out.
 * The reference count of UNSEEN is the number of categories it saw once: left out in turn, each of those rows would
 * have been unseen. Without that, a long-tailed category drifts in every window.
 */
export function compareCategories(
  profile: CategoricalProfile,
  block: CategoricalBlock,
  counted: Counted,
): BinPair[] {
  const { window, rows } = counted
  const ratio = Math.min(1, rows / (profile.count + profile.missing))
  const own: BinPair[] = []
  let otherReference = profile.otherCount - profile.seenOnce
  let otherCurrent = window[block.other] ?? 0
  profile.categories.forEach((label, index) => {
    const reference = profile.counts[index] ?? 0
    const current = window[block.offset + index] ?? 0
    // The most frequent category always stands alone, or a small window would have nothing to compare.
    if (reference > 1 && (index === 0 || reference * ratio >= MIN_EXPECTED)) {
      own.push({ label, reference, current })
    } else {
      otherReference += reference
      otherCurrent += current
    }
  })
  return withoutEmpty([
    ...own,
    { label: 'OTHER', reference: otherReference, current: otherCurrent },
    { label: 'UNSEEN', reference: profile.seenOnce, current: window[block.unseen] ?? 0 },
    { label: 'MISSING', reference: profile.missing, current: window[block.missing] ?? 0 },
  ])
}

/** The window's count per fine bin of a numeric feature. */
export function readFineCounts(block: NumericBlock, window: Float64Array): number[] {
  return Array.from(window.subarray(block.offset, block.missing))
}

function withoutEmpty(bins: readonly BinPair[]): BinPair[] {
  return bins.filter((bin) => bin.reference > 0 || bin.current > 0)
}
