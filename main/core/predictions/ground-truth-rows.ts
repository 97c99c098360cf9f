import { formatUuid, lowestIdAt } from '../identifiers'
import type { Database, SqlParameters } from '../../store/database'
import type { WriteStatement } from '../../store/writer-messages'
import type { GroundTruth, LabelledPrediction } from './ground-truth'

/** An answer of the log as far as its truth is concerned. */
export type LoggedAnswer = {
  /** Identifier as bytes. */
  readonly id: Uint8Array
  readonly prediction: string | number | null
  readonly probabilities: { readonly [label: string]: number } | null
  readonly statusCode: number
  readonly createdAt: number
}

export type Key = { readonly column: string; readonly value: string }

type AnswerRow = {
  id: Uint8Array
  prediction: string | null
  probabilities: string | null
  status_code: number
  created_at: number
}
type TruthRow = { revision: number; actual: string; observed_at: number | null; received_at: number }
type LabelledRow = { prediction: string; probabilities: string | null; created_at: number; actual: string }

const PUT = `INSERT INTO ground_truth (deployment, prediction, revision, actual, observed_at, received_at) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (deployment, prediction) DO UPDATE SET revision = excluded.revision, actual = excluded.actual,
    observed_at = excluded.observed_at, received_at = excluded.received_at`
const KEEP_REPLACED = `INSERT INTO ground_truth_replaced
  (deployment, prediction, revision, actual, observed_at, received_at) VALUES (?, ?, ?, ?, ?, ?)`
