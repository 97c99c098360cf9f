import type { Database } from '../../store/database'
import type { JsonValue } from '../json'
import type { Job, JobStatus } from './job'

type Row = {
  id: string
  type: string
  subject: string
  status: JobStatus
  progress: number
  message: string
  payload: string
  result: string
  error: string | null
  created_at: number
  started_at: number | null
  finished_at: number | null
}

const parseJson = (text: string): JsonValue => JSON.parse(text) as JsonValue

const toJob = (row: Row): Job => ({
  id: row.id,
  type: row.type,
  subject: row.subject,
  status: row.status,
  progress: row.progress,
  message: row.message,
  result: parseJson(row.result),
  error: row.error,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
})

export type JobFilter = {
  readonly subject?: string | undefined
  readonly status?: JobStatus | undefined
  readonly limit: number
  readonly offset: number
}

export type JobEnd = {
  readonly status: JobStatus
  readonly result: JsonValue
  readonly error: string | null
  readonly at: number
}

/** All SQL about jobs. */
export class JobRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  insert(job: Job, payload: JsonValue): void {
    this.database.run(
      `INSERT INTO job (id, type, subject, status, progress, message, payload, result, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'null', ?)`,
      [
        job.id,
        job.type,
        job.subject,
        job.status,
        job.progress,
        job.message,
        JSON.stringify(payload),
        job.createdAt,
      ],
    )
  }

  find(id: string): Job | undefined {
    const row = this.database.get<Row>('SELECT * FROM job WHERE id = ?', [id])
    return row === undefined ? undefined : toJob(row)
  }

  list(filter: JobFilter): { items: Job[]; total: number } {
    const where = '(?1 IS NULL OR subject = ?1) AND (?2 IS NULL OR status = ?2)'
    const subject = filter.subject ?? null
    const status = filter.status ?? null
    const rows = this.database.all<Row>(
      `SELECT * FROM job WHERE ${where} ORDER BY created_at DESC, rowid DESC LIMIT ?3 OFFSET ?4`,
      [subject, status, filter.limit, filter.offset],
    )
    const count = this.database.get<{ total: number }>(`SELECT count(*) AS total FROM job WHERE ${where}`, [
      subject,
      status,
    ])
    return { items: rows.map(toJob), total: count?.total ?? 0 }
  }

  /** The unfinished job of a type about a subject, if there is one. */
  unfinished(type: string, subject: string): Job | undefined {
    const row = this.database.get<Row>(
      "SELECT * FROM job WHERE type = ? AND subject = ? AND status IN ('queued', 'running')",
      [type, subject],
    )
    return row === undefined ? undefined : toJob(row)
  }

  /** The job that has waited longest, among some types or among all but some. */
  nextQueued(
    types: { readonly only: readonly string[] } | { readonly except: readonly string[] },
  ): { job: Job; payload: JsonValue } | undefined {
    const [test, names] = 'only' in types ? ['IN', types.only] : ['NOT IN', types.except]
    const row = this.database.get<Row>(
      `SELECT * FROM job WHERE status = 'queued' AND type ${test} (SELECT value FROM json_each(?))
       ORDER BY created_at, rowid LIMIT 1`,
      [JSON.stringify(names)],
    )
    return row === undefined ? undefined : { job: toJob(row), payload: parseJson(row.payload) }
  }

  start(id: string, at: number): void {
    this.database.run("UPDATE job SET status = 'running', started_at = ? WHERE id = ?", [at, id])
  }

  /** Puts jobs that a killed process left running back into the queue. */
  requeueInterrupted(): void {
    this.database.run(
      "UPDATE job SET status = 'queued', progress = 0, started_at = NULL WHERE status = 'running'",
    )
  }

  /** Ends jobs of a type that a killed process left running. */
  failInterrupted(type: string, error: string, at: number): void {
    this.database.run(
      "UPDATE job SET status = 'failed', error = ?, finished_at = ? WHERE status = 'running' AND type = ?",
      [error, at, type],
    )
  }

  progress(id: string, progress: number, message: string): void {
    this.database.run('UPDATE job SET progress = ?, message = ? WHERE id = ?', [progress, message, id])
  }

  finish(id: string, end: JobEnd): void {
    this.database.run(
      `UPDATE job SET status = ?1, result = ?2, error = ?3, finished_at = ?4,
         progress = CASE WHEN ?1 = 'succeeded' THEN 1 ELSE progress END WHERE id = ?5`,
      [end.status, JSON.stringify(end.result), end.error, end.at, id],
    )
  }
}
