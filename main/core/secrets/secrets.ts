import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { WorkstationError } from '../../errors'

const FORMAT = 'v1'
const KEY_BYTES = 32
/** 96 bits, the size that GCM is defined for without hashing it first (NIST SP 800-38D §8.2). */
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Values that are never kept in clear: AES-256-GCM with a random key in `secret.key` of the data folder, readable by
 * its owner only. It protects a database that is copied or backed up without that file; it does not protect from
 * someone who can read the whole folder.
 */
export class Secrets {
  private readonly path: string
  private key: Buffer | undefined

  constructor(dataDirectory: string) {
    this.path = join(dataDirectory, 'secret.key')
  }

  /**
   * Encrypts a text.
   * @param purpose where the text belongs; it can be opened for the same purpose only
   */
  seal(text: string, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.loadKey(), nonce).setAAD(Buffer.from(purpose))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return `${FORMAT}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
  }

  /** Decrypts what `seal` made for the same purpose. @throws WorkstationError not_ready when the key is another one. */
  open(sealed: string, purpose: string): string {
    try {
      const [format, content = ''] = sealed.split('.')
      if (format !== FORMAT) throw new Error(`unknown format ${format}`)
      const bytes = Buffer.from(content, 'base64url')
      const nonce = bytes.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', this.loadKey(), nonce)
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      return (
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      )
    } catch (error) {
      throw new WorkstationError(
        'not_ready',
        'a stored secret cannot be read with the key in secret.key; enter the secret again',
        { cause: error },
      )
    }
  }

  private loadKey(): Buffer {
    this.key ??= readKey(this.path) ?? createKey(this.path)
    return this.key
  }
}

function readKey(path: string): Buffer | undefined {
  let key: Buffer
  try {
    key = readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  if (key.byteLength !== KEY_BYTES) {
    throw new WorkstationError(
      'not_ready',
      `${path} is not a key of ${KEY_BYTES} bytes; restore it from a backup, or remove it and enter the secrets again`,
    )
  }
  // A copy or a restored backup may have been given wider permissions.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
  return key
}

function createKey(path: string): Buffer {
  const key = randomBytes(KEY_BYTES)
  mkdirSync(join(path, '..'), { recursive: true })
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, key)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return key
}
