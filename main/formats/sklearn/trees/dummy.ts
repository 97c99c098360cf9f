// Models that answer the same whatever they are asked.
import { readClasses } from '../class-labels'
import type { Conversion, Converter } from '../conversion'
import type { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { addLargest, addRepeated } from '../scores'

const largest = (values: readonly number[]): number => values.indexOf(Math.max(...values))

/** The probabilities that a DummyClassifier gives every row. */
export function readDummyShares(estimator: Estimator): number[] {
  const strategy = estimator.textOr('_strategy', estimator.textOr('strategy', ''))
  const prior = Array.from(estimator.numbers('class_prior_').values)
  const only = (place: number): number[] => prior.map((_, index) => Number(index === place))
  switch (strategy) {
    case 'prior':
      return prior
    case 'most_frequent':
      return only(largest(prior))
    case 'constant':
      return only(findConstant(estimator))
    default:
      return estimator.refuse(`strategy '${strategy}' answers at random`)
  }
}

function findConstant(estimator: Estimator): number {
  const { labels } = readClasses(estimator)
  const wanted = estimator.get('constant')
  const text = typeof wanted === 'boolean' ? (wanted ? 'True' : 'False') : estimator.textOr('constant', null)
  const place = labels.findIndex((label) => String(label) === (text ?? String(estimator.number('constant'))))
  return place < 0 ? estimator.refuse(`its constant is none of its classes`) : place
}

/** The value that a DummyRegressor gives every row. */
export function readDummyValue(estimator: Estimator): number {
  const { values } = estimator.numbers('constant_')
  const [value] = values
  return value === undefined || values.length !== 1
    ? estimator.refuse(`it predicts ${values.length} outputs at once; train one model per output`)
    : value
}

/** Something with as many rows as the input has. */
function firstValue(estimator: Estimator, frame: Frame): string {
  return frame.find(({ value }) => value !== '')?.value ?? estimator.refuse('it is given no columns')
}

const addRow = (conversion: Conversion, like: string, row: readonly number[]): string =>
  addRepeated(conversion.builder, like, row)

const dummyClassifier: Converter = {
  acceptsMissing: () => true,
  predict: (conversion, estimator, frame) => {
    const shares = readDummyShares(estimator)
    const value = addRow(conversion, firstValue(estimator, frame), shares)
    return {
      kind: 'label',
      classes: readClasses(estimator),
      index: addLargest(conversion.builder, value),
      scores: { value, kind: 'probability', width: shares.length },
    }
  },
}

const dummyRegressor: Converter = {
  acceptsMissing: () => true,
  predict: (conversion, estimator, frame) => ({
    kind: 'value',
    value: addRow(conversion, firstValue(estimator, frame), [readDummyValue(estimator)]),
  }),
}

export const DUMMIES = {
  'sklearn.DummyClassifier': dummyClassifier,
  'sklearn.DummyRegressor': dummyRegressor,
} as const
