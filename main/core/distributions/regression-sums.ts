/** Below this size an actual value counts as zero, of which nothing is a percentage. */
const ZERO = 1e-9

/** Sums over labelled answers of a regression model, from which its metrics follow; mergeable like counts. */
export type RegressionSums = {
  readonly task: 'regression'
  labelled: number
  /** Sums of prediction − actual, of its square and of its size. */
  error: number
  squared: number
  absolute: number
  /** Sum of |error / actual| over the rows whose actual value is not zero, and how many those are. */
  percentage: number
  percentageRows: number
  /** Mean of the actual values, and the sum of their squared distances from it. */
  mean: number
  spread: number
}

export const createRegressionSums = (): RegressionSums => ({
  task: 'regression',
  labelled: 0,
  error: 0,
  squared: 0,
  absolute: 0,
  percentage: 0,
  percentageRows: 0,
  mean: 0,
  spread: 0,
})

/** Counts a labelled answer; with an amount of -1, takes one back that was counted. Welford's update of the spread. */
export function countError(
  sums: RegressionSums,
  {
    predicted,
    actual,
    amount,
  }: { readonly predicted: number; readonly actual: number; readonly amount: 1 | -1 },
): void {
  const error = predicted - actual
  const rows = sums.labelled + amount
  if (rows === 0) return void Object.assign(sums, createRegressionSums())
  sums.error += amount * error
  sums.squared += amount * error * error
  sums.absolute += amount * Math.abs(error)
  if (Math.abs(actual) > ZERO) {
    sums.percentage += amount * Math.abs(error / actual)
    sums.percentageRows += amount
  }
  const before = actual - sums.mean
  sums.mean += (amount * before) / rows
  sums.spread = Math.max(0, sums.spread + amount * before * (actual - sums.mean))
  sums.labelled = rows
}

/** Adds `from` to `into`; the spread by Chan, Golub and LeVeque (1979). */
export function mergeRegression(into: RegressionSums, from: RegressionSums): void {
  const rows = into.labelled + from.labelled
  if (from.labelled === 0) return
  const distance = from.mean - into.mean
  into.spread += from.spread + (distance * distance * into.labelled * from.labelled) / rows
  into.mean += (distance * from.labelled) / rows
  into.labelled = rows
  into.error += from.error
  into.squared += from.squared
  into.absolute += from.absolute
  into.percentage += from.percentage
  into.percentageRows += from.percentageRows
}
