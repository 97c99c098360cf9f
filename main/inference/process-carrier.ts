import { fork } from 'node:child_process'
import type { Carrier, SpawnWorker } from './carrier'

const LAST_WORDS_LENGTH = 2_000

/**
 * Spawns inference workers as forked Node processes: they can be killed in the middle of a run and their crash
 * hurts nobody else. Not for use inside Electron, where the RunAsNode fuse forbids fork.
 * @param entry path of the built `onnx-worker.js`
 */
export function createProcessSpawner(entry: string): SpawnWorker {
  return () => spawnProcess(entry)
}

function spawnProcess(entry: string): Carrier {
  const child = fork(entry, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let lastWords = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_LENGTH)
  })
  const gone = new Promise<string>((resolve) => {
    // A process that never started reports only this.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(`process could not be started: ${error.message}`)
    })
    child.once('close', (code, signal) => {
      const how = signal === null ? `code ${code}` : signal
      resolve(`process ended with ${how}${describeLastWords(lastWords)}`)
    })
  })
  return {
    isInterruptible: true,
    pid: child.pid,
    post(message) {
      // The callback takes the error of a channel that closed under us; its end is reported below.
      if (child.connected) child.send(message, () => undefined)
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void gone.then(listener),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

function describeLastWords(text: string): string {
  const line = text.trim().split('\n').at(-1)
  return line === undefined || line === '' ? '' : `: ${line}`
}
