// Encoders that put one number in the place of a category.
import type { Converter, ConverterTable } from './conversion'
import type { Keys } from './categories'
import { addLookUp, categoryInputs, joinPieces, readCategories, splitByCategories } from './categories'
import type { Estimator } from './estimator'
import { numberFrame } from './frame'
import { readGrouping } from './one-hot-encoder'
import { lookUp, isMissing, readElements, toPlain } from './plain-values'
import { isAtLeast } from './version'

type Codes = { readonly values: readonly number[]; readonly otherwise: number }

/** Missing categories have a code of their own since scikit-learn 1.0 (NaN there, a parameter since 1.1). */
function readCodes(encoder: Estimator, categories: number, index: number): Codes {
  const grouping = readGrouping(encoder, index)
  const missing = lookUp(encoder.get('_missing_indices'), index)
  const values = Array.from({ length: categories }, (_, category) =>
    category === missing
      ? encoder.numberOr('encoded_missing_value', Number.NaN)
      : (grouping?.[category] ?? category),
  )
  const isAnswered = encoder.textOr('handle_unknown', 'error') === 'use_encoded_value'
  return { values, otherwise: isAnswered ? encoder.number('unknown_value') : -1 }
}

const ORDINAL: Converter = {
  inputs: (encoder) => {
    const isAnswered = encoder.textOr('handle_unknown', 'error') === 'use_encoded_value'
    const knowsMissing = isAtLeast(encoder, 1, 0)
    return categoryInputs(encoder, { isAnswered, answersMissing: isAnswered && knowsMissing })
  },
  passes: (encoder) =>
    readCategories(encoder).map(({ values }, column) => {
      const codes = readCodes(encoder, values.length, column)
      const code = codes.values[values.findIndex(isMissing)] ?? codes.otherwise
      return { column, isUnchanged: false, keepsMissing: Number.isNaN(code) }
    }),
  transform: (conversion, encoder, frame) => {
    const { builder } = conversion
    const pieces = splitByCategories(conversion, encoder, frame).map(({ column, keys }, index) =>
      addLookUp(builder, column, { keys, ...readCodes(encoder, keys.keys.length, index) }),
    )
    return numberFrame(joinPieces(builder, pieces), pieces.length)
  },
}

/** Encodings column by column, and within a column class by class where the target has several. */
function readEncodings(encoder: Estimator, keys: Keys, index: number): Codes[] {
  const all = encoder.items('encodings_')
  const means = encoder.numbers('target_mean_').values
  const perColumn = encoder.textOr('target_type_', 'continuous') === 'multiclass' ? means.length : 1
  return Array.from({ length: perColumn }, (_, target) => {
    const values = (readElements(all[index * perColumn + target]) ?? []).map((value) =>
      Number(toPlain(value)),
    )
    if (values.length !== keys.keys.length) return encoder.refuse('its encodings do not fit its categories')
    return { values, otherwise: means[target] ?? Number.NaN }
  })
}

const TARGET: Converter = {
  inputs: (encoder) => categoryInputs(encoder, { isAnswered: true }),
  transform: (conversion, encoder, frame) => {
    const { builder } = conversion
    const pieces = splitByCategories(conversion, encoder, frame).flatMap(({ column, keys }, index) =>
      readEncodings(encoder, keys, index).map((codes) => addLookUp(builder, column, { keys, ...codes })),
    )
    return numberFrame(joinPieces(builder, pieces), pieces.length)
  },
}

export const CODE_CONVERTERS: ConverterTable = {
  'sklearn.OrdinalEncoder': ORDINAL,
  'sklearn.TargetEncoder': TARGET,
}
