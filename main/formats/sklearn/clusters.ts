// Clusterers: the label is the number of the nearest centre.
import { addSmallest } from './class-answers'
import type {
  Answer,
  ClassLabels,
  Conversion,
  Converter,
  ConverterTable,
  Predict,
  Transform,
} from './conversion'
import { addDistanceRoot, addReducedDistances, requireFewPoints } from './distances'
import { Estimator } from './estimator'
import { numberFrame } from './frame'
import type { Matrix } from './matrices'
import { readMatrix, readPositions, readTable, readVector } from './matrices'

const MOST_NUMBERS = 8_000_000
const MOST_DEPTH = 1_000

/** Clusters are numbered from 0. */
export const numberClusters = (count: number): ClassLabels => ({
  type: 'int64',
  labels: Array.from({ length: count }, (_, index) => index),
})

const readCentres = (estimator: Estimator): Matrix =>
  requireFewPoints(estimator, readMatrix(estimator, 'cluster_centers_'), MOST_NUMBERS)

const answerCluster = (count: number, index: string): Answer => ({
  kind: 'label',
  classes: numberClusters(count),
  index,
  scores: null,
})

const predictNearest: Predict = (conversion, estimator, frame) => {
  const points = readCentres(estimator)
  const table = readTable(estimator, conversion, { frame, width: points.columns })
  const reduced = addReducedDistances(conversion.builder, table, { points, power: 2 })
  return answerCluster(points.rows, addSmallest(conversion.builder, reduced))
}

const transformToDistances: Transform = (conversion, estimator, frame) => {
  const points = readCentres(estimator)
  const table = readTable(estimator, conversion, { frame, width: points.columns })
  const reduced = addReducedDistances(conversion.builder, table, { points, power: 2 })
  return numberFrame(addDistanceRoot(conversion.builder, reduced, 2), points.rows)
}

type Halving = {
  readonly conversion: Conversion
  readonly table: string
  readonly of: Estimator
  readonly mean: Float64Array
  readonly count: number
  /** Shared nodes would make a small file a large graph. */
  readonly visited: { nodes: number }
}

/** int64 [N]: goes down the tree of halvings as `BisectingKMeans.predict` does, for all rows on both sides. */
function addHalving(halving: Halving, node: Estimator, depth: number): string {
  const { conversion, table, of, mean } = halving
  const { builder } = conversion
  halving.visited.nodes++
  if (depth > MOST_DEPTH || halving.visited.nodes >= 2 * halving.count)
    return of.refuse('its tree of clusters is larger than its number of clusters allows')
  const left = Estimator.from(node.get('left'))
  const right = Estimator.from(node.get('right'))
  if (left === null || right === null)
    return builder.integers(readPositions(node, 'label', { length: 1, limit: halving.count }))
  const centres = [left, right].flatMap((side) =>
    Array.from(readVector(side, 'center', mean.length), (value, column) => value + (mean[column] ?? 0)),
  )
  const points = { values: Float64Array.from(centres), rows: 2, columns: mean.length }
  const nearest = addSmallest(builder, addReducedDistances(builder, table, { points, power: 2 }))
  const isLeft = builder.add('Equal', [nearest, builder.integers([0])])
  return builder.add('Where', [
    isLeft,
    addHalving(halving, left, depth + 1),
    addHalving(halving, right, depth + 1),
  ])
}

const predictHalving: Predict = (conversion, estimator, frame) => {
  const { rows, columns } = readCentres(estimator)
  const table = readTable(estimator, conversion, { frame, width: columns })
  const tree = estimator.estimator('_bisecting_tree')
  const mean = estimator.has('_X_mean')
    ? readVector(estimator, '_X_mean', columns)
    : new Float64Array(columns)
  if (!tree.has('left')) return predictNearest(conversion, estimator, frame)
  return answerCluster(
    rows,
    addHalving({ conversion, table, of: estimator, mean, count: rows, visited: { nodes: 0 } }, tree, 0),
  )
}

const K_MEANS: Converter = { predict: predictNearest, transform: transformToDistances }

export const CLUSTERERS: ConverterTable = {
  'sklearn.KMeans': K_MEANS,
  'sklearn.MiniBatchKMeans': K_MEANS,
  'sklearn.BisectingKMeans': { predict: predictHalving, transform: transformToDistances },
}
