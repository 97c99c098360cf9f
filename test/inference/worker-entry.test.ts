import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Carrier } from '../../main/inference/carrier'
import { workerPath } from '../support/worker-path'
import { fixture, IRIS, irisRequest, valuesOf } from './models'
import { openPool, spawnProcesses } from './pools'

/** Shapes a plain child's globals as those of Electron's utility process: a parentPort and no process.send. */
const UTILITY_PROCESS = `
  const send = process.send.bind(process)
  process.parentPort = {
    postMessage: (message) => void send(message),
    on: (event, listener) => process.on('message', (data) => listener({ data })),
  }
  process.send = undefined
`

/** A carrier as the app makes one over `utilityProcess.fork`. */
function spawnLikeElectron(children: ChildProcess[]): Carrier {
  const preload = `data:text/javascript,${encodeURIComponent(UTILITY_PROCESS)}`
  const child = fork(workerPath('onnx-worker'), [], {
    serialization: 'advanced',
    execArgv: ['--import', preload],
  })
  children.push(child)
  const gone = new Promise<string>((resolve) => child.once('exit', (code) => resolve(`ended with ${code}`)))
  return {
    isInterruptible: true,
    pid: child.pid,
    post: (message) => void child.send(message, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void gone.then(listener),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

describe('the worker entry', () => {
  it('works as an Electron utility process and ends with code 0', async () => {
    const children: ChildProcess[] = []
    const { pool } = openPool(() => spawnLikeElectron(children), { size: 1 })
    await pool.load('iris', IRIS)
    expect(valuesOf(await pool.run('iris', irisRequest(0, 2)), 'output_label')).toHaveLength(2)
    await pool.close()
    expect(children.map(({ exitCode }) => exitCode)).toEqual([0])
  })

  it('ends by itself when its parent is gone', async () => {
    const child = fork(workerPath('onnx-worker'), [], { serialization: 'advanced' })
    onTestFinished(() => void child.kill('SIGKILL'))
    await new Promise((resolve) => child.once('message', resolve))
    const exit = new Promise((resolve) => child.once('exit', resolve))
    child.disconnect()
    expect(await exit).toBe(0)
  })

  it('does not stop at the signal that its parent gets too', async () => {
    const { pool, carriers } = openPool(spawnProcesses(), { size: 1 })
    await pool.load('iris', IRIS)
    process.kill(carriers[0]!.pid!, 'SIGTERM')
    process.kill(carriers[0]!.pid!, 'SIGINT')
    await pool.run('iris', irisRequest(0, 1))
    await pool.load('slow', fixture('slow'))
    expect(pool.stats().workersLost).toBe(0)
  })

  it('answers in order and does not stop before it has answered', async () => {
    const carrier = spawnProcesses()()
    const replies: string[] = []
    carrier.onMessage((reply) => replies.push(reply.kind))
    const gone = new Promise<string>((resolve) => carrier.onExit(resolve))
    carrier.post({ kind: 'load', id: 1, key: 'slow', path: fixture('slow') })
    carrier.post({ kind: 'run', id: 2, key: 'other', inputs: {} })
    carrier.post({ kind: 'ping', id: 3 })
    carrier.post({ kind: 'unload', id: 4, key: 'slow' })
    carrier.post({ kind: 'stop' })
    expect(await gone).toBe('process ended with code 0')
    expect(replies).toEqual(['ready', 'loaded', 'failed', 'pong', 'unloaded'])
  })
})
