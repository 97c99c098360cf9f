import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { WorkstationError } from '../../errors'
import type { WorkspaceFacts } from '../workspace-facts'
import type { PrivacyKeys } from './actions/ciphers'
import { deriveKeys, hashText } from './actions/ciphers'

const FILE = 'privacy.key'
const SECRET_BYTES = 32
/** A fact of the workspace by which its own secret is told from another one. */
const CHECK = 'privacy_key_check'

/**
 * The secret behind hashes, tokens and encrypted values: 32 random bytes in a file of the data folder that only its
 * owner may read, made when it is first needed. Without the file, nothing can be reversed and hashes no longer agree.
 */
export class WorkspaceSecret {
  private readonly path: string
  private readonly facts: WorkspaceFacts
  private derived: PrivacyKeys | undefined

  constructor(dataDirectory: string, facts: WorkspaceFacts) {
    this.path = join(dataDirectory, FILE)
    this.facts = facts
  }

  /** @throws WorkstationError not_ready when the file is missing although it was used, or is another workspace's. */
  keys(): PrivacyKeys {
    this.derived ??= this.load()
    return this.derived
  }

  private load(): PrivacyKeys {
    const check = this.facts.get(CHECK)
    if (!existsSync(this.path)) {
      if (check !== undefined) throw this.refuse('is missing')
      this.create()
    }
    chmodSync(this.path, 0o600)
    const secret = Buffer.from(readFileSync(this.path, 'utf8').trim(), 'base64url')
    if (secret.length !== SECRET_BYTES) throw this.refuse('is damaged')
    const keys = deriveKeys(secret)
    const found = hashText('plumbline', keys.hash)
    if (check === undefined) this.facts.set(CHECK, found)
    else if (check !== found) throw this.refuse('belongs to another workspace')
    return keys
  }

  /** Writes the whole file before it gets its name, so that a killed process leaves no half secret. */
  private create(): void {
    const temporary = `${this.path}.${process.pid}.tmp`
    rmSync(temporary, { force: true })
    const file = openSync(temporary, 'wx', 0o600)
    try {
      writeSync(file, randomBytes(SECRET_BYTES).toString('base64url'))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    linkSync(temporary, this.path)
    rmSync(temporary)
  }

  private refuse(what: string): WorkstationError {
    return new WorkstationError(
      'not_ready',
      `${this.path} ${what}; put the file back from the backup of this workspace: hashes, tokens and encrypted values depend on it`,
    )
  }
}
