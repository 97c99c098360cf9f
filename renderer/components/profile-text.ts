import type { FeatureProfile, NumericProfile } from '../../main/core/distributions/profile'
import { NONE, formatNumber, formatQuantity } from '../format'

const SHOWN_CATEGORIES = 6
const SPARK_BINS = 16

/** The range or the categories of a feature in training, in a few words. */
export function describeRange(profile: FeatureProfile): string {
  switch (profile.kind) {
    case 'numeric':
      return profile.min === null ? NONE : `${formatNumber(profile.min)} to ${formatNumber(profile.max)}`
    case 'categorical': {
      const rest = profile.distinct - SHOWN_CATEGORIES
      const shown = sortCategories(profile.categories).slice(0, SHOWN_CATEGORIES).join(', ')
      return rest > 0 ? `${shown} and ${formatQuantity(rest, 'other')}` : shown
    }
    case 'text':
      return `text of ${formatNumber(profile.meanLength)} characters on average`
  }
}

/** Categories that are all numbers in their order, others as they are (most frequent first). */
export function sortCategories(categories: readonly string[]): readonly string[] {
  const areNumbers = categories.every((category) => category !== '' && Number.isFinite(Number(category)))
  return areNumbers ? categories.toSorted((left, right) => Number(left) - Number(right)) : categories
}

/**
 * A distribution as at most sixteen bars. The bins of a numeric profile hold about equally many values, so their
 * counts say nothing by themselves: here each count is spread over equally wide bins between the extremes.
 */
export function coarsen(profile: FeatureProfile): readonly number[] {
  if (profile.kind === 'text') return []
  if (profile.kind === 'numeric') return spread(profile)
  const countOf = new Map(profile.categories.map((category, index) => [category, profile.counts[index] ?? 0]))
  return sortCategories(profile.categories)
    .slice(0, SPARK_BINS)
    .map((category) => countOf.get(category) ?? 0)
}

function spread({ edges, counts, min, max }: NumericProfile): readonly number[] {
  if (min === null || max === null || max <= min) return [1]
  const bars = Array.from({ length: SPARK_BINS }, () => 0)
  const width = (max - min) / SPARK_BINS
  counts.forEach((count, bin) => {
    const low = edges[bin - 1] ?? min
    const high = edges[bin] ?? max
    const from = Math.max(0, Math.min(SPARK_BINS - 1, Math.floor((low - min) / width)))
    const to = Math.max(0, Math.min(SPARK_BINS - 1, Math.floor((high - min) / width)))
    const size = high - low
    for (let bar = from; bar <= to; bar++) {
      const overlap = Math.min(high, min + (bar + 1) * width) - Math.max(low, min + bar * width)
      const share = size <= 0 || from === to ? 1 : Math.max(0, overlap) / size
      bars[bar] = (bars[bar] ?? 0) + count * share
    }
  })
  return bars
}
