// What stands behind the raw sums of a model, in the forms that explanations read back.
import type { GraphBuilder } from './graph-builder'

/** 1 / (1 + exp(-x)) of every value. */
export const addSigmoid = (builder: GraphBuilder, sums: string): string => builder.add('Sigmoid', [sums])

/**
 * As `addSigmoid`, with small values exact in their last digits, for what is divided by its sum behind: onnxruntime's
 * Sigmoid computes 1 - 1 / (1 + exp(x)) below zero, which leaves nothing of 1e-17.
 */
export function addFineSigmoid(builder: GraphBuilder, sums: string): string {
  const odds = builder.add('Exp', [builder.add('Neg', [sums])])
  return builder.add('Reciprocal', [builder.add('Add', [odds, builder.numbers([1])])])
}

/** exp(x) / Σ exp(x) over the columns of [N, classes]. */
export const addSoftmax = (builder: GraphBuilder, sums: string): string =>
  builder.add('Softmax', [sums], { attributes: { axis: { int: 1 } } })

/** [1 - p, p] for a column p [N, 1]. */
export function addComplement(builder: GraphBuilder, positive: string): string {
  const negative = builder.add('Sub', [builder.numbers([1]), positive])
  return builder.add('Concat', [negative, positive], { attributes: { axis: { int: 1 } } })
}

/** Every row divided by its sum. */
export function addShare(builder: GraphBuilder, values: string): string {
  const sum = builder.add('ReduceSum', [values, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  return builder.add('Div', [values, sum])
}
