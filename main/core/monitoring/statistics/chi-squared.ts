import { logGamma, regularizedGammaQ } from './gamma'

/** P(X > x) of a χ² variable with `df` degrees of freedom; df = 0 is the point mass at zero. */
export function chiSquaredSurvival(x: number, df: number): number {
  if (df <= 0) return x < 0 ? 1 : 0
  return regularizedGammaQ(df / 2, x / 2)
}

/**
 * The x with P(X ≤ x) = p of a χ² variable with `df` degrees of freedom; 0 ≤ p ≤ 1, df = 0 gives 0.
 * Newton steps from the Wilson–Hilferty start, kept inside a bracket so that they cannot run away.
 */
export function chiSquaredQuantile(p: number, df: number): number {
  if (df <= 0 || p <= 0) return 0
  if (p >= 1) return Infinity
  const survival = 1 - p
  let low = 0
  let high = Math.max(4, 2 * df)
  while (chiSquaredSurvival(high, df) > survival) {
    low = high
    high *= 2
  }
  let x = Math.min(Math.max(startingPoint(p, df), low), high)
  for (let i = 0; i < 100; i += 1) {
    const excess = chiSquaredSurvival(x, df) - survival
    if (excess > 0) low = x
    else high = x
    const newton = x + excess / density(x, df)
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - x) <= 4 * Number.EPSILON * x) return next
    x = next
  }
  return x
}

/**
 * Pearson's χ² test that the rows of a contingency table come from one distribution.
 * Columns that are empty in every row are left out, since they carry no degree of freedom.
 * Homogeneity and not goodness of fit: a category the reference never showed must not give p = 0.
 */
export function testHomogeneity(table: readonly (readonly number[])[]): {
  readonly statistic: number
  readonly df: number
  readonly p: number
} {
  const width = Math.max(0, ...table.map((row) => row.length))
  const rowSums = table.map((row) => row.reduce((sum, count) => sum + count, 0))
  const total = rowSums.reduce((sum, count) => sum + count, 0)
  let statistic = 0
  let columns = 0
  for (let column = 0; column < width; column += 1) {
    const columnSum = table.reduce((sum, row) => sum + (row[column] ?? 0), 0)
    if (columnSum === 0) continue
    columns += 1
    table.forEach((row, index) => {
      const expected = ((rowSums[index] ?? 0) * columnSum) / total
      if (expected > 0) statistic += ((row[column] ?? 0) - expected) ** 2 / expected
    })
  }
  const filledRows = rowSums.filter((sum) => sum > 0).length
  const df = Math.max(0, columns - 1) * Math.max(0, filledRows - 1)
  return { statistic, df, p: df === 0 ? 1 : chiSquaredSurvival(statistic, df) }
}

// Wilson and Hilferty (1931), with the normal quantile of Abramowitz and Stegun 26.2.23.
function startingPoint(p: number, df: number): number {
  const tail = Math.min(p, 1 - p)
  const t = Math.sqrt(-2 * Math.log(tail))
  const upper =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  const z = p < 0.5 ? -upper : upper
  const spread = 2 / (9 * df)
  return Math.max(1e-12, df * (1 - spread + z * Math.sqrt(spread)) ** 3)
}

function density(x: number, df: number): number {
  const half = df / 2
  return Math.exp((half - 1) * Math.log(x / 2) - x / 2 - logGamma(half)) / 2
}
