// Transformers that turn columns into fewer ones by a matrix, and the two predictors that do so too.
import type { Conversion, ConverterTable, Predict, Transform } from './conversion'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import { numberFrame } from './frame'
import { predictDiscriminant } from './linear-classifiers'
import { requireOneTarget } from './linear-regressors'
import type { Matrix } from './matrices'
import { addLinear, addMatrix, readMatrix, readTable, readVector, rowOf, transpose } from './matrices'

/** numpy.finfo(float64).eps: the smallest scale that whitening divides by, since 1.4. */
const SMALLEST_SCALE = 2 ** -52

/** (X - mean) · turn: [N, columns of turn]. */
function addTurn(
  conversion: Conversion,
  table: string,
  given: { mean: Float64Array | null; turn: Matrix },
): string {
  const { builder } = conversion
  const { mean, turn } = given
  const centred = mean === null ? table : builder.add('Sub', [table, builder.numbers(mean, [1, mean.length])])
  return builder.add('MatMul', [centred, addMatrix(conversion, turn)])
}

const isWhitened = (estimator: Estimator): boolean =>
  estimator.flag('whiten', false) || estimator.textOr('whiten', '') !== ''

function transformComponents(
  conversion: Conversion,
  given: { estimator: Estimator; frame: Frame; isCentred: boolean },
): { value: string; width: number } {
  const { estimator, frame, isCentred } = given
  const components = readMatrix(estimator, 'components_')
  const table = readTable(estimator, conversion, { frame, width: components.columns })
  const mean = isCentred && estimator.has('mean_') ? readVector(estimator, 'mean_', components.columns) : null
  return { value: addTurn(conversion, table, { mean, turn: transpose(components) }), width: components.rows }
}

const transformPrincipal: Transform = (conversion, estimator, frame) => {
  const { value, width } = transformComponents(conversion, { estimator, frame, isCentred: true })
  if (!isWhitened(estimator)) return numberFrame(value, width)
  const scale = readVector(estimator, 'explained_variance_', width).map((variance) =>
    Math.max(Math.sqrt(variance), SMALLEST_SCALE),
  )
  const { builder } = conversion
  return numberFrame(builder.add('Div', [value, builder.numbers(scale, [1, width])]), width)
}

const transformTruncated: Transform = (conversion, estimator, frame) => {
  const { value, width } = transformComponents(conversion, { estimator, frame, isCentred: false })
  return numberFrame(value, width)
}

const transformIndependent: Transform = (conversion, estimator, frame) => {
  const isCentred = isWhitened(estimator)
  const { value, width } = transformComponents(conversion, { estimator, frame, isCentred })
  return numberFrame(value, width)
}

/** The first `_max_components` columns of the scalings. */
const transformDiscriminant: Transform = (conversion, estimator, frame) => {
  const solver = estimator.text('solver')
  if (solver !== 'svd' && solver !== 'eigen')
    return estimator.refuse(`it has no transform with the solver ${solver}`)
  const { values, rows, columns } = readMatrix(estimator, 'scalings_')
  const width = Math.min(columns, estimator.number('_max_components'))
  const kept = Float64Array.from(
    { length: rows * width },
    (_, at) => values[Math.floor(at / width) * columns + (at % width)] ?? 0,
  )
  const table = readTable(estimator, conversion, { frame, width: rows })
  const mean = solver === 'svd' ? readVector(estimator, 'xbar_', rows) : null
  return numberFrame(
    addTurn(conversion, table, { mean, turn: { values: kept, rows, columns: width } }),
    width,
  )
}

function addStandardised(
  conversion: Conversion,
  estimator: Estimator,
  given: { table: string; width: number; isScaled: boolean },
): string {
  const { table, width, isScaled } = given
  const { builder } = conversion
  const mean = builder.numbers(readVector(estimator, '_x_mean', width), [1, width])
  const centred = builder.add('Sub', [table, mean])
  if (!isScaled) return centred
  return builder.add('Div', [centred, builder.numbers(readVector(estimator, '_x_std', width), [1, width])])
}

/**
 * Partial least squares. The coefficients stand in `coef_` [width, targets] with `_y_mean` before 1.1, then in `_coef_`
 * and from 1.3 on in `coef_` [targets, width] with `intercept_`. They are of scaled columns, since 1.5 of unscaled ones.
 */
const predictPartial: Predict = (conversion, estimator, frame) => {
  const width = estimator.numbers('_x_mean').values.length
  const isOld = !estimator.has('intercept_')
  const given = readMatrix(estimator, estimator.has('_coef_') ? '_coef_' : 'coef_')
  const coefficients = requireOneTarget(estimator, isOld ? transpose(given) : given)
  if (coefficients.columns !== width) return estimator.refuse('its coefficients do not fit to its columns')
  const intercepts = readVector(estimator, isOld ? '_y_mean' : 'intercept_', 1)
  const table = readTable(estimator, conversion, { frame, width })
  const isScaled = isOfScaledColumns(estimator, coefficients)
  const standardised = addStandardised(conversion, estimator, { table, width, isScaled })
  return { kind: 'value', value: addLinear(conversion, standardised, { coefficients, intercepts }) }
}

/** True when the coefficients are rotations · loadingsᵀ · std of y, without a division by the std of the columns. */
function isOfScaledColumns(estimator: Estimator, coefficients: Matrix): boolean {
  const rotations = readMatrix(estimator, 'x_rotations_')
  const loadings = readVector(estimator, 'y_loadings_', rotations.columns)
  const [spread = 1] = readVector(estimator, '_y_std', 1)
  return coefficients.values.every((value, column) => {
    const scaled =
      rowOf(rotations, column).reduce((sum, turn, at) => sum + turn * (loadings[at] ?? 0), 0) * spread
    return Math.abs(value - scaled) <= 1e-9 * Math.max(Math.abs(value), Math.abs(scaled))
  })
}

const transformPartial: Transform = (conversion, estimator, frame) => {
  const turn = readMatrix(estimator, 'x_rotations_')
  const table = readTable(estimator, conversion, { frame, width: turn.rows })
  const given = { table, width: turn.rows, isScaled: true }
  const standardised = addStandardised(conversion, estimator, given)
  return numberFrame(addTurn(conversion, standardised, { mean: null, turn }), turn.columns)
}

export const DECOMPOSITIONS: ConverterTable = {
  'sklearn.PCA': { transform: transformPrincipal },
  'sklearn.IncrementalPCA': { transform: transformPrincipal },
  'sklearn.TruncatedSVD': { transform: transformTruncated },
  'sklearn.FastICA': { transform: transformIndependent },
  'sklearn.LinearDiscriminantAnalysis': { predict: predictDiscriminant, transform: transformDiscriminant },
  'sklearn.PLSRegression': { predict: predictPartial, transform: transformPartial },
}
