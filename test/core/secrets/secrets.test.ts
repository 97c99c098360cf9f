import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Secrets } from '../../../main/core/secrets/secrets'
import { makeFolder } from '../workspace'

describe('secrets', () => {
  it('come back for the purpose they were sealed for, also after a restart', () => {
    const folder = makeFolder()
    const sealed = new Secrets(folder).seal('päss ✓', 'mail')
    expect(sealed).not.toContain('päss')
    expect(new Secrets(folder).open(sealed, 'mail')).toBe('päss ✓')
    expect(() => new Secrets(folder).open(sealed, 'webhook')).toThrow(/enter the secret again/)
  })

  it('look different each time', () => {
    const secrets = new Secrets(makeFolder())
    expect(secrets.seal('same', 'x')).not.toBe(secrets.seal('same', 'x'))
  })

  it('are refused when a byte was changed, cut off or made up', () => {
    const secrets = new Secrets(makeFolder())
    const sealed = secrets.seal('value', 'x')
    const bytes = Buffer.from(sealed.slice(3), 'base64url')
    bytes[bytes.length - 1]! ^= 1
    for (const bad of [`v1.${bytes.toString('base64url')}`, sealed.slice(0, 12), 'v1.', 'v2.abc', '']) {
      expect(() => secrets.open(bad, 'x')).toThrow(/cannot be read/)
    }
  })

  it.skipIf(process.platform === 'win32')('have a key that its owner alone may read', () => {
    const folder = makeFolder()
    const path = join(folder, 'secret.key')
    const sealed = new Secrets(folder).seal('value', 'x')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path)).toHaveLength(32)
    chmodSync(path, 0o644)
    expect(new Secrets(folder).open(sealed, 'x')).toBe('value')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('are gone with the key, and a damaged key is not replaced', () => {
    const folder = makeFolder()
    const path = join(folder, 'secret.key')
    const sealed = new Secrets(folder).seal('value', 'x')
    rmSync(path)
    expect(() => new Secrets(folder).open(sealed, 'x')).toThrow(/enter the secret again/)
    writeFileSync(path, 'short')
    expect(() => new Secrets(folder).seal('value', 'x')).toThrow(/not a key of 32 bytes/)
    expect(readFileSync(path, 'utf8')).toBe('short')
  })
})
