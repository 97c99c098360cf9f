import { describe, expect, it } from 'vitest'
import {
  chiSquaredQuantile,
  chiSquaredSurvival,
  testHomogeneity,
} from '../../../main/core/monitoring/statistics/chi-squared'
import {
  hellingerDistance,
  jensenShannonDistance,
  largestShareChange,
  populationStabilityIndex,
} from '../../../main/core/monitoring/statistics/divergence'
import {
  logGamma,
  regularizedGammaP,
  regularizedGammaQ,
} from '../../../main/core/monitoring/statistics/gamma'
import { aucStandardError } from '../../../main/core/monitoring/statistics/hanley-mcneil'
import { fitIsotonic } from '../../../main/core/monitoring/statistics/isotonic-regression'
import {
  binnedDistance,
  kolmogorovSurvival,
  twoSampleDistance,
  twoSampleExactP,
} from '../../../main/core/monitoring/statistics/kolmogorov-smirnov'
import { erfc, normalSurvival } from '../../../main/core/monitoring/statistics/normal'
import { fisherUpperTail, testShareIncrease } from '../../../main/core/monitoring/statistics/share-increase'
import { wassersteinDistance } from '../../../main/core/monitoring/statistics/wasserstein'

// Expected values: SciPy 1.17.1 (scipy.special, scipy.stats, scipy.optimize) in float64 unless a line says otherwise.
function expectRelative(actual: number, expected: number, tolerance = 1e-12): void {
  expect(Math.abs(actual - expected) / Math.max(Math.abs(expected), Number.MIN_VALUE)).toBeLessThan(tolerance)
}

describe('special functions agree with SciPy', () => {
  it.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [1.5, -0.12078223763524526],
    [10, 12.801827480081469],
    [100.5, 361.43554046777757],
    [1e5, 1051287.7089736569],
  ])('logGamma(%d)', (x, expected) => expectRelative(logGamma(x), expected, 1e-13))

  it.each([
    [0.5, 0.2, 0.47291074313446196, 0.5270892568655381],
    [4.5, 10.8, 0.9897630816945695, 0.010236918305430536],
    [30, 20, 0.021818217525557418, 0.9781817824744425],
    [30, 45, 0.9926628007022035, 0.007337199297796568],
    [200, 180, 0.07485803498415958, 0.9251419650158405],
    [5000, 5100, 0.9206711189223811, 0.07932888107761896],
  ])('incomplete gamma at a=%d, x=%d', (...[a, x, lower, upper]) => {
    expectRelative(regularizedGammaP(a, x), lower, 1e-11)
    expectRelative(regularizedGammaQ(a, x), upper, 1e-11)
  })

  it.each([
    [-1.5, 1.9661051464753108, 0.9331927987311419],
    [0, 1, 0.5],
    [0.3, 0.6713732405408726, 0.3820885778110474],
    [3, 2.2090496998585445e-5, 0.0013498980316300933],
    [6, 2.1519736712498913e-17, 9.865876450376946e-10],
    [20, 5.395865611607901e-176, 2.7536241186061556e-89],
  ])('erfc and normal tail at %d', (x, complement, survival) => {
    expectRelative(erfc(x), complement)
    expectRelative(normalSurvival(x), survival)
  })

  it.each([
    [0.99, 9, 21.665994333461924],
    [0.9995, 9, 29.66580810359642],
    [0.99, 4, 13.276704135987622],
    [0.9995, 4, 19.99735499524785],
    [0.99, 1, 6.6348966010212145],
    [0.5, 2, 1.386294361119891],
    [0.01, 1, 0.00015708785790970184],
    [0.999, 52, 89.27215083430448],
    [0.05, 120, 95.70463704168404],
  ])('chi-squared quantile at p=%d, df=%d', (p, df, expected) =>
    expectRelative(chiSquaredQuantile(p, df), expected, 1e-11),
  )

  it('keeps the chi-squared quantile accurate for one part in a billion', () => {
    expectRelative(chiSquaredQuantile(1 - 1e-9, 3), 44.841275388361254, 1e-9)
  })

  it.each([
    [21.67, 9, 0.009985789299578333],
    [3.84, 1, 0.05004352124870519],
    [200, 20, 1.1253473960842808e-31],
    [0, 3, 1],
  ])('chi-squared tail at x=%d, df=%d', (x, df, expected) =>
    expectRelative(chiSquaredSurvival(x, df), expected),
  )

  it.each([
    [0.2, 0.999999999999495],
    [0.5, 0.9639452436648751],
    [0.8, 0.5441424115741981],
    [1, 0.26999967167735456],
    [1.18, 0.1234538094297657],
    [1.36, 0.049485876755377876],
    [2, 0.0006709252557796953],
    [5, 3.8574996959278356e-22],
  ])('Kolmogorov tail at %d', (lambda, expected) =>
    expectRelative(kolmogorovSurvival(lambda), expected, 1e-11),
  )
})

