// OneVsRestClassifier and OneVsOneClassifier: several classes out of models of two.
import type { GraphBuilder } from '../../onnx/graph-builder'
import { addComplement } from '../../onnx/write-links'
import { readClasses } from '../class-labels'
import type { Answer, ClassLabels, Conversion, Converter, InputColumn } from '../conversion'
import type { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { addAbove, addCast, addColumns, addLargest, addPick, addRepeated, addSum, numbersOf } from '../scores'
import { isAtLeast } from '../version'
import { predictLabels, probabilitiesOf, respond } from './inner-answers'
import { mergeInputs, nameColumns } from './inner-inputs'

/** What one model of two says about the second: a score [N, 1], a probability [N, 1] if it has one, a label int64 [N]. */
type Side = {
  readonly score: string
  readonly limit: number
  readonly probability: string | null
  readonly index: string | null
}

/** A class that all rows have, or none, gets a constant in place of a model. */
function readConstant(inner: Estimator): number | null {
  return inner.name === '_ConstantPredictor' ? (inner.numbers('y_').values[0] ?? 0) : null
}

function addSide(conversion: Conversion, inner: Estimator, frame: Frame): Side {
  const { builder } = conversion
  const constant = readConstant(inner)
  if (constant !== null) {
    const value = addRepeated(builder, frame.find((block) => block.value !== '')?.value ?? '', [constant])
    return { score: value, limit: 0, probability: value, index: null }
  }
  const answer = conversion.predict(inner, frame)
  if (answer.kind === 'value') return { score: answer.value, limit: 0.5, probability: null, index: null }
  const { kind, value } = respond(conversion, inner, answer)
  const shares = probabilitiesOf(answer)
  return {
    score: value,
    limit: kind === 'decision' ? 0 : 0.5,
    probability: shares === null ? null : addPick(builder, shares, [1]),
    index: answer.index,
  }
}

const partInputs: Converter['inputs'] = (estimator, conversion) => {
  const lists: (readonly InputColumn[])[] = estimator
    .estimators('estimators_')
    .filter((inner) => readConstant(inner) === null)
    .map((inner) => conversion.inputs(inner))
  return nameColumns(estimator, mergeInputs(estimator, lists))
}

/** Probabilities of the classes, each row divided by its sum; since 1.8 a row of zeros stays as it is. */
function addRestShares(builder: GraphBuilder, estimator: Estimator, columns: string): string {
  const sum = builder.add('ReduceSum', [columns, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  if (!isAtLeast(estimator, 1, 8)) return builder.add('Div', [columns, sum])
  const isZero = builder.add('Equal', [sum, builder.numbers([0])])
  return builder.add('Div', [columns, builder.add('Where', [isZero, builder.numbers([1]), sum])])
}

function readRestClasses(estimator: Estimator): ClassLabels {
  const binarizer = estimator.estimator('label_binarizer_')
  if (binarizer.textOr('y_type_', '').startsWith('multilabel'))
    return estimator.refuse('it gives a row several labels at once; train one model per label')
  return readClasses(binarizer)
}

function predictRest(conversion: Conversion, estimator: Estimator, frame: Frame): Answer {
  const { builder } = conversion
  const classes = readRestClasses(estimator)
  const sides = estimator.estimators('estimators_').map((inner) => addSide(conversion, inner, frame))
  const [only] = sides
  if (only === undefined) return estimator.refuse('it has no models')
  const width = classes.labels.length
  const probabilities = sides.flatMap(({ probability }) => probability ?? [])
  const hasAll = probabilities.length === sides.length
  if (sides.length === 1) {
    if (width !== 2) return estimator.refuse(`it has one model for ${width} classes`)
    const scores = hasAll
      ? ({ value: addComplement(builder, probabilities[0] ?? ''), kind: 'probability', width } as const)
      : ({ value: only.score, kind: 'decision', width: 1 } as const)
    const decision = only.limit === 0 ? { decision: only.score } : {}
    return { kind: 'label', classes, index: addAbove(builder, only.score, only.limit), scores, ...decision }
  }
  if (sides.length !== width) return estimator.refuse(`it has ${sides.length} models for ${width} classes`)
  const scoreColumns = addColumns(
    builder,
    sides.map(({ score }) => score),
  )
  // Until 1.7 the last one of equal classes won.
  const index = builder.add('ArgMax', [scoreColumns], {
    attributes: {
      axis: { int: 1 },
      keepdims: { int: 0 },
      select_last_index: { int: isAtLeast(estimator, 1, 8) ? 0 : 1 },
    },
  })
  const areDecisions = sides.every(({ limit }) => limit === 0)
  const scores = hasAll
    ? ({
        value: addRestShares(builder, estimator, addColumns(builder, probabilities)),
        kind: 'probability',
        width,
      } as const)
    : ({ value: scoreColumns, kind: 'decision', width } as const)
  return { kind: 'label', classes, index, scores, ...(areDecisions ? { decision: scoreColumns } : {}) }
}

/** Votes of all pairs, and the sums of their scores squeezed below one half to break ties. */
function addPairScores(
  builder: GraphBuilder,
  pairs: {
    readonly votes: readonly string[]
    readonly confidences: readonly string[]
    readonly width: number
  },
): string {
  const { votes, confidences, width } = pairs
  const gains: number[] = []
  const forSecond: number[] = []
  const forFirst: number[] = []
  for (let first = 0; first < width; first++) {
    for (let second = first + 1; second < width; second++) {
      const row = (of: number, value: number): number[] =>
        Array.from({ length: width }, (_, place) => (place === of ? value : 0))
      gains.push(...row(first, -1).map((value, place) => value + Number(place === second)))
      forSecond.push(...row(second, 1))
      forFirst.push(...row(first, 1))
    }
  }
  const dims = [votes.length, width]
  const chosen = addColumns(builder, votes)
  const others = builder.add('Sub', [builder.numbers([1]), chosen])
  const counts = addSum(builder, [
    builder.add('MatMul', [chosen, builder.numbers(forSecond, dims)]),
    builder.add('MatMul', [others, builder.numbers(forFirst, dims)]),
  ])
  const sums = builder.add('MatMul', [addColumns(builder, confidences), builder.numbers(gains, dims)])
  const size = builder.add('Add', [builder.add('Abs', [sums]), builder.numbers([1])])
  const squeezed = builder.add('Div', [sums, builder.add('Mul', [size, builder.numbers([3])])])
  return builder.add('Add', [counts, squeezed])
}

function predictPairs(conversion: Conversion, estimator: Estimator, frame: Frame): Answer {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const width = classes.labels.length
  if (estimator.has('pairwise_indices_')) return estimator.refuse('it was fitted on a precomputed kernel')
  const models = estimator.estimators('estimators_')
  if (models.length !== (width * (width - 1)) / 2)
    return estimator.refuse(`it has ${models.length} models for ${width} classes`)
  const pairs = models.map((inner) => {
    const answer = predictLabels(conversion, estimator, { estimator: inner, frame })
    const index = builder.add('Unsqueeze', [answer.index, builder.integers([1])])
    const { kind, value } = respond(conversion, inner, answer)
    return { vote: addCast(builder, index, 'float64'), confidence: value, kind }
  })
  const value = addPairScores(builder, {
    votes: pairs.map(({ vote }) => vote),
    confidences: pairs.map(({ confidence }) => confidence),
    width,
  })
  if (width > 2) {
    const scores = { value, kind: 'decision', width } as const
    return { kind: 'label', classes, index: addLargest(builder, value), scores }
  }
  const second = addPick(builder, value, [1])
  const limit = pairs[0]?.kind === 'probability' && isAtLeast(estimator, 1, 1) ? 0.5 : 0
  const scores = { value: second, kind: 'decision', width: 1 } as const
  return { kind: 'label', classes, index: addAbove(builder, second, limit), scores }
}

export const ONE_VS_OTHERS = {
  'sklearn.OneVsRestClassifier': {
    inputs: partInputs,
    predict: (conversion: Conversion, estimator: Estimator, frame: Frame): Answer =>
      predictRest(conversion, estimator, frame),
  },
  'sklearn.OneVsOneClassifier': {
    // The library turns its input into an array of numbers first.
    inputs: partInputs,
    predict: (conversion: Conversion, estimator: Estimator, frame: Frame): Answer => {
      numbersOf(conversion, estimator, frame)
      return predictPairs(conversion, estimator, frame)
    },
  },
} as const
