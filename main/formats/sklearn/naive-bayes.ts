// Naive Bayes: one log likelihood per class, then the shares of their exponentials.
import type { GraphBuilder } from '../onnx/graph-builder'
import { addSoftmax } from '../onnx/write-links'
import { answerLikeliest } from './class-answers'
import { readClasses } from './class-labels'
import type {
  Answer,
  ClassLabels,
  Conversion,
  ConverterTable,
  InputColumn,
  Predict,
  ReadInputs,
} from './conversion'
import type { Estimator } from './estimator'
import type { Matrix } from './matrices'
import { addLinear, readMatrices, readMatrix, readTable, readVector, rowOf } from './matrices'

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

function answerJoint(builder: GraphBuilder, classes: ClassLabels, joint: string): Answer {
  return answerLikeliest(builder, { classes, logits: joint, probabilities: addSoftmax(builder, joint) })
}

/** One row per class. */
function readPerClass(estimator: Estimator, name: string, classes: ClassLabels): Matrix {
  const matrix = readMatrix(estimator, name)
  if (matrix.rows !== classes.labels.length)
    return estimator.refuse(`${name} has ${matrix.rows} rows for ${classes.labels.length} classes`)
  return matrix
}

/** log prior - ½ Σ log(2π var) - ½ Σ (x - mean)² / var. `var_` was `sigma_` before 1.0. */
const predictGaussian: Predict = (conversion, estimator, frame) => {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const means = readPerClass(estimator, 'theta_', classes)
  const variances = readPerClass(estimator, estimator.has('var_') ? 'var_' : 'sigma_', classes)
  if (variances.columns !== means.columns)
    return estimator.refuse('its means and variances do not fit together')
  const priors = readVector(estimator, 'class_prior_', means.rows)
  const table = readTable(estimator, conversion, { frame, width: means.columns })
  const dims = [1, means.rows, means.columns]
  const gap = builder.add('Sub', [
    builder.add('Unsqueeze', [table, builder.integers([1])]),
    builder.numbers(means.values, dims),
  ])
  const terms = builder.add('Div', [builder.add('Mul', [gap, gap]), builder.numbers(variances.values, dims)])
  const sums = builder.add('ReduceSum', [terms, builder.integers([2])], {
    attributes: { keepdims: { int: 0 } },
  })
  const constants = priors.map(
    (prior, index) =>
      Math.log(prior) - 0.5 * sumOf(rowOf(variances, index).map((value) => Math.log(2 * Math.PI * value))),
  )
  const joint = builder.add('Sub', [
    builder.numbers(constants, [1, means.rows]),
    builder.add('Mul', [sums, builder.numbers([0.5])]),
  ])
  return answerJoint(builder, classes, joint)
}

const predictMultinomial: Predict = (conversion, estimator, frame) => {
  const classes = readClasses(estimator)
  const coefficients = readPerClass(estimator, 'feature_log_prob_', classes)
  const table = readTable(estimator, conversion, { frame, width: coefficients.columns })
  const intercepts = readVector(estimator, 'class_log_prior_', coefficients.rows)
  return answerJoint(conversion.builder, classes, addLinear(conversion, table, { coefficients, intercepts }))
}

/** Its priors count only where there is a single class. */
const predictComplement: Predict = (conversion, estimator, frame) => {
  const classes = readClasses(estimator)
  const coefficients = readPerClass(estimator, 'feature_log_prob_', classes)
  const table = readTable(estimator, conversion, { frame, width: coefficients.columns })
  const intercepts = new Float64Array(coefficients.rows)
  return answerJoint(conversion.builder, classes, addLinear(conversion, table, { coefficients, intercepts }))
}

/** X · (log p - log(1 - p))ᵀ + log prior + Σ log(1 - p), of columns made 0 and 1 by `binarize`. */
const predictBernoulli: Predict = (conversion, estimator, frame) => {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const present = readPerClass(estimator, 'feature_log_prob_', classes)
  const absent = { ...present, values: present.values.map((value) => Math.log(1 - Math.exp(value))) }
  const coefficients = {
    ...present,
    values: present.values.map((value, at) => value - (absent.values[at] ?? 0)),
  }
  const priors = readVector(estimator, 'class_log_prior_', present.rows)
  const intercepts = priors.map((prior, index) => prior + sumOf(rowOf(absent, index)))
  const table = readTable(estimator, conversion, { frame, width: present.columns })
  const binary = estimator.has('binarize') ? addBinary(builder, table, estimator.number('binarize')) : table
  return answerJoint(builder, classes, addLinear(conversion, binary, { coefficients, intercepts }))
}

const addBinary = (builder: GraphBuilder, table: string, threshold: number): string =>
  builder.add('Cast', [builder.add('Greater', [table, builder.numbers([threshold])])], {
    attributes: { to: { int: 11 } },
  })

/** Every column holds a category number; scikit-learn refuses numbers that it has not counted. */
const inputsOfCategories: ReadInputs = (estimator): InputColumn[] =>
  readMatrices(estimator, 'feature_log_prob_').map(({ columns }, index) => ({
    name: estimator.featureNames?.[index] ?? null,
    type: 'float64',
    acceptsMissing: false,
    categories: Array.from({ length: columns }, (_, category) => category),
  }))

const predictCategorical: Predict = (conversion, estimator, frame) => {
  const { builder } = conversion
  const classes = readClasses(estimator)
  const tables = readMatrices(estimator, 'feature_log_prob_')
  const priors = readVector(estimator, 'class_log_prior_', classes.labels.length)
  const table = readTable(estimator, conversion, { frame, width: tables.length })
  let joint = builder.numbers(priors, [1, priors.length])
  tables.forEach((likelihoods, column) => {
    joint = builder.add('Add', [joint, addCategory({ conversion, estimator, table }, column, likelihoods)])
  })
  return answerJoint(builder, classes, joint)
}

/** The row of the category: [N, classes]. Running it fails for a category beyond the last, and for negative ones. */
function addCategory(
  given: { readonly conversion: Conversion; readonly estimator: Estimator; readonly table: string },
  column: number,
  likelihoods: Matrix,
): string {
  const { builder } = given.conversion
  const { rows: classes, columns: categories, values } = likelihoods
  const attributes = { axis: { int: 1 } }
  const picked = builder.add('Gather', [given.table, builder.integers([column], [])], { attributes })
  const number = builder.add('Cast', [picked], { attributes: { to: { int: 7 } } })
  const isNegative = builder.add('Less', [number, builder.integers([0], [])])
  const index = builder.add('Where', [isNegative, builder.integers([categories], []), number])
  const byCategory = Float64Array.from(
    { length: values.length },
    (_, at) => values[(at % classes) * categories + Math.floor(at / classes)] ?? 0,
  )
  return builder.add('Gather', [builder.numbers(byCategory, [categories, classes]), index], {
    attributes: { axis: { int: 0 } },
  })
}

export const NAIVE_BAYES: ConverterTable = {
  'sklearn.GaussianNB': { predict: predictGaussian },
  'sklearn.MultinomialNB': { predict: predictMultinomial },
  'sklearn.ComplementNB': { predict: predictComplement },
  'sklearn.BernoulliNB': { predict: predictBernoulli },
  'sklearn.CategoricalNB': { inputs: inputsOfCategories, predict: predictCategorical },
}
