// AdaBoostClassifier (SAMME and SAMME.R) and AdaBoostRegressor.
import type { GraphBuilder } from '../../onnx/graph-builder'
import { addComplement, addSigmoid, addSoftmax } from '../../onnx/write-links'
import { readClasses } from '../class-labels'
import type { Answer, Conversion, Converter } from '../conversion'
import type { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { widthOf } from '../frame'
import { addAbove, addColumns, addLargest, addOneHot, addPick, addSum, numbersOf } from '../scores'
import { addTreeSums, isDecisionTree, readMember, readShares } from '../trees/tree-sums'
import { isAtLeast } from '../version'
import { predictLabels, predictValue, probabilitiesOf } from './inner-answers'
import { mergeInputs, nameColumns } from './inner-inputs'
import { addWeightedMedian } from './weighted-median'

const EPSILON = 2 ** -52

/** How the estimators' answers become sums per class. */
type Voting = {
  readonly width: number
  /** SAMME.R adds up logarithms of probabilities; SAMME gives every estimator one vote with its weight. */
  readonly isReal: boolean
  readonly weights: Float64Array
  /** What the other classes get of a vote, as a part of it: nothing before 1.3. */
  readonly against: number
}

function readVoting(estimator: Estimator, width: number): Voting {
  // SAMME.R went away in 1.6; from then on the parameter says nothing.
  const isReal = estimator.textOr('algorithm', 'SAMME') === 'SAMME.R' && !isAtLeast(estimator, 1, 6)
  const weights = estimator.numbers('estimator_weights_').values
  return { width, isReal, weights, against: isAtLeast(estimator, 1, 3) ? -1 / (width - 1) : 0 }
}

/** What one estimator adds when these are its probabilities: their centred logarithms. */
function centreLogs(shares: readonly number[]): number[] {
  const logs = shares.map((share) => Math.log(Math.max(share, EPSILON)))
  const sum = logs.reduce((total, log) => total + log, 0)
  return logs.map((log) => (logs.length - 1) * (log - (1 / logs.length) * sum))
}

function addCentredLogs(builder: GraphBuilder, shares: string, width: number): string {
  const logs = builder.add('Log', [builder.add('Max', [shares, builder.numbers([EPSILON])])])
  const sum = builder.add('ReduceSum', [logs, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  const mean = builder.add('Mul', [sum, builder.numbers([1 / width])])
  return builder.add('Mul', [builder.add('Sub', [logs, mean]), builder.numbers([width - 1])])
}

const voteOf = (voting: Voting, position: number, chosen: number): number[] => {
  const weight = voting.weights[position] ?? 0
  return Array.from({ length: voting.width }, (_, place) =>
    place === chosen ? weight : voting.against * weight,
  )
}

/** Trees give what they add at their leaves, so that they are one forest. */
function addTreeVotes(
  conversion: Conversion,
  estimator: Estimator,
  options: { readonly frame: Frame; readonly voting: Voting },
): string {
  const { frame, voting } = options
  const input = { value: numbersOf(conversion, estimator, frame), width: widthOf(frame) }
  const members = estimator.estimators('estimators_').map((tree) => readMember(tree))
  const all = members.map(({ nodes }) => readShares(nodes))
  return addTreeSums(conversion, input, {
    targets: voting.width,
    members,
    leaf: ({ nodes: { width } }, node, position) => {
      const shares = Array.from(all[position]?.subarray(node * width, (node + 1) * width) ?? [])
      const added = voting.isReal
        ? centreLogs(shares)
        : voteOf(voting, position, shares.indexOf(Math.max(...shares)))
      return added.flatMap((value, place) => (value === 0 ? [] : [[place, value] as const]))
    },
  })
}

function addVotes(
  conversion: Conversion,
  estimator: Estimator,
  options: { readonly frame: Frame; readonly voting: Voting },
): string {
  const { frame, voting } = options
  const { builder } = conversion
  const members = estimator.estimators('estimators_')
  const width = voting.width
  const hasAll = members.every(
    (inner) => !isDecisionTree(inner) || readClasses(inner).labels.length === width,
  )
  if (hasAll && members.every(isDecisionTree)) return addTreeVotes(conversion, estimator, options)
  const { labels } = readClasses(estimator)
  const votes = members.map((inner, position) => {
    const answer = predictLabels(conversion, estimator, { estimator: inner, frame })
    const own = answer.classes.labels.map((label) => labels.findIndex((known) => known === label))
    if (own.includes(-1)) return estimator.refuse(`its ${inner.name} knows classes that it does not`)
    if (voting.isReal) {
      if (own.length !== width)
        return estimator.refuse(`its ${inner.name} knows ${own.length} of ${width} classes`)
      const shares = probabilitiesOf(answer) ?? estimator.refuse(`its ${inner.name} gives no probabilities`)
      return addCentredLogs(builder, shares, width)
    }
    const table = builder.numbers(
      own.flatMap((chosen) => voteOf(voting, position, chosen)),
      [own.length, width],
    )
    return builder.add('MatMul', [addOneHot(builder, answer.index, own.length), table])
  })
  return addSum(builder, votes)
}

function classify(conversion: Conversion, estimator: Estimator, frame: Frame): Answer {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const width = classes.labels.length
  if (width < 2) return estimator.refuse('it knows one class only')
  const voting = readVoting(estimator, width)
  const total = voting.weights.reduce((sum, weight) => sum + weight, 0)
  const votes = builder.add('Div', [
    addVotes(conversion, estimator, { frame, voting }),
    builder.numbers([total]),
  ])
  if (width > 2) {
    const value = addSoftmax(builder, builder.add('Div', [votes, builder.numbers([width - 1])]))
    const scores = { value, kind: 'probability', width } as const
    return { kind: 'label', classes, index: addLargest(builder, votes), scores, decision: votes }
  }
  const decision = builder.add('Sub', [addPick(builder, votes, [1]), addPick(builder, votes, [0])])
  const scores = {
    value: addComplement(builder, addSigmoid(builder, decision)),
    kind: 'probability',
    width,
  } as const
  return { kind: 'label', classes, index: addAbove(builder, decision, 0), scores, decision }
}

/** What every estimator predicts, [N, estimators]. */
function addPredictions(conversion: Conversion, estimator: Estimator, frame: Frame): string {
  const members = estimator.estimators('estimators_')
  if (!members.every(isDecisionTree))
    return addColumns(
      conversion.builder,
      members.map((inner) => predictValue(conversion, estimator, { estimator: inner, frame })),
    )
  return addTreeSums(
    conversion,
    { value: numbersOf(conversion, estimator, frame), width: widthOf(frame) },
    {
      targets: members.length,
      members: members.map((tree) => readMember(tree)),
      leaf: ({ nodes }, node, position) => [[position, nodes.values[node] ?? 0]],
    },
  )
}

/** The library refuses NaN before its estimators see it. */
const inputs: Converter['inputs'] = (estimator, conversion) =>
  nameColumns(
    estimator,
    mergeInputs(
      estimator,
      estimator.estimators('estimators_').map((inner) => conversion.inputs(inner)),
    ),
  ).map((column) => ({ ...column, acceptsMissing: false }))

export const ADABOOST = {
  'sklearn.AdaBoostClassifier': { inputs, predict: classify },
  'sklearn.AdaBoostRegressor': {
    inputs,
    predict: (conversion: Conversion, estimator: Estimator, frame: Frame): Answer => ({
      kind: 'value',
      value: addWeightedMedian(conversion.builder, addPredictions(conversion, estimator, frame), {
        weights: estimator
          .numbers('estimator_weights_')
          .values.slice(0, estimator.estimators('estimators_').length),
      }),
    }),
  },
} as const
