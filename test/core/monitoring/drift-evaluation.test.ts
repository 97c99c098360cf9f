import { describe, expect, it } from 'vitest'
import { criticalPsi, rowsForCriticalPsi } from '../../../main/core/monitoring/drift/critical-value'
import type { FeatureDrift } from '../../../main/core/monitoring/drift/evaluate'
import type { FeatureValue } from '../../../main/core/distributions/profile'
import { monitor, sample } from './monitor'
import { createNormal, createUniform } from './random'

const normal = createNormal(createUniform(42))
const reference = sample(20000, () => Math.exp(normal()))
const evaluateLogNormal = monitor({ x: { type: 'number', values: reference } })

describe('critical value', () => {
  // bins, features, rows for 0.1, rows for 0.25: ceilings of χ²/bound from scipy.stats.chi2.ppf.
  it.each([
    [10, 1, 217, 87],
    [5, 1, 133, 54],
    [10, 20, 297, 119],
    [5, 20, 200, 80],
  ])(
    'for %d bins and %d features needs %d rows for 0.1 and %d for 0.25',
    (...[bins, features, low, high]) => {
      const level = { alpha: 0.01, features }
      const rowsFor = (bound: number) => rowsForCriticalPsi(bins, { bound, referenceRows: Infinity }, level)
      expect([rowsFor(0.1), rowsFor(0.25)]).toEqual([low, high])
      const at = (currentRows: number) => criticalPsi(bins, { referenceRows: Infinity, currentRows }, level)
      expect(at(low)).toBeLessThanOrEqual(0.1)
      expect(at(low - 1)).toBeGreaterThan(0.1)
    },
  )

  it('needs more rows when the reference is small, and has no answer when it is tiny', () => {
    const level = { alpha: 0.01, features: 1 }
    expect(rowsForCriticalPsi(5, { bound: 0.25, referenceRows: 100 }, level)).toBe(114)
    expect(rowsForCriticalPsi(5, { bound: 0.25, referenceRows: 50 }, level)).toBeNull()
  })
})

describe('windows without drift', () => {
  // Seeds are fixed and 2,000 windows have a standard error of 0.2 points at 1 %.
  it.each([100, 200, 500])('raise an alarm in at most 15 of 1,000 windows of %d rows', (rows) => {
    let alarms = 0
    let overallAlarms = 0
    for (let i = 0; i < 2000; i += 1) {
      const report = evaluateLogNormal([sample(rows, () => Math.exp(normal()))])
      const { status } = report.features[0]!
      expect(status).not.toBe('insufficient_data')
      if (status !== 'low') alarms += 1
      if (report.overallStatus !== 'low') overallAlarms += 1
    }
    expect(alarms).toBeLessThanOrEqual(30)
    expect(overallAlarms).toBeLessThanOrEqual(30)
  })

  it.each([30, 50])('say that %d rows are too few, and how many are enough', (rows) => {
    for (let i = 0; i < 2000; i += 1) {
      const report = evaluateLogNormal([sample(rows, () => Math.exp(normal()))])
      expect(report.features[0]!.status).toBe('insufficient_data')
      expect(report.overallStatus).toBe('insufficient_data')
      expect(report.features[0]!.requiredRows).toBe(54)
      expect(report.meanPsi).toBeNull()
    }
  })

  it('raise an alarm in at most 15 of 1,000 windows of just enough rows', () => {
    let alarms = 0
    for (let i = 0; i < 2000; i += 1) {
      const { status } = evaluateLogNormal([sample(54, () => Math.exp(normal()))]).features[0]!
      expect(status).not.toBe('insufficient_data')
      if (status !== 'low') alarms += 1
    }
    expect(alarms).toBeLessThanOrEqual(30)
  })

  it('stay quiet over twenty features, long-tailed categories and gaps together', () => {
    const uniform = createUniform(7)
    const gauss = createNormal(uniform)
    const draw = (feature: number): FeatureValue => {
      if (uniform() < 0.002 * feature) return null
      if (feature % 3 === 0) return Math.exp(gauss())
      if (feature % 3 === 1) return `c${Math.floor(1 / (uniform() + 0.001))}`
      return uniform() < 0.01 * feature
    }
    const types = ['number', 'string', 'boolean'] as const
    const columns = Object.fromEntries(
      sample(20, (f) => [`f${f}`, { type: types[f % 3]!, values: sample(3000, () => draw(f)) }]),
    )
    const evaluate = monitor(columns)
    for (const rows of [100, 300, 1000]) {
      let alarms = 0
      let findings = 0
      for (let i = 0; i < 100; i += 1) {
        const report = evaluate(sample(20, (f) => sample(rows, () => draw(f))))
        if (report.features.some(({ status }) => status === 'moderate' || status === 'high')) alarms += 1
        if (report.features.some(({ dataQuality }) => dataQuality.length > 0)) findings += 1
        expect(['low', 'insufficient_data']).toContain(report.overallStatus)
      }
      // One expected per hundred reports; five or more of a Poisson(1) has a chance of 0.4 %.
      expect(alarms).toBeLessThanOrEqual(4)
      expect(findings).toBeLessThanOrEqual(4)
    }
  })
})

