// Support vector machines as libsvm answers them: one sum for values and outliers, one per pair of classes for labels.
import type { GraphBuilder } from '../onnx/graph-builder'
import { addIsAbove, addLargest } from './class-answers'
import { readClasses } from './class-labels'
import type { Answer, Conversion, ConverterTable, Predict } from './conversion'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import { addKernelSums, readKernelInputs, readSupportVectors } from './kernels'
import { answerInliers } from './linear-classifiers'
import type { Matrix } from './matrices'
import { readMatrix, readVector, transpose } from './matrices'
import { addCoupling } from './pair-coupling'

function addOneSum(conversion: Conversion, estimator: Estimator, frame: Frame): string {
  const vectors = readSupportVectors(estimator)
  const weights = transpose(readMatrix(estimator, '_dual_coef_'))
  const intercepts = readVector(estimator, '_intercept_', 1)
  return addKernelSums(conversion, { estimator, frame, vectors }, { weights, intercepts })
}

const predictValue: Predict = (conversion, estimator, frame): Answer => ({
  kind: 'value',
  value: addOneSum(conversion, estimator, frame),
})

const predictOneClass: Predict = (conversion, estimator, frame): Answer =>
  answerInliers(conversion.builder, addOneSum(conversion, estimator, frame), 'Greater')

const MOST_WEIGHTS = 16_000_000

/** Pairs of classes in libsvm's order: (0,1), (0,2), … (1,2), …. */
function listPairs(classes: number): (readonly [number, number])[] {
  return Array.from({ length: classes }, (_, first) =>
    Array.from({ length: classes - first - 1 }, (_, step) => [first, first + 1 + step] as const),
  ).flat()
}

/**
 * The weights of every pair. libsvm keeps those of (i, j) in row j-1 for the vectors of class i, and in row i for those
 * of class j.
 */
function readPairWeights(
  estimator: Estimator,
  vectors: Matrix,
  given: { readonly classes: number; readonly pairs: readonly (readonly [number, number])[] },
): Matrix {
  const { classes, pairs } = given
  const dual = readMatrix(estimator, '_dual_coef_')
  const counts = readVector(estimator, estimator.has('_n_support') ? '_n_support' : 'n_support_', classes)
  const isCounted = counts.every((count) => Number.isInteger(count) && count >= 0 && count <= vectors.rows)
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (dual.rows !== classes - 1 || dual.columns !== vectors.rows || !isCounted || total !== vectors.rows)
    return estimator.refuse('its support vectors and weights do not fit together')
  if (vectors.rows * pairs.length > MOST_WEIGHTS)
    return estimator.refuse(
      `it has ${vectors.rows} support vectors for ${pairs.length} pairs of classes, which is too many`,
    )
  const classOf = Array.from(counts).flatMap((count, index) => new Array<number>(count).fill(index))
  const values = new Float64Array(vectors.rows * pairs.length)
  classOf.forEach((own, vector) =>
    pairs.forEach(([first, second], pair) => {
      const row = own === first ? second - 1 : own === second ? first : -1
      if (row >= 0) values[vector * pairs.length + pair] = dual.values[row * dual.columns + vector] ?? 0
    }),
  )
  return { values, rows: vectors.rows, columns: pairs.length }
}

const negate = (values: Float64Array): Float64Array => values.map((value) => -value)

/** libsvm's sum of two classes is positive for the first one; scikit-learn turns it around. */
function answerTwo(conversion: Conversion, estimator: Estimator, frame: Frame): Answer {
  const { builder } = conversion
  const vectors = readSupportVectors(estimator)
  const weights = readPairWeights(estimator, vectors, { classes: 2, pairs: [[0, 1]] })
  const decision = addKernelSums(
    conversion,
    { estimator, frame, vectors },
    {
      weights: { ...weights, values: negate(weights.values) },
      intercepts: negate(readVector(estimator, '_intercept_', 1)),
    },
  )
  const classes = readClasses(estimator)
  const index = addIsAbove(builder, decision, { operator: 'GreaterOrEqual', threshold: 0 })
  const platt = readPlatt(estimator, 1)
  if (platt === null) {
    const scores = { value: decision, kind: 'decision', width: 1 } as const
    return { kind: 'label', classes, index, scores, decision }
  }
  noteProbabilities(conversion, estimator)
  const given = { decisions: builder.add('Neg', [decision]), classes: 2, pairs: [[0, 1]] as const, platt }
  const scores = { value: addCoupling(builder, given), kind: 'probability', width: 2 } as const
  return { kind: 'label', classes, index, scores, decision }
}

/** Slope and offset of Platt's logistic function per pair, or null when there are no probabilities. */
function readPlatt(
  estimator: Estimator,
  pairs: number,
): { readonly a: Float64Array; readonly b: Float64Array } | null {
  const [a, b] = estimator.has('_probA') ? ['_probA', '_probB'] : ['probA_', 'probB_']
  const isFitted = estimator.has(a) && estimator.numbers(a).values.length > 0
  const isWanted = estimator.flag('probability', false) && isFitted
  return isWanted ? { a: readVector(estimator, a, pairs), b: readVector(estimator, b, pairs) } : null
}

