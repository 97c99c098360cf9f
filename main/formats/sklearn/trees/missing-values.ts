import type { Estimator } from '../estimator'
import { isAtLeast } from '../version'

const CRITERIA = new Set(['gini', 'log_loss', 'entropy', 'squared_error', 'friedman_mse', 'poisson'])

/** Whether a single tree answers NaN: `allow_nan` of its tags, and `_support_missing_values`. */
export function treeAcceptsMissing(estimator: Estimator): boolean {
  if (!isAtLeast(estimator, 1, 3) || !CRITERIA.has(estimator.textOr('criterion', ''))) return false
  if (estimator.has('monotonic_cst') && !isAtLeast(estimator, 1, 9)) return false
  // Random splits learned to place NaN in 1.6.
  return estimator.textOr('splitter', '') === 'best' || isAtLeast(estimator, 1, 6)
}

/** Whether a forest answers NaN: since 1.4, where its first tree does. */
export function forestAcceptsMissing(estimator: Estimator): boolean {
  const [first] = estimator.estimators('estimators_')
  return isAtLeast(estimator, 1, 4) && first !== undefined && treeAcceptsMissing(first)
}
