import type { Database } from '../../store/database'
import type {
  LogLine,
  Metrics,
  StoredPlan,
  TrainingFile,
  TrainingFileKind,
  TrainingFiles,
  TrainingOptions,
  TrainingOutcome,
  TrainingPlan,
  TrainingTrigger,
} from './training'
import { planSchema, trainingOptionsSchema } from './training'

type Row = {
  id: string
  model_id: string
  trigger: TrainingTrigger
  options: string
  metrics: string
  surroundings: string | null
  outcome: string | null
  tail: string
}

export type TrainingRecord = {
  readonly id: string
  readonly modelId: string
  readonly trigger: TrainingTrigger
  readonly options: TrainingOptions
  readonly files: TrainingFiles
  readonly metrics: Metrics
  readonly surroundings: string | null
  readonly outcome: TrainingOutcome | null
  readonly tail: readonly string[]
}

type PlanRow = {
  model_id: string
  plan: string
  due_at: number | null
  drift_at: number | null
  failure: string | null
}

const toPlan = (row: PlanRow): StoredPlan => ({
  modelId: row.model_id,
  plan: planSchema.parse(JSON.parse(row.plan)),
  dueAt: row.due_at,
  driftAt: row.drift_at,
  failure: row.failure,
})

/** All SQL about trainings, their logs and plans. */
export class TrainingRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  insert(training: Pick<TrainingRecord, 'id' | 'modelId' | 'trigger' | 'options' | 'files'>): void {
    const { id, modelId, trigger, options, files } = training
    this.database.run(
      "INSERT INTO training (id, model_id, trigger, options, metrics, tail) VALUES (?, ?, ?, ?, '{}', '[]')",
      [id, modelId, trigger, JSON.stringify(options)],
    )
    for (const [kind, { name, sha256 }] of Object.entries(files))
      this.database.run('INSERT INTO training_file (training_id, kind, name, sha256) VALUES (?, ?, ?, ?)', [
        id,
        kind,
        name,
        sha256,
      ])
  }

  private files(id: string): TrainingFiles {
    const rows = this.database.all<TrainingFile & { kind: TrainingFileKind }>(
      'SELECT kind, name, sha256 FROM training_file WHERE training_id = ?',
      [id],
    )
    return Object.fromEntries(rows.map(({ kind, name, sha256 }) => [kind, { name, sha256 }]))
  }

  private toRecord(row: Row): TrainingRecord {
    return {
      id: row.id,
      modelId: row.model_id,
      trigger: row.trigger,
      options: trainingOptionsSchema.parse(JSON.parse(row.options)),
      files: this.files(row.id),
      metrics: JSON.parse(row.metrics) as Metrics,
      surroundings: row.surroundings,
      outcome: row.outcome === null ? null : (JSON.parse(row.outcome) as TrainingOutcome),
      tail: JSON.parse(row.tail) as string[],
    }
  }

  find(id: string): TrainingRecord | undefined {
    const row = this.database.get<Row>('SELECT * FROM training WHERE id = ?', [id])
    return row === undefined ? undefined : this.toRecord(row)
  }

  /** Trainings of a model, newest first. */
  list(modelId: string, page: { readonly limit: number; readonly offset: number }): TrainingRecord[] {
    return this.database
      .all<Row>('SELECT * FROM training WHERE model_id = ? ORDER BY rowid DESC LIMIT ? OFFSET ?', [
        modelId,
        page.limit,
        page.offset,
      ])
      .map((row) => this.toRecord(row))
  }

  count(modelId: string): number {
    const sql = 'SELECT count(*) AS total FROM training WHERE model_id = ?'
    return this.database.get<{ total: number }>(sql, [modelId])?.total ?? 0
  }

  /** Identifiers of trainings that wait or run, of a model or of all. */
  unfinished(modelId: string | null): { id: string; status: string }[] {
    return this.database.all(
      `SELECT training.id, job.status FROM training JOIN job ON job.id = training.id
       WHERE job.status IN ('queued', 'running') AND (?1 IS NULL OR training.model_id = ?1)`,
      [modelId],
    )
  }

  keep(id: string, facts: Pick<TrainingRecord, 'metrics' | 'surroundings' | 'outcome' | 'tail'>): void {
    this.database.run(
      'UPDATE training SET metrics = ?, surroundings = ?, outcome = ?, tail = ? WHERE id = ?',
      [
        JSON.stringify(facts.metrics),
        facts.surroundings,
        facts.outcome === null ? null : JSON.stringify(facts.outcome),
        JSON.stringify(facts.tail),
        id,
      ],
    )
  }

  append(id: string, lines: readonly LogLine[]): void {
    this.database.transaction(() => {
      for (const { line, stream, text, at } of lines)
        this.database.run(
          'INSERT OR REPLACE INTO training_log (training_id, line, stream, text, at) VALUES (?, ?, ?, ?, ?)',
          [id, line, stream, text, at],
        )
    })
  }

  log(id: string, after: number, limit: number): LogLine[] {
    return this.database.all<LogLine>(
      'SELECT line, stream, text, at FROM training_log WHERE training_id = ? AND line > ? ORDER BY line LIMIT ?',
      [id, after, limit],
    )
  }

  lastLines(id: string, count: number): string[] {
    const sql = 'SELECT text FROM training_log WHERE training_id = ? ORDER BY line DESC LIMIT ?'
    return this.database
      .all<{ text: string }>(sql, [id, count])
      .map(({ text }) => text)
      .reverse()
  }

  plan(modelId: string): StoredPlan | null {
    const row = this.database.get<PlanRow>('SELECT * FROM training_plan WHERE model_id = ?', [modelId])
    return row === undefined ? null : toPlan(row)
  }

  plans(): StoredPlan[] {
    return this.database.all<PlanRow>('SELECT * FROM training_plan').map(toPlan)
  }

  setPlan(modelId: string, plan: TrainingPlan, dueAt: number | null): void {
    this.database.run(
      `INSERT INTO training_plan (model_id, plan, due_at) VALUES (?, ?, ?)
       ON CONFLICT (model_id) DO UPDATE SET plan = excluded.plan, due_at = excluded.due_at, failure = NULL`,
      [modelId, JSON.stringify(plan), dueAt],
    )
  }

  notePlan({ modelId, dueAt, driftAt, failure }: Omit<StoredPlan, 'plan'>): void {
    this.database.run('UPDATE training_plan SET due_at = ?, drift_at = ?, failure = ? WHERE model_id = ?', [
      dueAt,
      driftAt,
      failure,
      modelId,
    ])
  }

  removePlan(modelId: string): void {
    this.database.run('DELETE FROM training_plan WHERE model_id = ?', [modelId])
  }
}
