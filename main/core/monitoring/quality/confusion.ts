import type { LabelledSums } from '../../distributions/labelled-sums'
import type { Confusion } from './quality-report'

/** The confusion matrix over the model's classes and whatever else occurred; null for regression and without labels. */
export function readConfusion(sums: LabelledSums, classes: readonly string[]): Confusion | null {
  if (sums.task === 'regression' || sums.labelled === 0) return null
  const { confusion } = sums
  const others = [...confusion].flatMap(([actual, row]) => [actual, ...row.keys()])
  const labels = [...new Set([...classes, ...others.sort()])]
  return {
    labels,
    counts: labels.map((actual) => labels.map((predicted) => confusion.get(actual)?.get(predicted) ?? 0)),
  }
}

/** Labels that the model does not know, and how many rows they are. */
export function readUnseen(
  sums: LabelledSums,
  classes: readonly string[],
): { readonly [label: string]: number } {
  if (sums.task === 'regression' || classes.length === 0) return {}
  const unseen = [...sums.confusion].filter(([actual]) => !classes.includes(actual))
  return Object.fromEntries(
    unseen.map(([actual, row]) => [actual, [...row.values()].reduce((sum, rows) => sum + rows, 0)]),
  )
}
