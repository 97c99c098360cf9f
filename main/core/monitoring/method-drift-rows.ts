import type { Database } from '../../store/database'
import type { FeatureKind, FeatureVerdict } from './by-method/comparison'
import type { DriftMethod, TestName } from './by-method/methods'
import type { MethodResult, MethodResultQuery, MethodRun, MethodSetting, RunOutcome } from './by-method/run'

type RunRow = {
  position: number
  id: string
  deployment_id: string
  model_id: string
  model_version_id: string
  method: DriftMethod
  outcome: RunOutcome
  operations: number
  reference_rows: number
  features: number
  drifted: number
  left_out: string
  at: number
}

type ResultRow = {
  position: number
  run_id: string
  model_id: string
  feature: string
  kind: FeatureKind
  method: TestName
  statistic: number | null
  p_value: number
  is_drift: number
  at: number
}

/** Over a year of daily runs is kept per deployment. */
const KEPT_RUNS = 400

const toRun = (row: RunRow): MethodRun => ({
  id: row.id,
  deploymentId: row.deployment_id,
  modelId: row.model_id,
  modelVersionId: row.model_version_id,
  method: row.method,
  outcome: row.outcome,
  operations: row.operations,
  referenceRows: row.reference_rows,
  features: row.features,
  drifted: row.drifted,
  leftOut: JSON.parse(row.left_out) as MethodRun['leftOut'],
  at: row.at,
})

const toResult = (row: ResultRow): MethodResult => ({
  id: row.position,
  runId: row.run_id,
  modelId: row.model_id,
  feature: row.feature,
  kind: row.kind,
  method: row.method,
  statistic: row.statistic,
  pValue: row.p_value,
  isDrift: row.is_drift === 1,
  at: row.at,
})

/** All SQL of drift by a model's own method. */
export class MethodDriftRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  setting(deploymentId: string): MethodSetting | undefined {
    const row = this.database.get<{ is_on: number; method: DriftMethod }>(
      'SELECT is_on, method FROM method_drift_setting WHERE deployment_id = ?',
      [deploymentId],
    )
    return row === undefined ? undefined : { isOn: row.is_on === 1, method: row.method }
  }

  keepSetting(deploymentId: string, setting: MethodSetting): void {
    this.database.run(
      `INSERT INTO method_drift_setting (deployment_id, is_on, method) VALUES (?, ?, ?)
       ON CONFLICT (deployment_id) DO UPDATE SET is_on = excluded.is_on, method = excluded.method`,
      [deploymentId, Number(setting.isOn), setting.method],
    )
  }

  dropSetting(deploymentId: string): void {
    this.database.run('DELETE FROM method_drift_setting WHERE deployment_id = ?', [deploymentId])
  }

  /** The version that a deployment serves, and since when. */
  served(deploymentId: string): { readonly versionId: string; readonly since: number } | undefined {
    return this.database.get(
      'SELECT model_version_id AS versionId, since FROM method_drift_served WHERE deployment_id = ?',
      [deploymentId],
    )
  }

  keepServed(deploymentId: string, served: { readonly versionId: string; readonly since: number }): void {
    this.database.run(
      `INSERT INTO method_drift_served (deployment_id, model_version_id, since) VALUES (?, ?, ?)
       ON CONFLICT (deployment_id) DO UPDATE SET model_version_id = excluded.model_version_id, since = excluded.since`,
      [deploymentId, served.versionId, served.since],
    )
  }

  lastRun(deploymentId: string): MethodRun | undefined {
    const row = this.database.get<RunRow>(
      'SELECT * FROM method_drift_run WHERE deployment_id = ? ORDER BY position DESC LIMIT 1',
      [deploymentId],
    )
    return row === undefined ? undefined : toRun(row)
  }

  /** Keeps a run with its verdicts. One that compared nothing takes the place of such a one before it. */
  keepRun(run: MethodRun, verdicts: readonly FeatureVerdict[]): void {
    this.database.transaction(() => {
      const last = this.lastRun(run.deploymentId)
      if (last !== undefined && last.outcome !== 'compared' && run.outcome !== 'compared')
        this.database.run('DELETE FROM method_drift_run WHERE id = ?', [last.id])
      const position = this.insertRun(run)
      for (const verdict of verdicts) {
        this.database.run(
          `INSERT INTO method_drift_result (run, feature, kind, method, statistic, p_value, is_drift)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          [
            position,
            verdict.feature,
            verdict.kind,
            verdict.method,
            verdict.statistic,
            verdict.pValue,
            Number(verdict.isDrift),
          ],
        )
      }
      this.database.run(
        `DELETE FROM method_drift_run WHERE deployment_id = ?1 AND position <= (
           SELECT position FROM method_drift_run WHERE deployment_id = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?2)`,
        [run.deploymentId, KEPT_RUNS],
      )
    })
  }

  private insertRun(run: MethodRun): number {
    const row = this.database.get<{ position: number }>(
      `INSERT INTO method_drift_run (id, deployment_id, model_id, model_version_id, method, outcome, operations,
         reference_rows, features, drifted, left_out, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING position`,
      [
        run.id,
        run.deploymentId,
        run.modelId,
        run.modelVersionId,
        run.method,
        run.outcome,
        run.operations,
        run.referenceRows,
        run.features,
        run.drifted,
        JSON.stringify(run.leftOut),
        run.at,
      ],
    )
    return row?.position ?? 0
  }

  /** Verdicts, those of the newest run first; within a run in the order of the features. */
  results(deploymentId: string, query: MethodResultQuery): { items: MethodResult[]; total: number } {
    const from = `FROM method_drift_run AS run JOIN method_drift_result AS result ON result.run = run.position
      WHERE run.deployment_id = ?1 AND (?2 IS NULL OR run.id = ?2)`
    const filter = [deploymentId, query.runId ?? null]
    const rows = this.database.all<ResultRow>(
      `SELECT result.*, run.id AS run_id, run.model_id, run.at ${from}
       ORDER BY run.position DESC, result.position LIMIT ?3 OFFSET ?4`,
      [...filter, query.limit, query.offset],
    )
    const count = this.database.get<{ total: number }>(`SELECT count(*) AS total ${from}`, filter)
    return { items: rows.map(toResult), total: count?.total ?? 0 }
  }
}
