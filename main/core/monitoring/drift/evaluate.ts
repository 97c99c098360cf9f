import { testHomogeneity } from '../statistics/chi-squared'
import {
  hellingerDistance,
  jensenShannonDistance,
  largestShareChange,
  populationStabilityIndex,
} from '../statistics/divergence'
import { binnedDistance } from '../statistics/kolmogorov-smirnov'
import { WorkstationError } from '../../../errors'
import type { BinPair, Counted } from './comparison'
import { compareCategories, compareNumbers, readFineCounts } from './comparison'
import type { TestLevel } from './critical-value'
import { criticalPsi, rowsForCriticalPsi } from './critical-value'
import type { DataQualityFinding } from './data-quality'
import { findDataQuality } from './data-quality'
import type { DatasetProfile, FeatureProfile } from '../../distributions/profile'
import type { CurrentSummary, SideSummary } from './side-summary'
import { divide, measureMeanShift, summarizeSides } from './side-summary'
import type { WindowLayout } from '../../distributions/window'

/** PSI from which a feature is worth watching, and from which it has drifted: the convention of credit scoring. */
export const MODERATE_PSI = 0.1
export const HIGH_PSI = 0.25

/** `insufficient_data`: chance alone could reach a high PSI; `not_scored`: identifiers and free text. */
export type DriftStatus = 'low' | 'moderate' | 'high' | 'insufficient_data' | 'not_scored'

/**
 * The comparison of one feature. `psi` over `bins` bins against `critical`, the PSI that chance exceeds with
 * probability alpha; `requiredRows` is the window size from which a verdict is possible (null: with none, the
 * reference is too small). `jensenShannon` (base 2), `hellinger` and `largestShareChange` compare the same bins
 * unsmoothed, `chiSquaredP` is their homogeneity test. `meanShift` is in standard deviations of the reference.
 * `distribution` holds the shares per bin for a chart. Nothing is ever NaN or infinite.
 */
export type FeatureDrift = {
  readonly feature: string
  readonly psi: number
  readonly status: DriftStatus
  readonly bins: number
  readonly critical: number
  readonly requiredRows: number | null
  readonly reference: SideSummary
  readonly current: CurrentSummary
  readonly jensenShannon: number
  readonly hellinger: number
  readonly largestShareChange: number
  readonly chiSquaredP: number
  readonly kolmogorovSmirnov: number | null
  readonly meanShift: number | null
  readonly dataQuality: readonly DataQualityFinding[]
  readonly distribution: readonly {
    readonly label: string
    readonly reference: number
    readonly current: number
  }[]
}

/** The comparison of one window with its reference. `meanPsi` is over the features with enough data. */
export type DriftReport = {
  readonly overallStatus: DriftStatus
  readonly meanPsi: number | null
  readonly rows: number
  readonly features: readonly FeatureDrift[]
}

/** The error rate of a whole report without drift, when none is given. */
export const DEFAULT_ALPHA = 0.01

type Block = WindowLayout['blocks'][number]
type Context = {
  readonly window: Float64Array
  readonly rows: number
  readonly referenceRows: number
  readonly level: TestLevel
}

/**
 * Compares a window of counts with the profile it was counted for. A feature is moderate or high when its PSI reaches
 * both the conventional bound and the value that chance exceeds with probability `alpha` over all scored features.
 * The overall status is that of the mean PSI, but never worse than the worst feature: the mean alone has no allowance
 * for small windows. Throws `invalid` when the window is not one of the profile or alpha is not between 0 and 1.
 */
export function evaluateDrift(
  profile: DatasetProfile,
  layout: WindowLayout,
  window: Float64Array,
  options: { readonly alpha?: number } = {},
): DriftReport {
  const alpha = options.alpha ?? DEFAULT_ALPHA
  if (!(alpha > 0 && alpha < 1)) {
    throw new WorkstationError('invalid', `alpha is ${alpha}; it must be between 0 and 1, for example 0.01`)
  }
  if (window.length !== layout.length || layout.blocks.length !== profile.features.length) {
    throw new WorkstationError(
      'invalid',
      `window has ${window.length} counters but its profile needs ${layout.length}; count it with the layout of the same profile`,
    )
  }
  const scored = profile.features.filter((feature) => feature.kind !== 'text').length
  const rows = window[0] ?? 0
  const context = { window, rows, referenceRows: profile.rows, level: { alpha, features: scored } }
  const features = profile.features.flatMap((feature, index) => {
    const block = layout.blocks[index]
    return block === undefined ? [] : [evaluateFeature(feature, block, context)]
  })
  return { ...summarize(features), rows, features }
}

