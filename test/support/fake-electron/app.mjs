// The application's life: ready, the lock of a single instance, quit.
import { EventEmitter } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { closeBrowser, openBrowser } from './browser.mjs'
import { killUtilityProcesses } from './utility.mjs'
import { closeAllWindows, onAllClosed } from './window.mjs'

let description = { directory: process.cwd(), name: 'electron', version: '0.0.0', isDebugged: false }
const paths = new Map()
const { promise: ready, resolve: becomeReady } = Promise.withResolvers()
let isReady = false
let isSandboxed = false

/** Called by run.mjs before the application's main file. */
export function boot(found) {
  description = found
  paths.set('userData', join(found.directory, 'node_modules', '.electron-double'))
  void comeUp()
}

async function comeUp() {
  // Electron is never ready before the main file has run once.
  await setImmediate()
  if (description.isDebugged) await openBrowser(app.getPath('userData'))
  isReady = true
  becomeReady()
  app.emit('ready', { preventDefault() {} }, {})
}

function emitPreventable(name) {
  const event = { defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) }
  app.emit(name, event)
  return !event.defaultPrevented
}

const lockFile = () => join(app.getPath('userData'), 'SingletonLock')
const callsFolder = () => join(app.getPath('userData'), 'SingletonCalls')

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function takeLock() {
  mkdirSync(callsFolder(), { recursive: true })
  try {
    writeFileSync(lockFile(), String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (isAlive(Number(readFileSync(lockFile(), 'utf8')))) return false
    writeFileSync(lockFile(), String(process.pid))
    return true
  }
}

function answerCalls() {
  watch(callsFolder(), () => {
    for (const name of readdirSync(callsFolder()).filter((file) => file.endsWith('.json'))) {
      const path = join(callsFolder(), name)
      const { argv, cwd } = JSON.parse(readFileSync(path, 'utf8'))
      rmSync(path, { force: true })
      app.emit('second-instance', {}, argv, cwd, undefined)
    }
  }).unref()
}

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  commandLine: { appendSwitch() {}, hasSwitch: () => false },
  isReady: () => isReady,
  whenReady: () => ready,
  getVersion: () => description.version,
  getName: () => description.name,
  getAppPath: () => description.directory,
  getPath: (name) => paths.get(name),
  setPath: (name, path) => void paths.set(name, path),
  enableSandbox: () => void (isSandboxed = true),
  isSandboxed: () => isSandboxed,
  requestSingleInstanceLock() {
    if (takeLock()) {
      answerCalls()
      return true
    }
    const call = join(callsFolder(), `${process.pid}.json`)
    writeFileSync(`${call}.part`, JSON.stringify({ argv: process.argv, cwd: process.cwd() }))
    renameSync(`${call}.part`, call)
    return false
  },
  quit() {
    if (!emitPreventable('before-quit')) return
    if (!closeAllWindows()) return
    if (emitPreventable('will-quit')) app.exit(0)
  },
  exit(code = 0) {
    app.emit('quit', {}, code)
    killUtilityProcesses()
    try {
      if (readFileSync(lockFile(), 'utf8') === String(process.pid)) rmSync(lockFile())
    } catch {
      // There was no lock, or no profile yet.
    }
    void closeBrowser().finally(() => process.exit(code))
  },
})

onAllClosed(() => {
  if (!app.emit('window-all-closed')) app.quit()
})
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => app.quit())
