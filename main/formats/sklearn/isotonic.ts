// Isotonic regression: straight lines between thresholds, in one column.
import { numberFrame } from './frame'
import type { Frame } from './frame'
import type { Conversion, ConverterTable, ReadInputs } from './conversion'
import type { Estimator } from './estimator'
import { readTable, readVector } from './matrices'

const TO_INT64 = { attributes: { to: { int: 7 } } } as const

/** [N, 1], by the rule of scipy's interp1d: the line whose right end is the first threshold that is not below x. */
function addInterpolation(conversion: Conversion, estimator: Estimator, frame: Frame): string {
  const { builder } = conversion
  const outside = estimator.textOr('out_of_bounds', 'nan')
  const xs = estimator.numbers('X_thresholds_').values
  const ys = readVector(estimator, 'y_thresholds_', xs.length)
  const table = readTable(estimator, conversion, { frame, width: 1 })
  const first = xs[0] ?? 0
  const last = xs.at(-1) ?? 0
  const low = builder.numbers([first])
  const high = builder.numbers([last])
  const x = outside === 'clip' ? builder.add('Clip', [table, low, high]) : table
  if (outside === 'raise')
    conversion.note(
      `Values outside of ${first} to ${last} answer NaN; scikit-learn refuses them (out_of_bounds='raise').`,
    )
  const isOutside = builder.add('Or', [builder.add('Less', [x, low]), builder.add('Greater', [x, high])])
  const line = xs.length === 1 ? builder.numbers(ys, [1, 1]) : addLine(conversion, x, { xs, ys })
  return xs.length > 1 && outside === 'clip'
    ? line
    : builder.add('Where', [
        xs.length === 1 ? builder.add('IsNaN', [x]) : isOutside,
        builder.numbers([Number.NaN]),
        line,
      ])
}

function addLine(
  { builder }: Conversion,
  x: string,
  { xs, ys }: { readonly xs: Float64Array; readonly ys: Float64Array },
): string {
  const count = xs.length
  const isBelow = builder.add('Cast', [builder.add('Less', [builder.numbers(xs, [1, count]), x])], TO_INT64)
  const below = builder.add('ReduceSum', [isBelow, builder.integers([1])], {
    attributes: { keepdims: { int: 1 } },
  })
  const right = builder.add('Min', [
    builder.add('Max', [below, builder.integers([1], [])]),
    builder.integers([count - 1], []),
  ])
  const left = builder.add('Sub', [right, builder.integers([1], [])])
  const at = (values: Float64Array, index: string): string =>
    builder.add('Gather', [builder.numbers(values, [count]), index])
  const rise = builder.add('Sub', [at(ys, right), at(ys, left)])
  const slope = builder.add('Div', [rise, builder.add('Sub', [at(xs, right), at(xs, left)])])
  return builder.add('Add', [
    builder.add('Mul', [slope, builder.add('Sub', [x, at(xs, left)])]),
    at(ys, left),
  ])
}

const ONE_COLUMN: ReadInputs = (estimator) => [
  { name: estimator.featureNames?.[0] ?? null, type: 'float64', acceptsMissing: false },
]

export const ISOTONIC: ConverterTable = {
  'sklearn.IsotonicRegression': {
    inputs: ONE_COLUMN,
    predict: (conversion, estimator, frame) => ({
      kind: 'value',
      value: addInterpolation(conversion, estimator, frame),
    }),
    transform: (conversion, estimator, frame) =>
      numberFrame(addInterpolation(conversion, estimator, frame), 1),
  },
}