function evaluateFeature(feature: FeatureProfile, block: Block, context: Context): FeatureDrift {
  const { window, rows, referenceRows, level } = context
  const binsAt = (windowRows: number): BinPair[] => compare(feature, block, { window, rows: windowRows })
  const bins = binsAt(rows)
  const isScored = feature.kind !== 'text'
  // An empty side has no critical value; that of a single row says "insufficient" and stays finite.
  const sizes = { referenceRows: Math.max(1, referenceRows), currentRows: Math.max(1, rows) }
  const critical = isScored ? criticalPsi(bins.length, sizes, level) : 0
  const psi = smoothedPsi(bins)
  const status = isScored ? rate(psi, critical) : 'not_scored'
  const hasBothSides = rows > 0 && referenceRows > 0
  const reference = bins.map((bin) => (hasBothSides ? bin.reference / referenceRows : 0))
  const current = bins.map((bin) => (hasBothSides ? bin.current / rows : 0))
  const searchFrom = status === 'insufficient_data' ? Math.max(1, rows) : 1
  return {
    feature: feature.name,
    psi,
    status,
    bins: bins.length,
    critical,
    requiredRows: isScored ? findRequiredRows(binsAt, searchFrom, context) : null,
    ...summarizeSides(feature, block, context),
    jensenShannon: jensenShannonDistance(reference, current),
    hellinger: hellingerDistance(reference, current),
    largestShareChange: largestShareChange(reference, current),
    chiSquaredP: testHomogeneity([bins.map((bin) => bin.reference), bins.map((bin) => bin.current)]).p,
    kolmogorovSmirnov:
      feature.kind === 'numeric' && block.kind === 'numeric'
        ? binnedDistance(feature.counts, readFineCounts(block, window))
        : null,
    meanShift: measureMeanShift(feature, block, window),
    dataQuality: findDataQuality(feature, block, {
      window,
      referenceRows,
      level: level.alpha / Math.max(1, level.features),
    }),
    distribution: bins.map(({ label, reference, current }) => ({
      label,
      reference: divide(reference, referenceRows),
      current: divide(current, rows),
    })),
  }
}

function compare(feature: FeatureProfile, block: Block, counted: Counted): BinPair[] {
  if (feature.kind === 'numeric' && block.kind === 'numeric') {
    return compareNumbers(feature, block, counted)
  }
  if (feature.kind === 'categorical' && block.kind === 'categorical') {
    return compareCategories(feature, block, counted)
  }
  return []
}

/** PSI with half a row added to every bin of both sides (Jeffreys), which keeps it finite and near its χ² law. */
function smoothedPsi(bins: readonly BinPair[]): number {
  const smooth = (counts: readonly number[]): number[] => {
    const total = counts.reduce((sum, count) => sum + count + 0.5, 0)
    return counts.map((count) => (count + 0.5) / total)
  }
  return populationStabilityIndex(
    smooth(bins.map((bin) => bin.reference)),
    smooth(bins.map((bin) => bin.current)),
  )
}

function rate(psi: number, critical: number): DriftStatus {
  if (critical > HIGH_PSI) return 'insufficient_data'
  if (psi >= HIGH_PSI) return 'high'
  return psi >= Math.max(MODERATE_PSI, critical) ? 'moderate' : 'low'
}

/** The least window size from `rows` up with a verdict. Larger windows have more bins, so the search repeats. */
function findRequiredRows(
  binsAt: (rows: number) => readonly BinPair[],
  rows: number,
  context: Context,
): number | null {
  const target = { bound: HIGH_PSI, referenceRows: Math.max(1, context.referenceRows) }
  const required = rowsForCriticalPsi(binsAt(rows).length, target, context.level)
  if (required === null || required <= rows) return required === null ? null : rows
  return findRequiredRows(binsAt, required, context)
}

function summarize(features: readonly FeatureDrift[]): Pick<DriftReport, 'overallStatus' | 'meanPsi'> {
  const scored = features.filter(({ status }) => status !== 'not_scored')
  if (scored.length === 0) return { overallStatus: 'not_scored', meanPsi: null }
  const decided = scored.filter(({ status }) => status !== 'insufficient_data')
  if (decided.length === 0) return { overallStatus: 'insufficient_data', meanPsi: null }
  const meanPsi = decided.reduce((sum, { psi }) => sum + psi, 0) / decided.length
  const hasStatus = (wanted: DriftStatus): boolean => decided.some(({ status }) => status === wanted)
  const isHigh = meanPsi >= HIGH_PSI && hasStatus('high')
  const isModerate = meanPsi >= MODERATE_PSI && (hasStatus('moderate') || hasStatus('high'))
  const overallStatus = isHigh ? 'high' : isModerate ? 'moderate' : 'low'
  return { overallStatus, meanPsi }
}
