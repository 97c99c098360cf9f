import type { LinkStep, ModelBody } from '../../formats/onnx/model-body'
import type { ExplanationSpace } from './explanation'

/** The number that is explained: a weighted sum of the model's raw targets. */
export type Margin = { readonly space: ExplanationSpace; readonly coefficients: Float64Array }

const targetsOf = (body: ModelBody): number =>
  body.part.kind === 'forest' ? body.part.forest.targets : body.part.linear.targets

function pick(targets: number, weights: Readonly<Record<number, number>>): Float64Array {
  return Float64Array.from({ length: targets }, (_, target) => weights[target] ?? 0)
}

/**
 * The margin of a class, or of the value when the model is no classifier.
 * With a softmax over two classes it is the difference of both scores, which is the log-odds exactly; over more it is
 * the score of the class itself, as shap explains it.
 * @param classIndex the explained score column
 * @param isProbability whether the session's scores are probabilities
 */
export function chooseMargin(
  body: ModelBody,
  options: { readonly classIndex: number; readonly isProbability: boolean },
): Margin {
  const targets = targetsOf(body)
  const { link } = body
  const { classIndex, isProbability } = options
  const isLogistic = link.includes('logistic') || link.includes('softmax')
  const space = isLogistic ? 'log-odds' : isProbability ? 'probability' : 'value'
  if (targets === 1) {
    // One sum stands for the second class; with a softmax over [-s, s] the odds are exp(2s).
    const isDoubled = link[0] === 'mirror' && link.includes('softmax')
    return { space, coefficients: pick(1, { 0: isDoubled ? 2 : 1 }) }
  }
  if (targets === 2 && link.includes('softmax')) {
    return { space, coefficients: pick(2, { [classIndex]: 1, [1 - classIndex]: -1 }) }
  }
  return { space, coefficients: pick(targets, { [classIndex]: 1 }) }
}

/** What the graph makes of the model's raw sums: the scores or values that the session answers. */
export function applyLink(link: readonly LinkStep[], sums: readonly number[]): readonly number[] {
  return link.reduce((values, step) => applyStep(step, values), sums)
}

function applyStep(step: LinkStep, values: readonly number[]): readonly number[] {
  const [first = 0] = values
  switch (step) {
    case 'mirror':
      return [-first, first]
    case 'complement':
      return [1 - first, first]
    case 'logistic':
      return values.map((value) => 1 / (1 + Math.exp(-value)))
    case 'softmax': {
      const most = Math.max(...values)
      const powers = values.map((value) => Math.exp(value - most))
      const sum = powers.reduce((total, power) => total + power, 0)
      return powers.map((power) => power / sum)
    }
    case 'share': {
      const sum = values.reduce((total, value) => total + Math.abs(value), 0)
      return sum === 0 ? values : values.map((value) => value / sum)
    }
  }
}
