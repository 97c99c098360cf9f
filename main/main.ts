/** Electron's lifecycle: ready, second instance, quit. What the product does is in the workstation. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { app, dialog, protocol } from 'electron'
import pino from 'pino'
import { openDesktop } from './desktop'
import type { Desktop } from './desktop'
import { readOwnArguments } from './desktop-arguments'
import { drain } from './desktop-quit'
import { describeError } from './errors'
import { readSettings } from './settings'
import type { Settings } from './settings'
import { createUtilitySpawner } from './utility-carrier'
import { APP_PRIVILEGES, APP_SCHEME } from './window-protocol'
import { startWorkstation } from './workstation'
import type { Workstation } from './workstation'

/** How long work under way may hold up quitting before the person is asked; without a window it is given up then. */
const QUIT_LIMIT_MS = 15_000

const at = (path: string): string => resolve(import.meta.dirname, path)
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const log = pino(
  { level: process.env['PLUMBLINE_LOG_LEVEL'] ?? 'warn', base: null },
  pino.destination({ dest: 2, sync: true }),
)
const resourcesDirectory = app.isPackaged ? process.resourcesPath : at('../../resources')
const rendererDirectory = at('../renderer')

// All of this has to happen before Electron is ready.
app.enableSandbox()
protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: APP_PRIVILEGES }])
const settings = readOwnSettings()
if (settings !== null) runOnce(settings)

function readOwnSettings(): Settings | null {
  try {
    return readSettings(readOwnArguments(process.argv, app.isPackaged), process.env)
  } catch (error) {
    void fail(error, false)
    return null
  }
}

/** One instance per workspace: the lock lies in Chromium's profile, and the profile in the data folder. */
function runOnce(settings: Settings): void {
  const profileDirectory = join(settings.dataDirectory, 'desktop')
  mkdirSync(profileDirectory, { recursive: true, mode: 0o700 })
  app.setPath('userData', profileDirectory)
  if (!app.requestSingleInstanceLock()) {
    say('Plumbline is already running in this workspace; its window was brought to the front.')
    app.exit(0)
    return
  }
  run(settings, profileDirectory).catch((error: unknown) => fail(error, settings.headless))
}

async function run(settings: Settings, profileDirectory: string): Promise<void> {
  let isQuitting = false
  const running: { workstation?: Workstation; desktop?: Desktop } = {}

  app.on('second-instance', () => running.desktop?.show())
  app.on('activate', () => running.desktop?.show())
  // Without this listener Electron would quit by itself, also where there never was a window.
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (isQuitting) return
    isQuitting = true
    // A start that is under way comes to its end first, and finds out below.
    if (running.workstation !== undefined) void quit(running.workstation, running.desktop)
  })

  await app.whenReady()
  const workstation = await start(settings)
  running.workstation = workstation
  if (isQuitting) return quit(workstation, undefined)
  announceReady(workstation, settings)
  if (settings.headless) return
  running.desktop = openDesktop({
    workstation,
    settings,
    preload: at('../preload/preload.cjs'),
    rendererDirectory,
    resourcesDirectory,
    profileDirectory,
    log,
  })
}

function start(settings: Settings): Promise<Workstation> {
  const entries = {
    onnxWorker: at('onnx-worker.js'),
    sqliteWriter: at('sqlite-writer.js'),
    analysisWorker: at('analysis-worker.js'),
  }
  const spawnWorker = createUtilitySpawner(entries.onnxWorker)
  return startWorkstation({
    settings,
    version: app.getVersion(),
    log,
    entries,
    resourcesDirectory,
    rendererDirectory,
    spawnInference: spawnWorker,
    spawnIsolated: spawnWorker,
  })
}

/** With --json one line that scripts wait for, the same as the headless entry's; without a window, the way in. */
function announceReady(workstation: Workstation, { dataDirectory, headless, json }: Settings): void {
  const { url, apiKey } = workstation
  if (json) {
    const ready = { event: 'ready', url, api_key: apiKey, data_dir: dataDirectory, pid: process.pid }
    process.stdout.write(`${JSON.stringify({ ...ready, sign_in_url: workstation.createSignInUrl() })}\n`)
  } else if (headless) {
    process.stdout.write(`Plumbline is ready. In the browser: ${workstation.createSignInUrl()}\n`)
  }
}

async function quit(workstation: Workstation, desktop: Desktop | undefined): Promise<void> {
  desktop?.announceQuit()
  try {
    const isDone = await drain({
      close: () => workstation.close(),
      limitMs: QUIT_LIMIT_MS,
      keepWaiting: () => desktop?.askToKeepWaiting() ?? Promise.resolve(false),
    })
    if (!isDone) say(`Work under way was not finished after ${QUIT_LIMIT_MS / 1000} s and was given up.`)
    desktop?.close()
    app.exit(isDone ? 0 : 1)
  } catch (error) {
    say(`Plumbline did not close cleanly: ${describeError(error)}`)
    app.exit(1)
  }
}

/** Says why there is nothing to show, and ends with exit code 1. */
async function fail(error: unknown, isHeadless: boolean): Promise<void> {
  const reason = describeError(error)
  say(`Plumbline could not start: ${reason}`)
  if (!isHeadless) {
    await app.whenReady()
    dialog.showErrorBox('Plumbline could not start', reason)
  }
  app.exit(1)
}
