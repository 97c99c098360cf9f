/**
 * The area under the ROC curve of counts per ascending score bin; within a bin, positive and negative rows tie.
 * Counts may be fractions. Null when one side is empty.
 */
export function binnedAuc(positives: ArrayLike<number>, negatives: ArrayLike<number>): number | null {
  let below = 0
  let won = 0
  let total = 0
  for (let bin = 0; bin < positives.length; bin++) {
    const positive = positives[bin] ?? 0
    const negative = negatives[bin] ?? 0
    won += positive * (below + negative / 2)
    below += negative
    total += positive
  }
  return total === 0 || below === 0 ? null : won / (total * below)
}

/** The exact area under the ROC curve of single scores, ties counted half. Null when one side is empty. */
export function exactAuc(
  rows: readonly { readonly score: number; readonly isPositive: boolean }[],
): number | null {
  const scores = [...new Set(rows.map(({ score }) => score))].sort((left, right) => left - right)
  const position = new Map(scores.map((score, index) => [score, index]))
  const positives = new Float64Array(scores.length)
  const negatives = new Float64Array(scores.length)
  for (const { score, isPositive } of rows) {
    const at = position.get(score) ?? 0
    const side = isPositive ? positives : negatives
    side[at] = (side[at] ?? 0) + 1
  }
  return binnedAuc(positives, negatives)
}

type Scored = {
  readonly probabilities: { readonly [label: string]: number } | null
  readonly actual: string | number
}

/**
 * The exact area of labelled answers: of the positive class, or the mean over classes against the rest. Answers
 * without probabilities, and labels that the model does not know, are left out.
 */
export function exactAreaOf(
  rows: readonly Scored[],
  { classes, positiveClass }: { readonly classes: readonly string[]; readonly positiveClass: string | null },
): number | null {
  const known = rows.flatMap(({ probabilities, actual }) =>
    probabilities !== null && classes.includes(String(actual))
      ? [{ probabilities, actual: String(actual) }]
      : [],
  )
  const areaOf = (label: string): number | null =>
    exactAuc(
      known.map(({ probabilities, actual }) => ({
        score: probabilities[label] ?? 0,
        isPositive: actual === label,
      })),
    )
  if (positiveClass !== null) return areaOf(positiveClass)
  const areas = classes.map(areaOf).filter((area) => area !== null)
  return areas.length === 0 ? null : areas.reduce((sum, area) => sum + area, 0) / areas.length
}
