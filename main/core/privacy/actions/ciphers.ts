import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The keys of a workspace, each for one purpose, derived from its one secret (HKDF-SHA-256, RFC 5869). */
export type PrivacyKeys = {
  readonly hash: Buffer
  readonly token: Buffer
  readonly vault: Buffer
  readonly encryption: Buffer
}

export function deriveKeys(secret: Uint8Array): PrivacyKeys {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `plumbline privacy ${purpose}`, 32))
  return {
    hash: derive('hash'),
    token: derive('token'),
    vault: derive('vault'),
    encryption: derive('encryption'),
  }
}

/** HMAC-SHA-256 (RFC 2104) as hexadecimal digits; the same text and key always give the same. */
export function hashText(text: string, key: Uint8Array, length = 64): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, length)
}

/** A name for a text that tells nothing about it without the key: 128 bits of an HMAC. */
export function nameToken(text: string, type: string, key: Uint8Array): string {
  const digest = createHmac('sha256', key).update(`${type}\0${text}`).digest()
  return `tok_${digest.subarray(0, 16).toString('base64url')}`
}

/** AES-256-GCM (NIST SP 800-38D) with a random nonce: nonce, tag and ciphertext in one. */
export function sealText(
  text: string,
  key: Uint8Array,
  nonce: Uint8Array = randomBytes(NONCE_BYTES),
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** What was sealed; undefined when it was changed, cut, or sealed with another key. */
export function openSealed(sealed: Uint8Array, key: Uint8Array): string | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  try {
    const body = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES))
    return Buffer.concat([body, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

const ENCRYPTED = 'enc:v1:'
/** Encrypted values and tokens, within longer texts too. */
export const REVERSIBLE = /enc:v1:[\w-]{38,}|tok_[\w-]{22}/g

/** A value in a form that only this workspace can read: its JSON, encrypted. */
export function encryptValue(value: string | number | boolean, key: Uint8Array): string {
  return ENCRYPTED + sealText(JSON.stringify(value), key).toString('base64url')
}

/** The JSON of an encrypted value; undefined when it is none, or not of this workspace. */
export function decryptValue(text: string, key: Uint8Array): string | undefined {
  return text.startsWith(ENCRYPTED)
    ? openSealed(Buffer.from(text.slice(ENCRYPTED.length), 'base64url'), key)
    : undefined
}