describe('real shifts', () => {
  const standard = sample(20000, () => normal())
  const evaluate = monitor({ x: { type: 'number', values: standard } })

  it('of half a standard deviation are never missed at 1,000 rows', () => {
    const features = sample(200, () => evaluate([sample(1000, () => normal() + 0.5)]).features[0]!)
    expect(features.map(({ status }) => status)).not.toContain('low')
    expect(features.map(({ status }) => status)).not.toContain('insufficient_data')
    expect(features[0]!.bins).toBe(10)
    const mean = (of: (feature: FeatureDrift) => number) =>
      features.reduce((sum, feature) => sum + of(feature), 0) / features.length
    // Ten equal bins of a normal shifted by 0.5: PSI 0.23775, JS 0.20468 and D 0.19741 in the population (SciPy);
    // with 1,000 rows against 20,000 and smoothing, PSI is 0.2527 on average (4,000 multinomial draws with NumPy).
    expect(Math.abs(mean(({ psi }) => psi) - 0.2527)).toBeLessThan(0.01)
    expect(Math.abs(mean(({ jensenShannon }) => jensenShannon) - 0.2047)).toBeLessThan(0.008)
    expect(Math.abs(mean(({ kolmogorovSmirnov }) => kolmogorovSmirnov!) - 0.1974)).toBeLessThan(0.012)
    expect(mean(({ meanShift }) => meanShift!)).toBeCloseTo(0.5, 2)
  })

  it('of 0.4 standard deviations are moderate at 1,000 rows', () => {
    for (let i = 0; i < 100; i += 1) {
      expect(evaluate([sample(1000, () => normal() + 0.4)]).features[0]!.status).toBe('moderate')
    }
  })

  it('of one standard deviation are high at 1,000 rows', () => {
    const report = evaluate([sample(1000, () => normal() + 1)])
    expect(report.features[0]!.status).toBe('high')
    expect(report.overallStatus).toBe('high')
    expect(report.features[0]!.chiSquaredP).toBeLessThan(1e-6)
  })

  it('of one standard deviation are found in 100 rows, with five bins', () => {
    const feature = evaluate([sample(100, () => normal() + 1)]).features[0]!
    expect(feature.status).toBe('high')
    expect(feature.bins).toBe(5)
  })

  it('of 0.03 standard deviations raise no alarm, however many the rows', () => {
    expect(evaluate([sample(100000, () => normal() + 0.03)]).features[0]!.status).toBe('low')
  })

  it('show the shares of each bin with readable labels', () => {
    const { distribution } = evaluate([[...sample(996, () => normal()), null, null, NaN, Infinity]])
      .features[0]!
    expect(distribution).toHaveLength(12)
    expect(distribution[0]!.label).toMatch(/^< -1\.\d+$/)
    expect(distribution[4]!.label).toMatch(/^-0\.\d+ – -?0\.\d+$/)
    expect(distribution[9]!.label).toMatch(/^≥ 1\.\d+$/)
    expect(distribution[0]!.reference).toBeCloseTo(0.1, 3)
    expect(distribution[10]).toEqual({ label: 'NON-FINITE', reference: 0, current: 0.001 })
    expect(distribution[11]).toEqual({ label: 'MISSING', reference: 0, current: 0.003 })
  })

  it('raise the overall status by the mean PSI, not by the worst feature', () => {
    const names = sample(8, (i) => `f${i}`)
    const many = monitor(
      Object.fromEntries(names.map((name) => [name, { type: 'number', values: standard }])),
    )
    const report = many(names.map((_, i) => sample(1000, () => normal() + (i === 0 ? 0.6 : 0))))
    expect(report.features[0]!.status).not.toBe('low')
    expect(report.meanPsi!).toBeLessThan(0.1)
    expect(report.overallStatus).toBe('low')
  })

  it('never make the overall status worse than the worst feature', () => {
    for (let i = 0; i < 300; i += 1) {
      const report = evaluate([sample(60, () => normal() + 0.25)])
      if (report.features[0]!.status === 'low') expect(report.overallStatus).toBe('low')
    }
  })
})

