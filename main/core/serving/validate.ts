import type { Problem } from '../../errors'
import { WorkstationError } from '../../errors'
import type { JsonObject, JsonValue } from '../json'
import type { Feature, Signature } from '../signatures/signature'
import type { FeatureValue } from '../distributions/value'
import { isAllowed, listAllowed } from '../signatures/categories'

const MAX_PROBLEMS = 50

const WANTED: Readonly<Record<Feature['type'], string>> = {
  number: 'a finite number',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'text',
}

function describe(value: JsonValue): string {
  const text = JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 37)}…` : text
}

const LARGEST_FLOAT32 = 3.4028234663852886e38

function isTooLarge(value: JsonValue): boolean {
  return typeof value === 'number' && Math.abs(value) > LARGEST_FLOAT32
}

function isFitting(feature: Feature, value: JsonValue): value is string | number | boolean {
  switch (feature.type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value)
    case 'boolean':
      return typeof value === 'boolean' || value === 0 || value === 1
    case 'string':
      return typeof value === 'string'
  }
}

export type ValidRows = {
  /** Values in the order of the signature's features. */
  readonly rows: FeatureValue[][]
  /** Names of columns that were sent and that the model does not take. */
  readonly extraColumns: readonly string[]
}

/** Names of the features that the graph holds as float32, where a larger number would turn into infinity. */
export function listNarrow({ features, inputs }: Signature): ReadonlySet<string> {
  const narrow = new Set(inputs.filter((input) => input.elementType === 'float32').map((input) => input.name))
  return new Set(features.filter((feature) => narrow.has(feature.input)).map((feature) => feature.name))
}

export type ValidationRules = {
  /** Names of the features that must fit a float32. */
  readonly narrow?: ReadonlySet<string>
  /** Whether messages may repeat what was sent. */
  readonly quotesValues?: boolean
  /** Columns that callers may send though nothing reads them. */
  readonly ignored?: readonly string[]
}

const NOTHING: ReadonlySet<string> = new Set()

/**
 * Checks records against a signature.
 * @param rules what a message may say, and which features must fit a float32
 * @throws WorkstationError invalid, naming every feature that is missing, mistyped, too large, not finite or none of
 * the values that the model takes.
 */
export function validateRecords(
  features: readonly Feature[],
  records: readonly JsonObject[],
  { narrow = NOTHING, quotesValues = true, ignored = [] }: ValidationRules = {},
): ValidRows {
  const problems: Problem[] = []
  const extraColumns = new Set<string>()
  const names = new Set([...features.map((feature) => feature.name), ...ignored])
  const refuse = (index: number, name: string, message: string): void => {
    if (problems.length < MAX_PROBLEMS)
      problems.push({ field: records.length === 1 ? `inputs.${name}` : `inputs[${index}].${name}`, message })
  }
  const rows = records.map((record, index) => {
    let known = 0
    const row = features.map((feature): FeatureValue => {
      const value = Object.hasOwn(record, feature.name) ? record[feature.name] : undefined
      if (value !== undefined) known++
      if (value === undefined || value === null) {
        if (!feature.acceptsMissing)
          refuse(index, feature.name, `is missing; expected ${WANTED[feature.type]}`)
        return null
      }
      if (!isFitting(feature, value)) {
        refuse(
          index,
          feature.name,
          `${quotesValues ? `is ${describe(value)}` : 'does not fit'}; expected ${WANTED[feature.type]}`,
        )
        return null
      }
      if (!isAllowed(feature, value)) {
        const wanted = `expected one of ${listAllowed(feature)}`
        refuse(index, feature.name, `${quotesValues ? `is ${describe(value)}` : 'does not fit'}; ${wanted}`)
        return null
      }
      if (narrow.has(feature.name) && isTooLarge(value)) {
        refuse(
          index,
          feature.name,
          `${quotesValues ? `is ${describe(value)}` : 'does not fit'}; expected a number up to 3.4e38, the most the model takes`,
        )
        return null
      }
      return value
    })
    if (Object.keys(record).length > known) {
      for (const name of Object.keys(record)) {
        if (!names.has(name)) extraColumns.add(name)
      }
    }
    return row
  })
  if (problems.length > 0) {
    const summary = problems.map((problem) => `${problem.field} ${problem.message}`).join('; ')
    throw new WorkstationError('invalid', summary, { problems })
  }
  return { rows, extraColumns: [...extraColumns] }
}
