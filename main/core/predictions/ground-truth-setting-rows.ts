import type { Database } from '../../store/database'
import type { GroundTruthSettings } from './ground-truth'

type Row = { deployment_id: string; key_columns: string; positive_class: string | null }

/** All SQL about how deployments take ground truth. */
export class GroundTruthSettingRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  all(): { deploymentId: string; settings: GroundTruthSettings }[] {
    return this.database.all<Row>('SELECT * FROM ground_truth_setting').map((row) => ({
      deploymentId: row.deployment_id,
      settings: { keyColumns: JSON.parse(row.key_columns) as string[], positiveClass: row.positive_class },
    }))
  }

  put(deploymentId: string, settings: GroundTruthSettings): void {
    this.database.run(
      `INSERT INTO ground_truth_setting (deployment_id, key_columns, positive_class) VALUES (?, ?, ?)
       ON CONFLICT (deployment_id) DO UPDATE SET
         key_columns = excluded.key_columns, positive_class = excluded.positive_class`,
      [deploymentId, JSON.stringify(settings.keyColumns), settings.positiveClass],
    )
  }
}
