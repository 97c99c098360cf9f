// Regressors whose answer is a weighted sum, or its exponential.
import type { Answer, Conversion, Converter, ConverterTable, Predict, ReadInputs } from './conversion'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import type { Matrix } from './matrices'
import { addLinear, readMatrix, readTable, readVector } from './matrices'

/** @throws WorkstationError unsupported when there are several rows of coefficients */
export function requireOneTarget(estimator: Estimator, coefficients: Matrix): Matrix {
  if (coefficients.rows === 1) return coefficients
  return estimator.refuse(`it predicts ${coefficients.rows} targets at once; train one model per target`)
}

function addSum(conversion: Conversion, estimator: Estimator, frame: Frame): string {
  const coefficients = requireOneTarget(estimator, readMatrix(estimator, 'coef_'))
  const table = readTable(estimator, conversion, { frame, width: coefficients.columns })
  return addLinear(conversion, table, { coefficients, intercepts: readVector(estimator, 'intercept_', 1) })
}

const predictSum: Predict = (conversion, estimator, frame): Answer => ({
  kind: 'value',
  value: addSum(conversion, estimator, frame),
})

const predictExponential: Predict = (conversion, estimator, frame): Answer => ({
  kind: 'value',
  value: conversion.builder.add('Exp', [addSum(conversion, estimator, frame)]),
})

/** `link='auto'` is the identity up to power 0, and the logarithm from 1 on; powers between do not exist. */
const predictTweedie: Predict = (conversion, estimator, frame): Answer => {
  const link = estimator.text('link')
  const isLog = link === 'log' || (link === 'auto' && estimator.number('power') > 0)
  if (!isLog && link !== 'identity' && link !== 'auto')
    return estimator.refuse(`its link ${link} is not known`)
  const value = addSum(conversion, estimator, frame)
  return { kind: 'value', value: isLog ? conversion.builder.add('Exp', [value]) : value }
}

/** As many columns as coefficients: the generalized models of 0.24 do not say `n_features_in_`. */
const inputsOfCoefficients: ReadInputs = (estimator) =>
  Array.from(readMatrix(estimator, 'coef_').values, (_, index) => ({
    name: estimator.featureNames?.[index] ?? null,
    type: 'float64' as const,
    acceptsMissing: false,
  }))

const LINEAR: Converter = { predict: predictSum }
const EXPONENTIAL: Converter = { inputs: inputsOfCoefficients, predict: predictExponential }

export const LINEAR_REGRESSORS: ConverterTable = {
  'sklearn.LinearRegression': LINEAR,
  'sklearn.Ridge': LINEAR,
  'sklearn.RidgeCV': LINEAR,
  'sklearn.Lasso': LINEAR,
  'sklearn.LassoCV': LINEAR,
  'sklearn.ElasticNet': LINEAR,
  'sklearn.ElasticNetCV': LINEAR,
  'sklearn.Lars': LINEAR,
  'sklearn.LarsCV': LINEAR,
  'sklearn.LassoLars': LINEAR,
  'sklearn.LassoLarsCV': LINEAR,
  'sklearn.LassoLarsIC': LINEAR,
  'sklearn.OrthogonalMatchingPursuit': LINEAR,
  'sklearn.OrthogonalMatchingPursuitCV': LINEAR,
  'sklearn.BayesianRidge': LINEAR,
  'sklearn.ARDRegression': LINEAR,
  'sklearn.HuberRegressor': LINEAR,
  'sklearn.TheilSenRegressor': LINEAR,
  'sklearn.QuantileRegressor': LINEAR,
  'sklearn.SGDRegressor': LINEAR,
  'sklearn.PassiveAggressiveRegressor': LINEAR,
  'sklearn.LinearSVR': LINEAR,
  'sklearn.PoissonRegressor': EXPONENTIAL,
  'sklearn.GammaRegressor': EXPONENTIAL,
  'sklearn.TweedieRegressor': { inputs: inputsOfCoefficients, predict: predictTweedie },
}
