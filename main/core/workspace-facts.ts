import type { Database } from '../store/database'

/** Small named facts about a workspace that outlive the process. */
export class WorkspaceFacts {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  get(name: string): string | undefined {
    return this.database.get<{ value: string }>('SELECT value FROM workspace_fact WHERE name = ?', [name])
      ?.value
  }

  set(name: string, value: string): void {
    this.database.run(
      'INSERT INTO workspace_fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      [name, value],
    )
  }
}