function noteProbabilities(conversion: Conversion, estimator: Estimator): void {
  conversion.note(
    `Labels of ${estimator.name} come from its decision function, as in scikit-learn; its probabilities are fitted apart ` +
      'and may favour another class.',
  )
}

/** -1, 0 or 1 for every pair and class: which class the sum of a pair speaks for. */
function addSigns(
  builder: GraphBuilder,
  pairs: readonly (readonly [number, number])[],
  classes: number,
): string {
  const values = pairs.flatMap(([first, second]) =>
    Array.from({ length: classes }, (_, index) => (index === first ? 1 : index === second ? -1 : 0)),
  )
  return builder.numbers(values, [pairs.length, classes])
}

/** Votes per class: the first class of a pair has one where the test holds, the second elsewhere. */
function addVotes(
  builder: GraphBuilder,
  decisions: string,
  given: {
    readonly signs: string
    readonly classes: number
    readonly operator: 'Greater' | 'GreaterOrEqual'
  },
): string {
  const isFirst = builder.add(given.operator, [decisions, builder.numbers([0])])
  const firsts = builder.add('Cast', [isFirst], { attributes: { to: { int: 11 } } })
  // As second class, class c stands in c pairs.
  const asSecond = Array.from({ length: given.classes }, (_, index) => index)
  const change = builder.add('MatMul', [firsts, given.signs])
  return builder.add('Add', [change, builder.numbers(asSecond, [1, given.classes])])
}

/** Votes plus a share below 1/3 of the sum of decisions: scikit-learn's `_ovr_decision_function`. */
function addVotesWithSums(
  builder: GraphBuilder,
  decisions: string,
  given: { readonly signs: string; readonly classes: number },
): string {
  const votes = addVotes(builder, decisions, { ...given, operator: 'GreaterOrEqual' })
  const sums = builder.add('MatMul', [decisions, given.signs])
  const size = builder.add('Add', [builder.add('Abs', [sums]), builder.numbers([1])])
  const share = builder.add('Div', [sums, builder.add('Mul', [size, builder.numbers([3])])])
  return builder.add('Add', [votes, share])
}

/** Pairs grow with the square of the classes, and what is kept of them with the third power. */
const MOST_CLASSES = 200

function answerSeveral(conversion: Conversion, estimator: Estimator, frame: Frame): Answer {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const count = classes.labels.length
  if (count > MOST_CLASSES)
    return estimator.refuse(
      `it tells ${count} classes apart pair by pair; at most ${MOST_CLASSES} are supported`,
    )
  const pairs = listPairs(count)
  const vectors = readSupportVectors(estimator)
  const weights = readPairWeights(estimator, vectors, { classes: count, pairs })
  const intercepts = readVector(estimator, '_intercept_', pairs.length)
  const decisions = addKernelSums(conversion, { estimator, frame, vectors }, { weights, intercepts })
  const signs = addSigns(builder, pairs, count)
  const isOneVsRest = estimator.textOr('decision_function_shape', 'ovr') === 'ovr'
  const votes = addVotes(builder, decisions, { signs, classes: count, operator: 'Greater' })
  const decision = isOneVsRest ? addVotesWithSums(builder, decisions, { signs, classes: count }) : null
  const breaksTies = decision !== null && estimator.flag('break_ties', false)
  const index = addLargest(builder, breaksTies ? decision : votes)
  const offered = decision === null ? {} : { decision }
  const platt = readPlatt(estimator, pairs.length)
  if (platt !== null) {
    noteProbabilities(conversion, estimator)
    const value = addCoupling(builder, { decisions, classes: count, pairs, platt })
    return { kind: 'label', classes, index, scores: { value, kind: 'probability', width: count }, ...offered }
  }
  if (decision === null) {
    conversion.note(
      "Only labels are answered: decision_function_shape='ovo' has one score per pair of classes, none per class.",
    )
    return { kind: 'label', classes, index, scores: null }
  }
  return {
    kind: 'label',
    classes,
    index,
    scores: { value: decision, kind: 'decision', width: count },
    decision,
  }
}

const predictClass: Predict = (conversion, estimator, frame) =>
  readClasses(estimator).labels.length === 2
    ? answerTwo(conversion, estimator, frame)
    : answerSeveral(conversion, estimator, frame)

export const SUPPORT_VECTORS: ConverterTable = {
  'sklearn.SVC': { inputs: readKernelInputs, predict: predictClass },
  'sklearn.NuSVC': { inputs: readKernelInputs, predict: predictClass },
  'sklearn.SVR': { inputs: readKernelInputs, predict: predictValue },
  'sklearn.NuSVR': { inputs: readKernelInputs, predict: predictValue },
  'sklearn.OneClassSVM': { inputs: readKernelInputs, predict: predictOneClass },
}
