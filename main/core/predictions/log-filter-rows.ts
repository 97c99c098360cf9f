import type { Database, SqlValue } from '../../store/database'
import { lowestIdAt } from '../identifiers'
import type { LogFilter } from './log-filter'
import type { PredictionRow } from './prediction-rows'

/** A stretch of a log by identifiers: from the low one, included, to the high one, excluded. */
export type IdRange = { readonly low: Uint8Array; readonly high: Uint8Array }

export type MinuteTotals = { readonly minute: number; readonly rows: number; readonly errors: number }

type Condition = { readonly sql: string; readonly parameters: readonly SqlValue[] }

/** The JSON texts that a value written as text can stand for: the text itself, or the number, boolean or null it spells. */
function readAsJson(text: string): readonly string[] {
  const quoted = JSON.stringify(text)
  if (text === 'true' || text === 'false' || text === 'null') return [quoted, text]
  const isNumber = text.trim() !== '' && Number.isFinite(Number(text))
  return isNumber ? [quoted, JSON.stringify(Number(text))] : [quoted]
}

const isOneOf = (expression: string, texts: readonly string[]): string =>
  `${expression} IN (${texts.map(() => '?').join(', ')})`

function between(expression: string, min: number | undefined, max: number | undefined): Condition[] {
  return [
    ...(min === undefined ? [] : [{ sql: `${expression} >= ?`, parameters: [min] }]),
    ...(max === undefined ? [] : [{ sql: `${expression} <= ?`, parameters: [max] }]),
  ]
}

/** The conditions besides time; texts of JSON are compared as `JSON.stringify` wrote them. */
function listConditions(filter: LogFilter): Condition[] {
  const { status, prediction, predictionMin, predictionMax, feature, value, min, max } = filter
  const conditions: Condition[] = []
  if (status === 'ok') conditions.push({ sql: 'status_code < 400', parameters: [] })
  else if (status === 'error') conditions.push({ sql: 'status_code >= 400', parameters: [] })
  else if (status !== undefined) conditions.push({ sql: 'status_code = ?', parameters: [status] })
  if (prediction !== undefined) {
    const texts = readAsJson(prediction)
    conditions.push({ sql: isOneOf('prediction', texts), parameters: texts })
  }
  if (predictionMin !== undefined || predictionMax !== undefined) {
    conditions.push({ sql: `substr(prediction, 1, 1) <> '"'`, parameters: [] })
    conditions.push(...between('CAST(prediction AS REAL)', predictionMin, predictionMax))
  }
  if (feature === undefined) return conditions
  const path = `$.${JSON.stringify(feature)}`
  if (value !== undefined) {
    const texts = readAsJson(value)
    conditions.push({ sql: isOneOf('(inputs -> ?)', texts), parameters: [path, ...texts] })
  }
  if (min !== undefined || max !== undefined) {
    conditions.push({ sql: `json_type(inputs, ?) IN ('integer', 'real')`, parameters: [path] })
    for (const bound of between('json_extract(inputs, ?)', min, max))
      conditions.push({ sql: bound.sql, parameters: [path, ...bound.parameters] })
  }
  return conditions
}

/** Reads the lines of one deployment's log that a filter means, a bounded stretch at a time. */
export class LogFilterRows {
  private readonly database: Database
  private readonly logKey: number
  private readonly where: string
  private readonly parameters: readonly SqlValue[]

  constructor(database: Database, logKey: number, filter: LogFilter) {
    const conditions = listConditions(filter)
    this.database = database
    this.logKey = logKey
    this.where = ['deployment = ? AND id >= ? AND id < ?', ...conditions.map(({ sql }) => sql)].join(' AND ')
    this.parameters = conditions.flatMap(({ parameters }) => parameters)
  }

  private bind({ low, high }: IdRange): SqlValue[] {
    return [this.logKey, low, high, ...this.parameters]
  }

  count(range: IdRange): number {
    const row = this.database.get<{ total: number }>(
      `SELECT count(*) AS total FROM prediction WHERE ${this.where}`,
      this.bind(range),
    )
    return row?.total ?? 0
  }

  /** Lines in the order of their identifiers. */
  read(
    range: IdRange,
    page: { readonly order: 'ASC' | 'DESC'; readonly limit: number; readonly offset: number },
  ): PredictionRow[] {
    return this.database.all<PredictionRow>(
      `SELECT * FROM prediction WHERE ${this.where} ORDER BY id ${page.order} LIMIT ? OFFSET ?`,
      [...this.bind(range), page.limit, page.offset],
    )
  }

  /** The columns of the inputs with the JSON types that their values have. */
  inputTypes(range: IdRange): { key: string; type: string }[] {
    return this.database.all(
      `SELECT DISTINCT each.key AS key, each.type AS type
       FROM (SELECT inputs FROM prediction WHERE ${this.where} AND inputs IS NOT NULL) AS line, json_each(line.inputs) AS each`,
      this.bind(range),
    )
  }

  /** The counts of up to `limit` minutes in [from, to), in the asked order. */
  minutes(span: {
    readonly from: number
    readonly to: number
    readonly order: 'ASC' | 'DESC'
    readonly limit: number
  }): MinuteTotals[] {
    return this.database.all<MinuteTotals>(
      `SELECT minute, rows, errors FROM prediction_minute INDEXED BY prediction_minute_counts
       WHERE deployment = ? AND minute >= ? AND minute < ? ORDER BY minute ${span.order} LIMIT ?`,
      [this.logKey, span.from, span.to, span.limit],
    )
  }

  /** The sums of all minutes in [from, to). */
  totals(from: number, to: number): { rows: number; errors: number } {
    const row = this.database.get<{ rows: number; errors: number }>(
      `SELECT coalesce(sum(rows), 0) AS rows, coalesce(sum(errors), 0) AS errors
       FROM prediction_minute INDEXED BY prediction_minute_counts WHERE deployment = ? AND minute >= ? AND minute < ?`,
      [this.logKey, from, to],
    )
    return row ?? { rows: 0, errors: 0 }
  }
}

/** The identifiers between two times (epoch milliseconds, both exclusive). */
export const idsBetween = (since: number | undefined, until: number | undefined): IdRange => ({
  low: lowestIdAt((since ?? -1) + 1),
  high: until === undefined || !Number.isFinite(until) ? new Uint8Array(16).fill(0xff) : lowestIdAt(until),
})
