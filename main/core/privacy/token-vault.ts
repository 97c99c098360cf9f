import { openSealed, sealText } from './actions/ciphers'
import type { PrivacyKeys } from './actions/ciphers'
import type { PiiType } from './pii-type'
import type { TokenRow, TokenRows } from './token-rows'

const MOST_REMEMBERED = 20_000

/** What tokens stand for, encrypted in the database. Tokens are the same for the same value, so each is written once. */
export class TokenVault {
  private readonly rows: TokenRows
  private readonly keys: () => PrivacyKeys
  private readonly known = new Set<string>()
  private waiting: TokenRow[] = []

  constructor(rows: TokenRows, keys: () => PrivacyKeys) {
    this.rows = rows
    this.keys = keys
  }

  /** Notes what a token stands for; `flush` writes it. */
  remember(token: string, value: string | number | boolean, piiType: PiiType): void {
    if (this.known.has(token)) return
    if (this.known.size >= MOST_REMEMBERED) this.known.clear()
    this.known.add(token)
    this.waiting.push({ token, piiType, sealed: sealText(JSON.stringify(value), this.keys().vault) })
  }

  /** Writes what was noted, before anything that names the tokens is. */
  flush(): void {
    const rows = this.waiting
    if (rows.length === 0) return
    this.waiting = []
    try {
      this.rows.insert(rows, Date.now())
    } catch (error) {
      for (const { token } of rows) this.known.delete(token)
      throw error
    }
  }

  /** The JSON of the value behind a token; undefined for an unknown one. */
  find(token: string): string | undefined {
    const sealed = this.rows.find(token)
    return sealed === undefined ? undefined : openSealed(sealed, this.keys().vault)
  }
}
