import { WorkstationError } from '../../errors'
import type { Tensors } from '../../inference/tensor'
import type { FeatureValue } from '../distributions/value'
import { encodeRows } from '../signatures/encoding'
import type { Feature, Signature } from '../signatures/signature'
import { findFault } from './answerable'
import { locateColumns } from './converted-signature'
import { describeColumn, isMissingMark } from './data-column'
import { planColumns } from './fit-data'
import type { Table } from './read-table'
import { readTable } from './read-table'

export type VerificationTask = {
  readonly path: string
  /** A second file with the predictions, or null when they are columns of the first. */
  readonly predictionsPath: string | null
  readonly signature: Signature
  readonly predictionColumn: string | null
}

/** Rows to ask the model, and what the original answered. */
export type VerificationRows = {
  readonly rows: number
  /** Inputs of up to 1,000 rows each. */
  readonly batches: readonly { readonly inputs: Tensors; readonly rows: number }[]
  /** Labels as text, values as numbers; null without a column of predictions. */
  readonly predictions: readonly (string | number)[] | null
  readonly probabilities: readonly { readonly label: string; readonly values: Float64Array }[]
}

const PREDICTION_NAMES = ['prediction', 'predicted', 'predictions', 'expected', 'y_pred']
const PROBABILITY_PREFIX = 'proba_'
const BATCH_ROWS = 1000
const MOST_ROWS = 100_000
/** A graph that takes one row at a time is run once per row. */
const MOST_SINGLE_ROWS = 1000

const refuse = (message: string): never => {
  throw new WorkstationError('invalid', `verification: ${message}`)
}

type AnswerColumns = { readonly prediction: string | null; readonly probabilities: readonly string[] }

/** Which columns hold the original's answers. `taken` are names of features, which are never answers. */
function findAnswers(table: Table, asked: string | null, taken: ReadonlySet<string>): AnswerColumns {
  const free = table.names.filter((name) => !taken.has(name))
  const probabilities = free.filter((name) => name.startsWith(PROBABILITY_PREFIX))
  if (asked !== null && !table.names.includes(asked))
    return refuse(`there is no column "${asked}"; the file has ${table.names.join(', ')}`)
  const usual = free.find((name) => PREDICTION_NAMES.includes(name.toLowerCase()))
  return { prediction: asked ?? usual ?? null, probabilities }
}

/** A file of predictions alone may name its only column as it likes. */
function findSeparateAnswers(table: Table, asked: string | null): AnswerColumns {
  const found = findAnswers(table, asked, new Set())
  const [only] = table.names
  if (found.prediction === null && found.probabilities.length === 0 && table.names.length === 1)
    return { prediction: only ?? null, probabilities: [] }
  return found
}

const isSameLabel = (label: string, text: string): boolean =>
  label === text || (text !== '' && label !== '' && Number(label) === Number(text))

function readNumber(cell: string, place: string): number {
  const value = Number(cell)
  if (cell !== '' && Number.isFinite(value)) return value
  return refuse(`${place} is "${cell}"; expected a number`)
}

const cellsOf = (table: Table, name: string): readonly string[] =>
  table.columns[table.names.indexOf(name)] ?? []

function readPredictions(table: Table, name: string, { task, classLabels }: Signature): (string | number)[] {
  return cellsOf(table, name).map((cell, row) => {
    const place = `"${name}" of row ${row + 1}`
    if (task === 'regression') return readNumber(cell, place)
    if (cell === '') return refuse(`${place} is empty; expected a class label`)
    return classLabels.find((label) => isSameLabel(label, cell)) ?? cell
  })
}

function readProbabilities(table: Table, names: readonly string[], { classLabels }: Signature) {
  return names.map((name) => {
    const text = name.slice(PROBABILITY_PREFIX.length)
    const label = classLabels.find((each) => isSameLabel(each, text))
    if (label === undefined)
      return refuse(`"${name}" names no class of the model, whose classes are ${classLabels.join(', ')}`)
    const values = cellsOf(table, name).map((cell, row) => readNumber(cell, `"${name}" of row ${row + 1}`))
    return { label, values: Float64Array.from(values) }
  })
}

function readValue(feature: Feature, cell: string): FeatureValue {
  switch (feature.type) {
    case 'string':
      return cell === '' ? null : cell
    case 'boolean':
      if (/^(true|1|1\.0)$/i.test(cell)) return true
      return /^(false|0|0\.0)$/i.test(cell) ? false : isMissingMark(cell) ? null : Number.NaN
    case 'number':
    case 'integer':
      if (isMissingMark(cell)) return null
      return /^(true|false)$/i.test(cell) ? Number(cell.toLowerCase() === 'true') : Number(cell)
  }
}

function readFeatures(table: Table, signature: Signature, answers: ReadonlySet<string>): FeatureValue[][] {
  const offered = table.names
    .filter((name) => !answers.has(name))
    .map((name) => describeColumn(name, cellsOf(table, name)))
  const plan = planColumns(signature, new Set(offered.map(({ name }) => name)))
  const { found } = locateColumns(plan, offered, null)
  const columns = found.map(({ feature, column }) => {
    const values = cellsOf(table, column.name).map((cell) => readValue(feature, cell))
    values.forEach((value, row) => {
      const fault = findFault(feature, value)
      if (fault !== null) refuse(`"${column.name}" of row ${row + 1} ${fault}; the model does not answer it`)
    })
    return values
  })
  return Array.from({ length: table.rows }, (_, row) => columns.map((values) => values[row] ?? null))
}

function toBatches(signature: Signature, rows: readonly FeatureValue[][]): VerificationRows['batches'] {
  const size = signature.isSingleRow ? 1 : BATCH_ROWS
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => {
    const part = rows.slice(index * size, (index + 1) * size)
    return { inputs: encodeRows(signature, part), rows: part.length }
  })
}

function checkRows(rows: number, most: number): void {
  if (rows > most)
    throw new WorkstationError('too_large', `verification: ${rows} rows; at most ${most} are compared`)
}

/**
 * Reads rows with the predictions of the original model. Runs in an analysis worker.
 * @throws WorkstationError invalid, naming the column and the row; too_large for too many rows
 */
export async function readVerification(input: VerificationTask): Promise<VerificationRows> {
  const { signature, predictionColumn, predictionsPath } = input
  const table = await readTable(input.path, () => undefined)
  checkRows(table.rows, signature.isSingleRow ? MOST_SINGLE_ROWS : MOST_ROWS)
  const other = predictionsPath === null ? null : await readTable(predictionsPath, () => undefined)
  if (other !== null && other.rows !== table.rows)
    refuse(
      `the predictions have ${other.rows} rows and the features ${table.rows}; they must be the same rows`,
    )
  const features = new Set(signature.features.map(({ name }) => name))
  const answers =
    other === null
      ? findAnswers(table, predictionColumn, features)
      : findSeparateAnswers(other, predictionColumn)
  const { prediction, probabilities } = answers
  if (prediction === null && probabilities.length === 0) {
    refuse(
      `no column holds predictions; name it ${PREDICTION_NAMES.join(', ')} or ${PROBABILITY_PREFIX}<class>, or say which one it is`,
    )
  }
  const source = other ?? table
  const own =
    other === null
      ? new Set([...(prediction === null ? [] : [prediction]), ...probabilities])
      : new Set<string>()
  const rows = readFeatures(table, signature, own)
  return {
    rows: table.rows,
    batches: toBatches(signature, rows),
    predictions: prediction === null ? null : readPredictions(source, prediction, signature),
    probabilities: readProbabilities(source, probabilities, signature),
  }
}
