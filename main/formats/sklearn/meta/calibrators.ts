// The curves that calibration puts behind a score: a sigmoid, an isotonic step line, a temperature.
import type { GraphBuilder } from '../../onnx/graph-builder'
import { addSigmoid, addSoftmax } from '../../onnx/write-links'
import type { Estimator } from '../estimator'
import { addCast, addColumns } from '../scores'
import type { Response } from './inner-answers'

/** 1 / (1 + exp(a · score + b)), Platt's scaling. */
function addPlatt(builder: GraphBuilder, calibrator: Estimator, score: string): string {
  const [a, b] = [calibrator.number('a_'), calibrator.number('b_')]
  const line = builder.add('Add', [builder.add('Mul', [score, builder.numbers([a])]), builder.numbers([b])])
  return addSigmoid(builder, builder.add('Neg', [line]))
}

/** Straight lines between the points of an isotonic regression; scores beyond them are taken as the outermost. */
function addIsotonic(builder: GraphBuilder, calibrator: Estimator, score: string): string {
  const from = calibrator.numbers('X_thresholds_').values
  const to = calibrator.numbers('y_thresholds_').values
  if (from.length === 0 || from.length !== to.length) return calibrator.refuse('it has no points')
  if (calibrator.textOr('out_of_bounds', 'nan') !== 'clip')
    return calibrator.refuse("scores beyond its points have no value (out_of_bounds is not 'clip')")
  const [low = 0, high = 0] = [from[0], from.at(-1)]
  const clipped = builder.add('Clip', [score, builder.numbers([low]), builder.numbers([high])])
  if (from.length === 1)
    return builder.add('Add', [
      builder.add('Mul', [clipped, builder.numbers([0])]),
      builder.numbers(to, [1, 1]),
    ])
  const slopes = Float64Array.from({ length: from.length - 1 }, (_, place) => {
    const [x = 0, next = 0, y = 0, end = 0] = [from[place], from[place + 1], to[place], to[place + 1]]
    return (end - y) / (next - x)
  })
  const table = (values: Float64Array): string => builder.numbers(values, [values.length])
  const lookUp = (values: Float64Array, place: string): string =>
    builder.add('Gather', [table(values), place], { attributes: { axis: { int: 0 } } })
  if (from.length === 2) return addLine(builder, clipped, { low, slope: slopes[0] ?? 0, start: to[0] ?? 0 })
  const isPast = builder.add('GreaterOrEqual', [
    clipped,
    builder.numbers(from.subarray(1, -1), [1, from.length - 2]),
  ])
  const place = builder.add('ReduceSum', [addCast(builder, isPast, 'int64'), builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  const step = builder.add('Sub', [clipped, lookUp(from, place)])
  const rise = builder.add('Mul', [lookUp(slopes, place), step])
  return builder.add('Add', [rise, lookUp(to, place)])
}

const addLine = (
  builder: GraphBuilder,
  value: string,
  line: { readonly low: number; readonly slope: number; readonly start: number },
): string => {
  const step = builder.add('Sub', [value, builder.numbers([line.low])])
  return builder.add('Add', [
    builder.add('Mul', [step, builder.numbers([line.slope])]),
    builder.numbers([line.start]),
  ])
}

/** The probability that a calibrator makes of a score [N, 1]. */
export function addCalibrated(builder: GraphBuilder, calibrator: Estimator, score: string): string {
  switch (calibrator.name) {
    case '_SigmoidCalibration':
      return addPlatt(builder, calibrator, score)
    case 'IsotonicRegression':
      return addIsotonic(builder, calibrator, score)
    default:
      return calibrator.refuse('it is no calibrator that is known here')
  }
}

/** What keeps the logarithm of a probability of 0 finite in scikit-learn. */
const TINY = 1e-12

/** Softmax of scores times a fitted number, [N, classes] (temperature scaling). */
export function addTempered(
  builder: GraphBuilder,
  calibrator: Estimator,
  response: Response & { readonly isBinary: boolean },
): string {
  const { value, isBinary } = response
  const addLogits = (): string => {
    if (response.kind === 'decision')
      return isBinary ? addColumns(builder, [builder.add('Neg', [value]), value]) : value
    const shares = isBinary
      ? addColumns(builder, [builder.add('Sub', [builder.numbers([1]), value]), value])
      : value
    return builder.add('Log', [builder.add('Add', [shares, builder.numbers([TINY])])])
  }
  return addSoftmax(builder, builder.add('Mul', [addLogits(), builder.numbers([calibrator.number('beta_')])]))
}
