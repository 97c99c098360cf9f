/** Cores over real databases, workers and files in temporary folders that end with their test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished } from 'vitest'
import type { AnalysisTasks, Analyst } from '../../main/core/analysis'
import type { Core } from '../../main/core/core'
import { createCore } from '../../main/core/core'
import type { Deployment } from '../../main/core/deployments/deployment'
import type { ModelVersion, Registration } from '../../main/core/models/model'
import { InferencePool } from '../../main/inference/pool'
import { createProcessSpawner } from '../../main/inference/process-carrier'
import { createThreadSpawner } from '../../main/inference/thread-carrier'
import { AnalysisThreads } from '../../main/processes/analysis-threads'
import { Database } from '../../main/store/database'
import { workerPath } from '../support/worker-path'

export const ROOT = join(import.meta.dirname, '../..')
export const RESOURCES = join(ROOT, 'resources')
export const FIXTURES = join(ROOT, 'test/fixtures/onnx')

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export type Workspace = {
  readonly core: Core
  readonly folder: string
  readonly pool: InferencePool
  readonly analyst: Analyst
  /** What listeners threw. */
  readonly errors: unknown[]
  readonly close: () => Promise<void>
}

/** A core on a folder, started, which ends with its test; on a new folder when none is named. */
export async function openWorkspace(folder = makeFolder()): Promise<Workspace> {
  const workspace = await startWorkspace(folder)
  onTestFinished(workspace.close)
  return workspace
}

/** One workspace for all tests of a file, which must not depend on each other's nouns. */
export function shareWorkspace(): () => Workspace {
  let workspace: Workspace | undefined
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-'))
    workspace = await startWorkspace(folder)
    return async () => {
      await workspace?.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
  return () => {
    if (workspace === undefined) throw new Error('the workspace is open during tests only')
    return workspace
  }
}

async function startWorkspace(folder: string): Promise<Workspace> {
  const errors: unknown[] = []
  const threads = new AnalysisThreads(workerPath('analysis-worker'), 2)
  const pool = new InferencePool({
    spawn: createThreadSpawner(workerPath('onnx-worker')),
    size: 1,
    maxQueuedRows: 100_000,
  })
  const analyst: Analyst = {
    run: async <Name extends keyof AnalysisTasks>(
      name: Name,
      input: AnalysisTasks[Name]['input'],
      options?: Parameters<Analyst['run']>[2],
    ) => (await threads.run(name, input, options)) as AnalysisTasks[Name]['output'],
  }
  const core = await createCore({
    dataDirectory: folder,
    resourcesDirectory: RESOURCES,
    givenKey: '',
    sqliteWriter: workerPath('sqlite-writer'),
    pool,
    python: '',
    spawnIsolated: createProcessSpawner(workerPath('onnx-worker')),
    analyst,
    onError: (error) => errors.push(error),
  })
  await core.start()
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= (async () => {
      await core.close()
      await pool.close()
      await threads.close()
    })()
    return closed
  }
  return { core, folder, pool, analyst, errors, close }
}

/** A second look at a workspace's nouns or its log, for checking what was really written. */
export function openFile(folder: string, name: 'workstation.db' | 'predictions.db'): Database {
  const database = new Database(join(folder, name), { migrations: [], synchronous: 'NORMAL', readonly: true })
  onTestFinished(() => database.close())
  return database
}

export type Upload = {
  readonly projectId: string
  readonly name?: string
  /** A path, or the bytes themselves. */
  readonly model: string | Uint8Array
  readonly data: string | Uint8Array
  readonly target?: string | null
  readonly change?: Partial<Registration>
}

/** Uploads both files; what a form would send to register them. */
export async function upload(core: Core, what: Upload): Promise<Registration> {
  const bytesOf = (source: string | Uint8Array): Promise<Uint8Array> | Uint8Array =>
    typeof source === 'string' ? readFile(source) : source
  const model = await core.artifacts.put(await bytesOf(what.model))
  const data = await core.artifacts.put(await bytesOf(what.data))
  return {
    projectId: what.projectId,
    name: what.name ?? 'a model',
    description: '',
    algorithm: '',
    modelFile: model.sha256,
    modelFileName: 'model.onnx',
    trainingFile: data.sha256,
    trainingFileName: 'training.csv',
    targetColumn: what.target ?? null,
    registrationId: '',
    verification: null,
    allowsMismatch: false,
    runsCode: false,
    ...what.change,
  }
}

export async function register(core: Core, what: Upload): Promise<ModelVersion> {
  return core.models.register(await upload(core, what))
}

export const sampleFile = (folder: string, file = 'model.onnx'): string =>
  join(RESOURCES, 'samples', folder, file)
export const fixtureFile = (file: string): string => join(FIXTURES, file)

let lastProject = 0

/** A new project under a name of its own. */
export function makeProject(core: Core): string {
  lastProject += 1
  return core.projects.create({ name: `Project ${lastProject}`, description: '' }).id
}

/** A new project with the iris sample registered and deployed in staging. */
export async function serveIris(
  core: Core,
): Promise<{ projectId: string; version: ModelVersion; deployment: Deployment }> {
  const projectId = makeProject(core)
  const version = await register(core, {
    projectId,
    name: 'iris',
    model: sampleFile('iris'),
    data: sampleFile('iris', 'training.csv'),
  })
  const deployment = await core.deployments.create(
    { projectId, model: version.id, name: 'iris-staging', stage: 'staging', trafficPercent: 100 },
    'tester',
  )
  return { projectId, version, deployment }
}

export const IRIS_RECORD = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }

/** Waits for a condition to hold; fails after the deadline. */
export async function until(isTrue: () => boolean, deadlineMs = 10_000): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs
  while (!isTrue()) {
    if (performance.now() > giveUpAt) throw new Error('the condition never came true')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The code and message of what a verb refused with. */
export async function refusalOf(work: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await work()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { code: String(error.code), message: error.message }
    throw error
  }
  throw new Error('it was not refused')
}

/** A text that a pattern is found in, as a part of what is expected. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern)
}
