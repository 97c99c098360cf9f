// Nearest neighbours and nearest centroids. All rows of the training data are in the graph.
import type { GraphBuilder } from '../onnx/graph-builder'
import { addShare } from '../onnx/write-links'
import { addLargest, addSmallest } from './class-answers'
import { readClasses } from './class-labels'
import type { Conversion, ConverterTable, Predict } from './conversion'
import { addDistanceRoot, addNearest, addReducedDistances, requireFewPoints } from './distances'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import { readMatrix, readPositions, readTable, readVector } from './matrices'

/** 64 MB in the file, which holds them twice: to find candidates, and to compare them. */
const MOST_NUMBERS = 4_000_000
const SUM = { attributes: { keepdims: { int: 0 } } } as const
const KEPT_SUM = { attributes: { keepdims: { int: 1 } } } as const

const POWERS: Readonly<Record<string, number>> = {
  euclidean: 2,
  l2: 2,
  manhattan: 1,
  l1: 1,
  cityblock: 1,
  chebyshev: Infinity,
  infinity: Infinity,
}

/** The power of Minkowski's distance that a metric is. */
function readPower(estimator: Estimator): number {
  const metric = estimator.textOr('effective_metric_', null) ?? estimator.textOr('metric', null)
  const params = readParameters(estimator)
  if (metric === null) return estimator.refuse('its metric is a function')
  const known = POWERS[metric]
  if (known !== undefined) return known
  if (metric !== 'minkowski')
    return estimator.refuse(
      `its metric ${metric} is not known; known are ${Object.keys(POWERS).join(', ')} and minkowski`,
    )
  if (params.has('w')) return estimator.refuse('its metric weighs columns (metric_params w)')
  const power = params.get('p') ?? estimator.numberOr('p', 2)
  return power >= 1 ? power : estimator.refuse(`its metric has the power ${power}; expected at least 1`)
}

function readParameters(estimator: Estimator): Map<unknown, number> {
  const value = estimator.has('effective_metric_params_')
    ? estimator.dict('effective_metric_params_').entries
    : []
  return new Map(
    value
      .filter(([, content]) => content !== null)
      .map(([key, content]) => [key, typeof content === 'number' ? content : Number.NaN]),
  )
}

type Neighbours = {
  /** int64 [N, k]: rows of the training data, nearest first. */
  readonly rows: string
  /** [N, k], or null when all count the same. */
  readonly weights: string | null
  readonly count: number
  readonly fitted: number
}

function addNeighbours(conversion: Conversion, estimator: Estimator, frame: Frame): Neighbours {
  const { builder } = conversion
  const points = requireFewPoints(estimator, readMatrix(estimator, '_fit_X'), MOST_NUMBERS)
  const count = estimator.number('n_neighbors')
  if (!Number.isInteger(count) || count < 1 || count > points.rows)
    return estimator.refuse(`it asks for ${count} neighbours of ${points.rows} rows`)
  const weights = estimator.has('weights') ? estimator.textOr('weights', 'function') : 'uniform'
  if (weights !== 'uniform' && weights !== 'distance')
    return estimator.refuse('its neighbours are weighted by a function; use uniform or distance')
  const power = readPower(estimator)
  const table = readTable(estimator, conversion, { frame, width: points.columns })
  const { reduced: nearest, rows } =
    power === 2
      ? addNearest(builder, table, { points, count })
      : addFirst(builder, addReducedDistances(builder, table, { points, power }), count)
  conversion.note(
    `Where several rows of the training data are equally far as the last of ${count} neighbours, the first ones count; ` +
      'scikit-learn leaves open which.',
  )
  if (weights === 'uniform') return { rows, weights: null, count, fitted: points.rows }
  const distances = addDistanceRoot(builder, nearest, power)
  return { rows, weights: addInverse(builder, distances), count, fitted: points.rows }
}

/** The smallest distances of every row; of equal ones the first. */
function addFirst(
  builder: GraphBuilder,
  distances: string,
  count: number,
): { readonly reduced: string; readonly rows: string } {
  const [reduced = '', rows = ''] = builder.addMany(
    'TopK',
    { inputs: [distances, builder.integers([count])], outputs: 2 },
    { attributes: { axis: { int: 1 }, largest: { int: 0 }, sorted: { int: 1 } } },
  )
  return { reduced, rows }
}

