import type { Database } from '../../store/database'
import type { FileKind, ModelFile } from './model-file'

type Row = {
  model_id: string
  kind: FileKind
  name: string
  content_type: string
  sha256: string
  bytes: number
  received_at: number
}

const toFile = (row: Row): ModelFile => ({
  modelId: row.model_id,
  kind: row.kind,
  name: row.name,
  contentType: row.content_type,
  sha256: row.sha256,
  bytes: row.bytes,
  receivedAt: row.received_at,
})

/** All SQL about the files that were uploaded for a model by kind. */
export class ModelFileRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  list(modelId: string): ModelFile[] {
    return this.database
      .all<Row>('SELECT * FROM model_file WHERE model_id = ? ORDER BY kind', [modelId])
      .map(toFile)
  }

  put(file: ModelFile): void {
    this.database.run(
      `INSERT INTO model_file (model_id, kind, name, content_type, sha256, bytes, received_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (model_id, kind) DO UPDATE SET name = excluded.name, content_type = excluded.content_type,
         sha256 = excluded.sha256, bytes = excluded.bytes, received_at = excluded.received_at`,
      [file.modelId, file.kind, file.name, file.contentType, file.sha256, file.bytes, file.receivedAt],
    )
  }
}
