import { isKind } from '../../pickle/value-kinds'
import type { Estimator } from '../estimator'

/** `estimators_features_`: a list of arrays, or one array with a row per estimator. */
export function readColumnLists(estimator: Estimator): Float64Array[] {
  if (isKind(estimator.get('estimators_features_'), 'array')) {
    const { values, rows, columns } = estimator.matrix('estimators_features_')
    return Array.from({ length: rows }, (_, row) => values.subarray(row * columns, (row + 1) * columns))
  }
  return estimator.arrays('estimators_features_')
}
