// Utility processes: forked Node processes whose `process.parentPort` speaks over the fork's channel.
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'

const host = fileURLToPath(new URL('./utility-host.mjs', import.meta.url))
const running = new Set()

/** Electron ends its utility processes with the application. */
export function killUtilityProcesses() {
  for (const child of running) child.kill('SIGKILL')
}

export const utilityProcess = {
  fork(modulePath, args = [], options = {}) {
    const child = fork(host, [modulePath, ...args], {
      serialization: 'advanced',
      execArgv: [],
      stdio: [...(Array.isArray(options.stdio) ? options.stdio : ['ignore', 'inherit', 'inherit']), 'ipc'],
    })
    running.add(child)
    const utility = new EventEmitter()
    child.on('message', (message) => utility.emit('message', message))
    child.once('spawn', () => utility.emit('spawn'))
    child.once('close', (code, signal) => {
      running.delete(child)
      utility.isGone = true
      utility.emit('exit', code ?? (signal === null ? 1 : 128))
    })
    return Object.defineProperties(utility, {
      pid: { get: () => (utility.isGone ? undefined : child.pid) },
      stderr: { value: child.stderr },
      stdout: { value: child.stdout },
      postMessage: { value: (message) => void (child.connected && child.send(message, () => undefined)) },
      kill: { value: () => child.kill('SIGTERM') },
    })
  },
}
