import type { Database } from '../../store/database'
import type { PlacedDeployment, Placement } from './placement'

type Row = { deployment_id: string; owner: string; placement: string; inference_data: number }

/** All SQL about who deployed what where. */
export class PlacementRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  find(deploymentId: string): PlacedDeployment | undefined {
    const row = this.database.get<Row>('SELECT * FROM deployment_placement WHERE deployment_id = ?', [
      deploymentId,
    ])
    if (row === undefined) return undefined
    const placement = JSON.parse(row.placement) as Placement
    return { deploymentId, owner: row.owner, placement, inferenceData: row.inference_data }
  }

  put({ deploymentId, owner, placement, inferenceData }: PlacedDeployment): void {
    this.database.run(
      `INSERT INTO deployment_placement (deployment_id, owner, placement, inference_data) VALUES (?, ?, ?, ?)
       ON CONFLICT (deployment_id) DO UPDATE SET owner = excluded.owner, placement = excluded.placement,
         inference_data = excluded.inference_data`,
      [deploymentId, owner, JSON.stringify(placement), inferenceData],
    )
  }

  /** Ids of deployments that are not archived, the oldest first. */
  list(skip: number, limit: number): string[] {
    return this.database
      .all<{ id: string }>(
        "SELECT id FROM deployment WHERE stage <> 'archived' ORDER BY log_key LIMIT ? OFFSET ?",
        [limit, skip],
      )
      .map((row) => row.id)
  }

  /** Ids of an owner's deployments, archived ones included. @param local who owns those that nobody claimed */
  owned(owner: string, local: string): string[] {
    return this.database
      .all<{ id: string }>(
        `SELECT id FROM deployment LEFT JOIN deployment_placement ON deployment_id = id
         WHERE coalesce(owner, ?2) = ?1 ORDER BY log_key`,
        [owner, local],
      )
      .map((row) => row.id)
  }
}
