import type { ClassificationSums } from './classification-sums'
import { countLabelled, createClassificationSums, mergeClassification } from './classification-sums'
import type { RegressionSums } from './regression-sums'
import { countError, createRegressionSums, mergeRegression } from './regression-sums'
import { toCategory } from './value'

/** What is summed over answers whose truth is known, by task. */
export type LabelledSums = ClassificationSums | RegressionSums

/** The task of a model and, for classification, its class labels in the order of their scores. */
export type LabelSpace = { readonly task: LabelledSums['task']; readonly classes: readonly string[] }

/** An answer and the truth of it: labels for classification, numbers for regression. */
export type LabelledPair = {
  readonly predicted: string | number
  readonly probabilities: { readonly [label: string]: number } | null
  readonly actual: string | number
}

/** The sums of a sample of training data, frozen when a version is registered. */
export type QualityReference = { readonly classes: readonly string[]; readonly sums: PackedSums }

export const createSums = ({ task, classes }: LabelSpace): LabelledSums =>
  task === 'regression' ? createRegressionSums() : createClassificationSums(classes)

/** Counts an answer, or takes it back with an amount of -1. */
export function countPair(
  sums: LabelledSums,
  { classes }: LabelSpace,
  pair: LabelledPair & { readonly amount: 1 | -1 },
): void {
  const { probabilities, amount } = pair
  if (sums.task === 'regression') {
    countError(sums, { predicted: Number(pair.predicted), actual: Number(pair.actual), amount })
    return
  }
  const labels = { predicted: String(pair.predicted), actual: String(pair.actual) }
  countLabelled(sums, classes, { ...labels, probabilities, amount })
}

/** Adds `from` to `into`; sums of another task are left out. */
export function mergeSums(into: LabelledSums, from: LabelledSums): void {
  if (into.task === 'regression' && from.task === 'regression') mergeRegression(into, from)
  if (into.task === 'classification' && from.task === 'classification') mergeClassification(into, from)
}

/** Sums as plain JSON; histograms as pairs of position and count, for most of their bins are empty. */
export type PackedSums =
  | RegressionSums
  | (Pick<ClassificationSums, 'task' | 'labelled' | 'scored' | 'logLoss' | 'brier'> & {
      readonly confusion: readonly (readonly [actual: string, predicted: string, rows: number])[]
      readonly bins: number
      readonly scores: readonly (readonly [position: number, rows: number])[]
    })

export function packSums(sums: LabelledSums): PackedSums {
  if (sums.task === 'regression') return { ...sums }
  const { confusion, scores, ...rest } = sums
  return {
    ...rest,
    confusion: [...confusion].flatMap(([actual, row]) =>
      [...row].map(([predicted, rows]) => [actual, predicted, rows] as const),
    ),
    bins: scores.length,
    scores: [...scores.entries()].filter(([, rows]) => rows !== 0),
  }
}

export function unpackSums(packed: PackedSums): LabelledSums {
  if (packed.task === 'regression') return { ...packed }
  const { confusion, bins, scores, ...rest } = packed
  const rows = new Map<string, Map<string, number>>()
  for (const [actual, predicted, count] of confusion) {
    const row = rows.get(actual) ?? new Map<string, number>()
    rows.set(actual, row.set(predicted, count))
  }
  const histogram = new Float64Array(bins)
  for (const [position, count] of scores) histogram[position] = count
  return { ...rest, confusion: rows, scores: histogram }
}

/**
 * The class label that a value means: exporters write 1, "1.0" or true for what a model calls "1". A value that means
 * none of the classes is its own text.
 */
export function toLabel(actual: string | number | boolean, classes: readonly string[]): string {
  const text = String(actual).trim()
  if (classes.includes(text)) return text
  const category = toCategory(typeof actual === 'string' ? text : actual)
  const digits = category === 'true' ? '1' : category === 'false' ? '0' : category
  return classes.find((label) => [category, digits].includes(toCategory(label))) ?? text
}
