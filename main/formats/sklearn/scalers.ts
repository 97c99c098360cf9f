// Transformers that compute each number from itself (or its row) and constants.
import { isAtLeast } from './version'
import type { Conversion, Converter, ConverterTable } from './conversion'
import { passAll } from './column-needs'
import type { Estimator } from './estimator'
import type { Frame } from './frame'
import { joinNumbers, numberFrame, widthOf } from './frame'

type Compute = (conversion: Conversion, estimator: Estimator, values: string) => string

/** @param options.acceptsMissing whether scikit-learn lets NaN through it */
function byNumber(compute: Compute, { acceptsMissing }: { readonly acceptsMissing: boolean }): Converter {
  return {
    acceptsMissing: () => acceptsMissing,
    passes: (estimator, inquiry, width) => passAll(inquiry.inputs(estimator, width).length, false),
    transform: (conversion, estimator, frame) =>
      numberFrame(
        compute(conversion, estimator, requireNumbers(conversion, estimator, frame)),
        widthOf(frame),
      ),
  }
}

/** All columns as one matrix of numbers. @throws WorkstationError unsupported when one is text */
export function requireNumbers(conversion: Conversion, estimator: Estimator, frame: Frame): string {
  if (frame.some(({ type }) => type === 'string'))
    return estimator.refuse('it is given a column of text, and it works on numbers')
  return joinNumbers(conversion.builder, frame)
}

/** (x - center) / scale, each only where the estimator has it. Order of operations as in scikit-learn. */
function standardize(
  { builder }: Conversion,
  values: string,
  { center, scale }: { readonly center: Float64Array | null; readonly scale: Float64Array | null },
): string {
  const moved = center === null ? values : builder.add('Sub', [values, builder.numbers(center)])
  return scale === null ? moved : builder.add('Div', [moved, builder.numbers(scale)])
}

/** Of StandardScaler, also of the one inside a PowerTransformer. */
export const scaleStandard: Compute = (conversion, scaler, values) =>
  standardize(conversion, values, {
    center: scaler.flag('with_mean', true) && scaler.has('mean_') ? scaler.numbers('mean_').values : null,
    scale: scaler.flag('with_std', true) && scaler.has('scale_') ? scaler.numbers('scale_').values : null,
  })

const scaleRobust: Compute = (conversion, scaler, values) =>
  standardize(conversion, values, {
    center: scaler.flag('with_centering', true) ? scaler.numbers('center_').values : null,
    scale: scaler.flag('with_scaling', true) ? scaler.numbers('scale_').values : null,
  })

const scaleMaxAbs: Compute = (conversion, scaler, values) => {
  const scaled = standardize(conversion, values, { center: null, scale: scaler.numbers('scale_').values })
  return scaler.flag('clip', false) ? addClip(conversion, scaled, [-1, 1]) : scaled
}

const scaleMinMax: Compute = (conversion, scaler, values) => {
  const { builder } = conversion
  const scaled = builder.add('Mul', [values, builder.numbers(scaler.numbers('scale_').values)])
  const moved = builder.add('Add', [scaled, builder.numbers(scaler.numbers('min_').values)])
  if (!scaler.flag('clip', false)) return moved
  const [low = 0, high = 1] = scaler.numbers('feature_range').values
  return addClip(conversion, moved, [low, high])
}

/** Comparisons instead of Clip: they leave NaN as it is. */
export function addClip(
  { builder }: Pick<Conversion, 'builder'>,
  values: string,
  [low, high]: readonly [number, number],
): string {
  const [least, most] = [builder.numbers([low]), builder.numbers([high])]
  const raised = builder.add('Where', [builder.add('Less', [values, least]), least, values])
  return builder.add('Where', [builder.add('Greater', [raised, most]), most, raised])
}

const binarize: Compute = ({ builder }, binarizer, values) => {
  const isAbove = builder.add('Greater', [values, builder.numbers([binarizer.numberOr('threshold', 0)])])
  return builder.add('Cast', [isAbove], { attributes: { to: { int: FLOAT64 } } })
}

/** TensorProto.DataType. */
export const FLOAT64 = 11
const EPSILON = 2 ** -52

/** Rows of (nearly) nothing are left as they are: exactly zero before scikit-learn 1.0, below 10 epsilon since. */
const normalize: Compute = ({ builder }, normalizer, values) => {
  const norm = normalizer.textOr('norm', 'l2')
  const magnitudes = builder.add('Abs', [values])
  const axis = builder.integers([1])
  const keep = { attributes: { keepdims: { int: 1 } } }
  const length =
    norm === 'l1'
      ? builder.add('ReduceSum', [magnitudes, axis], keep)
      : norm === 'max'
        ? builder.add('ReduceMax', [magnitudes, axis], keep)
        : norm === 'l2'
          ? builder.add('Sqrt', [
              builder.add('ReduceSum', [builder.add('Mul', [values, values]), axis], keep),
            ])
          : normalizer.refuse(`it knows no norm ${norm}`)
  const least = !isAtLeast(normalizer, 1, 0) ? Number.MIN_VALUE : 10 * EPSILON
  const isNothing = builder.add('Less', [length, builder.numbers([least])])
  return builder.add('Div', [values, builder.add('Where', [isNothing, builder.numbers([1]), length])])
}

export const SCALER_CONVERTERS: ConverterTable = {
  'sklearn.StandardScaler': byNumber(scaleStandard, { acceptsMissing: true }),
  'sklearn.MinMaxScaler': byNumber(scaleMinMax, { acceptsMissing: true }),
  'sklearn.MaxAbsScaler': byNumber(scaleMaxAbs, { acceptsMissing: true }),
  'sklearn.RobustScaler': byNumber(scaleRobust, { acceptsMissing: true }),
  'sklearn.Binarizer': byNumber(binarize, { acceptsMissing: false }),
  'sklearn.Normalizer': byNumber(normalize, { acceptsMissing: false }),
}
