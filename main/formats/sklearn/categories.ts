// Categories of encoders, and what tells them apart in a graph.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Conversion, InputColumn } from './conversion'
import type { Estimator } from './estimator'
import type { Block, Frame } from './frame'
import { pickColumns, widthOf } from './frame'
import type { Plain } from './plain-values'
import { isMissing, readElements, toPlain } from './plain-values'
import { FLOAT64 } from './scalers'

/** The categories of one column in the order of their codes. */
export type Categories = {
  readonly values: readonly Plain[]
  /** Null when all of them are missing values, which text and numbers have alike. */
  readonly type: 'float64' | 'string' | null
}

/** What a column is compared with: numbers (NaN for missing) or texts ('' for missing). */
export type Keys =
  | { readonly type: 'float64'; readonly keys: readonly number[] }
  | { readonly type: 'string'; readonly keys: readonly string[] }

/** `categories_` of an encoder. @throws WorkstationError unsupported when they are neither text nor numbers */
export function readCategories(encoder: Estimator): Categories[] {
  return encoder.items('categories_').map((list) => {
    const elements = readElements(list) ?? encoder.refuse('its categories are no arrays')
    const values = elements.map((element) => toPlain(element))
    const plain = values.flatMap((value) => (value === undefined ? [] : [value]))
    const types = new Set(plain.filter((value) => !isMissing(value)).map((value) => typeof value))
    if (plain.length < values.length || types.size > 1)
      return encoder.refuse('a column has categories that are neither all text nor all numbers')
    return { values: plain, type: types.has('string') ? 'string' : types.has('number') ? 'float64' : null }
  })
}

/** The input columns of an encoder. `isAnswered`: it has an answer for values that it does not know. */
export function categoryInputs(
  encoder: Estimator,
  options: { readonly isAnswered: boolean; readonly answersMissing?: boolean },
): InputColumn[] {
  const names = encoder.featureNames
  return readCategories(encoder).map(({ values, type }, index) => {
    const known = values.flatMap((value) => (value === null || Number.isNaN(value) ? [] : [value]))
    const hasMissing = known.length < values.length || known.includes('')
    return {
      name: names?.[index] ?? null,
      type: type ?? 'float64',
      ...(type === null ? { isTypeOpen: true } : {}),
      acceptsMissing: hasMissing || (options.answersMissing ?? options.isAnswered),
      ...(options.isAnswered ? {} : { categories: known }),
    }
  })
}

/** Each column by itself, with its categories as keys of the type that the column has. */
export function splitByCategories(
  { builder }: Conversion,
  encoder: Estimator,
  frame: Frame,
): { readonly column: Block; readonly keys: Keys }[] {
  const categories = readCategories(encoder)
  if (categories.length !== widthOf(frame))
    return encoder.refuse(`it was fitted on ${categories.length} columns, but gets ${widthOf(frame)}`)
  return categories.flatMap((own, index) =>
    pickColumns(builder, frame, [index]).map((column) => ({ column, keys: readKeys(encoder, own, column) })),
  )
}

function readKeys(encoder: Estimator, { values, type }: Categories, column: Block): Keys {
  if (type !== null && type !== column.type)
    return encoder.refuse(
      type === 'string'
        ? 'its categories are text, but it gets numbers'
        : 'its categories are numbers, but it gets text',
    )
  const keys: Keys =
    column.type === 'string'
      ? { type: 'string', keys: values.map((value) => (typeof value === 'string' ? value : '')) }
      : { type: 'float64', keys: values.map((value) => (typeof value === 'number' ? value : Number.NaN)) }
  if (new Set<unknown>(keys.keys).size < keys.keys.length)
    return encoder.refuse(
      'a column has several categories for a missing value (None, NaN, an empty text), which cannot be told apart in what callers send',
    )
  return keys
}

/** One column [N, keys] with 1 where the value equals the key. NaN equals NaN. */
export function addIndicators(builder: GraphBuilder, column: Block, keys: Keys): string {
  const cast = (isEqual: string): string =>
    builder.add('Cast', [isEqual], { attributes: { to: { int: FLOAT64 } } })
  const compare = (constant: string): string => cast(builder.add('Equal', [column.value, constant]))
  if (keys.type === 'string')
    return compare(builder.constant({ type: 'string', values: keys.keys, dims: [1, keys.keys.length] }))
  const pieces: string[] = []
  let run: number[] = []
  const closeRun = (): void => {
    if (run.length > 0) pieces.push(compare(builder.numbers(run, [1, run.length])))
    run = []
  }
  for (const key of keys.keys) {
    if (!Number.isNaN(key)) run.push(key)
    else {
      closeRun()
      pieces.push(cast(builder.add('IsNaN', [column.value])))
    }
  }
  closeRun()
  return joinPieces(builder, pieces)
}

/** Values [N, …] next to each other. */
export function joinPieces(builder: GraphBuilder, pieces: readonly string[]): string {
  const [only = ''] = pieces
  return pieces.length === 1 ? only : builder.add('Concat', pieces, { attributes: { axis: { int: 1 } } })
}

/** Looks the value of a column up: one number per key, `otherwise` for values that are none of them. */
export function addLookUp(
  builder: GraphBuilder,
  column: Block,
  table: { readonly keys: Keys; readonly values: readonly number[]; readonly otherwise: number },
): string {
  const { keys, values, otherwise } = table
  const dims = [keys.keys.length]
  return builder.add('LabelEncoder', [column.value], {
    domain: 'ai.onnx.ml',
    attributes: {
      keys_tensor: {
        tensor:
          keys.type === 'string'
            ? { type: 'string', values: keys.keys, dims }
            : { type: 'float64', values: Float64Array.from(keys.keys), dims },
      },
      values_tensor: { tensor: { type: 'float64', values: Float64Array.from(values), dims } },
      default_tensor: { tensor: { type: 'float64', values: Float64Array.of(otherwise), dims: [1] } },
    },
  })
}

/** The keys at these positions. */
export const pickKeys = (keys: Keys, positions: readonly number[]): Keys =>
  keys.type === 'string'
    ? { type: 'string', keys: positions.flatMap((position) => keys.keys[position] ?? []) }
    : { type: 'float64', keys: positions.flatMap((position) => keys.keys[position] ?? []) }
