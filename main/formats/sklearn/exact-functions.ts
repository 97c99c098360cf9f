// Functions that ONNX lacks, composed so that they keep the precision of numpy's.
import type { GraphBuilder } from '../onnx/graph-builder'

/** log(1 + x) for any x > -1, to a few units in the last place (W. Kahan's correction by what 1 + x lost). */
export function addLog1p(builder: GraphBuilder, x: string): string {
  const one = builder.numbers([1])
  const sum = builder.add('Add', [x, one])
  const kept = builder.add('Sub', [sum, one])
  const corrected = builder.add('Mul', [builder.add('Log', [sum]), builder.add('Div', [x, kept])])
  return builder.add('Where', [builder.add('Equal', [kept, builder.numbers([0])]), x, corrected])
}

/** exp(x) - 1, to a few units in the last place (W. Kahan). */
export function addExpm1(builder: GraphBuilder, x: string): string {
  const one = builder.numbers([1])
  const power = builder.add('Exp', [x])
  const difference = builder.add('Sub', [power, one])
  const corrected = builder.add('Mul', [difference, builder.add('Div', [x, builder.add('Log', [power])])])
  const isLarge = builder.add('Greater', [builder.add('Abs', [x]), one])
  const small = builder.add('Where', [builder.add('Equal', [power, one]), x, corrected])
  return builder.add('Where', [isLarge, difference, small])
}
