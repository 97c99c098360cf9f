/** Inference workers as Electron utility processes: a model that crashes or hangs never takes the window with it. */
import { utilityProcess } from 'electron'
import type { Carrier, SpawnWorker } from './inference/carrier'
import type { WorkerReply } from './inference/messages'

const LAST_WORDS_LENGTH = 2_000
/** A process that ignores the polite signal this long is ended by force. */
const POLITE_KILL_MS = 1_000

/**
 * Spawns inference workers as utility processes.
 * @param entry path of the built `onnx-worker.js`
 */
export function createUtilitySpawner(entry: string): SpawnWorker {
  return () => spawnUtility(entry)
}

function spawnUtility(entry: string): Carrier {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Plumbline models',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let lastWords = ''
  child.stderr?.on('data', (text: Buffer) => {
    lastWords = (lastWords + text.toString('utf8')).slice(-LAST_WORDS_LENGTH)
  })
  let isGone = false
  const gone = new Promise<string>((resolve) => {
    child.once('exit', (code) => {
      isGone = true
      const line = lastWords.trim().split('\n').at(-1) ?? ''
      resolve(`process ended with code ${code}${line === '' ? '' : `: ${line}`}`)
    })
  })
  return {
    isInterruptible: true,
    get pid() {
      return child.pid
    },
    post(message) {
      if (!isGone) child.postMessage(message)
    },
    onMessage: (listener) => void child.on('message', (reply: WorkerReply) => listener(reply)),
    onExit: (listener) => void gone.then(listener),
    async kill() {
      if (isGone) return
      child.kill()
      const force = setTimeout(() => endByForce(child.pid), POLITE_KILL_MS)
      await gone
      clearTimeout(force)
    },
  }
}

function endByForce(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It went in the meantime, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
