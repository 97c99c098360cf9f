import type { ClassificationSums } from '../../distributions/classification-sums'
import type { LabelSpace, LabelledSums } from '../../distributions/labelled-sums'
import type { RegressionSums } from '../../distributions/regression-sums'
import { SCORE_BINS } from '../../distributions/score-bins'
import { binnedAuc } from './auc'

export const CLASSIFICATION_METRICS = [
  'accuracy',
  'precision',
  'recall',
  'f1',
  'auc',
  'logLoss',
  'brier',
] as const
export const REGRESSION_METRICS = ['rmse', 'mae', 'r2', 'mape', 'bias'] as const
export type MetricName = (typeof CLASSIFICATION_METRICS)[number] | (typeof REGRESSION_METRICS)[number]

/** Values per metric; null where the rows do not define it, e.g. R² of a constant or the precision of no alarm. */
export type Metrics = { readonly [Name in MetricName]?: number | null }

/** What metrics are about: the model's classes and which of two is the positive one. */
export type MetricContext = LabelSpace & { readonly positiveClass: string | null }

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

type Counts = { readonly truePositive: number; readonly predicted: number; readonly actual: number }

function countClass(confusion: ClassificationSums['confusion'], label: string): Counts {
  let truePositive = 0
  let predicted = 0
  let actual = 0
  for (const [truth, row] of confusion) {
    for (const [answer, rows] of row) {
      if (truth === label) actual += rows
      if (answer === label) predicted += rows
      if (truth === label && answer === label) truePositive += rows
    }
  }
  return { truePositive, predicted, actual }
}

const precisionOf = ({ truePositive, predicted }: Counts): number | null => ratio(truePositive, predicted)
const recallOf = ({ truePositive, actual }: Counts): number | null => ratio(truePositive, actual)
const f1Of = ({ truePositive, predicted, actual }: Counts): number | null =>
  ratio(2 * truePositive, predicted + actual)

/** Every label that was predicted or turned out right. */
function labelsOf(confusion: ClassificationSums['confusion']): readonly string[] {
  return [...new Set([...confusion].flatMap(([actual, row]) => [actual, ...row.keys()]))]
}

/** The area under the curve of one class against the rest; null when one of both sides is empty. */
function aucOf(sums: ClassificationSums, index: number): number | null {
  const from = index * 2 * SCORE_BINS
  return binnedAuc(
    sums.scores.subarray(from, from + SCORE_BINS),
    sums.scores.subarray(from + SCORE_BINS, from + 2 * SCORE_BINS),
  )
}

function classificationMetrics(sums: ClassificationSums, { classes, positiveClass }: MetricContext): Metrics {
  const { confusion, labelled, scored } = sums
  const met = [...confusion].reduce((sum, [actual, row]) => sum + (row.get(actual) ?? 0), 0)
  const rest = {
    accuracy: ratio(met, labelled),
    logLoss: ratio(sums.logLoss, scored),
    brier: ratio(sums.brier, scored),
  }
  if (positiveClass !== null) {
    const counts = countClass(confusion, positiveClass)
    const auc = sums.scores.length === 0 ? null : aucOf(sums, classes.indexOf(positiveClass))
    return { ...rest, precision: precisionOf(counts), recall: recallOf(counts), f1: f1Of(counts), auc }
  }
  // A class without a row on one side counts as zero, like scikit-learn's zero_division=0.
  const each = labelsOf(confusion).map((label) => countClass(confusion, label))
  const average = (of: (counts: Counts) => number | null): number | null =>
    mean(each.map((counts) => of(counts) ?? 0))
  const areas = sums.scores.length === 0 ? [] : classes.map((_, index) => aucOf(sums, index))
  return {
    ...rest,
    precision: average(precisionOf),
    recall: average(recallOf),
    f1: average(f1Of),
    auc: mean(areas.filter((area) => area !== null)),
  }
}

function regressionMetrics(sums: RegressionSums): Metrics {
  const { labelled, squared, spread } = sums
  const meanSquared = ratio(squared, labelled)
  return {
    rmse: meanSquared === null ? null : Math.sqrt(meanSquared),
    mae: ratio(sums.absolute, labelled),
    r2: labelled < 2 || spread <= 0 ? null : 1 - squared / spread,
    mape: ratio(sums.percentage, sums.percentageRows),
    bias: ratio(sums.error, labelled),
  }
}

/**
 * The metrics that sums amount to. Two classes: precision, recall, F1 and AUC of the positive one. More: macro
 * averages over the classes that occur, AUC one class against the rest.
 */
export function computeMetrics(sums: LabelledSums, context: MetricContext): Metrics {
  return sums.task === 'regression' ? regressionMetrics(sums) : classificationMetrics(sums, context)
}
