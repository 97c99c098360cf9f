import { testDiscrepancy } from '../statistics/fourier-mmd'
import { testCategories } from '../statistics/homogeneity-by-chance'
import { testTwoSamples } from '../statistics/kolmogorov-smirnov'
import { testMeans } from '../statistics/welch'

/** The methods in the order of their numbers in a model's `drift_detection`: 0 mean shift, 1 MMD, 2 Kolmogorov–Smirnov. */
export const DRIFT_METHODS = ['mean_shift', 'mmd', 'kolmogorov_smirnov'] as const
export type DriftMethod = (typeof DRIFT_METHODS)[number]

/** Categories are compared in one way, whatever the method for numbers. */
export type TestName = DriftMethod | 'chi_squared'

export type TestResult = { readonly statistic: number; readonly p: number }
export type NumberTest = (reference: readonly number[], current: readonly number[]) => TestResult

/** How numbers are compared, by method; two values on each side at least. */
export const NUMBER_TESTS: Readonly<Record<DriftMethod, NumberTest>> = {
  mean_shift: testMeans,
  mmd: testDiscrepancy,
  kolmogorov_smirnov: testTwoSamples,
}

/** The χ² test of the counts of each category on both sides. */
export function compareCategories(reference: readonly string[], current: readonly string[]): TestResult {
  const places = new Map<string, number>()
  for (const category of [...reference, ...current])
    if (!places.has(category)) places.set(category, places.size)
  const count = (categories: readonly string[]): number[] => {
    const counts = new Array<number>(places.size).fill(0)
    for (const category of categories) {
      const place = places.get(category) ?? 0
      counts[place] = (counts[place] ?? 0) + 1
    }
    return counts
  }
  return testCategories(count(reference), count(current))
}

const LEAST_P = 0.05

/** Whether a result says drift. */
export function saysDrift({ p }: TestResult): boolean {
  return p < LEAST_P
}
