import type { Database } from '../../store/database'
import type { Deployment, DeploymentChange, DeploymentQuery, DeploymentStatus, Stage } from './deployment'

type Row = {
  id: string
  log_key: number
  project_id: string
  model_id: string
  model_name: string
  model_version_id: string
  model_version: number
  name: string
  stage: Stage
  status: DeploymentStatus
  failure: string | null
  traffic_percent: number
  is_shadow: number
  privacy_policy_id: string | null
  privacy_anonymize_logs: number
  privacy_anonymize_response: number
  privacy_column_map: string
  privacy_threshold: number | null
  created_at: number
  updated_at: number
}

type ChangeRow = {
  deployment_id: string
  action: DeploymentChange['action']
  actor: string
  from_stage: Stage | null
  to_stage: Stage
  note: string
  at: number
}

const SELECT = `SELECT deployment.*, model.id AS model_id, model.name AS model_name, model_version.number AS model_version
  FROM deployment
  JOIN model_version ON model_version.id = deployment.model_version_id
  JOIN model ON model.id = model_version.model_id`

const toDeployment = (row: Row): Deployment => ({
  id: row.id,
  logKey: row.log_key,
  projectId: row.project_id,
  modelId: row.model_id,
  modelName: row.model_name,
  modelVersionId: row.model_version_id,
  modelVersion: row.model_version,
  name: row.name,
  stage: row.stage,
  status: row.status,
  failure: row.failure,
  trafficPercent: row.traffic_percent,
  isShadow: row.is_shadow === 1,
  privacy: {
    policyId: row.privacy_policy_id,
    anonymizeLogs: row.privacy_anonymize_logs === 1,
    anonymizeResponse: row.privacy_anonymize_response === 1,
    columnMap: JSON.parse(row.privacy_column_map) as Record<string, string>,
    threshold: row.privacy_threshold,
  },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export type NewDeploymentRow = Omit<Deployment, 'logKey' | 'modelId' | 'modelName' | 'modelVersion'>

/** All SQL about deployments and their history. */
export class DeploymentRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  find(id: string): Deployment | undefined {
    const row = this.database.get<Row>(`${SELECT} WHERE deployment.id = ?`, [id])
    return row === undefined ? undefined : toDeployment(row)
  }

  list(query: DeploymentQuery): { items: Deployment[]; total: number } {
    const where = `(?1 IS NULL OR deployment.project_id = ?1) AND (?2 IS NULL OR deployment.stage = ?2)
      AND (?3 IS NULL OR model.id = ?3) AND (instr(lower(deployment.name), ?4) > 0 OR instr(lower(model.name), ?4) > 0)`
    const filters = [
      query.projectId ?? null,
      query.stage ?? null,
      query.modelId ?? null,
      query.search.toLowerCase(),
    ]
    const rows = this.database.all<Row>(
      `${SELECT} WHERE ${where} ORDER BY deployment.log_key DESC LIMIT ?5 OFFSET ?6`,
      [...filters, query.limit, query.offset],
    )
    const count = this.database.get<{ total: number }>(
      `SELECT count(*) AS total FROM deployment JOIN model_version ON model_version.id = deployment.model_version_id
       JOIN model ON model.id = model_version.model_id WHERE ${where}`,
      filters,
    )
    return { items: rows.map(toDeployment), total: count?.total ?? 0 }
  }

  /** Deployments that answer, or should: neither archived nor deactivated. */
  unarchived(): Deployment[] {
    return this.database
      .all<Row>(`${SELECT} WHERE deployment.stage <> 'archived' ORDER BY deployment.log_key`)
      .map(toDeployment)
  }

  /** Deployments of a project that answer: active and not archived. */
  serving(projectId: string): Deployment[] {
    return this.database
      .all<Row>(
        `${SELECT} WHERE deployment.project_id = ? AND deployment.stage <> 'archived' AND deployment.status = 'active'
         ORDER BY deployment.log_key`,
        [projectId],
      )
      .map(toDeployment)
  }

  edit(id: string, to: { name: string; trafficPercent: number; isShadow: boolean; at: number }): void {
    this.database.run(
      'UPDATE deployment SET name = ?, traffic_percent = ?, is_shadow = ?, updated_at = ? WHERE id = ?',
      [to.name, to.trafficPercent, Number(to.isShadow), to.at, id],
    )
  }

  production(projectId: string): Deployment | undefined {
    const row = this.database.get<Row>(
      `${SELECT} WHERE deployment.project_id = ? AND deployment.stage = 'production'`,
      [projectId],
    )
    return row === undefined ? undefined : toDeployment(row)
  }

  insert(deployment: NewDeploymentRow): void {
    this.database.run(
      `INSERT INTO deployment (id, project_id, model_version_id, name, stage, status, failure, traffic_percent, is_shadow,
         privacy_policy_id, privacy_anonymize_logs, privacy_anonymize_response, privacy_column_map, privacy_threshold, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        deployment.id,
        deployment.projectId,
        deployment.modelVersionId,
        deployment.name,
        deployment.stage,
        deployment.status,
        deployment.failure,
        deployment.trafficPercent,
        Number(deployment.isShadow),
        deployment.privacy.policyId,
        deployment.privacy.anonymizeLogs ? 1 : 0,
        deployment.privacy.anonymizeResponse ? 1 : 0,
        JSON.stringify(deployment.privacy.columnMap),
        deployment.privacy.threshold,
        deployment.createdAt,
        deployment.updatedAt,
      ],
    )
  }

  change(
    id: string,
    to: { stage: Stage; status: DeploymentStatus; failure: string | null; at: number },
  ): void {
    this.database.run(
      'UPDATE deployment SET stage = ?, status = ?, failure = ?, updated_at = ? WHERE id = ?',
      [to.stage, to.status, to.failure, to.at, id],
    )
  }

  setVersion(id: string, modelVersionId: string): void {
    this.database.run('UPDATE deployment SET model_version_id = ? WHERE id = ?', [modelVersionId, id])
  }

  removeArchived(id: string): void {
    this.database.run("DELETE FROM deployment WHERE id = ? AND stage = 'archived'", [id])
  }

  record(change: DeploymentChange): void {
    this.database.run(
      'INSERT INTO deployment_change (deployment_id, action, actor, from_stage, to_stage, note, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [change.deploymentId, change.action, change.actor, change.from, change.to, change.note, change.at],
    )
  }

  /** A deployment's history, newest first. */
  history(id: string): DeploymentChange[] {
    return this.database
      .all<ChangeRow>('SELECT * FROM deployment_change WHERE deployment_id = ? ORDER BY id DESC LIMIT 500', [
        id,
      ])
      .map((row) => ({
        deploymentId: row.deployment_id,
        action: row.action,
        actor: row.actor,
        from: row.from_stage,
        to: row.to_stage,
        note: row.note,
        at: row.at,
      }))
  }
}
