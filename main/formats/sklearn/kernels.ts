// The kernels of support vector machines, and the weighted sums of them that decide.
import type { Conversion, ReadInputs } from './conversion'
import { addFastSquares, addReducedDistances, requireFewPoints, spreadOf } from './distances'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import type { Matrix } from './matrices'
import { addLinear, addMatrix, readMatrix, readTable, transpose } from './matrices'

const MOST_NUMBERS = 8_000_000

/** Up to this exponent, the rounding of `addFastSquares` changes a kernel by less than 1e-13. */
const MOST_FAST = 100

/** Column p sums the kernels with the weights [support vectors, sums] and adds the intercept p. */
export type KernelSums = { readonly weights: Matrix; readonly intercepts: ArrayLike<number> }

const KERNELS = ['linear', 'poly', 'rbf', 'sigmoid']

function requireKernel(estimator: Estimator): string {
  const kernel = estimator.textOr('kernel', null)
  if (kernel !== null && KERNELS.includes(kernel)) return kernel
  const found = kernel === null ? 'its kernel is a function' : `its kernel ${kernel} is not known`
  return estimator.refuse(`${found}; known are ${KERNELS.join(', ')}`)
}

/** The columns of the support vectors, once the kernel is known: other kernels keep no columns. */
export const readKernelInputs: ReadInputs = (estimator) => {
  requireKernel(estimator)
  return Array.from({ length: readSupportVectors(estimator).columns }, (_, index) => ({
    name: estimator.featureNames?.[index] ?? null,
    type: 'float64' as const,
    acceptsMissing: false,
  }))
}

export const readSupportVectors = (estimator: Estimator): Matrix =>
  requireFewPoints(estimator, readMatrix(estimator, 'support_vectors_'), MOST_NUMBERS)

/** vectorsᵀ · weights, as rows: what a linear kernel comes to. */
function multiply(vectors: Matrix, weights: Matrix): Matrix {
  const values = new Float64Array(weights.columns * vectors.columns)
  for (let vector = 0; vector < vectors.rows; vector++) {
    for (let sum = 0; sum < weights.columns; sum++) {
      const weight = weights.values[vector * weights.columns + sum] ?? 0
      if (weight === 0) continue
      for (let column = 0; column < vectors.columns; column++) {
        const place = sum * vectors.columns + column
        values[place] =
          (values[place] ?? 0) + weight * (vectors.values[vector * vectors.columns + column] ?? 0)
      }
    }
  }
  return { values, rows: weights.columns, columns: vectors.columns }
}

/** Σ weight · kernel(x, support vector) + intercept: [N, sums]. A linear kernel becomes one weight per column. */
export function addKernelSums(
  conversion: Conversion,
  given: { readonly estimator: Estimator; readonly frame: Frame; readonly vectors: Matrix },
  { weights, intercepts }: KernelSums,
): string {
  const { estimator, frame, vectors } = given
  const { builder } = conversion
  if (weights.rows !== vectors.rows || weights.columns !== intercepts.length)
    return estimator.refuse('its support vectors, weights and intercepts do not fit together')
  const kernel = requireKernel(estimator)
  const table = readTable(estimator, conversion, { frame, width: vectors.columns })
  if (kernel === 'linear')
    return addLinear(conversion, table, { coefficients: multiply(vectors, weights), intercepts })
  const similar = addKernel(conversion, { estimator, table, vectors }, kernel)
  const sums = builder.add('MatMul', [similar, addMatrix(conversion, weights)])
  return builder.add('Add', [sums, builder.numbers(intercepts, [1, intercepts.length])])
}

/** [N, support vectors]. */
function addKernel(
  conversion: Conversion,
  given: { readonly estimator: Estimator; readonly table: string; readonly vectors: Matrix },
  kernel: string,
): string {
  const { builder } = conversion
  const { estimator, table, vectors } = given
  const gamma = estimator.number('_gamma')
  if (kernel === 'rbf') {
    const squares =
      gamma * spreadOf(vectors) < MOST_FAST
        ? addFastSquares(builder, table, vectors)
        : addReducedDistances(builder, table, { points: vectors, power: 2 })
    return builder.add('Exp', [builder.add('Mul', [squares, builder.numbers([-gamma])])])
  }
  const scaled = { ...vectors, values: vectors.values.map((value) => value * gamma) }
  const products = builder.add('MatMul', [table, addMatrix(conversion, transpose(scaled))])
  const shifted = builder.add('Add', [products, builder.numbers([estimator.number('coef0')])])
  if (kernel === 'sigmoid') return builder.add('Tanh', [shifted])
  return builder.add('Pow', [shifted, builder.numbers([estimator.number('degree')])])
}
