import type { Database } from '../../store/database'
import type { Operation } from './operation'

type Row = {
  id: string
  owner: string
  deployment_id: string
  model_id: string
  data: string
  result: string
  at: number
}

const toOperation = (row: Row): Operation => ({
  id: row.id,
  owner: row.owner,
  deploymentId: row.deployment_id,
  modelId: row.model_id,
  data: row.data,
  result: row.result,
  at: row.at,
})

/** All SQL about operations that callers recorded. */
export class OperationRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  insert(operation: Operation): void {
    this.database.run(
      'INSERT INTO operation (id, owner, deployment_id, model_id, data, result, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [
        operation.id,
        operation.owner,
        operation.deploymentId,
        operation.modelId,
        operation.data,
        operation.result,
        operation.at,
      ],
    )
  }

  /** What was asked of a deployment after a time, newest first. */
  inputs(deploymentId: string, since: number, most: number): string[] {
    return this.database
      .all<{ data: string }>(
        'SELECT data FROM operation WHERE deployment_id = ? AND at > ? ORDER BY at DESC LIMIT ?',
        [deploymentId, since, most],
      )
      .map((row) => row.data)
  }

  /** Newest first. */
  list(owner: string, limit: number, offset: number): Operation[] {
    return this.database
      .all<Row>('SELECT * FROM operation WHERE owner = ? ORDER BY at DESC, rowid DESC LIMIT ? OFFSET ?', [
        owner,
        limit,
        offset,
      ])
      .map(toOperation)
  }
}
