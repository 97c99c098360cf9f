// Which raw column each column of a HistGradientBoosting model is, and how its categories are written there.
import { readValues } from '../../pickle/numpy'
import type { PickleValue } from '../../pickle/value'
import { isKind } from '../../pickle/value-kinds'
import type { Conversion, InputColumn } from '../conversion'
import { Estimator } from '../estimator'
import type { Block, Frame } from '../frame'
import { pickColumns } from '../frame'
import { addCast, addColumns, addRepeated, numbersOf } from '../scores'

/** Categories by their code; codes of missing values have none. */
type Categories =
  | { readonly type: 'float64'; readonly values: readonly number[] }
  | { readonly type: 'string'; readonly values: readonly string[] }

/** A column as the trees number it. */
export type HistColumn = {
  /** Its position among the columns that callers send. */
  readonly position: number
  /** What callers send for category 0, 1, …; null for numbers, and where callers send the codes themselves. */
  readonly categories: Categories | null
}

function readCategories(encoder: Estimator, value: PickleValue): Categories {
  if (!isKind(value, 'array')) return encoder.refuse('categories_ holds something that is no array')
  const values = readValues(value)
  // A missing value stands last and is given as NaN, whatever its code.
  const given = values.filter((category) => category !== null && !Number.isNaN(category))
  if (given.every((category) => typeof category === 'string')) return { type: 'string', values: given }
  const numbers = given.map((category) =>
    typeof category === 'number' || typeof category === 'boolean'
      ? Number(category)
      : encoder.refuse('the categories of a column are partly numbers and partly text'),
  )
  return { type: 'float64', values: numbers }
}

/** The OrdinalEncoder inside, which versions from 1.4 put before categorical columns. */
function readEncoder(estimator: Estimator): Estimator | null {
  if (!estimator.has('_preprocessor')) return null
  for (const item of estimator.estimator('_preprocessor').items('transformers_')) {
    const [name, inner] = isKind(item, 'tuple') ? item.items : []
    if (name === 'encoder') return Estimator.from(inner)
  }
  return estimator.refuse('its _preprocessor has no encoder')
}

/** The columns in the order of the trees: encoded categories first where the library encodes them. */
export function readHistColumns(estimator: Estimator): HistColumn[] {
  const width = estimator.featureNames?.length ?? estimator.numberOr('_n_features', null)
  const encoder = readEncoder(estimator)
  if (encoder === null) {
    return Array.from({ length: width ?? estimator.number('n_features_in_') }, (_, position) => ({
      position,
      categories: null,
    }))
  }
  const lists = encoder.items('categories_').map((value) => readCategories(encoder, value))
  const isCategorical = Array.from(estimator.numbers('is_categorical_').values, (flag) => flag !== 0)
  const pick = (wanted: boolean): number[] =>
    isCategorical.flatMap((flag, position) => (flag === wanted ? [position] : []))
  const encoded = pick(true)
  if (encoded.length !== lists.length)
    return estimator.refuse(`${encoded.length} columns are categorical, but ${lists.length} are encoded`)
  return [
    ...encoded.map((position, index) => ({ position, categories: lists[index] ?? null })),
    ...pick(false).map((position) => ({ position, categories: null })),
  ]
}

/** The columns that callers send, in their order. */
export function histInputs(estimator: Estimator): InputColumn[] {
  const names = estimator.featureNames
  return readHistColumns(estimator)
    .toSorted((a, b) => a.position - b.position)
    .map(({ position, categories }) => ({
      name: names?.[position] ?? null,
      type: categories?.type ?? 'float64',
      acceptsMissing: true,
    }))
}

/**
 * The code of each value [N, 1]; -1 for one that is no category, which the trees take as missing. Codes, and not the
 * categories themselves, because onnxruntime's sets know small whole numbers only.
 */
function addCodes(conversion: Conversion, block: Block, categories: Categories): string {
  const { builder } = conversion
  const width = categories.values.length
  const known =
    categories.type === 'string'
      ? builder.constant({ type: 'string', values: categories.values, dims: [1, width] })
      : builder.numbers(categories.values, [1, width])
  const hits = addCast(builder, builder.add('Equal', [block.value, known]), 'float64')
  const places = builder.numbers(
    categories.values.map((_, code) => code + 1),
    [width, 1],
  )
  return builder.add('Add', [builder.add('MatMul', [hits, places]), builder.numbers([-1])])
}

/** Raw columns as numbers [N, width], in the order of the callers; categories as their codes. */
export function addHistNumbers(
  conversion: Conversion,
  estimator: Estimator,
  options: { readonly frame: Frame; readonly columns: readonly HistColumn[] },
): string {
  const { builder } = conversion
  const { frame } = options
  const columns = options.columns.toSorted((a, b) => a.position - b.position)
  if (columns.every(({ categories }) => categories === null)) return numbersOf(conversion, estimator, frame)
  const parts: string[] = []
  let run: number[] = []
  const endRun = (): void => {
    if (run.length > 0) parts.push(numbersOf(conversion, estimator, pickColumns(builder, frame, run)))
    run = []
  }
  for (const { position, categories } of columns) {
    if (categories === null) {
      run.push(position)
      continue
    }
    endRun()
    const [block] = pickColumns(builder, frame, [position])
    if (block?.type !== categories.type)
      return estimator.refuse(`column ${position} was of another type when it was fitted`)
    parts.push(
      categories.values.length === 0
        ? addRepeated(builder, block.value, [-1])
        : addCodes(conversion, block, categories),
    )
  }
  endRun()
  return addColumns(builder, parts)
}
