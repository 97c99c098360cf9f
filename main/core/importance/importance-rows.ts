import type { Database } from '../../store/database'
import type { Dependence, Importance, ImportanceSummary } from './importance'

/** Results of one deployment that are kept; the oldest go. */
const KEPT = 20

/** All SQL about importances. */
export class ImportanceRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /** Keeps a result; one of the same id, of a job that was run again, is replaced. */
  save(importance: Importance, dependences: readonly Dependence[]): void {
    const { id, deploymentId, createdAt } = importance
    this.database.transaction(() => {
      this.database.run('DELETE FROM importance WHERE id = ?', [id])
      this.database.run(
        'INSERT INTO importance (id, deployment_id, created_at, result) VALUES (?, ?, ?, ?)',
        [id, deploymentId, createdAt, JSON.stringify(importance)],
      )
      for (const dependence of dependences)
        this.database.run(
          'INSERT INTO importance_dependence (importance_id, feature, points) VALUES (?, ?, ?)',
          [id, dependence.feature, JSON.stringify(dependence)],
        )
      this.database.run(
        `DELETE FROM importance WHERE deployment_id = ?1 AND id NOT IN
           (SELECT id FROM importance WHERE deployment_id = ?1 ORDER BY created_at DESC, rowid DESC LIMIT ?2)`,
        [deploymentId, KEPT],
      )
    })
  }

  /** The results of a deployment, newest first. */
  list(deploymentId: string): ImportanceSummary[] {
    return this.database
      .all<{ result: string }>(
        'SELECT result FROM importance WHERE deployment_id = ? ORDER BY created_at DESC, rowid DESC',
        [deploymentId],
      )
      .map(({ result }) => {
        const {
          classes: _classes,
          features: _features,
          maxResidual: _residual,
          ...summary
        } = parse<Importance>(result)
        return summary
      })
  }

  /** A result of a deployment: the one of this id, or the newest. */
  find(deploymentId: string, id?: string): Importance | undefined {
    const row = this.database.get<{ result: string }>(
      `SELECT result FROM importance WHERE deployment_id = ?1 AND (?2 IS NULL OR id = ?2)
       ORDER BY created_at DESC, rowid DESC LIMIT 1`,
      [deploymentId, id ?? null],
    )
    return row === undefined ? undefined : parse<Importance>(row.result)
  }

  dependence(id: string, feature: string): Dependence | undefined {
    const row = this.database.get<{ points: string }>(
      'SELECT points FROM importance_dependence WHERE importance_id = ? AND feature = ?',
      [id, feature],
    )
    return row === undefined ? undefined : parse<Dependence>(row.points)
  }
}

const parse = <Kept>(text: string): Kept => JSON.parse(text) as Kept
