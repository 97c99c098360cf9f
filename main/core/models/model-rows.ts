import type { ConversionReport } from '../../formats/convert-model'
import type { OnnxSummary } from '../../formats/onnx/summary'
import type { Database } from '../../store/database'
import type { QualityReference } from '../distributions/labelled-sums'
import type { FeatureValue } from '../distributions/value'
import type { Model, ModelQuery, ModelVersion, ReferenceProfile, SelfTest } from './model'
import type { Signature, Task } from '../signatures/signature'
import type { Verification } from './verification'

type ModelRow = {
  id: string
  project_id: string
  name: string
  description: string
  algorithm: string
  version_count: number
  latest_version: number
  task: Task | null
  feature_count: number
  deployment_count: number
  created_at: number
  updated_at: number
}

type VersionRow = {
  id: string
  model_id: string
  number: number
  task: Task
  original_file: string
  original_file_name: string
  original_bytes: number
  served_file: string
  training_file: string | null
  training_file_name: string | null
  target_column: string | null
  signature: string
  graph: string
  changes: string
  conversion: string | null
  verification: string | null
  self_test: string
  created_at: number
}

const MODEL_SELECT = `SELECT model.*, coalesce(newest.number, 0) AS latest_version, newest.task,
  coalesce(json_array_length(newest.signature, '$.features'), 0) AS feature_count,
  (SELECT count(*) FROM model_version WHERE model_version.model_id = model.id) AS version_count,
  (SELECT count(*) FROM deployment JOIN model_version ON model_version.id = deployment.model_version_id
    WHERE model_version.model_id = model.id AND deployment.stage <> 'archived') AS deployment_count
  FROM model LEFT JOIN model_version AS newest ON newest.model_id = model.id
   AND newest.number = (SELECT max(number) FROM model_version WHERE model_id = model.id)`

const VERSION_COLUMNS = `id, model_id, number, task, original_file, original_file_name, original_bytes, served_file,
  training_file, training_file_name, target_column, signature, graph, changes, conversion, verification, self_test, created_at`

const ORDER = {
  name: 'model.name',
  createdAt: 'model.created_at',
  updatedAt: 'model.updated_at',
  algorithm: 'model.algorithm',
}

const toModel = (row: ModelRow): Model => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  algorithm: row.algorithm,
  versionCount: row.version_count,
  latestVersion: row.latest_version,
  task: row.task,
  featureCount: row.feature_count,
  deploymentCount: row.deployment_count,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

/** Versions that were registered before self-tests took notes have none. */
const NO_NOTES = { notes: [] }

const toVersion = (row: VersionRow): ModelVersion => ({
  id: row.id,
  modelId: row.model_id,
  number: row.number,
  task: row.task,
  originalFile: row.original_file,
  originalFileName: row.original_file_name,
  originalBytes: row.original_bytes,
  servedFile: row.served_file,
  trainingFile: row.training_file,
  trainingFileName: row.training_file_name,
  targetColumn: row.target_column,
  signature: JSON.parse(row.signature) as Signature,
  graph: JSON.parse(row.graph) as OnnxSummary,
  changes: JSON.parse(row.changes) as string[],
  conversion: row.conversion === null ? null : (JSON.parse(row.conversion) as ConversionReport),
  verification: row.verification === null ? null : (JSON.parse(row.verification) as Verification),
  selfTest: { ...NO_NOTES, ...(JSON.parse(row.self_test) as SelfTest) },
  createdAt: row.created_at,
})

export type NewModelRow = Pick<Model, 'id' | 'projectId' | 'name' | 'description' | 'algorithm' | 'createdAt'>

/** What is kept of a version besides the version itself. */
export type VersionReference = {
  /** Null without training data. */
  readonly profile: ReferenceProfile | null
  /** Records of the training data; made-up ones without. */
  readonly examples: readonly { readonly [name: string]: FeatureValue }[]
  /** Rows in the order of the signature's features; null without training data, or before they were kept. */
  readonly background: readonly (readonly FeatureValue[])[] | null
  /** Null when the training data had no target, and for versions that were registered before it was kept. */
  readonly quality: QualityReference | null
}

