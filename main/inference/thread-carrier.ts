import { Worker } from 'node:worker_threads'
import { describeError } from '../errors'
import type { Carrier, SpawnWorker } from './carrier'

/**
 * Spawns inference workers as threads of this process: cheapest messages, but a native crash takes everything
 * along and a run cannot be interrupted. `Worker.terminate()` is never called, since during a run it aborts the
 * whole process (uncaught Napi::Error, exit 134): `kill` asks the worker to stop after its current work.
 * @param entry path of the built `onnx-worker.js`
 */
export function createThreadSpawner(entry: string): SpawnWorker {
  return () => spawnThread(entry)
}

function spawnThread(entry: string): Carrier {
  const worker = new Worker(entry, { name: 'inference', execArgv: [] })
  let lastWords = ''
  worker.on('error', (error) => {
    lastWords = `: ${describeError(error)}`
  })
  const gone = new Promise<string>((resolve) => {
    worker.once('exit', (code) => resolve(`thread ended with code ${code}${lastWords}`))
  })
  return {
    isInterruptible: false,
    pid: undefined,
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => void worker.on('message', listener),
    onExit: (listener) => void gone.then(listener),
    async kill() {
      worker.postMessage({ kind: 'stop' })
      await gone
    },
  }
}
