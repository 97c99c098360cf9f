import type { ModelBody } from '../../formats/onnx/model-body'
import { targetsOf } from '../../formats/onnx/model-body'
import type { ExplanationSpace } from './explanation'

/** The number that is explained: a weighted sum of the model's raw targets. */
export type Margin = {
  readonly space: ExplanationSpace
  readonly coefficients: Float64Array
  /** Added to the sum. */
  readonly offset: number
}

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
  const { link } = body
  const { classIndex, isProbability } = options
  const isLogistic = link.includes('logistic') || link.includes('softmax')
  const space = isLogistic
    ? 'log-odds'
    : link.includes('exponential')
      ? 'logarithm'
      : isProbability
        ? 'probability'
        : 'value'
  const targets = targetsOf(body.part)
  if (targets === 1) return chooseOneSum(body, space, classIndex)
  if (targets === 2 && link.includes('softmax'))
    return { space, coefficients: pick(2, { [classIndex]: 1, [1 - classIndex]: -1 }), offset: 0 }
  return { space, coefficients: pick(targets, { [classIndex]: 1 }), offset: 0 }
}

/** One sum stands for a value or for the second of two classes; the first class is its opposite. */
function chooseOneSum({ link }: ModelBody, space: ExplanationSpace, classIndex: number): Margin {
  const isPair = link.includes('mirror') || link.includes('complement')
  // With a softmax over [-s, s] the odds are exp(2s).
  const size = link[0] === 'mirror' && link.includes('softmax') ? 2 : 1
  const isOpposite = isPair && classIndex === 0
  const isRemainder = isOpposite && link[0] === 'complement'
  return {
    space,
    coefficients: pick(1, { 0: isOpposite ? -size : size }),
    offset: isRemainder ? 1 : 0,
  }
}
