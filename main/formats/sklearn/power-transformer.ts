// PowerTransformer: columns made more like a normal distribution by a power of their values.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Conversion, Converter, ConverterTable } from './conversion'
import { passAll } from './column-needs'
import type { Estimator } from './estimator'
import { addExpm1, addLog1p } from './exact-functions'
import { numberFrame, widthOf } from './frame'
import { requireNumbers, scaleStandard } from './scalers'

const EPSILON = 2 ** -52

/** (exp(power · logarithm) - 1) / power, and the logarithm itself for power 0: the core of both methods. */
function addPower(builder: GraphBuilder, logarithm: string, powers: readonly number[]): string {
  const isZero = powers.map((power) => Math.abs(power) < EPSILON)
  const safe = builder.numbers(powers.map((power, index) => (isZero[index] === true ? 1 : power)))
  const raised = builder.add('Div', [addExpm1(builder, builder.add('Mul', [logarithm, safe])), safe])
  if (!isZero.includes(true)) return raised
  const mask = builder.constant({
    type: 'bool',
    values: Uint8Array.from(isZero, Number),
    dims: [1, powers.length],
  })
  return builder.add('Where', [mask, logarithm, raised])
}

/** I.-K. Yeo, R. A. Johnson, A new family of power transformations, Biometrika 87 (2000). */
function addYeoJohnson(builder: GraphBuilder, values: string, powers: readonly number[]): string {
  const zero = builder.numbers([0])
  const isNegative = builder.add('Less', [values, zero])
  const magnitude = addLog1p(builder, builder.add('Abs', [values]))
  const above = addPower(builder, magnitude, powers)
  const below = addPower(
    builder,
    magnitude,
    powers.map((power) => 2 - power),
  )
  return builder.add('Where', [isNegative, builder.add('Neg', [below]), above])
}

function transformPower(conversion: Conversion, transformer: Estimator, values: string): string {
  const { builder } = conversion
  const powers = Array.from(transformer.numbers('lambdas_').values)
  if (powers.some(Number.isNaN)) return transformer.refuse('a column had no values when it was fitted')
  const method = transformer.textOr('method', 'yeo-johnson')
  const changed =
    method === 'box-cox'
      ? addPower(builder, builder.add('Log', [values]), powers)
      : addYeoJohnson(builder, values, powers)
  if (!transformer.flag('standardize', true)) return changed
  return scaleStandard(conversion, transformer.estimator('_scaler'), changed)
}

const POWER: Converter = {
  acceptsMissing: () => true,
  passes: (transformer, inquiry, width) => passAll(inquiry.inputs(transformer, width).length, false),
  transform: (conversion, transformer, frame) =>
    numberFrame(
      transformPower(conversion, transformer, requireNumbers(conversion, transformer, frame)),
      widthOf(frame),
    ),
}

export const POWER_CONVERTERS: ConverterTable = { 'sklearn.PowerTransformer': POWER }
