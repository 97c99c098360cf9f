// Regressors around another one: RANSAC, and a target that was transformed before the fit.
import type { PickleValue } from '../pickle/value'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Answer, Conversion, ConverterTable, Predict, ReadInputs } from './conversion'
import { Estimator } from './estimator'
import type { Frame } from './frame'
import { readVector } from './matrices'

/** The columns of the estimator inside, which is all that older versions keep; RANSAC alone keeps their names outside. */
const inputsOf =
  (inner: string): ReadInputs =>
  (estimator, conversion) => {
    const names = estimator.featureNames
    const inputs = conversion.inputs(estimator.estimator(inner))
    return inputs.map((input, index) => ({ ...input, name: names?.[index] ?? input.name }))
  }

function predictInner(
  conversion: Conversion,
  given: { inner: Estimator; of: Estimator; frame: Frame },
): string {
  const answer = conversion.predict(given.inner, given.frame)
  return answer.kind === 'value' ? answer.value : given.of.refuse(`its ${given.inner.name} is no regressor`)
}

const predictRansac: Predict = (conversion, estimator, frame): Answer => {
  const inner = estimator.estimator('estimator_')
  return { kind: 'value', value: predictInner(conversion, { inner, of: estimator, frame }) }
}

type Change = (builder: GraphBuilder, value: string) => string
const apply =
  (operator: string): Change =>
  (builder, value) =>
    builder.add(operator, [value])

const FUNCTIONS: Readonly<Record<string, Change>> = {
  exp: apply('Exp'),
  log: apply('Log'),
  sqrt: apply('Sqrt'),
  negative: apply('Neg'),
  square: (builder, value) => builder.add('Mul', [value, value]),
  expm1: (builder, value) => builder.add('Sub', [builder.add('Exp', [value]), builder.numbers([1])]),
  log1p: (builder, value) => builder.add('Log', [builder.add('Add', [value, builder.numbers([1])])]),
  exp2: (builder, value) => builder.add('Pow', [builder.numbers([2]), value]),
  log10: (builder, value) => builder.add('Div', [builder.add('Log', [value]), builder.numbers([Math.LN10])]),
  log2: (builder, value) => builder.add('Div', [builder.add('Log', [value]), builder.numbers([Math.LN2])]),
}

/** `numpy.expm1` as a global, or as `_ufunc_reconstruct('numpy.core', 'expm1')` of older numpy. */
function readUfunc(value: PickleValue | undefined): string | null {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return null
  if (value.kind === 'global') return value.module.split('.')[0] === 'numpy' ? value.name : null
  if (value.kind !== 'object' || typeof value.callable !== 'object' || value.callable === null) return null
  const isRebuilt =
    'kind' in value.callable &&
    value.callable.kind === 'global' &&
    value.callable.name === '_ufunc_reconstruct'
  const [, name] = value.args
  return isRebuilt && typeof name === 'string' ? name : null
}

function describe(value: PickleValue | undefined): string {
  const isGlobal = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'global'
  return isGlobal ? `${value.module}.${value.name}` : 'a function that is not named'
}

function undoFunction(of: Estimator, transformer: Estimator): Change | null {
  if (!transformer.has('inverse_func')) return null
  const given = transformer.get('inverse_func')
  const change = FUNCTIONS[readUfunc(given) ?? '']
  if (change !== undefined && !transformer.has('inv_kw_args')) return change
  return of.refuse(
    `its target is turned back by ${describe(given)}; of functions, numpy's ${Object.keys(FUNCTIONS).join(', ')} are known`,
  )
}

function undoScaling(of: Estimator, transformer: Estimator): Change {
  const constant = (name: string, fallback: number): number =>
    transformer.has(name) ? (readVector(transformer, name, 1)[0] ?? fallback) : fallback
  const scale =
    (factor: number, shift: number): Change =>
    (builder, value) =>
      builder.add('Add', [builder.add('Mul', [value, builder.numbers([factor])]), builder.numbers([shift])])
  switch (transformer.name) {
    case 'StandardScaler':
      return scale(constant('scale_', 1), transformer.flag('with_mean', true) ? constant('mean_', 0) : 0)
    case 'RobustScaler':
      return scale(constant('scale_', 1), constant('center_', 0))
    case 'MaxAbsScaler':
      return scale(constant('scale_', 1), 0)
    case 'MinMaxScaler':
      return (builder, value) =>
        builder.add('Div', [
          builder.add('Sub', [value, builder.numbers([constant('min_', 0)])]),
          builder.numbers([constant('scale_', 1)]),
        ])
    default:
      return of.refuse(
        `its target is transformed by ${transformer.name}; known are StandardScaler, RobustScaler, MaxAbsScaler, ` +
          'MinMaxScaler and functions of numpy',
      )
  }
}

const predictTransformed: Predict = (conversion, estimator, frame): Answer => {
  const value = predictInner(conversion, { inner: estimator.estimator('regressor_'), of: estimator, frame })
  const transformer = Estimator.from(estimator.get('transformer_'))
  if (transformer === null) return { kind: 'value', value }
  const isFunction = transformer.name === 'FunctionTransformer'
  const undo = isFunction ? undoFunction(estimator, transformer) : undoScaling(estimator, transformer)
  return { kind: 'value', value: undo?.(conversion.builder, value) ?? value }
}

export const WRAPPED_REGRESSORS: ConverterTable = {
  'sklearn.RANSACRegressor': { inputs: inputsOf('estimator_'), predict: predictRansac },
  'sklearn.TransformedTargetRegressor': { inputs: inputsOf('regressor_'), predict: predictTransformed },
}
