import { describe, expect, it } from 'vitest'
import { casesOf, measure } from './matrix-cases'

const CLASSES = [
  'LinearRegression',
  'Ridge',
  'RidgeCV',
  'Lasso',
  'LassoCV',
  'ElasticNet',
  'ElasticNetCV',
  'Lars',
  'LarsCV',
  'LassoLars',
  'LassoLarsCV',
  'LassoLarsIC',
  'OrthogonalMatchingPursuit',
  'OrthogonalMatchingPursuitCV',
  'BayesianRidge',
  'ARDRegression',
  'HuberRegressor',
  'TheilSenRegressor',
  'QuantileRegressor',
  'SGDRegressor',
  'PassiveAggressiveRegressor',
  'LinearSVR',
  'PoissonRegressor',
  'GammaRegressor',
  'TweedieRegressor',
  'RANSACRegressor',
  'TransformedTarget',
]

describe('linear regressors as ONNX', () => {
  it.each(casesOf(CLASSES))('answers as the original: %s', async (_, given) => {
    const { error, flips } = await measure(given)
    expect(flips).toBe(0)
    expect(error).toBeLessThan(1e-9)
  })
})
