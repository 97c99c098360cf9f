import type { Database } from '../../store/database'

/** All SQL about content-addressed files. */
export class ArtifactRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /** Size in bytes, or undefined when no such file is known. */
  size(sha256: string): number | undefined {
    return this.database.get<{ size: number }>('SELECT size FROM artifact WHERE sha256 = ?', [sha256])?.size
  }

  insert(sha256: string, size: number, at: number): void {
    this.database.run(
      'INSERT INTO artifact (sha256, size, received_at) VALUES (?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET received_at = excluded.received_at',
      [sha256, size, at],
    )
  }

  /** Files that no model and no training names and that were received before `before`. */
  unused(before: number): string[] {
    return this.database
      .all<{ sha256: string }>(
        `SELECT sha256 FROM artifact WHERE received_at < ? AND NOT EXISTS (
           SELECT 1 FROM model_version WHERE artifact.sha256 IN (original_file, served_file, training_file))
           AND NOT EXISTS (SELECT 1 FROM model_file WHERE model_file.sha256 = artifact.sha256)
           AND NOT EXISTS (SELECT 1 FROM training_file WHERE training_file.sha256 = artifact.sha256)`,
        [before],
      )
      .map((row) => row.sha256)
  }

  /** Whether a model, one of its versions or a training names the file. */
  isUsed(sha256: string): boolean {
    const sql = `SELECT 1 FROM model_version WHERE ?1 IN (original_file, served_file, training_file)
      UNION ALL SELECT 1 FROM model_file WHERE sha256 = ?1
      UNION ALL SELECT 1 FROM training_file WHERE sha256 = ?1 LIMIT 1`
    return this.database.get(sql, [sha256]) !== undefined
  }

  remove(sha256: string): void {
    this.database.run('DELETE FROM artifact WHERE sha256 = ?', [sha256])
  }
}
