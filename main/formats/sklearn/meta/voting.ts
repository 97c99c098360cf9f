// VotingClassifier and VotingRegressor.
import { readClasses } from '../class-labels'
import type { Answer, Conversion, Converter } from '../conversion'
import type { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { addLargest, addOneHot, addSum } from '../scores'
import { encodedClasses, predictLabels, predictValue, probabilitiesOf } from './inner-answers'
import { mergeInputs, nameColumns } from './inner-inputs'

/** Weights of the estimators that were not dropped; null when all count the same. */
function readWeights(estimator: Estimator): number[] | null {
  if (!estimator.has('weights')) return null
  const weights = Array.from(estimator.numbers('weights').values)
  return estimator
    .pairs('estimators')
    .flatMap(([, inner], place) => (inner === null ? [] : [weights[place] ?? 0]))
}

/** The mean of values of one shape, each with its weight, as numpy.average has it. */
function addAverage(
  conversion: Conversion,
  values: readonly string[],
  weights: readonly number[] | null,
): string {
  const { builder } = conversion
  const parts =
    weights === null
      ? values
      : values.map((value, place) => builder.add('Mul', [value, builder.numbers([weights[place] ?? 0])]))
  const total = weights === null ? values.length : weights.reduce((sum, weight) => sum + weight, 0)
  return builder.add('Div', [addSum(builder, parts), builder.numbers([total])])
}

function classify(conversion: Conversion, estimator: Estimator, frame: Frame): Answer {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const width = classes.labels.length
  const weights = readWeights(estimator)
  const members = estimator.estimators('estimators_').map((inner) => {
    const answer = predictLabels(conversion, estimator, { estimator: inner, frame })
    const own = encodedClasses(inner, answer.classes, width)
    if (own.length !== width)
      return estimator.refuse(`its ${inner.name} knows ${own.length} of ${width} classes`)
    return { inner, answer }
  })
  if (estimator.textOr('voting', 'hard') === 'soft') {
    const shares = members.map(
      ({ inner, answer }) =>
        probabilitiesOf(answer) ?? estimator.refuse(`its ${inner.name} gives no probabilities to vote with`),
    )
    const value = addAverage(conversion, shares, weights)
    const scores = { value, kind: 'probability', width } as const
    return { kind: 'label', classes, index: addLargest(builder, value), scores }
  }
  const votes = members.map(({ answer }, place) => {
    const vote = addOneHot(builder, answer.index, width)
    return weights === null ? vote : builder.add('Mul', [vote, builder.numbers([weights[place] ?? 0])])
  })
  return { kind: 'label', classes, index: addLargest(builder, addSum(builder, votes)), scores: null }
}

const inputs: Converter['inputs'] = (estimator, conversion) =>
  nameColumns(
    estimator,
    mergeInputs(
      estimator,
      estimator.estimators('estimators_').map((inner) => conversion.inputs(inner)),
    ),
  )

export const VOTING = {
  'sklearn.VotingClassifier': { inputs, predict: classify },
  'sklearn.VotingRegressor': {
    inputs,
    predict: (conversion: Conversion, estimator: Estimator, frame: Frame): Answer => {
      const values = estimator
        .estimators('estimators_')
        .map((inner) => predictValue(conversion, estimator, { estimator: inner, frame }))
      return { kind: 'value', value: addAverage(conversion, values, readWeights(estimator)) }
    },
  },
} as const
