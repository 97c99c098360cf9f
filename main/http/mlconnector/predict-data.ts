import { WorkstationError } from '../../errors'
import type { JsonObject, JsonValue } from '../../core/json'
import { isJsonObject } from '../../core/json'

const MAX_ROWS = 10_000

const refuse = (at: string, message: string): WorkstationError =>
  new WorkstationError('invalid', `${at}: ${message}`, { problems: [{ field: `body.${at}`, message }] })

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

function toRecord(row: readonly JsonValue[], names: readonly string[], at: string): JsonObject {
  if (row.length !== names.length) {
    const expected = names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ')
    throw refuse(at, `expected ${names.length} values (${expected}), got ${row.length}`)
  }
  return Object.fromEntries(row.map((value, index) => [names[index] ?? '', value]))
}

/**
 * The records that `data` stands for: one row of values in the order of the features, a list of such rows, an object
 * by feature name, or a list of such objects.
 * @throws WorkstationError invalid, naming the row
 */
export function toRecords(data: JsonValue, names: readonly string[]): readonly JsonObject[] {
  if (isJsonObject(data)) return [data]
  if (!isList(data)) return [toRecord([data], names, 'data')]
  if (data.length === 0)
    throw refuse('data', `expected ${names.length} values: ${names.slice(0, 20).join(', ')}`)
  const [first] = data
  if (!isList(first) && !isJsonObject(first ?? null)) return [toRecord(data, names, 'data')]
  if (data.length > MAX_ROWS) throw refuse('data', `at most ${MAX_ROWS} rows in one request`)
  return data.map((row, index) => {
    if (isList(row)) return toRecord(row, names, `data.${index}`)
    if (isJsonObject(row)) return row
    throw refuse(`data.${index}`, 'expected a row like the first one')
  })
}
