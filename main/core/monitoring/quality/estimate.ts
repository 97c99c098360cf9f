import type { ClassificationSums } from '../../distributions/classification-sums'
import { SCORE_BINS } from '../../distributions/score-bins'
import { aucStandardError } from '../statistics/hanley-mcneil'
import { binnedAuc } from './auc'
import type { Calibration } from './calibration'
import { calibrate } from './calibration'

/** An estimate with its band of three standard errors on each side, cut at 0 and 1. */
export type Band = { readonly value: number; readonly lower: number; readonly upper: number }

export type Estimate = {
  /** Answers with probabilities that it is made from. */
  readonly rows: number
  readonly accuracy: Band | null
  readonly f1: Band | null
  readonly auc: Band | null
}

type Measured = { readonly value: number; readonly error: number }

/** The calibration of each class, in the order of the classes. */
export function calibrateClasses(
  reference: ClassificationSums,
  classes: readonly string[],
): readonly Calibration[] {
  return classes.map((_, index) => {
    const from = index * 2 * SCORE_BINS
    return calibrate({
      positives: reference.scores.subarray(from, from + SCORE_BINS),
      negatives: reference.scores.subarray(from + SCORE_BINS, from + 2 * SCORE_BINS),
    })
  })
}

type ClassCounts = {
  /** Rows per score bin that were answered with the class, and with another one. */
  readonly chosen: Float64Array
  readonly others: Float64Array
  readonly probabilities: readonly number[]
}

function countsOf(counts: Float64Array, index: number, { probabilities }: Calibration): ClassCounts {
  const from = index * 2 * SCORE_BINS
  return {
    chosen: counts.subarray(from, from + SCORE_BINS),
    others: counts.subarray(from + SCORE_BINS, from + 2 * SCORE_BINS),
    probabilities,
  }
}

/** Expected confusion of one class against the rest: each answer counts as right with its calibrated probability. */
function expectedCells({ chosen, others, probabilities }: ClassCounts): {
  readonly truePositive: number
  readonly falsePositive: number
  readonly falseNegative: number
  readonly trueNegative: number
} {
  let [truePositive, falsePositive, falseNegative, trueNegative] = [0, 0, 0, 0]
  probabilities.forEach((probability, bin) => {
    truePositive += probability * (chosen[bin] ?? 0)
    falsePositive += (1 - probability) * (chosen[bin] ?? 0)
    falseNegative += probability * (others[bin] ?? 0)
    trueNegative += (1 - probability) * (others[bin] ?? 0)
  })
  return { truePositive, falsePositive, falseNegative, trueNegative }
}

/** F1 = 2a / (2a + b), a the share of true positives, b of both errors; its standard error by the delta method. */
function expectedF1(counts: ClassCounts, rows: number): Measured | null {
  const { truePositive, falsePositive, falseNegative } = expectedCells(counts)
  const a = truePositive / rows
  const b = (falsePositive + falseNegative) / rows
  const whole = 2 * a + b
  if (whole === 0) return null
  const byA = (2 * b) / whole ** 2
  const byB = (-2 * a) / whole ** 2
  const variance = byA ** 2 * a * (1 - a) + byB ** 2 * b * (1 - b) - 2 * byA * byB * a * b
  return { value: (2 * a) / whole, error: Math.sqrt(Math.max(0, variance) / rows) }
}

/** Answers sorted by score, each counted as a positive and a negative row in the parts of its probability. */
function expectedAuc({ chosen, others, probabilities }: ClassCounts): Measured | null {
  const rows = probabilities.map((_, bin) => (chosen[bin] ?? 0) + (others[bin] ?? 0))
  const positives = rows.map((count, bin) => count * (probabilities[bin] ?? 0))
  const negatives = rows.map((count, bin) => count - (positives[bin] ?? 0))
  const value = binnedAuc(positives, negatives)
  const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
  const [positive, negative] = [total(positives), total(negatives)]
  if (value === null || positive < 1 || negative < 1) return null
  return { value, error: aucStandardError(value, positive, negative) }
}

/** A mean over classes. Its error is at most the mean of theirs, which would be met if they erred together. */
function average(parts: readonly (Measured | null)[]): Measured | null {
  const known = parts.filter((part) => part !== null)
  if (known.length === 0) return null
  const mean = (of: (part: Measured) => number): number =>
    known.reduce((sum, part) => sum + of(part), 0) / known.length
  return { value: mean(({ value }) => value), error: mean(({ error }) => error) }
}

const toBand = (measured: Measured | null): Band | null =>
  measured && {
    value: measured.value,
    lower: Math.max(0, measured.value - 3 * measured.error),
    upper: Math.min(1, measured.value + 3 * measured.error),
  }

/**
 * Confidence-based performance estimation (CBPE, NannyML): what accuracy, F1 and AUC are to be expected of answers
 * whose truth is not known, given that their calibrated probabilities hold. Two classes: of the positive one; more:
 * macro averages, one class against the rest. Blind to a change of what the right answer is (concept drift).
 * @param counts answers per class, score bin, and whether the class was chosen, as `countAnswer` keeps them
 */
export function estimateQuality(
  counts: Float64Array,
  calibrations: readonly Calibration[],
  context: { readonly classes: readonly string[]; readonly positiveClass: string | null },
): Estimate | null {
  const each = calibrations.map((calibration, index) => countsOf(counts, index, calibration))
  const rows =
    each[0] === undefined ? 0 : [...each[0].chosen, ...each[0].others].reduce((sum, count) => sum + count, 0)
  if (rows === 0) return null
  const positive =
    context.positiveClass === null ? undefined : each[context.classes.indexOf(context.positiveClass)]
  const judged = positive === undefined ? each : [positive]
  const met =
    positive === undefined
      ? each.reduce((sum, one) => sum + expectedCells(one).truePositive, 0)
      : expectedCells(positive).truePositive + expectedCells(positive).trueNegative
  const accuracy = Math.min(1, met / rows)
  return {
    rows,
    accuracy: toBand({ value: accuracy, error: Math.sqrt((accuracy * (1 - accuracy)) / rows) }),
    f1: toBand(average(judged.map((one) => expectedF1(one, rows)))),
    auc: toBand(average(judged.map(expectedAuc))),
  }
}
