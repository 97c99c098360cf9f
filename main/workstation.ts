import { availableParallelism } from 'node:os'
import type { Logger } from 'pino'
import type { AlertsWorld } from './core/alerts/alerts'
import type { AnalysisTasks, Analyst } from './core/analysis'
import type { Core } from './core/core'
import { createCore } from './core/core'
import { lockDataDirectory } from './data-lock'
import { describeError } from './errors'
import { openServer } from './http/server'
import { writeSignInUrl } from './http/ui/browser-door'
import type { SpawnWorker } from './inference/carrier'
import { InferencePool } from './inference/pool'
import { createProcessSpawner } from './inference/process-carrier'
import { createThreadSpawner } from './inference/thread-carrier'
import type { RouterContext } from './ipc/router'
import { AnalysisThreads } from './processes/analysis-threads'
import { ResidentThread } from './processes/resident-thread'
import type { Settings } from './settings'

/** What differs between the doors that start a workstation: Electron, plain Node, a test. */
export type WorkstationOptions = {
  readonly settings: Settings
  readonly version: string
  readonly log: Logger
  /** Paths of the built worker entries. */
  readonly entries: {
    readonly onnxWorker: string
    readonly sqliteWriter: string
    readonly analysisWorker: string
  }
  /** Folder with samples and docs; folder with the built renderer. */
  readonly resourcesDirectory: string
  readonly rendererDirectory: string
  /** Where deployed models run; worker threads of this process when absent. */
  readonly spawnInference?: SpawnWorker
  /** Where a model that was never run before is tried: always a process of its own. */
  readonly spawnIsolated?: SpawnWorker
  /** Clock, resolver and ground truth of alerts, where they are not the real ones. */
  readonly alertsWorld?: Partial<AlertsWorld>
}

/** A running workstation. */
export type Workstation = {
  readonly core: Core
  readonly routerContext: RouterContext
  /** http://127.0.0.1:PORT */
  readonly url: string
  /** A key that is accepted as long as this process runs. */
  readonly apiKey: string
  /** The workspace's first key in clear, when this start made it. */
  readonly firstKey: string | null
  /** An address that signs a browser in once. */
  createSignInUrl(): string
  /** Stops taking requests, finishes those under way, flushes and closes everything. Safe to call twice. */
  close(): Promise<void>
}

const MAX_QUEUED_ROWS = 200_000

/** Tasks that take less than starting a thread would; they must not wait behind a large file either. */
const SHORT_TASKS: ReadonlySet<keyof AnalysisTasks> = new Set(['read-body-model', 'explain-rows'])
/** Somebody waits for these in front of a page: they must not queue behind an export or a large file. */
const AWAITED_TASKS: ReadonlySet<keyof AnalysisTasks> = new Set(['scan-log'])
const AWAITED_AT_ONCE = 2

type AnalysisRooms = {
  readonly threads: AnalysisThreads
  readonly awaited: AnalysisThreads
  readonly resident: ResidentThread
}

function createAnalyst({ threads, awaited, resident }: AnalysisRooms): Analyst {
  return {
    run: async <Name extends keyof AnalysisTasks>(
      name: Name,
      input: AnalysisTasks[Name]['input'],
      options?: Parameters<Analyst['run']>[2],
    ) => {
      const room = AWAITED_TASKS.has(name) ? awaited : threads
      const output = SHORT_TASKS.has(name) ? resident.run(name, input) : room.run(name, input, options)
      return (await output) as AnalysisTasks[Name]['output']
    },
  }
}

/**
 * Builds and starts everything: store, inference, core, local server. The one place where the parts are put together.
 * @throws WorkstationError conflict when another workstation has this data folder or the port; not_ready when a
 * database cannot be opened.
 */
export async function startWorkstation(options: WorkstationOptions): Promise<Workstation> {
  const { settings, entries, log } = options
  const unlock = await lockDataDirectory(settings.dataDirectory)
  const threads = new AnalysisThreads(
    entries.analysisWorker,
    Math.max(1, Math.min(4, availableParallelism() - 1)),
  )
  const awaited = new AnalysisThreads(entries.analysisWorker, AWAITED_AT_ONCE)
  const resident = new ResidentThread(entries.analysisWorker)
  const pool = new InferencePool({
    spawn: options.spawnInference ?? createThreadSpawner(entries.onnxWorker),
    size: settings.inferenceWorkers,
    maxQueuedRows: MAX_QUEUED_ROWS,
    onEvent: (event) => log.info(event, 'inference'),
  })
  const closing: (() => Promise<void>)[] = [
    () => threads.close(),
    () => awaited.close(),
    () => resident.close(),
    () => pool.close(),
    () => Promise.resolve(unlock()),
  ]
  try {
    let isReady = false
    const core = await createCore({
      dataDirectory: settings.dataDirectory,
      resourcesDirectory: options.resourcesDirectory,
      givenKey: settings.apiKey,
      python: settings.python,
      sqliteWriter: entries.sqliteWriter,
      pool,
      spawnIsolated: options.spawnIsolated ?? createProcessSpawner(entries.onnxWorker),
      analyst: createAnalyst({ threads, awaited, resident }),
      ...(options.alertsWorld === undefined ? {} : { alertsWorld: options.alertsWorld }),
      onError: (error) => log.error({ err: error }, 'a listener failed'),
    })
    closing.unshift(() => core.close())
    const firstKey = core.keys.ensureFirstKey()
    await core.start()
    if (settings.sample && !core.sample.isLoaded()) await core.sample.load()
    core.sample.acceptKey()
    isReady = true

    let url = ''
    const end = new AbortController()
    const routerContext: RouterContext = {
      core,
      closing: end.signal,
      workspace: () => ({
        version: options.version,
        dataDirectory: settings.dataDirectory,
        url,
        hasSample: core.sample.isLoaded(),
        platform: process.platform,
        limits: { maxModelBytes: settings.maxModelBytes, maxDataBytes: settings.maxDataBytes },
        firstKey: core.keys.firstKey(),
      }),
    }
    const { rendererDirectory } = options
    const server = await openServer({
      core,
      settings,
      routerContext,
      rendererDirectory,
      version: options.version,
      log,
      isReady: () => isReady,
    })
    url = server.url
    closing.unshift(() => server.close())
    let closed: Promise<void> | undefined
    return {
      core,
      routerContext,
      url,
      apiKey: core.keys.processKey,
      firstKey,
      createSignInUrl: () => writeSignInUrl(url, core),
      close: () => {
        isReady = false
        end.abort()
        closed ??= closeAll(closing, log)
        return closed
      },
    }
  } catch (error) {
    await closeAll(closing, log)
    throw error
  }
}

/** Closes in order; what cannot be closed does not keep the rest open. */
async function closeAll(steps: readonly (() => Promise<void>)[], log: Logger): Promise<void> {
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      log.error(`closing: ${describeError(error)}`)
    }
  }
}
