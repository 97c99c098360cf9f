import { studentTwoSided } from './beta'

/**
 * Welch's t-test that two samples have one mean, two-sided, variances not assumed equal (Welch 1947), degrees of
 * freedom after Welch and Satterthwaite. The statistic is positive when the second mean is the larger one.
 * Two samples without any spread agree exactly (p = 1) or not at all (p = 0, and an infinite statistic).
 * @param first,second at least two finite values each
 */
export function testMeans(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): { readonly statistic: number; readonly df: number; readonly p: number } {
  const [a, b] = [describe(first), describe(second)]
  const difference = b.mean - a.mean
  const error = a.squaredError + b.squaredError
  const df =
    error ** 2 / (a.squaredError ** 2 / (first.length - 1) + b.squaredError ** 2 / (second.length - 1))
  if (error === 0 || !Number.isFinite(df)) {
    const isEqual = difference === 0
    return {
      statistic: isEqual ? 0 : Math.sign(difference) * Infinity,
      df: first.length + second.length - 2,
      p: isEqual ? 1 : 0,
    }
  }
  const statistic = difference / Math.sqrt(error)
  return { statistic, df, p: studentTwoSided(statistic, df) }
}

/** The mean and its squared standard error, in two passes so that large offsets do not cancel the spread away. */
function describe(values: ArrayLike<number>): { readonly mean: number; readonly squaredError: number } {
  let mean = 0
  for (let at = 0; at < values.length; at++) mean += (values[at] ?? 0) / values.length
  let squares = 0
  for (let at = 0; at < values.length; at++) squares += ((values[at] ?? 0) - mean) ** 2
  return { mean, squaredError: squares / (values.length - 1) / values.length }
}
