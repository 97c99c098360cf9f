import type { CsvValue } from '../../formats/csv/write-csv'
import type { ParquetColumn } from '../../formats/parquet/write-parquet'
import type { JsonValue } from '../json'
import type { Feature, FeatureType, Signature } from '../signatures/signature'
import type { Prediction } from './prediction'

/** What an export needs to know of the model that answered. */
export type ExportSignature = Pick<Signature, 'task' | 'classLabels'> & {
  readonly features: readonly Pick<Feature, 'name' | 'type'>[]
}

/** One column of an exported table: its type, and its value in a line of the log; undefined and null are no value. */
export type ExportColumn = ParquetColumn & {
  readonly read: (line: Prediction) => JsonValue | undefined
}

type ColumnType = ParquetColumn['type']

/** A column of the inputs with the JSON types that its values have, as SQLite names them. */
export type InputTypes = ReadonlyMap<string, ReadonlySet<string>>

/** More columns than this, besides the features, are gathered in `inputs_other`. */
const MOST_EXTRA_COLUMNS = 500

const FEATURE_TYPES: Readonly<Record<FeatureType, ColumnType>> = {
  number: 'double',
  integer: 'int64',
  string: 'string',
  boolean: 'boolean',
}

const FITTING: Readonly<Record<ColumnType, readonly string[] | null>> = {
  double: ['integer', 'real', 'null'],
  int64: ['integer', 'null'],
  int32: ['integer', 'null'],
  boolean: ['true', 'false', 'null'],
  timestamp: [],
  string: null,
}

/** The narrowest type that all values of an extra column fit; text where they are mixed. */
function chooseType(types: ReadonlySet<string>): ColumnType {
  const order: readonly ColumnType[] = ['int64', 'double', 'boolean']
  return order.find((type) => [...types].every((each) => FITTING[type]?.includes(each))) ?? 'string'
}

function fits(type: ColumnType, value: JsonValue): boolean {
  if (value === null || type === 'string') return true
  if (type === 'boolean') return typeof value === 'boolean'
  if (typeof value !== 'number') return false
  return type === 'double' || (Number.isInteger(value) && Math.abs(value) < 2 ** 63)
}

function readInput(name: string, type: ColumnType): ExportColumn['read'] {
  return ({ inputs }) => {
    const value = inputs !== null && Object.hasOwn(inputs, name) ? inputs[name] : undefined
    if (value === undefined || value === null || !fits(type, value)) return undefined
    return type === 'string' && typeof value !== 'string' ? JSON.stringify(value) : value
  }
}

const isFormed = (text: string): boolean => text.isWellFormed()

/**
 * The columns of a table of the log: facts of the answer, the probability per class, then `inputs.<name>` for each
 * feature by the signature and for each other column that was sent by its values. Values that do not fit the type of
 * their feature (in refused requests), and columns beyond the limit, are kept as JSON in `inputs_other`.
 */
export function planColumns(signature: ExportSignature, found: InputTypes): readonly ExportColumn[] {
  const features = signature.features.map(({ name, type }) => ({ name, type: FEATURE_TYPES[type] }))
  const known = new Set(features.map(({ name }) => name))
  const extras = [...found.keys()].filter((name) => !known.has(name)).sort()
  const shown = extras.slice(0, MOST_EXTRA_COLUMNS).map((name) => ({
    name,
    type: chooseType(found.get(name) ?? new Set()),
  }))
  const inputs = [...features, ...shown]
  const hasMisfits = inputs.some(({ name, type }) =>
    [...(found.get(name) ?? [])].some((each) => FITTING[type]?.includes(each) === false),
  )
  const types = new Map(inputs.map(({ name, type }) => [name, type]))
  return [
    { name: 'id', type: 'string', read: ({ id }) => id },
    { name: 'created_at', type: 'timestamp', read: ({ createdAt }) => createdAt },
    { name: 'request_id', type: 'string', read: ({ requestId }) => requestId },
    { name: 'status_code', type: 'int32', read: ({ statusCode }) => statusCode },
    {
      name: 'prediction',
      type: signature.task === 'regression' ? 'double' : 'string',
      read: ({ prediction }) => prediction,
    },
    { name: 'error', type: 'string', read: ({ error }) => error },
    { name: 'latency_ms', type: 'double', read: ({ latencyMs }) => latencyMs },
    ...signature.classLabels.map((label): ExportColumn => ({
      name: `probabilities.${label}`,
      type: 'double',
      read: ({ probabilities }) => probabilities?.[label],
    })),
    ...inputs.map(({ name, type }): ExportColumn => ({
      name: `inputs.${name}`,
      type,
      read: readInput(name, type),
    })),
    ...(hasMisfits || extras.length > shown.length ? [readOthers(types)] : []),
  ]
}

function readOthers(types: ReadonlyMap<string, ColumnType>): ExportColumn {
  return {
    name: 'inputs_other',
    type: 'string',
    read: ({ inputs }) => {
      const others = Object.entries(inputs ?? {}).filter(([name, value]) => {
        const type = types.get(name)
        return type === undefined || !fits(type, value)
      })
      return others.length === 0 ? undefined : JSON.stringify(Object.fromEntries(others))
    },
  }
}

/** The value as a CSV cell; times as ISO 8601. */
export function toCell({ type, read }: ExportColumn, line: Prediction): CsvValue {
  const value = read(line)
  if (type === 'timestamp' && typeof value === 'number') return new Date(value).toISOString()
  return typeof value === 'object' ? null : value
}

/** The value as Parquet takes it. */
export function toParquetValue({ type, read }: ExportColumn, line: Prediction): unknown {
  const value = read(line)
  if (value === undefined || value === null) return null
  if (type === 'timestamp' && typeof value === 'number') return new Date(value)
  if (type === 'int64' && typeof value === 'number') return BigInt(value)
  // Half of a surrogate pair has no form in UTF-8.
  if (typeof value === 'string' && !isFormed(value)) return value.toWellFormed()
  return type === 'string' && typeof value !== 'object' ? String(value) : value
}
