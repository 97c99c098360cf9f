import { describe, expect, it } from 'vitest'
import type { NumericProfile } from '../../main/core/distributions/profile'
import { coarsen, describeRange } from '../../renderer/components/profile-text'
import { roundUpShare } from '../../renderer/components/charts/paired-bars'
import {
  formatBytes,
  formatLatency,
  formatNumber,
  formatPsi,
  formatRelative,
  formatShare,
} from '../../renderer/format'
import { explainStatus } from '../../renderer/pages/drift/explain-status'
import { featureDrift, snapshot } from './sample-nouns'

const SECOND = 1000

describe('numbers on screen', () => {
  it('shows a PSI with three decimals, and a dash where there is none', () => {
    expect(formatPsi(0.1)).toBe('0.100')
    expect(formatPsi(null)).toBe('–')
  })

  it('never shows a small share as nothing', () => {
    expect(formatShare(0.0004)).toBe('<0.1%')
    expect(formatShare(0)).toBe('0%')
    expect(formatShare(0.995)).toBe('99.5%')
  })

  it('shows latencies in milliseconds at a sensible precision', () => {
    expect(formatLatency(0.4)).toBe('0.40 ms')
    expect(formatLatency(45.32)).toBe('45.3 ms')
    expect(formatLatency(1234.5)).toBe('1235 ms')
  })

  it('keeps very large and very small values readable', () => {
    expect(formatNumber(1234.5678)).toBe('1,235')
    expect(formatNumber(0.00001)).toBe('1.00e-5')
    expect(formatNumber(0)).toBe('0')
    expect(formatBytes(1536)).toBe('1.5 KiB')
  })

  it('says how long ago something was', () => {
    const now = Date.UTC(2026, 0, 5)
    expect(formatRelative(now - 2 * SECOND, now)).toBe('just now')
    expect(formatRelative(now - 90 * SECOND, now)).toBe('1 min ago')
    expect(formatRelative(now - 60 * 24 * 3600 * SECOND, now)).toBe('6 Nov 2025')
  })

  it('gives a chart an axis that holds its highest bar', () => {
    for (const share of [0.003, 0.13, 0.47, 0.99, 1])
      expect(roundUpShare(share)).toBeGreaterThanOrEqual(share)
  })
})

describe('a training distribution', () => {
  const profile: NumericProfile = {
    kind: 'numeric',
    count: 100,
    missing: 0,
    nonFinite: 0,
    distinct: 100,
    mean: 1,
    standardDeviation: 1,
    min: 0,
    max: 16,
    edges: [1, 2],
    counts: [40, 40, 20],
    decileOf: [0, 1, 2],
    quintileOf: [0, 1, 2],
  }

  it('is drawn over equally wide bars that hold every value', () => {
    const bars = coarsen({ name: 'amount', ...profile })
    expect(bars).toHaveLength(16)
    expect(bars.reduce((sum, bar) => sum + bar, 0)).toBeCloseTo(100, 6)
    expect(bars[0]).toBeGreaterThan(bars[10]!)
  })

  it('names numeric categories in their order', () => {
    const categories = { kind: 'categorical', count: 3, missing: 0, distinct: 3, counts: [1, 1, 1] } as const
    const range = describeRange({
      name: 'hour',
      ...categories,
      categories: ['10', '2', '1'],
      otherCategories: [],
      otherCount: 0,
      seenOnce: 0,
    })
    expect(range).toBe('1, 2, 10')
  })
})

describe('the words for a drift status', () => {
  it('say how many rows are needed when there are too few', () => {
    const few = featureDrift('amount', {
      status: 'insufficient_data',
      requiredRows: 87,
      current: { rows: 25, missingShare: 0 },
    })
    const words = explainStatus(
      snapshot({ overallStatus: 'insufficient_data', meanPsi: null, features: [few] }),
    )
    expect(words).toContain('25 rows')
    expect(words).toContain('87')
    expect(words).not.toMatch(/differ from/)
  })

  it('name the features that drift, worst first', () => {
    const features = [
      featureDrift('calm'),
      featureDrift('hour', { psi: 0.3, status: 'high' }),
      featureDrift('amount', { psi: 0.8, status: 'high' }),
    ]
    const words = explainStatus(snapshot({ overallStatus: 'high', meanPsi: 0.37, features }))
    expect(words).toContain('2 of 3 features drift: amount (high), hour (high).')
  })
})
