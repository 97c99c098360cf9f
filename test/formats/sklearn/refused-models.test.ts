import { describe, expect, it } from 'vitest'
import { convertEstimator } from '../../../main/formats/sklearn/convert'
import { readCases, readEstimator } from './matrix-cases'

const REASONS: Readonly<Record<string, RegExp>> = {
  Ridge: /^Ridge cannot be converted: it predicts 2 targets at once; train one model per target/,
  PLSRegression: /^PLSRegression .* 2 targets at once/,
  MLPRegressor: /^MLPRegressor .* 2 targets at once/,
  KNeighborsRegressor: /^KNeighborsRegressor .* several targets at once/,
  KNeighborsClassifier: /^KNeighborsClassifier .* several outputs at once/,
  MLPClassifier: /^MLPClassifier .* several labels to a row/,
  RidgeClassifier: /^RidgeClassifier .* several labels to a row/,
  'KNeighborsRegressor weights': /weighted by a function; use uniform or distance/,
  'KNeighborsRegressor cosine': /metric cosine is not known; known are euclidean/,
  'SVR kernel': /kernel is a function; known are linear, poly, rbf, sigmoid/,
  TransformedTargetRegressor: /target is transformed by PowerTransformer; known are StandardScaler/,
  'TransformedTargetRegressor arctan': /turned back by numpy.*\.tan; of functions, numpy's exp, log/,
}

describe('matrix models that cannot be converted', () => {
  const { refused } = readCases('sk19')

  it.each(Object.entries(REASONS))('are refused by name and reason: %s', (name, reason) => {
    const estimator = readEstimator(refused[`refused ${name}`]!)
    expect(() => convertEstimator(estimator)).toThrow(expect.objectContaining({ code: 'unsupported' }))
    expect(() => convertEstimator(estimator)).toThrow(reason)
  })
})
