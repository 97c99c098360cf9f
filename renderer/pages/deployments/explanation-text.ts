import type { Explanation } from '../../../main/core/explanations/explanation'
import type { WaterfallStep } from '../../components/charts/waterfall'
import { formatNumber, formatShare } from '../../format'

/** Features that get a bar of their own; the rest share one. */
const SHOWN_FEATURES = 10

/** The features by the size of their effect, the largest ten alone and the others in one step. */
export function toSteps(
  explanation: Pick<Explanation, 'contributions' | 'standardErrors'>,
  labels: readonly string[],
): WaterfallStep[] {
  const all = labels
    .map((label, index) => ({
      label,
      change: explanation.contributions[index] ?? 0,
      error: explanation.standardErrors?.[index] ?? null,
    }))
    .sort((left, right) => Math.abs(right.change) - Math.abs(left.change))
  // One left over would take as much room as the step that hides it.
  if (all.length <= SHOWN_FEATURES + 1) return all
  const others = all.slice(SHOWN_FEATURES)
  const change = others.reduce((sum, step) => sum + step.change, 0)
  return [...all.slice(0, SHOWN_FEATURES), { label: `${others.length} others`, change, error: null }]
}

const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))

/** What the numbers are measured in, for somebody who never heard of log-odds. */
export function describeSpace(explanation: Explanation, classes: number, target: string | null): string {
  const { space, explainedClass, bias, margin } = explanation
  switch (space) {
    case 'log-odds':
      if (classes > 2) {
        return `Measured in the score of “${explainedClass ?? ''}” before it becomes a probability: higher makes this class more likely, compared with the others.`
      }
      return `Measured in the log-odds of “${explainedClass ?? ''}”: 0 is an even chance, every +0.69 doubles the odds. The average stands for a chance of ${formatShare(logistic(bias))}, this answer for ${formatShare(logistic(margin))}.`
    case 'probability':
      return `Measured in the probability of “${explainedClass ?? ''}”: from ${formatShare(bias)} on average to ${formatShare(margin)}.`
    case 'logarithm':
      return `Measured in the logarithm of ${target ?? 'the answer'}: every +0.69 doubles it. The average stands for ${formatNumber(Math.exp(bias))}, this answer for ${formatNumber(Math.exp(margin))}.`
    case 'value':
      return `Measured in the units of ${target ?? 'the answer'}: from ${formatNumber(bias)} on average to ${formatNumber(margin)}.`
  }
}

export const METHODS: Readonly<Record<Explanation['method'], string>> = {
  linear: 'Exact, from the weights of the model',
  'interventional-tree': 'Exact, from the trees of the model',
  'path-dependent-tree': 'From the trees of the model and the training rows that each branch saw',
  exact: 'Exact, by asking the model about every combination of features',
  permutation:
    'Estimated, by asking the model about random orders of the features; the lines show one standard error',
}

/** How the contributions were found, and how well they fit what the model answered. */
export function describeMethod({ method, backgroundRows, residual }: Explanation): string {
  const against = backgroundRows > 0 ? `, compared with ${backgroundRows} rows of the training data` : ''
  return `${METHODS[method]}${against}. Difference to the answer: ${residual === 0 ? '0' : residual.toExponential(1)}.`
}
