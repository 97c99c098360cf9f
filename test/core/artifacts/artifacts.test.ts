import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it, vi } from 'vitest'
import { Artifacts, describeBytes } from '../../../main/core/artifacts/artifacts'
import { WORKSTATION_MIGRATIONS } from '../../../main/core/migrations'
import { Database } from '../../../main/store/database'
import { makeFolder, openWorkspace, refusalOf, register, sampleFile } from '../workspace'

type Chunks = readonly (string | Uint8Array)[]

async function* streamOf(...chunks: Chunks): AsyncGenerator<Uint8Array> {
  await Promise.resolve()
  for (const chunk of chunks) yield Buffer.from(chunk)
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const unlimited = { maxBytes: Number.POSITIVE_INFINITY }

let folder: string
let database: Database
let artifacts: Artifacts

beforeEach(() => {
  folder = makeFolder()
  database = new Database(join(folder, 'workstation.db'), {
    migrations: WORKSTATION_MIGRATIONS,
    synchronous: 'NORMAL',
  })
  artifacts = new Artifacts(folder, database)
  return () => database.close()
})

const countFiles = (): number =>
  readdirSync(join(folder, 'artifacts'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  ).length

it('names a file by its SHA-256 and knows its size, in whatever pieces it came', async () => {
  const whole = await artifacts.receive(streamOf('hello ', '', 'world'), unlimited)
  expect(whole).toEqual({ sha256: hashOf('hello world'), size: 11 })
  expect(readFileSync(artifacts.pathOf(whole.sha256), 'utf8')).toBe('hello world')
  expect(artifacts.sizeOf(whole.sha256)).toBe(11)
})

it('keeps one file for the same bytes', async () => {
  const [left, right] = await Promise.all([
    artifacts.put(Buffer.from('same')),
    artifacts.put(Buffer.from('same')),
  ])
  expect(left).toEqual(right)
  expect(countFiles()).toBe(1)
})

it('refuses what is over the limit, stops reading there and leaves nothing', async () => {
  let read = 0
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      await Promise.resolve()
      read += 1024
      yield Buffer.alloc(1024)
    }
  }
  const refusal = await refusalOf(() => artifacts.receive(endless(), { maxBytes: 10_240 }))
  expect(refusal).toEqual({ code: 'too_large', message: 'the file is larger than the limit of 10 KiB' })
  expect(read).toBe(11 * 1024)
  expect(countFiles()).toBe(0)
})

it('takes a file of exactly the limit', async () => {
  await expect(artifacts.receive(streamOf('12345'), { maxBytes: 5 })).resolves.toMatchObject({ size: 5 })
})

it('refuses an empty file and leaves nothing', async () => {
  expect(await refusalOf(() => artifacts.receive(streamOf('', ''), unlimited))).toEqual({
    code: 'invalid',
    message: 'the file is empty',
  })
  expect(countFiles()).toBe(0)
})

it('leaves nothing of a stream that breaks off', async () => {
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield* streamOf('half')
    throw new Error('connection lost')
  }
  await expect(artifacts.receive(breaking(), unlimited)).rejects.toThrow('connection lost')
  expect(countFiles()).toBe(0)
})

it('reaches no file outside its folder', async () => {
  expect(await refusalOf(() => artifacts.pathOf('../../workstation.db'))).toMatchObject({ code: 'invalid' })
  expect(await refusalOf(() => artifacts.pathOf('A'.repeat(64)))).toMatchObject({ code: 'invalid' })
  expect(await refusalOf(() => artifacts.pathOf(hashOf('unknown')))).toMatchObject({ code: 'not_found' })
})

it('removes a released file that no version names', async () => {
  const { sha256 } = await artifacts.put(Buffer.from('unused'))
  artifacts.release([sha256])
  expect(countFiles()).toBe(0)
  expect(await refusalOf(() => artifacts.pathOf(sha256))).toMatchObject({ code: 'not_found' })
})

it('keeps the file of a second receiver when the first is done with it', async () => {
  const { sha256 } = await artifacts.put(Buffer.from('shared'))
  await artifacts.put(Buffer.from('shared'))
  artifacts.release([sha256])
  expect(existsSync(artifacts.pathOf(sha256))).toBe(true)
  artifacts.release([sha256])
  expect(countFiles()).toBe(0)
})

it('keeps the file of a receiver who is still being served while another lets go, at any moment', async () => {
  const { sha256 } = await artifacts.put(Buffer.from('shared'))
  // The second receiver is somewhere between its first byte and its answer when the first one lets go.
  for (let turns = 0; turns < 60; turns++) {
    const second = artifacts.put(Buffer.from('shared'))
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    artifacts.release([sha256])
    await second
    expect(existsSync(artifacts.pathOf(sha256))).toBe(true)
  }
})

it('removes half-received files and uploads that were unused for a day when it starts', async () => {
  writeFileSync(join(folder, 'artifacts/incoming/left-over'), 'half')
  const old = await artifacts.put(Buffer.from('old'))
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 23 * 3600_000 })
  const young = await artifacts.put(Buffer.from('young'))
  vi.setSystemTime(Date.now() + 2 * 3600_000)
  new Artifacts(folder, database).sweep()
  vi.useRealTimers()
  expect(countFiles()).toBe(1)
  expect(existsSync(artifacts.pathOf(young.sha256))).toBe(true)
  expect(await refusalOf(() => artifacts.pathOf(old.sha256))).toMatchObject({ code: 'not_found' })
})

it('never sweeps or releases the files of a version', async () => {
  const { core, folder: data } = await openWorkspace()
  const { id: projectId } = core.projects.create({ name: 'Fraud', description: '' })
  const version = await register(core, {
    projectId,
    model: sampleFile('fraud'),
    data: sampleFile('fraud', 'training.csv'),
  })
  const files = [version.originalFile, version.servedFile, version.trainingFile!]
  for (const file of files) utimesSync(core.artifacts.pathOf(file), 1, 1)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 48 * 3600_000 })
  core.artifacts.sweep()
  vi.useRealTimers()
  core.artifacts.release(files)
  for (const file of files) expect(existsSync(core.artifacts.pathOf(file))).toBe(true)
  expect(readdirSync(join(data, 'artifacts/incoming'))).toEqual([])
})

it('keeps an upload when a model with the same file is removed', async () => {
  const { core } = await openWorkspace()
  const { id: projectId } = core.projects.create({ name: 'Fraud', description: '' })
  const files = { model: sampleFile('iris'), data: sampleFile('iris', 'training.csv') }
  const version = await register(core, { projectId, ...files })
  const again = await core.artifacts.put(readFileSync(files.model))
  core.models.remove(version.modelId)
  expect(existsSync(core.artifacts.pathOf(again.sha256))).toBe(true)
  expect(await refusalOf(() => core.artifacts.pathOf(version.trainingFile!))).toMatchObject({
    code: 'not_found',
  })
})

it.each([
  [1, '1 bytes'],
  [1023, '1023 bytes'],
  [1536, '1.5 KiB'],
  [512 * 1024 ** 2, '512 MiB'],
  [5 * 1024 ** 4, '5120 GiB'],
])('writes %d bytes as %s', (bytes, text) => expect(describeBytes(bytes)).toBe(text))