const WAIT = `INSERT INTO ground_truth_waiting
  (deployment, column_name, value, revision, actual, observed_at, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
const STOP_WAITING = 'DELETE FROM ground_truth_waiting WHERE deployment = ? AND column_name = ? AND value = ?'
const INDEX =
  "INSERT OR IGNORE INTO prediction_key (deployment, column_name, value, prediction) VALUES (?, ?, ?, unhex(?, '-'))"

const HIGHEST_ID = new Uint8Array(16).fill(0xff)

const toTruth = (row: TruthRow): GroundTruth => ({
  revision: row.revision,
  actual: JSON.parse(row.actual) as string | number,
  observedAt: row.observed_at,
  receivedAt: row.received_at,
})

const parseScores = (text: string | null): LoggedAnswer['probabilities'] =>
  text === null ? null : (JSON.parse(text) as Record<string, number>)

const truthCells = (truth: GroundTruth): SqlParameters => [
  truth.revision,
  JSON.stringify(truth.actual),
  truth.observedAt,
  truth.receivedAt,
]

type Truths = readonly { readonly id: Uint8Array; readonly truth: GroundTruth }[]

/** Statements for the writer thread. */
export const truthStatements = {
  put: (logKey: number, truths: Truths): WriteStatement => ({
    sql: PUT,
    rows: truths.map(({ id, truth }) => [logKey, id, ...truthCells(truth)]),
  }),
  keepReplaced: (logKey: number, truths: Truths): WriteStatement => ({
    sql: KEEP_REPLACED,
    rows: truths.map(({ id, truth }) => [logKey, id, ...truthCells(truth)]),
  }),
  wait: (logKey: number, labels: readonly (Key & { readonly truth: GroundTruth })[]): WriteStatement => ({
    sql: WAIT,
    rows: labels.map(({ column, value, truth }) => [logKey, column, value, ...truthCells(truth)]),
  }),
  stopWaiting: (logKey: number, keys: readonly Key[]): WriteStatement => ({
    sql: STOP_WAITING,
    rows: keys.map(({ column, value }) => [logKey, column, value]),
  }),
  forgetWaiting: (logKey: number, before: number): WriteStatement => ({
    sql: 'DELETE FROM ground_truth_waiting WHERE deployment = ? AND received_at < ?',
    rows: [[logKey, before]],
  }),
  index: (keys: readonly (Key & { readonly logKey: number; readonly id: string })[]): WriteStatement => ({
    sql: INDEX,
    rows: keys.map(({ logKey, column, value, id }) => [logKey, column, value, id]),
  }),
  addUnseen: (logKey: number, labels: readonly string[]): WriteStatement => ({
    sql: 'INSERT OR IGNORE INTO ground_truth_unseen (deployment, label) VALUES (?, ?)',
    rows: labels.map((label) => [logKey, label]),
  }),
  keepUpload: (job: string, line: number, report: string): WriteStatement => ({
    sql: `INSERT INTO ground_truth_upload (job, line, report) VALUES (?, ?, ?)
      ON CONFLICT (job) DO UPDATE SET line = excluded.line, report = excluded.report`,
    rows: [[job, line, report]],
  }),
  forgetUpload: (job: string): WriteStatement => ({
    sql: 'DELETE FROM ground_truth_upload WHERE job = ?',
    rows: [[job]],
  }),
}

/** All reading SQL about ground truth. */
export class GroundTruthRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /** @param id the text of an identifier */
  answer(logKey: number, id: string): LoggedAnswer | undefined {
    const row = this.database.get<AnswerRow>(
      `SELECT id, prediction, probabilities, status_code, created_at FROM prediction
       WHERE deployment = ? AND id = unhex(?, '-')`,
      [logKey, id],
    )
    if (row === undefined) return undefined
    return {
      id: row.id,
      prediction: row.prediction === null ? null : (JSON.parse(row.prediction) as string | number),
      probabilities: parseScores(row.probabilities),
      statusCode: row.status_code,
      createdAt: row.created_at,
    }
  }

  /** The newest prediction with a key that was made no later than a moment; the newest of all when none was. */
  findByKey(logKey: number, { column, value }: Key, at: number | null): string | undefined {
    const find = (below: Uint8Array): Uint8Array | undefined =>
      this.database.get<{ prediction: Uint8Array }>(
        `SELECT prediction FROM prediction_key WHERE deployment = ? AND column_name = ? AND value = ? AND prediction < ?
         ORDER BY prediction DESC LIMIT 1`,
        [logKey, column, value, below],
      )?.prediction
    const found = (at === null ? undefined : find(lowestIdAt(at + 1))) ?? find(HIGHEST_ID)
    return found === undefined ? undefined : formatUuid(found)
  }

  truth(logKey: number, id: Uint8Array): GroundTruth | undefined {
    const row = this.database.get<TruthRow>(
      'SELECT revision, actual, observed_at, received_at FROM ground_truth WHERE deployment = ? AND prediction = ?',
      [logKey, id],
    )
    return row === undefined ? undefined : toTruth(row)
  }

  /** Everything that was ever said of a prediction, newest first. */
  history(logKey: number, id: Uint8Array): GroundTruth[] {
    const columns = 'revision, actual, observed_at, received_at'
    return this.database
      .all<TruthRow>(
        `SELECT ${columns} FROM ground_truth WHERE deployment = ?1 AND prediction = ?2
         UNION ALL SELECT ${columns} FROM ground_truth_replaced WHERE deployment = ?1 AND prediction = ?2
         ORDER BY revision DESC`,
        [logKey, id],
      )
      .map(toTruth)
  }

  /** What waits for a key, oldest first. */
  waiting(logKey: number, { column, value }: Key): GroundTruth[] {
    return this.database
      .all<TruthRow>(
        `SELECT revision, actual, observed_at, received_at FROM ground_truth_waiting
         WHERE deployment = ? AND column_name = ? AND value = ? ORDER BY revision`,
        [logKey, column, value],
      )
      .map(toTruth)
  }

  /** Keys that wait, per deployment. */
  waitingCounts(): { deployment: number; keys: number }[] {
    return this.database.all(
      `SELECT deployment, count(*) AS keys FROM (SELECT DISTINCT deployment, column_name, value FROM ground_truth_waiting)
       GROUP BY deployment`,
    )
  }

  /** Keys that wait although their prediction is there. */
  settleable(logKey: number): Key[] {
    return this.database.all<Key>(
      `SELECT DISTINCT column_name AS "column", value FROM ground_truth_waiting AS label WHERE deployment = ?
         AND EXISTS (SELECT 1 FROM prediction_key WHERE deployment = label.deployment
           AND column_name = label.column_name AND value = label.value)`,
      [logKey],
    )
  }

  unseen(logKey: number): string[] {
    return this.database
      .all<{ label: string }>('SELECT label FROM ground_truth_unseen WHERE deployment = ?', [logKey])
      .map(({ label }) => label)
  }

  upload(job: string): { line: number; report: string } | undefined {
    return this.database.get('SELECT line, report FROM ground_truth_upload WHERE job = ?', [job])
  }

  /** Inputs of answered predictions after an identifier, in the order they were made. */
  inputsAfter(
    logKey: number,
    after: Uint8Array,
    limit: number,
  ): { id: Uint8Array; inputs: string; created_at: number }[] {
    return this.database.all(
      `SELECT id, inputs, created_at FROM prediction WHERE deployment = ? AND id > ?
         AND inputs IS NOT NULL AND status_code < 400 ORDER BY id LIMIT ?`,
      [logKey, after, limit],
    )
  }

  /** Predictions of a time with their truth, oldest first. @param from epoch milliseconds, inclusive @param to exclusive */
  labelled(logKey: number, from: number, to: number): LabelledPrediction[] {
    return this.database
      .all<LabelledRow>(
        `SELECT prediction.prediction, prediction.probabilities, prediction.created_at, ground_truth.actual
         FROM ground_truth JOIN prediction
           ON prediction.deployment = ground_truth.deployment AND prediction.id = ground_truth.prediction
         WHERE ground_truth.deployment = ? AND ground_truth.prediction >= ? AND ground_truth.prediction < ?
         ORDER BY ground_truth.prediction`,
        [logKey, lowestIdAt(from), lowestIdAt(to)],
      )
      .map((row) => ({
        predicted: JSON.parse(row.prediction) as string | number,
        probabilities: parseScores(row.probabilities),
        createdAt: row.created_at,
        actual: JSON.parse(row.actual) as string | number,
      }))
  }
}
