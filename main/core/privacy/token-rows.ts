import type { Database } from '../../store/database'
import type { PiiType } from './pii-type'

export type TokenRow = { readonly token: string; readonly piiType: PiiType; readonly sealed: Uint8Array }

/** All SQL about tokens and the encrypted values that they stand for. */
export class TokenRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /** Keeps new tokens in one transaction; one that is known already stays as it is. */
  insert(rows: readonly TokenRow[], at: number): void {
    this.database.transaction(() => {
      for (const { token, piiType, sealed } of rows) {
        this.database.run(
          'INSERT OR IGNORE INTO privacy_token (token, pii_type, sealed, created_at) VALUES (?, ?, ?, ?)',
          [token, piiType, sealed, at],
        )
      }
    })
  }

  find(token: string): Uint8Array | undefined {
    return this.database.get<{ sealed: Uint8Array }>('SELECT sealed FROM privacy_token WHERE token = ?', [
      token,
    ])?.sealed
  }
}
