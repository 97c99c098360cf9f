// CalibratedClassifierCV: classifiers fitted on parts of the data, each with its calibration, averaged.
import type { GraphBuilder } from '../../onnx/graph-builder'
import { addComplement } from '../../onnx/write-links'
import { readClasses } from '../class-labels'
import type { Conversion, Converter } from '../conversion'
import type { Estimator } from '../estimator'
import type { Frame } from '../frame'
import { addColumns, addLargest, addPick, addSum } from '../scores'
import { addCalibrated, addTempered } from './calibrators'
import { predictLabels, respond } from './inner-answers'
import { mergeInputs, nameColumns } from './inner-inputs'

/** `base_estimator` until 1.1. */
const innerOf = (calibrated: Estimator): Estimator =>
  calibrated.estimator(calibrated.has('estimator') ? 'estimator' : 'base_estimator')

/** Each row divided by its sum; rows of zeros become equal shares. */
function addShares(builder: GraphBuilder, values: string, width: number): string {
  const sum = builder.add('ReduceSum', [values, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  const isZero = builder.add('Equal', [sum, builder.numbers([0])])
  const shares = builder.add('Div', [values, builder.add('Where', [isZero, builder.numbers([1]), sum])])
  return builder.add('Where', [isZero, builder.numbers([1 / width]), shares])
}

/** Probabilities of one calibrated classifier, [N, labels.length]. */
function addMember(
  conversion: Conversion,
  calibrated: Estimator,
  context: {
    readonly outer: Estimator
    readonly frame: Frame
    readonly labels: readonly (number | string)[]
  },
): string {
  const { builder } = conversion
  const { outer, frame, labels } = context
  const inner = innerOf(calibrated)
  const answer = predictLabels(conversion, outer, { estimator: inner, frame })
  const response = respond(conversion, inner, answer)
  const calibrators = calibrated.estimators(calibrated.has('calibrators') ? 'calibrators' : 'calibrators_')
  const [first] = calibrators
  if (first === undefined) return outer.refuse('one of its parts has no calibrator')
  // Its classes are numbered there, whatever their labels.
  if (first.name === '_TemperatureScaling' && answer.classes.labels.length === labels.length)
    return addTempered(builder, first, { ...response, isBinary: labels.length === 2 })
  const own = answer.classes.labels.map((label) => labels.findIndex((known) => known === label))
  if (own.length < 2 || own.includes(-1))
    return outer.refuse(
      'one of its parts was fitted on other classes; use a larger part of the data for each',
    )
  if (labels.length === 2) return addComplement(builder, addCalibrated(builder, first, response.value))
  if (own.length === 2) return outer.refuse('one of its parts knows two of more classes only')
  const columns = labels.map((_, place) => {
    const index = own.indexOf(place)
    const calibrator = calibrators[index]
    const score = addPick(builder, response.value, [Math.max(index, 0)])
    return index < 0 || calibrator === undefined
      ? builder.add('Mul', [score, builder.numbers([0])])
      : addCalibrated(builder, calibrator, score)
  })
  return addShares(builder, addColumns(builder, columns), labels.length)
}

const calibration: Converter = {
  inputs: (estimator, conversion) =>
    nameColumns(
      estimator,
      mergeInputs(
        estimator,
        estimator.estimators('calibrated_classifiers_').map((inner) => conversion.inputs(innerOf(inner))),
      ),
    ),
  predict: (conversion, estimator, frame) => {
    const { builder } = conversion
    const classes = readClasses(estimator)
    const { labels } = classes
    const members = estimator
      .estimators('calibrated_classifiers_')
      .map((inner) => addMember(conversion, inner, { outer: estimator, frame, labels }))
    const value = builder.add('Div', [addSum(builder, members), builder.numbers([members.length])])
    const scores = { value, kind: 'probability', width: labels.length } as const
    return { kind: 'label', classes, index: addLargest(builder, value), scores }
  },
}

export const CALIBRATION = { 'sklearn.CalibratedClassifierCV': calibration } as const
