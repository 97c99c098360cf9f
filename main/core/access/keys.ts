import { hash, randomBytes } from 'node:crypto'
import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { ApiKey, Caller, NewKey } from './access'
import { OWNER, SCOPES } from './access'
import { AccessRows } from './access-rows'

const TOUCH_EVERY_MS = 60_000
const SIGN_IN_TOKEN_MS = 15 * 60_000
const SESSION_MS = 30 * 24 * 3600_000

const hashSecret = (secret: string): string => hash('sha256', secret)
const newSecret = (prefix: string): string => `${prefix}${randomBytes(24).toString('base64url')}`

export type CreatedKey = { readonly key: ApiKey; readonly secret: string }

export type KeysOptions = {
  readonly database: Database
  readonly events: Events
  /** A key that the person named for this run; accepted in addition to the stored ones. */
  readonly givenKey: string
}

/** Who may call: stored API keys (hashed), keys of this process, and browser sessions. */
export class Keys {
  /** Accepted while this process runs; for the script that started it. */
  readonly processKey: string
  private readonly rows: AccessRows
  private readonly events: Events
  /** Callers by the hash of a key that is accepted while this process runs. */
  private readonly processKeys = new Map<string, Caller>()
  private readonly touched = new Map<string, number>()
  private readonly known = new Map<string, ApiKey>()
  private readonly signInTokens = new Map<string, number>()
  private readonly sessions = new Map<string, number>()
  private firstSecret: string | null = null

  constructor(options: KeysOptions) {
    this.rows = new AccessRows(options.database)
    this.events = options.events
    this.processKey = options.givenKey === '' ? newSecret('plb_run_') : options.givenKey
    this.acceptWhileRunning(this.processKey, OWNER)
  }

  /** Makes the workspace's first key when there has never been one; returns it in clear only then. */
  ensureFirstKey(): string | null {
    if (this.rows.count() > 0) return null
    this.firstSecret = this.createKey({ name: 'First key', scopes: [...SCOPES] }).secret
    return this.firstSecret
  }

  /** The first key in clear, as long as the process that made it runs. */
  firstKey(): string | null {
    return this.firstSecret
  }

  /** Accepts a fixed key for as long as this process runs, e.g. the sample workspace's. */
  acceptWhileRunning(secret: string, caller: Caller): void {
    this.processKeys.set(hashSecret(secret), caller)
  }

  /** Who a bearer key belongs to. @throws WorkstationError unauthorized */
  authenticate(secret: string): Caller {
    const digest = hashSecret(secret)
    const own = this.processKeys.get(digest)
    if (own !== undefined) return own
    const stored = this.known.get(digest) ?? this.rows.findByHash(digest)
    if (stored !== undefined) {
      this.known.set(digest, stored)
      this.touch(stored.id)
      return stored
    }
    throw new WorkstationError('unauthorized', 'the API key is not known here, or was revoked')
  }

  private touch(id: string): void {
    const now = Date.now()
    if (now - (this.touched.get(id) ?? 0) < TOUCH_EVERY_MS) return
    this.touched.set(id, now)
    this.rows.touch(id, now)
  }

  listKeys(): readonly ApiKey[] {
    return this.rows.list()
  }

  /** Makes a key; its secret is in this answer and nowhere else. */
  createKey(input: NewKey): CreatedKey {
    const secret = newSecret('plb_')
    const key: ApiKey = {
      id: newId(),
      name: input.name,
      prefix: secret.slice(0, 8),
      scopes: input.scopes,
      createdAt: Date.now(),
      lastUsedAt: null,
    }
    this.rows.insert(key, hashSecret(secret))
    this.events.emit({ type: 'access.changed' })
    return { key, secret }
  }

  /** @throws WorkstationError not_found */
  revokeKey(id: string): { readonly id: string } {
    if (!this.rows.revoke(id, Date.now())) throw new WorkstationError('not_found', `no API key with id ${id}`)
    this.known.clear()
    this.firstSecret = null
    this.events.emit({ type: 'access.changed' })
    return { id }
  }

  /** A token that opens one browser session within a quarter of an hour. */
  createSignInToken(): string {
    const token = newSecret('')
    this.signInTokens.set(hashSecret(token), Date.now() + SIGN_IN_TOKEN_MS)
    return token
  }

  /** Exchanges a sign-in token for a session secret, once. @throws WorkstationError unauthorized */
  openSession(token: string): string {
    const digest = hashSecret(token)
    const validUntil = this.signInTokens.get(digest) ?? 0
    this.signInTokens.delete(digest)
    if (validUntil < Date.now()) {
      throw new WorkstationError(
        'unauthorized',
        'this sign-in address was used before or is too old; start again from the terminal',
      )
    }
    const session = newSecret('')
    const now = Date.now()
    this.rows.insertSession(hashSecret(session), now + SESSION_MS, now)
    return session
  }

  /** Whether a browser is signed in; it stays so over a restart. */
  hasSession(secret: string): boolean {
    const digest = hashSecret(secret)
    const known = this.sessions.get(digest) ?? this.rows.sessionEnd(digest)
    if (known === undefined) return false
    this.sessions.set(digest, known)
    return known > Date.now()
  }
}
