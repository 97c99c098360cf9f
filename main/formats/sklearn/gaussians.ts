// Models that hold one Gaussian per class or component: quadratic discriminants and mixtures.
import { addSoftmax } from '../onnx/write-links'
import { addConcat, answerLikeliest } from './class-answers'
import { readClasses } from './class-labels'
import { numberClusters } from './clusters'
import type { Conversion, ConverterTable, Predict } from './conversion'
import type { Estimator } from './estimator'
import type { Matrix } from './matrices'
import { addMatrix, readMatrices, readMatrix, readTable, readVector, rowOf } from './matrices'

const KEPT_SUM = { attributes: { keepdims: { int: 1 } } } as const

type Turn = (centred: string) => string

const turnBy = ({ builder }: Conversion, matrix: string): Turn => {
  return (centred) => builder.add('MatMul', [centred, matrix])
}

/** Σ turn(x - mean)² over the columns: [N, 1]. */
function addTurnedSquare(
  { builder }: Conversion,
  table: string,
  { mean, turn }: { readonly mean: Float64Array; readonly turn: Turn },
): string {
  const turned = turn(builder.add('Sub', [table, builder.numbers(mean, [1, mean.length])]))
  return builder.add('ReduceSum', [builder.add('Mul', [turned, turned]), builder.integers([1])], KEPT_SUM)
}

/** constants - ½ squares: [N, Gaussians]. */
function addLogDensities(
  { builder }: Conversion,
  squares: readonly string[],
  constants: readonly number[],
): string {
  const half = builder.add('Mul', [addConcat(builder, squares), builder.numbers([0.5])])
  return builder.add('Sub', [builder.numbers(constants, [1, constants.length]), half])
}

/** log prior - ½ (Σ log s + Σ ((x - mean) · R / √s)²), of every class's rotation R and scaling s. */
const predictQuadratic: Predict = (conversion, estimator, frame) => {
  const classes = readClasses(estimator)
  const count = classes.labels.length
  const means = readMatrix(estimator, 'means_')
  const rotations = readMatrices(estimator, 'rotations_')
  const scalings = readMatrices(estimator, 'scalings_')
  const priors = readVector(estimator, 'priors_', count)
  if (means.rows !== count || rotations.length !== count || scalings.length !== count)
    return estimator.refuse('it has not one mean, rotation and scaling per class')
  const table = readTable(estimator, conversion, { frame, width: means.columns })
  const constants: number[] = []
  const squares = rotations.map((rotation, index) => {
    const scaling = scalings[index]?.values ?? new Float64Array()
    if (rotation.rows !== means.columns || rotation.columns !== scaling.length)
      return estimator.refuse('its rotations and scalings do not fit together')
    const spread = scaling.reduce((sum, value) => sum + Math.log(value), 0)
    constants.push(Math.log(priors[index] ?? 0) - 0.5 * spread)
    const values = rotation.values.map((value, at) => value * (scaling[at % scaling.length] ?? 1) ** -0.5)
    const turn = turnBy(conversion, addMatrix(conversion, { ...rotation, values }))
    return addTurnedSquare(conversion, table, { mean: rowOf(means, index), turn })
  })
  const scores = addLogDensities(conversion, squares, constants)
  const { builder } = conversion
  return answerLikeliest(builder, { classes, logits: scores, probabilities: addSoftmax(builder, scores) })
}

/** The Cholesky factors of the components' precisions: what they do to a row, and the logarithms of their determinants. */
function readFactors(
  conversion: Conversion,
  estimator: Estimator,
  { rows, columns: width }: Matrix,
): { readonly turn: Turn; readonly logDeterminant: number }[] {
  const { builder } = conversion
  const { values } = estimator.numbers('precisions_cholesky_')
  const kind = estimator.text('covariance_type')
  const isMatrix = kind === 'full' || kind === 'tied'
  const size = isMatrix ? width * width : kind === 'diag' ? width : 1
  if (!isMatrix && kind !== 'diag' && kind !== 'spherical')
    return estimator.refuse(`its covariance type ${kind} is not known`)
  if (values.length !== size * (kind === 'tied' ? 1 : rows))
    return estimator.refuse('precisions_cholesky_ does not fit to its means')
  const readFactor = (start: number) => {
    const part = values.subarray(start, start + size)
    const diagonal = Float64Array.from(
      { length: width },
      (_, at) => part[(isMatrix ? at * (width + 1) : at) % size] ?? 0,
    )
    const logDeterminant = diagonal.reduce((sum, value) => sum + Math.log(value), 0)
    if (isMatrix) {
      const matrix = addMatrix(conversion, { values: part, rows: width, columns: width })
      return { logDeterminant, turn: turnBy(conversion, matrix) }
    }
    const scale = builder.numbers(diagonal, [1, width])
    return { logDeterminant, turn: (centred: string) => builder.add('Mul', [centred, scale]) }
  }
  if (kind === 'tied') return new Array<ReturnType<typeof readFactor>>(rows).fill(readFactor(0))
  return Array.from({ length: rows }, (_, index) => readFactor(index * size))
}

const predictMixture: Predict = (conversion, estimator, frame) => {
  const means = readMatrix(estimator, 'means_')
  const weights = readVector(estimator, 'weights_', means.rows)
  const width = means.columns
  const table = readTable(estimator, conversion, { frame, width })
  const factors = readFactors(conversion, estimator, means)
  const constants = factors.map(
    ({ logDeterminant }, index) =>
      Math.log(weights[index] ?? 0) + logDeterminant - 0.5 * width * Math.log(2 * Math.PI),
  )
  const squares = factors.map(({ turn }, index) =>
    addTurnedSquare(conversion, table, { mean: rowOf(means, index), turn }),
  )
  const logits = addLogDensities(conversion, squares, constants)
  const probabilities = addSoftmax(conversion.builder, logits)
  return answerLikeliest(conversion.builder, { classes: numberClusters(means.rows), logits, probabilities })
}

export const GAUSSIANS: ConverterTable = {
  'sklearn.QuadraticDiscriminantAnalysis': { predict: predictQuadratic },
  'sklearn.GaussianMixture': { predict: predictMixture },
}
