import { describe, expect, it } from 'vitest'
import { regularizedBeta, studentTwoSided } from '../../../main/core/monitoring/statistics/beta'
import { testDiscrepancy } from '../../../main/core/monitoring/statistics/fourier-mmd'
import { testCategories } from '../../../main/core/monitoring/statistics/homogeneity-by-chance'
import { testTwoSamples } from '../../../main/core/monitoring/statistics/kolmogorov-smirnov'
import { testMeans } from '../../../main/core/monitoring/statistics/welch'
import { createNormal, createUniform } from './random'

const A = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
const B = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.4]
const C = [30.02, 29.99, 30.11, 29.97, 30.01, 29.99]
const D = [29.89, 29.93, 29.72, 29.98]

const isNear = (value: number, wanted: number, tolerance = 1e-9): void =>
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(tolerance * Math.abs(wanted))

describe('the incomplete beta function', () => {
  it.each([
    [0.3, 2, 5, 0.5798250000000003],
    [0.9, 0.5, 0.5, 0.7951672353008665],
    [0.5, 10, 10, 0.5],
    [0.001, 0.5, 200, 0.4727558929747644],
    [0.97, 300, 4, 0.01864021383459618],
  ])('at %d with (%d, %d) is what SciPy says', (x, a, b, wanted) => {
    isNear(regularizedBeta(x, { a, b }), wanted, 1e-11)
  })

  it.each([
    [2.1, 9.3, 0.06413578321087136],
    [0.01, 4, 0.9925001562458985],
    [12, 30.5, 4.398970815152965e-13],
    [40, 1200.7, 4.52319633452937e-223],
    [1.96, 1e6, 0.04999606758526985],
  ])('gives the tails of t = %d with %d degrees of freedom, far out too', (t, df, wanted) => {
    isNear(studentTwoSided(t, df), wanted, 1e-8)
    isNear(studentTwoSided(-t, df), wanted, 1e-8)
  })
})

describe("Welch's test", () => {
  it('agrees with SciPy', () => {
    const first = testMeans(A, B)
    isNear(first.statistic, 2.8529548701715215)
    isNear(first.p, 0.008071938172194903)
    isNear(first.df, 27.88730398842012)
    const second = testMeans(C, D)
    isNear(second.statistic, -2.2515641294902733)
    isNear(second.p, 0.09124086430083558)
  })

  it('decides without spread', () => {
    expect(testMeans([2, 2, 2], [2, 2])).toMatchObject({ statistic: 0, p: 1 })
    expect(testMeans([2, 2, 2], [3, 3])).toMatchObject({ statistic: Infinity, p: 0 })
    expect(testMeans([2, 2, 2], [1, 1])).toMatchObject({ statistic: -Infinity, p: 0 })
  })

  it('does not lose a small spread beside a large offset', () => {
    const far = (values: readonly number[]): number[] => values.map((value) => value + 1e9)
    expect(testMeans(far(A), far(B)).p).toBeCloseTo(testMeans(A, B).p, 5)
  })
})

describe('the Kolmogorov–Smirnov test', () => {
  it('is exact for small samples, as SciPy is', () => {
    isNear(testTwoSamples(A, B).statistic, 0.5333333333333333)
    isNear(testTwoSamples(A, B).p, 0.026248485664288602)
    isNear(testTwoSamples(C, D).statistic, 0.8333333333333334)
    isNear(testTwoSamples(C, D).p, 0.04761904761904761)
  })

  it('comes near the exact p-value for large samples', () => {
    // Two grids whose distance is known: 0.031 for 2,000 and 1,500 values; the exact p-value is SciPy's.
    const grid = (length: number, shift: number): number[] =>
      Array.from({ length }, (_, index) => (index + 0.5) / length + shift)
    const { statistic, p } = testTwoSamples(grid(2000, 0), grid(1500, 0.031))
    expect(statistic).toBeCloseTo(0.031, 2)
    expect(p).toBeGreaterThan(0.33)
    expect(p).toBeLessThan(0.4)
  })

  it('finds nothing in equal samples', () => {
    expect(testTwoSamples(A, A)).toEqual({ statistic: 0, p: 1 })
  })
})

