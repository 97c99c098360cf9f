// Classifiers that decide by weighted sums: one for two classes, otherwise one per class.
import type { GraphBuilder } from '../onnx/graph-builder'
import { addComplement, addFineSigmoid, addShare, addSigmoid, addSoftmax } from '../onnx/write-links'
import { addConcat, addIsAbove, addLargest } from './class-answers'
import { readClasses } from './class-labels'
import type { Answer, ClassLabels, Conversion, Converter, ConverterTable, Predict } from './conversion'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import { addLinear, readMatrix, readTable, readVector } from './matrices'

/** [N, 1] for two classes, otherwise [N, classes]. */
type Decision = { readonly value: string; readonly isBinary: boolean; readonly classes: number }
/** Probabilities [N, classes] of a decision; null when the class has none. */
type Link = (builder: GraphBuilder, decision: Decision) => string

const linkOneVsRest: Link = (builder, { value, isBinary }) =>
  isBinary
    ? addComplement(builder, addSigmoid(builder, value))
    : addShare(builder, addFineSigmoid(builder, value))

/** One sum s of two classes counts as [-s, s], which is a logistic function of 2s. */
const linkMultinomial: Link = (builder, { value, isBinary }) =>
  addSoftmax(builder, isBinary ? addConcat(builder, [builder.add('Neg', [value]), value]) : value)

const linkDiscriminant: Link = (builder, { value, isBinary }) =>
  isBinary ? addComplement(builder, addSigmoid(builder, value)) : addSoftmax(builder, value)

/** (clip(s, -1, 1) + 1) / 2; rows where all classes come out as 0 are shared out evenly. Zhang 2004, as SGDClassifier does. */
const linkModifiedHuber: Link = (builder, { value, isBinary, classes }) => {
  const clipped = builder.add('Clip', [value, builder.numbers([-1]), builder.numbers([1])])
  const shares = builder.add('Div', [
    builder.add('Add', [clipped, builder.numbers([1])]),
    builder.numbers([2]),
  ])
  if (isBinary) return addComplement(builder, shares)
  const sum = builder.add('ReduceSum', [shares, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  const isEmpty = builder.add('Equal', [sum, builder.numbers([0])])
  const even = builder.numbers(new Float64Array(classes).fill(1 / classes), [1, classes])
  return builder.add('Where', [isEmpty, even, builder.add('Div', [shares, sum])])
}

function predictLinear(
  conversion: Conversion,
  given: { estimator: Estimator; frame: Frame; classes: ClassLabels },
  link: Link | null,
): Answer {
  const { estimator, frame, classes } = given
  const { builder } = conversion
  const coefficients = readMatrix(estimator, 'coef_')
  const count = classes.labels.length
  const isBinary = coefficients.rows === 1
  if (isBinary ? count !== 2 : coefficients.rows !== count)
    return estimator.refuse(`coef_ has ${coefficients.rows} rows for ${count} classes`)
  const table = readTable(estimator, conversion, { frame, width: coefficients.columns })
  const intercepts = readVector(estimator, 'intercept_', coefficients.rows)
  const value = addLinear(conversion, table, { coefficients, intercepts })
  const index = isBinary
    ? addIsAbove(builder, value, { operator: 'Greater', threshold: 0 })
    : addLargest(builder, value)
  const width = isBinary ? 1 : count
  if (link === null)
    return { kind: 'label', classes, index, scores: { value, kind: 'decision', width }, decision: value }
  const probabilities = link(builder, { value, isBinary, classes: count })
  const scores = { value: probabilities, kind: 'probability', width: count } as const
  return { kind: 'label', classes, index, scores, decision: value }
}

const withLink =
  (chooseLink: (estimator: Estimator) => Link | null): Predict =>
  (conversion, estimator, frame) =>
    predictLinear(conversion, { estimator, frame, classes: readClasses(estimator) }, chooseLink(estimator))

/** `newton-cholesky` was one-vs-rest only from 1.2 to 1.5. */
const isMultinomialCholesky = (version: string | null): boolean => {
  const [major = 0, minor = 0] = (version ?? '').split('.').map((part) => Number.parseInt(part, 10))
  return major > 1 || (major === 1 && minor >= 6)
}

/** `multi_class` is gone since 1.8: multinomial from three classes on. */
function chooseLogistic(estimator: Estimator): Link {
  const chosen = estimator.textOr('multi_class', 'gone')
  if (chosen === 'multinomial') return linkMultinomial
  if (chosen === 'ovr' || chosen === 'warn') return linkOneVsRest
  if (readClasses(estimator).labels.length <= 2) return linkOneVsRest
  if (chosen === 'gone') return linkMultinomial
  const solver = estimator.textOr('solver', '')
  if (solver === 'liblinear') return linkOneVsRest
  const isCholesky = solver === 'newton-cholesky' && !isMultinomialCholesky(estimator.version)
  return isCholesky ? linkOneVsRest : linkMultinomial
}

function chooseStochastic(estimator: Estimator): Link | null {
  const loss = estimator.textOr('loss', '')
  if (loss === 'log' || loss === 'log_loss') return linkOneVsRest
  return loss === 'modified_huber' ? linkModifiedHuber : null
}

/** RidgeClassifier keeps its labels in a LabelBinarizer. */
const predictRidge: Predict = (conversion, estimator, frame) => {
  const binarizer = estimator.estimator('_label_binarizer')
  if (binarizer.textOr('y_type_', '').startsWith('multilabel'))
    return estimator.refuse('it gives several labels to a row; train one model per label')
  return predictLinear(conversion, { estimator, frame, classes: readClasses(binarizer) }, null)
}

const INLIERS: ClassLabels = { type: 'int64', labels: [-1, 1] }

/** The answer of an outlier detector: 1 for rows that belong, -1 for outliers. */
export function answerInliers(
  builder: GraphBuilder,
  decision: string,
  operator: 'Greater' | 'GreaterOrEqual',
): Answer {
  const index = addIsAbove(builder, decision, { operator, threshold: 0 })
  const scores = { value: decision, kind: 'decision', width: 1 } as const
  return { kind: 'label', classes: INLIERS, index, scores, decision }
}

const predictOneClass: Predict = (conversion, estimator, frame) => {
  const coefficients = readMatrix(estimator, 'coef_')
  const table = readTable(estimator, conversion, { frame, width: coefficients.columns })
  const [offset = 0] = readVector(estimator, 'offset_', 1)
  const value = addLinear(conversion, table, { coefficients, intercepts: [-offset] })
  return answerInliers(conversion.builder, value, 'GreaterOrEqual')
}

const DECISION: Converter = { predict: withLink(() => null) }
const LOGISTIC: Converter = { predict: withLink(chooseLogistic) }
const RIDGE: Converter = { predict: predictRidge }

export const predictDiscriminant = withLink(() => linkDiscriminant)

export const LINEAR_CLASSIFIERS: ConverterTable = {
  'sklearn.LogisticRegression': LOGISTIC,
  'sklearn.LogisticRegressionCV': LOGISTIC,
  'sklearn.SGDClassifier': { predict: withLink(chooseStochastic) },
  'sklearn.SGDOneClassSVM': { predict: predictOneClass },
  'sklearn.Perceptron': DECISION,
  'sklearn.PassiveAggressiveClassifier': DECISION,
  'sklearn.LinearSVC': DECISION,
  'sklearn.RidgeClassifier': RIDGE,
  'sklearn.RidgeClassifierCV': RIDGE,
}