/** 1 / distance; in rows with a distance of 0, those neighbours count 1 and all others 0. */
function addInverse(builder: GraphBuilder, distances: string): string {
  const inverse = builder.add('Div', [builder.numbers([1]), distances])
  const isHit = builder.add('IsInf', [inverse])
  const hits = builder.add('Cast', [isHit], { attributes: { to: { int: 11 } } })
  const inRow = builder.add('ReduceMax', [hits, builder.integers([1])], KEPT_SUM)
  return builder.add('Where', [builder.add('Greater', [inRow, builder.numbers([0])]), hits, inverse])
}

const predictClass: Predict = (conversion, estimator, frame) => {
  const { builder } = conversion
  if (estimator.flag('outputs_2d_', false)) return estimator.refuse('it predicts several outputs at once')
  const classes = readClasses(estimator)
  const width = classes.labels.length
  const { rows, weights, fitted } = addNeighbours(conversion, estimator, frame)
  const labels = builder.integers(readPositions(estimator, '_y', { length: fitted, limit: width }))
  const found = builder.add('Unsqueeze', [builder.add('Gather', [labels, rows]), builder.integers([2])])
  const each = builder.integers(
    Array.from({ length: width }, (_, index) => index),
    [1, 1, width],
  )
  const votes = builder.add('Cast', [builder.add('Equal', [found, each])], {
    attributes: { to: { int: 11 } },
  })
  const weighted =
    weights === null
      ? votes
      : builder.add('Mul', [votes, builder.add('Unsqueeze', [weights, builder.integers([2])])])
  const probabilities = addShare(builder, builder.add('ReduceSum', [weighted, builder.integers([1])], SUM))
  const scores = { value: probabilities, kind: 'probability', width } as const
  return { kind: 'label', classes, index: addLargest(builder, probabilities), scores }
}

const predictMean: Predict = (conversion, estimator, frame) => {
  const { builder } = conversion
  const { rows, weights, count, fitted } = addNeighbours(conversion, estimator, frame)
  const targets = estimator.numbers('_y')
  if (targets.values.length !== fitted)
    return estimator.refuse('it predicts several targets at once; train one model per target')
  const found = builder.add('Gather', [builder.numbers(targets.values, [fitted]), rows])
  const axis = builder.integers([1])
  if (weights === null) {
    const sum = builder.add('ReduceSum', [found, axis], KEPT_SUM)
    return { kind: 'value', value: builder.add('Div', [sum, builder.numbers([count])]) }
  }
  const sum = builder.add('ReduceSum', [builder.add('Mul', [found, weights]), axis], KEPT_SUM)
  return {
    kind: 'value',
    value: builder.add('Div', [sum, builder.add('ReduceSum', [weights, axis], KEPT_SUM)]),
  }
}

/** Since 1.6 with uneven priors: -distance² of scaled columns + 2 log prior, otherwise the nearest centroid. */
const predictCentroid: Predict = (conversion, estimator, frame) => {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const points = requireFewPoints(estimator, readMatrix(estimator, 'centroids_'), MOST_NUMBERS)
  if (points.rows !== classes.labels.length) return estimator.refuse('centroids_ has not one row per class')
  const table = readTable(estimator, conversion, { frame, width: points.columns })
  const power = readPower(estimator)
  const even = 1 / points.rows
  const priors = estimator.has('class_prior_')
    ? Array.from(readVector(estimator, 'class_prior_', points.rows))
    : []
  if (priors.every((prior) => Math.abs(prior - even) <= 1e-8 + 1e-5 * even)) {
    const reduced = addReducedDistances(builder, table, { points, power })
    return { kind: 'label', classes, index: addSmallest(builder, reduced), scores: null }
  }
  const scale = readVector(estimator, 'within_class_std_dev_', points.columns).map((value) =>
    value === 0 ? 1 : value,
  )
  const scaled = {
    ...points,
    values: points.values.map((value, at) => value / (scale[at % points.columns] ?? 1)),
  }
  const reduced = addReducedDistances(
    builder,
    builder.add('Div', [table, builder.numbers(scale, [1, scale.length])]),
    {
      points: scaled,
      power,
    },
  )
  const distances = addDistanceRoot(builder, reduced, power)
  const offsets = builder.numbers(
    priors.map((prior) => 2 * Math.log(prior)),
    [1, priors.length],
  )
  const value = builder.add('Sub', [offsets, builder.add('Mul', [distances, distances])])
  return { kind: 'label', classes, index: addLargest(builder, value), scores: null }
}

export const NEIGHBOURS: ConverterTable = {
  'sklearn.KNeighborsClassifier': { predict: predictClass },
  'sklearn.KNeighborsRegressor': { predict: predictMean },
  'sklearn.NearestCentroid': { predict: predictCentroid },
}
