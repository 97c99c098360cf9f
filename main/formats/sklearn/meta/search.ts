// Estimators that only pass on to the one inside: searches over parameters, and frozen estimators.
import type { Converter, ConverterTable } from '../conversion'
import type { Estimator } from '../estimator'

const findBest = (search: Estimator): Estimator =>
  search.has('best_estimator_')
    ? search.estimator('best_estimator_')
    : search.refuse(
        'it has no best_estimator_ (refit=False); pickle a model that was fitted with the best parameters',
      )

const passTo = (inner: (estimator: Estimator) => Estimator): Converter => ({
  inputs: (estimator, inquiry, width) => inquiry.inputs(inner(estimator), width),
  passes: (estimator, inquiry, width) => inquiry.passes(inner(estimator), width),
  transform: (conversion, estimator, frame) => conversion.transform(inner(estimator), frame),
  predict: (conversion, estimator, frame) => conversion.predict(inner(estimator), frame),
})

const search = passTo(findBest)

/** One model per column of the target; one answer is all that a deployment gives. */
const severalOutputs: Converter = {
  inputs: (estimator) =>
    estimator.refuse('it predicts several outputs at once; pickle each of its estimators_ by itself'),
}

export const SEARCH: ConverterTable = {
  'sklearn.GridSearchCV': search,
  'sklearn.RandomizedSearchCV': search,
  'sklearn.HalvingGridSearchCV': search,
  'sklearn.HalvingRandomSearchCV': search,
  'sklearn.FrozenEstimator': passTo((frozen) => frozen.estimator('estimator')),
  'sklearn.MultiOutputClassifier': severalOutputs,
  'sklearn.MultiOutputRegressor': severalOutputs,
  'sklearn.ClassifierChain': severalOutputs,
  'sklearn.RegressorChain': severalOutputs,
}
