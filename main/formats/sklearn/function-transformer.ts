// FunctionTransformer with numpy's functions of one number, known by their names.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { PickleValue } from '../pickle/value'
import { isKind } from '../pickle/value-kinds'
import type { Converter, ConverterTable } from './conversion'
import { passAll } from './column-needs'
import type { Estimator } from './estimator'
import { addExpm1, addLog1p } from './exact-functions'
import { numberFrame, widthOf } from './frame'
import { requireNumbers } from './scalers'

type AddFunction = (builder: GraphBuilder, x: string) => string

const operator =
  (name: string): AddFunction =>
  (builder, x) =>
    builder.add(name, [x])

const logarithm =
  (base: number): AddFunction =>
  (builder, x) =>
    builder.add('Div', [builder.add('Log', [x]), builder.numbers([base])])

const addSquare: AddFunction = (builder, x) => builder.add('Mul', [x, x])

const FUNCTIONS: Readonly<Record<string, AddFunction>> = {
  log1p: addLog1p,
  expm1: addExpm1,
  log: operator('Log'),
  log2: logarithm(Math.LN2),
  log10: logarithm(Math.LN10),
  exp: operator('Exp'),
  sqrt: operator('Sqrt'),
  abs: operator('Abs'),
  absolute: operator('Abs'),
  fabs: operator('Abs'),
  square: addSquare,
  negative: operator('Neg'),
  reciprocal: operator('Reciprocal'),
  sign: operator('Sign'),
  floor: operator('Floor'),
  ceil: operator('Ceil'),
  rint: operator('Round'),
  tanh: operator('Tanh'),
}

const WAY_OUT = `only no function at all and these of numpy can be converted: ${Object.keys(FUNCTIONS).sort().join(', ')}`

/** Where a function comes from. numpy before 1.25 pickled its own as a call: `_ufunc_reconstruct(module, name)`. */
function readSource(func: PickleValue): { readonly module: string; readonly name: string } | null {
  if (isKind(func, 'global')) return func
  if (!isKind(func, 'object')) return null
  const caller = readSource(func.callable)
  const [module, name] = func.args
  if (caller?.name !== '_ufunc_reconstruct' || typeof module !== 'string' || typeof name !== 'string')
    return caller
  return { module, name }
}

/** Null for the identity. @throws WorkstationError unsupported, naming the function */
function readFunction(transformer: Estimator): AddFunction | null {
  const func = transformer.get('func')
  if (func === undefined || func === null) return null
  const source = readSource(func)
  if (source === null) return transformer.refuse(`its function is not one of a library; ${WAY_OUT}`)
  const library = source.module.split('.')[0] ?? ''
  const known =
    library === 'numpy' && Object.hasOwn(FUNCTIONS, source.name) ? FUNCTIONS[source.name] : undefined
  if (known === undefined)
    return transformer.refuse(`it calls ${source.module}.${source.name}, which is not run here; ${WAY_OUT}`)
  if (transformer.has('kw_args') && transformer.dict('kw_args').entries.length > 0)
    return transformer.refuse(`it calls ${source.module}.${source.name} with arguments of its own (kw_args)`)
  return known
}

const FUNCTION: Converter = {
  inputs: (transformer, _, given) => {
    const isOpen = readFunction(transformer) === null
    const names = transformer.featureNames
    const width = names?.length ?? transformer.numberOr('n_features_in_', null) ?? given
    if (width === undefined)
      return transformer.refuse(
        'the file does not say how many columns it was fitted on; put it behind another step',
      )
    return Array.from({ length: width }, (__, index) => ({
      name: names?.[index] ?? null,
      type: 'float64' as const,
      ...(isOpen ? { isTypeOpen: true } : {}),
      acceptsMissing: !transformer.flag('validate', false),
    }))
  },
  passes: (transformer, inquiry, given) =>
    passAll(inquiry.inputs(transformer, given).length, readFunction(transformer) === null),
  transform: (conversion, transformer, frame) => {
    const add = readFunction(transformer)
    if (add === null) return frame
    return numberFrame(
      add(conversion.builder, requireNumbers(conversion, transformer, frame)),
      widthOf(frame),
    )
  },
}

export const FUNCTION_CONVERTERS: ConverterTable = { 'sklearn.FunctionTransformer': FUNCTION }