describe('distances between distributions', () => {
  const p = [0.1, 0.2, 0.3, 0.4]
  const q = [0.25, 0.25, 0.25, 0.25]

  it('reproduces the reference values of four bins', () => {
    expectRelative(populationStabilityIndex(p, q), 0.228217409573392)
    expectRelative(jensenShannonDistance(p, q), 0.200503322531428)
    // scipy.spatial.distance.jensenshannon works in base e by default: the same number times √ln 2.
    expectRelative(jensenShannonDistance(p, q) * Math.sqrt(Math.LN2), 0.16692996572598)
    expectRelative(hellingerDistance(p, q), 0.167899596402675)
    expectRelative(largestShareChange(p, q), 0.15)
  })

  it('stays finite with bins that are empty on one side, except for PSI', () => {
    expect(jensenShannonDistance([1, 0], [0, 1])).toBe(1)
    expect(hellingerDistance([1, 0], [0, 1])).toBeCloseTo(1, 14)
    expect(populationStabilityIndex([1, 0], [0.5, 0.5])).toBe(Infinity)
  })

  it('does not count a bin that is empty on both sides', () => {
    expect(populationStabilityIndex([...p, 0], [...q, 0])).toBe(populationStabilityIndex(p, q))
  })
})

describe('two-sample tests', () => {
  const a = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
  const b = [0.05, 0.15, 0.35, 0.45, 0.65, 0.95, 1.05, 1.2, 1.4, 1.7]

  it('measures Kolmogorov–Smirnov and Wasserstein distances as SciPy does', () => {
    expectRelative(twoSampleDistance(a, b), 0.4)
    expectRelative(wassersteinDistance(a, b), 0.265)
    expectRelative(twoSampleDistance([1, 2, 2, 3], [2, 3, 4, 5, 6, 7]), 2 / 3)
    expectRelative(wassersteinDistance([1, 2, 2, 3], [2, 3, 4, 5, 6, 7]), 2.5)
  })

  it('gives the exact p-value of a small Kolmogorov–Smirnov test', () => {
    expectRelative(twoSampleExactP(0.4, 10, 10), 0.41752365281777, 1e-13)
    expectRelative(twoSampleExactP(2 / 3, 4, 6), 0.18095238095238098)
  })

  it('finds the Kolmogorov–Smirnov distance in counts, and none where a side is empty', () => {
    expectRelative(binnedDistance([5, 5, 0], [0, 5, 5])!, 0.5)
    expect(binnedDistance([5, 5], [0, 0])).toBeNull()
  })

  it('tests homogeneity, where one unseen row does not give p = 0', () => {
    const even = testHomogeneity([
      [50, 30, 20],
      [30, 40, 30],
    ])
    expectRelative(even.statistic, 8.428571428571429)
    expect(even.df).toBe(2)
    expectRelative(even.p, 0.014782877194839)
    const unseen = testHomogeneity([
      [5000, 5000, 0],
      [500, 499, 1],
    ])
    expect(unseen.statistic).toBeCloseTo(10.0018, 4)
    expect(unseen.p).toBeCloseTo(0.00673, 5)
  })

  it('gives a constant column p = 1 and not NaN', () => {
    expect(testHomogeneity([[10], [3]])).toEqual({ statistic: 0, df: 0, p: 1 })
    expect(testHomogeneity([[], []]).p).toBe(1)
    expect(testHomogeneity([[4, 4], [0, 0]]).p).toBe(1) // prettier-ignore
  })

  it.each([
    [0, 1000, 3, 100, 0.0007309178239532213],
    [2, 502, 5, 50, 9.20465548034868e-5],
    [0, 20000, 1, 30, 0.0014977533699450825],
    [40, 1000, 10, 100, 0.011420981293836454],
  ])('tests a risen share exactly: %d of %d, then %d of %d', (...[r, m, k, n, expected]) => {
    const comparison = { referenceHits: r, referenceRows: m, currentHits: k, currentRows: n }
    expectRelative(fisherUpperTail(comparison), expected, 1e-9)
  })

  it('does not see a rise in an equal or a falling share', () => {
    const at = (k: number) =>
      testShareIncrease({ referenceHits: 100, referenceRows: 1000, currentHits: k, currentRows: 1000 })
    expect(at(100)).toBeCloseTo(0.5, 12)
    expect(at(50)).toBeGreaterThan(0.999)
    expect(at(150)).toBeLessThan(0.001)
    const empty = { referenceHits: 0, referenceRows: 0, currentHits: 0, currentRows: 0 }
    expect(testShareIncrease(empty)).toBe(1)
  })
})

describe('calibration statistics', () => {
  it('pools adjacent violators as scipy.optimize.isotonic_regression does', () => {
    const fitted = fitIsotonic([1, 3, 2, 4, 3.5, 3.5, 6, 0, 7])
    const expected = [1, 2.5, 2.5, 3.4, 3.4, 3.4, 3.4, 3.4, 7]
    fitted.forEach((value, index) => expectRelative(value, expected[index]!))
    fitIsotonic([1, 0, 1, 1, 0], [2, 1, 1, 3, 4]).forEach((value) => expectRelative(value, 6 / 11))
    expect(fitIsotonic([])).toEqual([])
  })

  it('refuses weights that do not match the values', () => {
    expect(() => fitIsotonic([1, 2], [1])).toThrow(/weights has 1 entries but values has 2/)
  })

  it('gives the standard error of an area under the curve of the published formula', () => {
    // 0.8 with 50 and 50 rows: Q1 = 2/3, Q2 = 0.7111…, computed by hand from Hanley and McNeil (1982), eq. 1.
    expectRelative(aucStandardError(0.8, 50, 50), Math.sqrt((0.16 + 49 * (2 / 3 - 0.64) + 49 * (1.28 / 1.8 - 0.64)) / 2500)) // prettier-ignore
    expect(aucStandardError(1, 10, 10)).toBe(0)
  })
})
