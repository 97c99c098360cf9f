// The quantile function of the normal distribution as a graph.
import type { GraphBuilder } from '../onnx/graph-builder'

/** M. J. Wichura, Algorithm AS 241: the percentage points of the normal distribution (PPND16), Applied Statistics 37 (1988). */
const CENTRE = {
  above: [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  below: [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
    39307.89580009271061, 28729.085735721942674, 5226.495278852854561,
  ],
}
const TAIL = {
  above: [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 2.4178072517745061177e-1, 2.27238449892691845833e-2, 7.7454501427834140764e-4,
  ],
  below: [
    1, 2.05319162663775882187, 1.6763848301838038494, 6.8976733498510000455e-1, 1.4810397642748007459e-1,
    1.51986665636164571966e-2, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
}

/** Horner's scheme; coefficients from the constant one up. */
function addPolynomial(builder: GraphBuilder, x: string, coefficients: readonly number[]): string {
  const [highest = 0, ...rest] = coefficients.toReversed()
  return rest.reduce(
    (sum, coefficient) => builder.add('Add', [builder.add('Mul', [sum, x]), builder.numbers([coefficient])]),
    builder.numbers([highest]),
  )
}

const addRatio = (builder: GraphBuilder, x: string, ratio: typeof CENTRE): string =>
  builder.add('Div', [addPolynomial(builder, x, ratio.above), addPolynomial(builder, x, ratio.below)])

/** For shares between 1e-11 and 1 - 1e-11, to about 1e-15; NaN stays NaN. */
export function addNormalQuantile(builder: GraphBuilder, share: string): string {
  const offset = builder.add('Sub', [share, builder.numbers([0.5])])
  const square = builder.add('Mul', [offset, offset])
  const centre = builder.add('Mul', [
    offset,
    addRatio(builder, builder.add('Sub', [builder.numbers([0.180625]), square]), CENTRE),
  ])
  const isLow = builder.add('Less', [offset, builder.numbers([0])])
  const rest = builder.add('Where', [isLow, share, builder.add('Sub', [builder.numbers([1]), share])])
  const distance = builder.add('Sqrt', [builder.add('Neg', [builder.add('Log', [rest])])])
  const tail = addRatio(builder, builder.add('Sub', [distance, builder.numbers([1.6])]), TAIL)
  const signed = builder.add('Where', [isLow, builder.add('Neg', [tail]), tail])
  const isCentre = builder.add('LessOrEqual', [builder.add('Abs', [offset]), builder.numbers([0.425])])
  return builder.add('Where', [isCentre, centre, signed])
}
