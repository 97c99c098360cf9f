import type { GraphBuilder } from '../../onnx/graph-builder'
import { addCast } from '../scores'

/**
 * The weighted median of every row: the smallest value at which the weights up to it reach half of their sum
 * (Drucker: Improving Regressors using Boosting Techniques, 1997).
 * @param values [N, weights.length]
 * @returns the name of a value [N, 1]
 */
export function addWeightedMedian(
  builder: GraphBuilder,
  values: string,
  { weights }: { readonly weights: ArrayLike<number> },
): string {
  const count = builder.integers([weights.length])
  const [sorted = '', order = ''] = builder.addMany(
    'TopK',
    { inputs: [values, count], outputs: 2 },
    { attributes: { axis: { int: 1 }, largest: { int: 0 }, sorted: { int: 1 } } },
  )
  const own = builder.add('Gather', [builder.numbers(weights, [weights.length]), order], {
    attributes: { axis: { int: 0 } },
  })
  const sums = builder.add('CumSum', [own, builder.integers([1], [])])
  const last = builder.add('Gather', [sums, builder.integers([weights.length - 1])], {
    attributes: { axis: { int: 1 } },
  })
  const half = builder.add('Mul', [last, builder.numbers([0.5])])
  const isReached = addCast(builder, builder.add('GreaterOrEqual', [sums, half]), 'int64')
  const place = builder.add('ArgMax', [isReached], { attributes: { axis: { int: 1 }, keepdims: { int: 1 } } })
  return builder.add('GatherElements', [sorted, place], { attributes: { axis: { int: 1 } } })
}