/** All SQL about models and their versions. */
export class ModelRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  find(id: string): Model | undefined {
    const row = this.database.get<ModelRow>(`${MODEL_SELECT} WHERE model.id = ?`, [id])
    return row === undefined ? undefined : toModel(row)
  }

  findByName(projectId: string, name: string): Pick<Model, 'id' | 'description'> | undefined {
    const sql = 'SELECT id, description FROM model WHERE project_id = ? AND name = ?'
    return this.database.get<Pick<Model, 'id' | 'description'>>(sql, [projectId, name])
  }

  list(query: ModelQuery): { items: Model[]; total: number } {
    const where =
      '(?1 IS NULL OR model.project_id = ?1) AND (instr(lower(model.name), ?2) > 0 OR instr(lower(model.algorithm), ?2) > 0)'
    const project = query.projectId ?? null
    const search = query.search.toLowerCase()
    const direction = query.direction === 'asc' ? 'ASC' : 'DESC'
    const rows = this.database.all<ModelRow>(
      `${MODEL_SELECT} WHERE ${where} ORDER BY ${ORDER[query.sort]} ${direction}, model.id LIMIT ?3 OFFSET ?4`,
      [project, search, query.limit, query.offset],
    )
    const count = this.database.get<{ total: number }>(`SELECT count(*) AS total FROM model WHERE ${where}`, [
      project,
      search,
    ])
    return { items: rows.map(toModel), total: count?.total ?? 0 }
  }

  insert(model: NewModelRow): void {
    this.database.run(
      'INSERT INTO model (id, project_id, name, description, algorithm, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)',
      [model.id, model.projectId, model.name, model.description, model.algorithm, model.createdAt],
    )
  }

  update(id: string, change: { name: string; description: string; algorithm: string; at: number }): void {
    this.database.run(
      'UPDATE model SET name = ?, description = ?, algorithm = ?, updated_at = ? WHERE id = ?',
      [change.name, change.description, change.algorithm, change.at, id],
    )
  }

  remove(id: string): void {
    this.database.run('DELETE FROM model WHERE id = ?', [id])
  }

  nextNumber(modelId: string): number {
    const row = this.database.get<{ next: number }>(
      'SELECT coalesce(max(number), 0) + 1 AS next FROM model_version WHERE model_id = ?',
      [modelId],
    )
    return row?.next ?? 1
  }

  insertVersion(version: ModelVersion, reference: VersionReference): void {
    this.database.run(
      `INSERT INTO model_version (${VERSION_COLUMNS}, profile, examples, background)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        version.id,
        version.modelId,
        version.number,
        version.task,
        version.originalFile,
        version.originalFileName,
        version.originalBytes,
        version.servedFile,
        version.trainingFile,
        version.trainingFileName,
        version.targetColumn,
        JSON.stringify(version.signature),
        JSON.stringify(version.graph),
        JSON.stringify(version.changes),
        toJson(version.conversion),
        toJson(version.verification),
        JSON.stringify(version.selfTest),
        version.createdAt,
        toJson(reference.profile),
        JSON.stringify(reference.examples),
        toJson(reference.background),
      ],
    )
    this.insertQuality(version.id, reference)
  }

  private insertQuality(versionId: string, { quality }: VersionReference): void {
    if (quality === null) return
    this.database.run('INSERT INTO model_version_quality (version_id, reference) VALUES (?, ?)', [
      versionId,
      JSON.stringify(quality),
    ])
  }

  /** Gives a version that has none its training data; false when it has some already. */
  attachTraining(version: ModelVersion, reference: VersionReference): boolean {
    const changed = this.database.run(
      `UPDATE model_version SET training_file = ?, training_file_name = ?, target_column = ?, signature = ?,
         self_test = ?, profile = ?, examples = ?, background = ? WHERE id = ? AND training_file IS NULL`,
      [
        version.trainingFile,
        version.trainingFileName,
        version.targetColumn,
        JSON.stringify(version.signature),
        JSON.stringify(version.selfTest),
        toJson(reference.profile),
        JSON.stringify(reference.examples),
        toJson(reference.background),
        version.id,
      ],
    )
    if (changed === 0) return false
    this.insertQuality(version.id, reference)
    return true
  }

  setVerification(versionId: string, verification: Verification): void {
    this.database.run('UPDATE model_version SET verification = ? WHERE id = ?', [
      JSON.stringify(verification),
      versionId,
    ])
  }

  findVersion(id: string): ModelVersion | undefined {
    const row = this.database.get<VersionRow>(`SELECT ${VERSION_COLUMNS} FROM model_version WHERE id = ?`, [
      id,
    ])
    return row === undefined ? undefined : toVersion(row)
  }

  latestVersion(modelId: string): ModelVersion | undefined {
    const row = this.database.get<VersionRow>(
      `SELECT ${VERSION_COLUMNS} FROM model_version WHERE model_id = ? ORDER BY number DESC LIMIT 1`,
      [modelId],
    )
    return row === undefined ? undefined : toVersion(row)
  }

  versions(modelId: string): ModelVersion[] {
    return this.database
      .all<VersionRow>(
        `SELECT ${VERSION_COLUMNS} FROM model_version WHERE model_id = ? ORDER BY number DESC`,
        [modelId],
      )
      .map(toVersion)
  }

  reference(versionId: string): VersionReference | undefined {
    const row = this.database.get<{
      profile: string | null
      examples: string
      background: string | null
      quality: string | null
    }>(
      `SELECT profile, examples, background, quality.reference AS quality FROM model_version
       LEFT JOIN model_version_quality AS quality ON quality.version_id = model_version.id WHERE id = ?`,
      [versionId],
    )
    if (row === undefined) return undefined
    return {
      profile: row.profile === null ? null : (JSON.parse(row.profile) as ReferenceProfile),
      examples: JSON.parse(row.examples) as VersionReference['examples'],
      background: row.background === null ? null : (JSON.parse(row.background) as FeatureValue[][]),
      quality: row.quality === null ? null : (JSON.parse(row.quality) as QualityReference),
    }
  }

  /** Names of the deployments that still serve a version of the model. */
  servingDeployments(modelId: string): string[] {
    return this.database
      .all<{ name: string }>(
        `SELECT deployment.name FROM deployment JOIN model_version ON model_version.id = deployment.model_version_id
         WHERE model_version.model_id = ? AND deployment.stage <> 'archived' ORDER BY deployment.name`,
        [modelId],
      )
      .map((row) => row.name)
  }

  /** Removes archived deployments of a model, whose history goes with it. */
  removeArchivedDeployments(modelId: string): void {
    this.database.run(
      `DELETE FROM deployment WHERE stage = 'archived' AND model_version_id IN (SELECT id FROM model_version WHERE model_id = ?)`,
      [modelId],
    )
  }
}
