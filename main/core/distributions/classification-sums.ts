import { SCORE_BINS, scoreBin } from './score-bins'

/** Classifiers with more classes than this keep no score histograms: they would outgrow what they count. */
export const MAX_SCORED_CLASSES = 20

/** Probabilities are kept this far from 0 before their logarithm is taken, as scikit-learn does for doubles. */
const SMALLEST_PROBABILITY = 2.220446049250313e-16

/** Sums over labelled answers of a classifier, from which its metrics follow; sums of parts add up to those of the whole. */
export type ClassificationSums = {
  readonly task: 'classification'
  labelled: number
  /** Rows per actual label, then per predicted one. */
  readonly confusion: Map<string, Map<string, number>>
  /** Rows that had a probability for each class and a label that the model knows. */
  scored: number
  logLoss: number
  brier: number
  /** Per class: rows of that class by score bin, then rows of other classes by score bin. */
  readonly scores: Float64Array
}

/** One answer with what turned out to be right. */
export type LabelledAnswer = {
  readonly predicted: string
  readonly probabilities: { readonly [label: string]: number } | null
  readonly actual: string
}

export function createClassificationSums(classes: readonly string[]): ClassificationSums {
  const scored = classes.length <= MAX_SCORED_CLASSES ? classes.length : 0
  return {
    task: 'classification',
    labelled: 0,
    confusion: new Map(),
    scored: 0,
    logLoss: 0,
    brier: 0,
    scores: new Float64Array(scored * 2 * SCORE_BINS),
  }
}

/** Counts a labelled answer; with an amount of -1, takes one back that was counted. */
export function countLabelled(
  sums: ClassificationSums,
  classes: readonly string[],
  { predicted, probabilities, actual, amount }: LabelledAnswer & { readonly amount: 1 | -1 },
): void {
  sums.labelled += amount
  addToCell(sums.confusion, { actual, predicted, rows: amount })
  if (probabilities === null || !classes.includes(actual)) return
  const shares = classes.map((label) => probabilities[label])
  if (!shares.every((share) => share !== undefined)) return
  sums.scored += amount
  sums.logLoss += amount * logLossOf(shares, classes.indexOf(actual))
  sums.brier += amount * brierOf(shares, classes.indexOf(actual))
  if (sums.scores.length === 0) return
  shares.forEach((share, index) => {
    const side = classes[index] === actual ? 0 : SCORE_BINS
    const at = index * 2 * SCORE_BINS + side + scoreBin(share)
    sums.scores[at] = (sums.scores[at] ?? 0) + amount
  })
}

/** Probabilities are scaled to a sum of 1 first, for they arrive rounded to float32. */
function logLossOf(shares: readonly number[], actual: number): number {
  const total = shares.reduce((sum, share) => sum + share, 0)
  const share = total === 0 ? 0 : (shares[actual] ?? 0) / total
  return -Math.log(Math.min(1 - SMALLEST_PROBABILITY, Math.max(SMALLEST_PROBABILITY, share)))
}

/** Brier (1950): for two classes the squared error of one of them, for more the sum over all of them. */
function brierOf(shares: readonly number[], actual: number): number {
  const sum = shares.reduce((total, share, index) => total + (share - Number(index === actual)) ** 2, 0)
  return shares.length === 2 ? sum / 2 : sum
}

function addToCell(
  confusion: ClassificationSums['confusion'],
  cell: { readonly actual: string; readonly predicted: string; readonly rows: number },
): void {
  const row = confusion.get(cell.actual) ?? new Map<string, number>()
  confusion.set(cell.actual, row)
  const rows = (row.get(cell.predicted) ?? 0) + cell.rows
  if (rows !== 0) row.set(cell.predicted, rows)
  else row.delete(cell.predicted)
  if (row.size === 0) confusion.delete(cell.actual)
}

/** Adds `from` to `into`. Histograms of another length, kept under other classes, are left out. */
export function mergeClassification(into: ClassificationSums, from: ClassificationSums): void {
  into.labelled += from.labelled
  into.scored += from.scored
  into.logLoss += from.logLoss
  into.brier += from.brier
  for (const [actual, row] of from.confusion) {
    for (const [predicted, rows] of row) addToCell(into.confusion, { actual, predicted, rows })
  }
  if (into.scores.length !== from.scores.length) return
  for (let at = 0; at < into.scores.length; at++)
    into.scores[at] = (into.scores[at] ?? 0) + (from.scores[at] ?? 0)
}
