// From decisions to labels, as scikit-learn's classifiers do it.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Answer, ClassLabels } from './conversion'

const AXIS_1 = { axis: { int: 1 }, keepdims: { int: 0 } } as const

/** int64 [N]: the first column with the largest value. */
export const addLargest = (builder: GraphBuilder, values: string): string =>
  builder.add('ArgMax', [values], { attributes: AXIS_1 })

/** int64 [N]: the first column with the smallest value. */
export const addSmallest = (builder: GraphBuilder, values: string): string =>
  builder.add('ArgMin', [values], { attributes: AXIS_1 })

/** int64 [N]: 1 where the column [N, 1] is above the threshold (or on it, for GreaterOrEqual), 0 elsewhere. */
export function addIsAbove(
  builder: GraphBuilder,
  values: string,
  test: { readonly operator: 'Greater' | 'GreaterOrEqual'; readonly threshold: number },
): string {
  const isAbove = builder.add(test.operator, [values, builder.numbers([test.threshold])])
  const index = builder.add('Cast', [isAbove], { attributes: { to: { int: 7 } } })
  return builder.add('Squeeze', [index, builder.integers([1])])
}

/** Columns next to each other. */
export const addConcat = (builder: GraphBuilder, values: readonly string[]): string =>
  builder.add('Concat', values, { attributes: { axis: { int: 1 } } })

/** The answer of a classifier with probabilities of all classes; the most likely one is the label. */
export function answerLikeliest(
  builder: GraphBuilder,
  given: { readonly classes: ClassLabels; readonly logits: string; readonly probabilities: string },
): Answer {
  const { classes, logits, probabilities } = given
  return {
    kind: 'label',
    classes,
    index: addLargest(builder, logits),
    scores: { value: probabilities, kind: 'probability', width: classes.labels.length },
  }
}
