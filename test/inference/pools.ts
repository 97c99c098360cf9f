/** Pools over real workers that end with their test, and ways to reach the workers behind them. */
import { onTestFinished } from 'vitest'
import type { Carrier, SpawnWorker } from '../../main/inference/carrier'
import { InferencePool } from '../../main/inference/pool'
import type { PoolEvent, PoolOptions } from '../../main/inference/pool'
import { createProcessSpawner } from '../../main/inference/process-carrier'
import { createThreadSpawner } from '../../main/inference/thread-carrier'
import { workerPath } from '../support/worker-path'

export const SPAWNERS = [
  ['threads', createThreadSpawner],
  ['processes', createProcessSpawner],
] as const

export function spawnProcesses(): SpawnWorker {
  return createProcessSpawner(workerPath('onnx-worker'))
}

export function spawnThreads(): SpawnWorker {
  return createThreadSpawner(workerPath('onnx-worker'))
}

export type OpenPool = {
  readonly pool: InferencePool
  readonly events: PoolEvent[]
  /** Every carrier the pool has started, oldest first. */
  readonly carriers: Carrier[]
}

export function openPool(spawn: SpawnWorker, options: Partial<PoolOptions> = {}): OpenPool {
  const events: PoolEvent[] = []
  const carriers: Carrier[] = []
  const pool = new InferencePool({
    size: 2,
    maxQueuedRows: 100_000,
    ...options,
    spawn() {
      const carrier = spawn()
      carriers.push(carrier)
      return carrier
    },
    onEvent: (event) => events.push(event),
  })
  onTestFinished(() => pool.close())
  return { pool, events, carriers }
}

/** A spawner whose workers tell when they are given a command, before they get it. */
export function spyOn(spawn: SpawnWorker, onPost: (kind: string, carrier: Carrier) => void): SpawnWorker {
  return () => {
    const carrier = spawn()
    return {
      ...carrier,
      post(message) {
        carrier.post(message)
        onPost(message.kind, carrier)
      },
    }
  }
}

/** Lets the pool hand out what was asked so far: requests of one turn of the event loop share a run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