describe('bins that take part', () => {
  const plain = sample(5000, () => normal())

  it('leave out MISSING when both sides are complete', () => {
    const evaluate = monitor({ x: { type: 'number', values: plain } })
    const complete = evaluate([sample(500, () => normal())]).features[0]!
    expect(complete.bins).toBe(10)
    expect(complete.critical).toBeCloseTo(21.665994333461924 * (1 / 500 + 1 / 5000), 12)
    const gap = evaluate([[...sample(499, () => normal()), null]]).features[0]!
    expect(gap.bins).toBe(11)
    expect(gap.critical).toBeGreaterThan(complete.critical)
  })

  it('smooth both sides by half a row per bin', () => {
    const values = [...sample(60, () => 'a'), ...sample(40, () => 'b')]
    const evaluate = monitor({ x: { type: 'string', values } })
    const feature = evaluate([[...sample(20, () => 'a'), ...sample(30, () => 'b')]]).features[0]!
    const [p, q] = [60.5 / 101, 20.5 / 51]
    const expected = (q - p) * Math.log(q / p) + (p - q) * Math.log((1 - q) / (1 - p))
    expect(feature.psi).toBeCloseTo(expected, 12)
    expect(feature.bins).toBe(2)
  })

  it('pool categories that are too rare for the window, and part them in a larger one', () => {
    const values = [...sample(900, () => 'a'), ...sample(80, () => 'b'), ...sample(20, () => 'c')]
    const evaluate = monitor({ x: { type: 'string', values } })
    const labels = (window: string[]) => evaluate([window]).features[0]!.distribution.map((bin) => bin.label)
    expect(labels([...sample(90, () => 'a'), ...sample(10, () => 'c')])).toEqual(['a', 'b', 'OTHER'])
    expect(labels(sample(1000, () => 'a'))).toEqual(['a', 'b', 'c'])
  })

  it('are unmoved by how many features the profile has, while the critical value is not', () => {
    const two = monitor({
      x: { type: 'number', values: plain },
      y: { type: 'number', values: plain },
      id: { type: 'string', values: sample(5000, (i) => `id-${i}`) },
    })
    const feature = two([plain.slice(0, 500), plain.slice(0, 500), sample(500, (i) => `id-${i}`)])
      .features[0]!
    // scipy.stats.chi2.ppf(1 - 0.01 / 2, 9); the identifier is not tested and does not count.
    expect(feature.critical).toBeCloseTo(23.589350781257387 * (1 / 500 + 1 / 5000), 12)
  })
})
