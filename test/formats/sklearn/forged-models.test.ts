import { describe, expect, it } from 'vitest'
import type { NumpyArray, PickleObject, PickleValue } from '../../../main/formats/pickle/value'
import { convertEstimator } from '../../../main/formats/sklearn/convert'
import { Estimator } from '../../../main/formats/sklearn/estimator'

const object = (name: string, state: Record<string, PickleValue>): PickleObject => ({
  kind: 'object',
  callable: { kind: 'global', module: 'sklearn.forged', name },
  args: [],
  keywords: null,
  state: { kind: 'dict', entries: Object.entries(state) },
  items: [],
  entries: [],
})

const array = (values: number[], shape: number[]): NumpyArray => ({
  kind: 'array',
  type: { kind: 'dtype', code: 'f8', isBigEndian: false, itemSize: 8, fields: null },
  shape,
  isFortran: false,
  content: { kind: 'bytes', bytes: new Uint8Array(Float64Array.from(values).buffer) },
})

const convert = (name: string, state: Record<string, PickleValue>) => () =>
  convertEstimator(Estimator.from(object(name, state))!)

describe('forged models', () => {
  it('are refused when shared clusters would make a graph of 2^60 nodes', () => {
    let node = object('_BisectingTree', { center: array([0], [1]), label: 0 })
    for (let depth = 0; depth < 60; depth++)
      node = object('_BisectingTree', { center: array([0], [1]), left: node, right: node })
    const forged = convert('BisectingKMeans', {
      n_features_in_: 1,
      cluster_centers_: array([0, 1], [2, 1]),
      _bisecting_tree: node,
    })
    expect(forged).toThrow(/BisectingKMeans cannot be converted: its tree of clusters is larger/)
  })

  it('are refused when a sparse matrix says that it is huge', () => {
    const coefficients = object('csr_matrix', {
      _shape: { kind: 'tuple', items: [3, 1_000_000_000] },
      indptr: array([0, 0, 0, 0], [4]),
      indices: array([], [0]),
      data: array([], [0]),
    })
    const classes = array([0, 1, 2], [3])
    const forged = convert('LogisticRegression', {
      n_features_in_: 2,
      coef_: coefficients,
      classes_: classes,
    })
    expect(forged).toThrow(/coef_ has shape \[3, 1000000000\]; at most 4000000 numbers are converted/)
  })

  it('are refused when one array is the weights of ten thousand layers', () => {
    const weights = array(new Array<number>(10_000).fill(1), [100, 100])
    const forged = convert('MLPRegressor', {
      n_features_in_: 100,
      activation: 'relu',
      coefs_: { kind: 'list', items: new Array<PickleValue>(10_000).fill(weights) },
    })
    expect(forged).toThrow(/coefs_ has more than 16000000 numbers/)
  })

  it('are refused when neighbours belong to classes that do not exist', () => {
    const forged = convert('KNeighborsClassifier', {
      n_features_in_: 1,
      n_neighbors: 1,
      effective_metric_: 'euclidean',
      classes_: array([0, 1], [2]),
      _fit_X: array([0, 1, 2], [3, 1]),
      _y: array([0, 1, 2.5], [3]),
    })
    expect(forged).toThrow(/_y holds something that is no whole number from 0 to 1/)
  })
})
