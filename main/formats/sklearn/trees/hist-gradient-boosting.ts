// HistGradientBoostingClassifier and HistGradientBoostingRegressor. They compare in double precision.
import { addForest } from '../../onnx/write-forest'
import { isKind } from '../../pickle/value-kinds'
import { readClasses } from '../class-labels'
import type { Conversion, Converter } from '../conversion'
import { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { answerBoosted } from './boosting-answers'
import type { HistColumn } from './hist-columns'
import { addHistNumbers, histInputs, readHistColumns } from './hist-columns'
import { HistNodes } from './hist-nodes'

/** The trees of each iteration, one per sum. */
function readPredictors(estimator: Estimator): Estimator[][] {
  return estimator.items('_predictors').map((iteration) => {
    if (!isKind(iteration, 'list')) return estimator.refuse('_predictors holds something that is no list')
    return iteration.items.map(
      (item) => Estimator.from(item) ?? estimator.refuse('_predictors holds something that is no tree'),
    )
  })
}

/** The categories of every column that were seen while fitting, as codes. */
function readKnown(estimator: Estimator, columns: readonly HistColumn[]): Set<number>[] {
  const mapper = estimator.estimator('_bin_mapper')
  const thresholds = mapper.arrays('bin_thresholds_')
  const isCategorical = mapper.has('is_categorical_') ? mapper.numbers('is_categorical_').values : null
  return columns.map((_, column) =>
    isCategorical?.[column] === 1 ? new Set(thresholds[column] ?? []) : new Set<number>(),
  )
}

/** The sums of all iterations, [N, width]. */
function addIterations(conversion: Conversion, estimator: Estimator, frame: Frame): string {
  const columns = readHistColumns(estimator)
  const nodes = new HistNodes({ columns, known: readKnown(estimator, columns) })
  const base = Array.from(estimator.numbers('_baseline_prediction').values)
  for (const iteration of readPredictors(estimator)) {
    if (iteration.length !== base.length)
      estimator.refuse(`an iteration has ${iteration.length} trees for ${base.length} outputs`)
    iteration.forEach((predictor, target) => nodes.add(predictor, target))
  }
  const numbers = addHistNumbers(conversion, estimator, { frame, columns })
  return addForest(conversion.builder, numbers, nodes.finish(base))
}

const classifier: Converter = {
  inputs: histInputs,
  predict: (conversion, estimator, frame) =>
    answerBoosted(conversion.builder, {
      classes: readClasses(estimator),
      sums: addIterations(conversion, estimator, frame),
      factor: 1,
      zeroIsSecond: false,
    }),
}

/** Losses whose sums are logarithms of what is predicted. */
const LOGARITHMIC = new Set(['poisson', 'gamma'])

const regressor: Converter = {
  inputs: histInputs,
  predict: (conversion, estimator, frame) => {
    const sums = addIterations(conversion, estimator, frame)
    const isLogarithmic = LOGARITHMIC.has(estimator.textOr('loss', ''))
    return { kind: 'value', value: isLogarithmic ? conversion.builder.add('Exp', [sums]) : sums }
  },
}

export const HIST_GRADIENT_BOOSTING = {
  'sklearn.HistGradientBoostingClassifier': classifier,
  'sklearn.HistGradientBoostingRegressor': regressor,
} as const