describe('the discrepancy by Fourier features', () => {
  const sample = (length: number, seed: number): number[] => {
    const next = createNormal(createUniform(seed))
    return Array.from({ length }, () => next())
  }
  const moved = (values: readonly number[], shift: number, scale: number): number[] =>
    values.map((value) => value * scale + shift)
  /** The estimate with the kernel itself, O((n + m)²), and the median distance of all pairs. */
  const exact = (x: readonly number[], y: readonly number[]): number => {
    const pooled = [...x, ...y]
    const distances = pooled
      .flatMap((left, i) => pooled.slice(0, i).map((right) => Math.abs(left - right)))
      .sort((left, right) => left - right)
    const width = distances[distances.length >> 1]!
    const kernel = (u: readonly number[], v: readonly number[]): number =>
      u.reduce(
        (sum, a) => sum + v.reduce((part, b) => part + Math.exp(-((a - b) ** 2) / (2 * width ** 2)), 0),
        0,
      )
    const [n, m] = [x.length, y.length]
    return (
      (kernel(x, x) - n) / (n * (n - 1)) + (kernel(y, y) - m) / (m * (m - 1)) - (2 * kernel(x, y)) / (n * m)
    )
  }

  it.each([
    [0.5, 1],
    [1, 1],
    [2, 1],
    [0, 3],
  ])('is near the kernel estimate for a shift of %d and a scale of %d', (shift, scale) => {
    const [x, y] = [sample(300, 1), moved(sample(200, 2), shift, scale)]
    expect(Math.abs(testDiscrepancy(x, y).statistic - exact(x, y))).toBeLessThan(0.03)
  })

  it('is near zero for samples of one distribution, and says drift about as often as one time in twenty', () => {
    for (const size of [10, 100]) {
      const results = Array.from({ length: 60 }, (_, seed) =>
        testDiscrepancy(sample(800, seed), sample(size, seed + 1000)),
      )
      expect(results.filter(({ statistic }) => statistic > 0.1).length).toBeLessThanOrEqual(3)
      expect(results.filter(({ p }) => p < 0.05).length).toBeLessThanOrEqual(8)
      expect(results.filter(({ p }) => p < 0.5).length).toBeGreaterThan(15)
      expect(results.filter(({ p }) => p > 0.5).length).toBeGreaterThan(15)
    }
  })

  it('finds a shift that is there', () => {
    expect(testDiscrepancy(sample(800, 1), moved(sample(100, 2), 0.5, 1)).p).toBeLessThan(0.01)
    expect(testDiscrepancy(sample(800, 3), moved(sample(100, 4), 0, 3)).p).toBeLessThan(0.001)
  })

  it('gives the same number for the same samples, in any unit', () => {
    const [x, y] = [sample(3000, 1), moved(sample(2000, 2), 1, 1)]
    const first = testDiscrepancy(x, y)
    expect(testDiscrepancy(x, y)).toEqual(first)
    const inOtherUnit = testDiscrepancy(moved(x, 0, 1024), moved(y, 0, 1024))
    expect(inOtherUnit.statistic).toBeCloseTo(first.statistic, 9)
  })

  it('copes with values that are mostly or wholly equal', () => {
    expect(testDiscrepancy([1, 1, 1], [1, 1])).toEqual({ statistic: 0, p: 1 })
    const mostly = Array.from({ length: 100 }, (_, index) => (index < 90 ? 0 : 1))
    const rarely = mostly.map((value) => 1 - value)
    expect(testDiscrepancy(mostly, mostly.slice(10)).statistic).toBeLessThan(0.05)
    expect(testDiscrepancy(mostly, rarely).statistic).toBeGreaterThan(0.3)
  })
})

describe('the test of categories', () => {
  it.each([
    [[30, 40, 50], [45, 35, 20], 14.492063492063487, 0.0007129981401549269],
    [[900, 100], [80, 20], 9.353741496598643, 0.0022253071840488475],
  ])('is the χ² test where every count is large enough: %j, %j', (first, second, statistic, p) => {
    isNear(testCategories(first, second).statistic, statistic)
    isNear(testCategories(first, second).p, p)
  })

  it('draws the p-value of sparse counts, where χ² would claim too much', () => {
    // SciPy: χ² gives 5e-18, 100,000 permutations 0.0116.
    const { statistic, p } = testCategories([500, 300, 200, 0], [6, 3, 2, 1])
    isNear(statistic, 83.4983498349835)
    expect(p).toBeGreaterThan(0.006)
    expect(p).toBeLessThan(0.018)
    expect(testCategories([500, 300, 200], [1, 2, 9]).p).toBeLessThan(0.002)
    expect(testCategories([500, 300, 200], [6, 4, 2]).p).toBeGreaterThan(0.5)
  })

  it('finds nothing in a single category', () => {
    expect(testCategories([100], [10])).toEqual({ statistic: 0, p: 1 })
  })
})
