// Multi-layer perceptrons.
import { addComplement, addSoftmax } from '../onnx/write-links'
import { addIsAbove, answerLikeliest } from './class-answers'
import { readClasses } from './class-labels'
import type { Conversion, ConverterTable, Predict } from './conversion'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import type { Matrix } from './matrices'
import { addLinear, readMatrices, readTable, transpose } from './matrices'

const OPERATORS: Readonly<Record<string, string>> = {
  logistic: 'Sigmoid',
  tanh: 'Tanh',
  relu: 'Relu',
  exp: 'Exp',
}

function addActivation(
  conversion: Conversion,
  estimator: Estimator,
  given: { value: string; name: string },
): string {
  const { value, name } = given
  if (name === 'identity') return value
  if (name === 'softmax') return addSoftmax(conversion.builder, value)
  const operator = OPERATORS[name]
  return operator === undefined
    ? estimator.refuse(`its activation ${name} is not known`)
    : conversion.builder.add(operator, [value])
}

function readLayers(estimator: Estimator): { readonly weights: Matrix; readonly intercepts: Float64Array }[] {
  const weights = readMatrices(estimator, 'coefs_')
  const intercepts = readMatrices(estimator, 'intercepts_')
  return weights.map((layer, index) => {
    const bias = intercepts[index]?.values
    const isFitting = index === 0 || layer.rows === weights[index - 1]?.columns
    if (bias === undefined || bias.length !== layer.columns || !isFitting)
      return estimator.refuse('its layers do not fit together')
    return { weights: layer, intercepts: bias }
  })
}

/** The last sums, before the last activation: [N, outputs]. */
function addLayers(
  conversion: Conversion,
  estimator: Estimator,
  frame: Frame,
): { readonly value: string; readonly outputs: number } {
  const layers = readLayers(estimator)
  const name = estimator.text('activation')
  let value = readTable(estimator, conversion, { frame, width: layers[0]?.weights.rows ?? 0 })
  layers.forEach(({ weights, intercepts }, index) => {
    value = addLinear(conversion, value, { coefficients: transpose(weights), intercepts })
    if (index < layers.length - 1) value = addActivation(conversion, estimator, { value, name })
  })
  return { value, outputs: layers.at(-1)?.weights.columns ?? 0 }
}

const predictClass: Predict = (conversion, estimator, frame) => {
  const { builder } = conversion
  const binarizer = estimator.estimator('_label_binarizer')
  if (binarizer.textOr('y_type_', '').startsWith('multilabel'))
    return estimator.refuse('it gives several labels to a row; train one model per label')
  const classes = readClasses(estimator)
  const { value, outputs } = addLayers(conversion, estimator, frame)
  const count = classes.labels.length
  if (outputs !== (count === 2 ? 1 : count))
    return estimator.refuse(`its last layer has ${outputs} outputs for ${count} classes`)
  const last = addActivation(conversion, estimator, { value, name: estimator.text('out_activation_') })
  if (count !== 2) return answerLikeliest(builder, { classes, logits: last, probabilities: last })
  return {
    kind: 'label',
    classes,
    index: addIsAbove(builder, last, { operator: 'Greater', threshold: 0.5 }),
    scores: { value: addComplement(builder, last), kind: 'probability', width: 2 },
  }
}

const predictValue: Predict = (conversion, estimator, frame) => {
  const { value, outputs } = addLayers(conversion, estimator, frame)
  if (outputs !== 1)
    return estimator.refuse(`it predicts ${outputs} targets at once; train one model per target`)
  const name = estimator.textOr('out_activation_', 'identity')
  return { kind: 'value', value: addActivation(conversion, estimator, { value, name }) }
}

export const PERCEPTRONS: ConverterTable = {
  'sklearn.MLPClassifier': { predict: predictClass },
  'sklearn.MLPRegressor': { predict: predictValue },
}
