import { createHash } from 'node:crypto'
import { beforeEach, expect, it, vi } from 'vitest'
import { Keys } from '../../../main/core/access/keys'
import { Events } from '../../../main/core/events'
import { WORKSTATION_MIGRATIONS } from '../../../main/core/migrations'
import { Database } from '../../../main/store/database'
import { makeFolder, refusalOf } from '../workspace'

let database: Database
let heard: string[]
const events = new Events(() => undefined)

const openKeys = (givenKey = ''): Keys => new Keys({ database, events, givenKey })

beforeEach(() => {
  heard = []
  const stop = events.subscribe((event) => heard.push(event.type))
  database = new Database(`${makeFolder()}/workstation.db`, {
    migrations: WORKSTATION_MIGRATIONS,
    synchronous: 'NORMAL',
  })
  return () => {
    stop()
    database.close()
    vi.useRealTimers()
  }
})

it('keeps only the hash of a key, and its first characters to recognise it by', () => {
  const { key, secret } = openKeys().createKey({ name: 'ci', scopes: ['read'] })
  const [row] = database.all<Record<string, unknown>>('SELECT * FROM api_key')
  expect(row).toMatchObject({
    hash: createHash('sha256').update(secret).digest('hex'),
    prefix: secret.slice(0, 8),
  })
  expect(JSON.stringify(row)).not.toContain(secret.slice(8))
  expect(key.prefix).toBe(secret.slice(0, 8))
})

it('knows who a key belongs to, with its scopes, also after a restart', () => {
  const { secret } = openKeys().createKey({ name: 'ci', scopes: ['read', 'predict'] })
  expect(openKeys().authenticate(secret)).toMatchObject({ name: 'ci', scopes: ['read', 'predict'] })
})

it('refuses a key it does not know', async () => {
  const refusal = await refusalOf(() => openKeys().authenticate('plb_wrong'))
  expect(refusal).toEqual({ code: 'unauthorized', message: 'the API key is not known here, or was revoked' })
  expect(await refusalOf(() => openKeys().authenticate(''))).toMatchObject({ code: 'unauthorized' })
})

it('refuses a revoked key at once, even one it has just seen', async () => {
  const keys = openKeys()
  const { key, secret } = keys.createKey({ name: 'ci', scopes: ['read'] })
  keys.authenticate(secret)
  keys.revokeKey(key.id)
  expect(await refusalOf(() => keys.authenticate(secret))).toMatchObject({ code: 'unauthorized' })
  expect(keys.listKeys()).toEqual([])
  expect(await refusalOf(() => keys.revokeKey(key.id))).toMatchObject({ code: 'not_found' })
  expect(heard).toEqual(['access.changed', 'access.changed'])
})

it('makes the first key once in the life of a workspace', () => {
  const keys = openKeys()
  const first = keys.ensureFirstKey()!
  expect(keys.authenticate(first).scopes).toContain('admin')
  expect(keys.firstKey()).toBe(first)
  expect(keys.ensureFirstKey()).toBeNull()
  const reopened = openKeys()
  expect(reopened.ensureFirstKey()).toBeNull()
  expect(reopened.firstKey()).toBeNull()
  reopened.revokeKey(reopened.listKeys()[0]!.id)
  expect(openKeys().ensureFirstKey()).toBeNull()
})

it('accepts the key of this run in addition to the stored ones, and a new random one every run otherwise', async () => {
  const keys = openKeys('given for this run')
  expect(keys.processKey).toBe('given for this run')
  expect(keys.authenticate('given for this run')).toMatchObject({ name: 'owner' })
  expect(await refusalOf(() => openKeys().authenticate('given for this run'))).toMatchObject({
    code: 'unauthorized',
  })
  expect(openKeys().processKey).not.toBe(openKeys().processKey)
  expect(database.all('SELECT * FROM api_key')).toEqual([])
})

it('says when a key was used, to the minute', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 })
  const keys = openKeys()
  const { secret } = keys.createKey({ name: 'ci', scopes: ['read'] })
  const usedAt = (): number | null => keys.listKeys()[0]!.lastUsedAt
  expect(usedAt()).toBeNull()
  keys.authenticate(secret)
  expect(usedAt()).toBe(1_000_000_000_000)
  vi.setSystemTime(1_000_000_059_000)
  keys.authenticate(secret)
  expect(usedAt()).toBe(1_000_000_000_000)
  vi.setSystemTime(1_000_000_060_000)
  keys.authenticate(secret)
  expect(usedAt()).toBe(1_000_000_060_000)
})

it('opens one browser session with a sign-in token', async () => {
  const keys = openKeys()
  const token = keys.createSignInToken()
  const session = keys.openSession(token)
  expect(keys.hasSession(session)).toBe(true)
  expect(keys.hasSession(token)).toBe(false)
  expect(await refusalOf(() => keys.openSession(token))).toMatchObject({ code: 'unauthorized' })
  expect(await refusalOf(() => keys.openSession('made up'))).toMatchObject({ code: 'unauthorized' })
})

it('refuses a sign-in token after a quarter of an hour', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const keys = openKeys()
  const [early, late] = [keys.createSignInToken(), keys.createSignInToken()]
  vi.setSystemTime(Date.now() + 14 * 60_000)
  expect(keys.hasSession(keys.openSession(early))).toBe(true)
  vi.setSystemTime(Date.now() + 60_001)
  expect(await refusalOf(() => keys.openSession(late))).toMatchObject({ code: 'unauthorized' })
})

it('ends a session after thirty days', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const keys = openKeys()
  const session = keys.openSession(keys.createSignInToken())
  vi.setSystemTime(Date.now() + 30 * 24 * 3600_000 - 1)
  expect(keys.hasSession(session)).toBe(true)
  vi.setSystemTime(Date.now() + 1)
  expect(keys.hasSession(session)).toBe(false)
})
