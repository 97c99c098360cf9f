import { testShareIncrease } from '../statistics/share-increase'
import type { FeatureProfile } from '../../distributions/profile'
import type { WindowLayout } from '../../distributions/window'

/** Smaller rises than this share are never reported, however certain they are. */
export const MIN_RISE = 0.02

/** A fault of the data that is not drift: something stopped arriving, or arrives that never did. */
export type DataQualityFinding = {
  readonly kind: 'missing' | 'unseen' | 'non_finite' | 'out_of_range'
  readonly message: string
}

type Rule = { readonly kind: DataQualityFinding['kind']; readonly what: string }
type Hits = { readonly reference: number; readonly current: number }

/**
 * Finds the faults of one feature in one window. A share of missing, unseen or out-of-range rows is reported when it
 * rose by at least 2 points and the rise is significant at `level`; a non-finite value also when the reference had
 * none, because a model takes it silently and still answers.
 */
export function findDataQuality(
  feature: FeatureProfile,
  block: WindowLayout['blocks'][number],
  context: { readonly window: Float64Array; readonly referenceRows: number; readonly level: number },
): DataQualityFinding[] {
  const { window } = context
  const read = (slot: number): number => window[slot] ?? 0
  const findings: DataQualityFinding[] = []
  const check = (rule: Rule, hits: Hits): void => {
    const isNew = rule.kind === 'non_finite' && hits.reference === 0 && hits.current > 0
    if (isNew || hasRisen(hits, read(0), context)) {
      findings.push({ kind: rule.kind, message: describe(rule, hits, { rows: read(0), ...context }) })
    }
  }
  check(
    { kind: 'missing', what: 'have no value' },
    { reference: feature.missing, current: read(block.missing) },
  )
  if (feature.kind === 'categorical' && block.kind === 'categorical') {
    check(
      { kind: 'unseen', what: 'have a category the reference never showed' },
      { reference: feature.seenOnce, current: read(block.unseen) },
    )
  }
  if (feature.kind === 'numeric' && block.kind === 'numeric') {
    check(
      { kind: 'non_finite', what: 'are not a finite number' },
      { reference: feature.nonFinite, current: read(block.nonFinite) },
    )
    check(
      { kind: 'out_of_range', what: `are outside ${feature.min} … ${feature.max}` },
      // Left out in turn, the smallest and the largest reference value would each be out of range.
      { reference: Math.min(2, feature.count), current: read(block.below) + read(block.above) },
    )
  }
  return findings
}

function hasRisen(
  hits: Hits,
  rows: number,
  context: { readonly referenceRows: number; readonly level: number },
): boolean {
  const { referenceRows, level } = context
  if (rows === 0 || referenceRows === 0) return false
  if (hits.current / rows - hits.reference / referenceRows < MIN_RISE) return false
  const comparison = {
    referenceHits: hits.reference,
    referenceRows,
    currentHits: hits.current,
    currentRows: rows,
  }
  return testShareIncrease(comparison) < level
}

function describe(
  rule: Rule,
  hits: Hits,
  totals: { readonly rows: number; readonly referenceRows: number },
): string {
  const usual =
    rule.kind === 'unseen' || rule.kind === 'out_of_range' ? 'expected by chance' : 'in the reference'
  const share = `${formatShare(hits.current, totals.rows)} of ${totals.rows} rows`
  return `${share} ${rule.what} (${formatShare(hits.reference, totals.referenceRows)} ${usual})`
}

function formatShare(hits: number, rows: number): string {
  return rows === 0 ? '0 %' : `${Number(((100 * hits) / rows).toPrecision(3))} %`
}
