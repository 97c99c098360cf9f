import type { Database, SqlParameters } from '../../store/database'
import type { WriteStatement } from '../../store/writer-messages'
import type { DriftSnapshot } from './snapshot'

/** Counts of one hour of one deployment under one model version. */
export type StoredWindow = {
  readonly windowStart: number
  readonly rows: number
  readonly features: Float64Array
  readonly predictions: Float64Array
}

type Row = { window_start: number; rows: number; feature_counts: Uint8Array; prediction_counts: Uint8Array }

const UPSERT = `INSERT INTO drift_window (deployment, model_version, window_start, rows, feature_counts, prediction_counts)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (deployment, model_version, window_start) DO UPDATE SET
    rows = excluded.rows, feature_counts = excluded.feature_counts, prediction_counts = excluded.prediction_counts`

const pack = (counts: Float64Array): Uint8Array => new Uint8Array(counts.slice().buffer)
/** Copied, because a Buffer may begin anywhere in the memory it shares and float64 values must be aligned. */
const unpack = (bytes: Uint8Array): Float64Array => new Float64Array(new Uint8Array(bytes).buffer)

const toWindow = (row: Row): StoredWindow => ({
  windowStart: row.window_start,
  rows: row.rows,
  features: unpack(row.feature_counts),
  predictions: unpack(row.prediction_counts),
})

/** Statement that stores windows, for the writer thread. */
export function upsertWindows(
  windows: readonly ({ readonly logKey: number; readonly modelVersionId: string } & StoredWindow)[],
): WriteStatement {
  return {
    sql: UPSERT,
    rows: windows.map((each): SqlParameters => [
      each.logKey,
      each.modelVersionId,
      each.windowStart,
      each.rows,
      pack(each.features),
      pack(each.predictions),
    ]),
  }
}

/** All SQL of monitoring: windows beside the prediction log, the newest snapshots in the workstation's database. */
export class MonitoringRows {
  private readonly log: Database
  private readonly database: Database

  constructor(log: Database, database: Database) {
    this.log = log
    this.database = database
  }

  /** Windows that start at or after `from`, oldest first. */
  windows(logKey: number, modelVersionId: string, from: number): StoredWindow[] {
    return this.log
      .all<Row>(
        'SELECT * FROM drift_window WHERE deployment = ? AND model_version = ? AND window_start >= ? ORDER BY window_start',
        [logKey, modelVersionId, from],
      )
      .map(toWindow)
  }

  snapshot(deploymentId: string): DriftSnapshot | undefined {
    const row = this.database.get<{ snapshot: string }>(
      'SELECT snapshot FROM drift_snapshot WHERE deployment_id = ?',
      [deploymentId],
    )
    return row === undefined ? undefined : (JSON.parse(row.snapshot) as DriftSnapshot)
  }

  keepSnapshot(snapshot: DriftSnapshot): void {
    this.database.run(
      'INSERT INTO drift_snapshot (deployment_id, snapshot) VALUES (?, ?) ON CONFLICT (deployment_id) DO UPDATE SET snapshot = excluded.snapshot',
      [snapshot.deploymentId, JSON.stringify(snapshot)],
    )
  }
}
