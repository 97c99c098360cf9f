import type { FeatureDrift } from '../../../main/core/monitoring/drift/evaluate'
import type { Fact } from '../../components/layout'
import { NONE, formatCount, formatNumber, formatPsi, formatShare } from '../../format'

/** A p-value, never rounded to a plain zero. */
export function formatP(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3)
}

/** The numbers of one comparison with the formula or the rule behind each. */
export function listStatistics(drift: FeatureDrift): readonly Fact[] {
  const { reference, current } = drift
  if (drift.status === 'not_scored') {
    return [
      { label: 'Mean length now', value: formatNumber(current.meanLength) },
      { label: 'Mean length in training', value: formatNumber(reference.meanLength) },
      { label: 'Missing now', value: formatShare(current.missingShare) },
    ]
  }
  return [
    {
      label: 'PSI',
      value: formatPsi(drift.psi),
      hint: `Population stability index over ${drift.bins} bins: Σ (q − p)·ln(q/p), with half a row added to every count. Moderate from 0.1, high from 0.25, if it is more than chance explains.`,
    },
    {
      label: 'Reached by chance',
      value: formatPsi(drift.critical),
      hint: `The PSI that chance alone exceeds in 1 % of reports: the χ² quantile with ${Math.max(1, drift.bins - 1)} degrees of freedom, shared over all features, times (1/${formatCount(current.rows)} + 1/${formatCount(reference.rows)}).`,
    },
    {
      label: 'Rows for a verdict',
      value: drift.requiredRows === null ? NONE : formatCount(drift.requiredRows),
      hint: 'From this many rows on, chance alone cannot reach a high PSI.',
    },
    {
      label: 'Jensen–Shannon distance',
      value: drift.jensenShannon.toFixed(3),
      hint: '√((KL(p‖m) + KL(q‖m)) / 2) with m = (p + q)/2 and logarithms of base 2: 0 is equal, 1 is disjoint.',
    },
    {
      label: 'Hellinger distance',
      value: drift.hellinger.toFixed(3),
      hint: '√(1 − Σ √(p·q)): 0 is equal, 1 is disjoint.',
    },
    {
      label: 'Kolmogorov–Smirnov D',
      value: drift.kolmogorovSmirnov === null ? NONE : drift.kolmogorovSmirnov.toFixed(3),
      hint: 'The largest distance between the two cumulative distributions, over the fine bins of the reference. Numbers only.',
    },
    {
      label: 'χ² homogeneity p',
      value: formatP(drift.chiSquaredP),
      hint: 'How probable a difference like this is if both sides are the same. With many rows it is small for tiny differences, so it decides nothing here.',
    },
    {
      label: 'Largest change of a bin',
      value: `${(drift.largestShareChange * 100).toFixed(1)} pts`,
      hint: 'The largest |q − p| of one bin, in percentage points.',
    },
    {
      label: 'Shift of the mean',
      value:
        drift.meanShift === null ? NONE : `${drift.meanShift > 0 ? '+' : ''}${drift.meanShift.toFixed(2)} SD`,
      hint: '(mean now − mean in training) / standard deviation in training. Numbers only.',
    },
    {
      label: 'Standard deviation',
      value: `${formatNumber(current.standardDeviation)} now, ${formatNumber(reference.standardDeviation)} in training`,
    },
    ...(current.unseenShare === undefined
      ? []
      : [
          {
            label: 'Unseen categories',
            value: formatShare(current.unseenShare),
            hint: 'Share of rows with a category that training never showed.',
          },
        ]),
    ...(current.outOfRangeShare === undefined
      ? []
      : [
          {
            label: 'Out of range',
            value: formatShare(current.outOfRangeShare),
            hint: 'Share of rows below the smallest or above the largest training value.',
          },
        ]),
  ]
}
