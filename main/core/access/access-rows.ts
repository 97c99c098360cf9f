import type { Database } from '../../store/database'
import type { ApiKey, Scope } from './access'
import { SCOPES } from './access'

type Row = {
  id: string
  name: string
  prefix: string
  scopes: string
  created_at: number
  last_used_at: number | null
}

const toKey = (row: Row): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes.split(' ').filter((scope): scope is Scope => SCOPES.some((known) => known === scope)),
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
})

const COLUMNS = 'id, name, prefix, scopes, created_at, last_used_at'

/** All SQL about API keys. */
export class AccessRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  list(): ApiKey[] {
    return this.database
      .all<Row>(`SELECT ${COLUMNS} FROM api_key WHERE revoked_at IS NULL ORDER BY created_at, id`)
      .map(toKey)
  }

  count(): number {
    return this.database.get<{ total: number }>('SELECT count(*) AS total FROM api_key')?.total ?? 0
  }

  findByHash(hash: string): ApiKey | undefined {
    const row = this.database.get<Row>(
      `SELECT ${COLUMNS} FROM api_key WHERE hash = ? AND revoked_at IS NULL`,
      [hash],
    )
    return row === undefined ? undefined : toKey(row)
  }

  insert(key: ApiKey, hash: string): void {
    this.database.run(
      'INSERT INTO api_key (id, name, prefix, hash, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      [key.id, key.name, key.prefix, hash, key.scopes.join(' '), key.createdAt],
    )
  }

  revoke(id: string, at: number): boolean {
    return (
      this.database.run('UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', [at, id]) > 0
    )
  }

  /** Keeps a browser session by the hash of its secret, and forgets those that are over. */
  insertSession(hash: string, expiresAt: number, now: number): void {
    this.database.transaction(() => {
      this.database.run('DELETE FROM browser_session WHERE expires_at <= ?', [now])
      this.database.run('INSERT INTO browser_session (hash, expires_at) VALUES (?, ?)', [hash, expiresAt])
    })
  }

  /** When a session is over; undefined when there is none. */
  sessionEnd(hash: string): number | undefined {
    return this.database.get<{ expires_at: number }>(
      'SELECT expires_at FROM browser_session WHERE hash = ?',
      [hash],
    )?.expires_at
  }

  touch(id: string, at: number): void {
    this.database.run('UPDATE api_key SET last_used_at = ? WHERE id = ?', [at, id])
  }
}
