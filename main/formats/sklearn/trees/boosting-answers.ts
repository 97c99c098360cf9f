// From the sums of boosted trees to what their classifiers answer.
import type { GraphBuilder } from '../../onnx/graph-builder'
import { addComplement, addSigmoid, addSoftmax } from '../../onnx/write-links'
import type { Answer, ClassLabels } from '../conversion'
import { addAbove, addAtLeast, addLargest } from '../scores'

export type BoostedSums = {
  readonly classes: ClassLabels
  /** [N, 1] for two classes, [N, classes] for more. */
  readonly sums: string
  /** Two classes: how a sum becomes the probability of the second class; exponential loss doubles it. */
  readonly factor: number
  /** What a sum of exactly 0 means: the second class, or the first as the larger probability decides. */
  readonly zeroIsSecond: boolean
}

/** Probabilities, labels and the decision function of boosted trees. */
export function answerBoosted(builder: GraphBuilder, boosted: BoostedSums): Answer {
  const { classes, sums } = boosted
  const width = classes.labels.length
  if (width > 2) {
    const value = addSoftmax(builder, sums)
    const scores = { value, kind: 'probability', width } as const
    return { kind: 'label', classes, index: addLargest(builder, sums), scores, decision: sums }
  }
  const scaled = boosted.factor === 1 ? sums : builder.add('Mul', [sums, builder.numbers([boosted.factor])])
  const value = addComplement(builder, addSigmoid(builder, scaled))
  const index = boosted.zeroIsSecond ? addAtLeast(builder, sums, 0) : addAbove(builder, sums, 0)
  const scores = { value, kind: 'probability', width } as const
  return { kind: 'label', classes, index, scores, decision: sums }
}
