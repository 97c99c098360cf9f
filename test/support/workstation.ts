/** Workstations of this process: everything real, a data folder of their own, a free port. */
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest'
import type { AlertsWorld } from '../../main/core/alerts/alerts'
import type { SpawnWorker } from '../../main/inference/carrier'
import { readSettings } from '../../main/settings'
import type { Workstation } from '../../main/workstation'
import { startWorkstation } from '../../main/workstation'
import { ApiClient } from './api-client'
import { workerPath } from './worker-path'

const ROOT = join(import.meta.dirname, '../..')

export const RESOURCES = join(ROOT, 'resources')
export const FIXTURES = join(ROOT, 'test/fixtures')

/** What the documentation's examples name, and the sample workspace holds. */
export const SAMPLE = {
  key: 'YOUR_API_KEY',
  fraud: {
    project: 'd4e5f6a7-b8c9-0123-def4-567890123456',
    model: 'a7b8c9d0-e1f2-3456-7890-abcdef123456',
    deployment: 'd0e1f2a3-b4c5-6789-0123-def456789012',
  },
  iris: { project: '0f6f2a44-6f3b-4f0e-9d53-2b7c1f0a9e01', model: '1234', deployment: 'dep-iris-001' },
  diabetes: {
    project: '5c1d7b0a-3e92-4c64-8a1f-7d2e4b9c6f02',
    model: '9b2f4c1e-8d37-4a5b-b6c0-1e5f7a3d9c03',
    deployment: '3e8a6d2c-1f49-4b7e-a5d8-6c0b9e2f4a04',
  },
} as const

export type OpenOptions = {
  /** Command-line flags, e.g. `['--sample']`; the data folder is given already, the port is a free one. */
  readonly flags?: readonly string[]
  /** An existing data folder, which stays the caller's; a new one that is removed in the end when absent. */
  readonly dataDirectory?: string
  /** Loads the sample anew instead of taking a copy: for what only a workspace's first start shows. */
  readonly isFresh?: boolean
  readonly rendererDirectory?: string
  readonly spawnInference?: SpawnWorker
  /** The clock, chance and resolver of alerts, where a test brings its own. */
  readonly alertsWorld?: Partial<AlertsWorld>
}

export type OpenWorkstation = {
  readonly workstation: Workstation
  readonly url: string
  readonly dataDirectory: string
  /** Calls with the key of this process, which has every scope. */
  readonly api: ApiClient
  close(): Promise<void>
}

/** A new empty folder under the system's temporary one. */
export function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'plumbline-'))
}

/** Removes a folder that a workstation of a test used. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

/**
 * A new data folder that holds the sample workspace, as a workstation left it. The sample is loaded once per test run
 * and copied from then on.
 */
export async function makeSampleFolder(): Promise<string> {
  const template = join(inject('workersFolder'), 'sample-workspace')
  if (!existsSync(template)) {
    const made = await mkdtemp(`${template}-`)
    const { workstation } = await start({ flags: ['--sample'], dataDirectory: made })
    await workstation.close()
    // Another test file may have been faster; either copy will do.
    await rename(made, template).catch(() => removeFolder(made))
  }
  const folder = await makeFolder()
  await cp(template, folder, { recursive: true })
  return folder
}

const makeDataFolder = ({ flags, isFresh }: OpenOptions): Promise<string> =>
  flags?.includes('--sample') === true && isFresh !== true ? makeSampleFolder() : makeFolder()

async function start(options: OpenOptions): Promise<OpenWorkstation> {
  const dataDirectory = options.dataDirectory ?? (await makeDataFolder(options))
  const settings = readSettings(['--port', '0', '--data-dir', dataDirectory, ...(options.flags ?? [])], {})
  const workstation = await startWorkstation({
    settings,
    version: '0.0.0-test',
    log: pino({ level: 'silent' }),
    entries: {
      onnxWorker: workerPath('onnx-worker'),
      sqliteWriter: workerPath('sqlite-writer'),
      analysisWorker: workerPath('analysis-worker'),
    },
    resourcesDirectory: RESOURCES,
    rendererDirectory: options.rendererDirectory ?? dataDirectory + '-has-no-renderer',
    ...(options.spawnInference === undefined ? {} : { spawnInference: options.spawnInference }),
    ...(options.alertsWorld === undefined ? {} : { alertsWorld: options.alertsWorld }),
  })
  return {
    workstation,
    url: workstation.url,
    dataDirectory,
    api: new ApiClient(workstation.url, workstation.apiKey),
    async close() {
      await workstation.close()
      if (options.dataDirectory === undefined) await removeFolder(dataDirectory)
    },
  }
}

/** Starts a workstation that is closed when the test ends; closing it before is fine. */
export async function openWorkstation(options: OpenOptions = {}): Promise<OpenWorkstation> {
  const opened = await start(options)
  onTestFinished(() => opened.close())
  return opened
}

/** One workstation for all tests of a file or block; to be read inside the tests. */
export function useWorkstation(
  options: OpenOptions = {},
): Pick<OpenWorkstation, 'workstation' | 'url' | 'dataDirectory' | 'api'> {
  let opened: OpenWorkstation | undefined
  const read = (): OpenWorkstation => {
    if (opened === undefined) throw new Error('the workstation runs during the tests only')
    return opened
  }
  beforeAll(async () => {
    opened = await start(options)
  }, 60_000)
  afterAll(() => opened?.close())
  return {
    get workstation() {
      return read().workstation
    },
    get url() {
      return read().url
    },
    get dataDirectory() {
      return read().dataDirectory
    },
    get api() {
      return read().api
    },
  }
}
