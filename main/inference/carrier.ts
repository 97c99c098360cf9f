/** How a worker is reached. Implemented over threads and forks here, and over Electron's utility process by the app. */
import type { WorkerReply, WorkerRequest } from './messages'

/**
 * One running worker. An implementation forwards messages both ways in order and reports its end exactly once.
 * For Electron's utility process: `post` = `child.postMessage`, `onMessage` = `child.on('message')`,
 * `onExit` = `child.on('exit')`, `kill` = `child.kill()` and wait for 'exit', `isInterruptible` = true.
 */
export type Carrier = {
  /** Whether `kill` ends a worker in the middle of a run. A thread cannot: that would abort the whole process. */
  readonly isInterruptible: boolean
  /** The worker's own process, if it has one. */
  readonly pid: number | undefined
  /** Never throws; a message to a worker that has ended is lost, and `onExit` says so. */
  post(message: WorkerRequest): void
  onMessage(listener: (reply: WorkerReply) => void): void
  /** `reason` is one line for people: exit code or signal and the last words. */
  onExit(listener: (reason: string) => void): void
  /** Ends the worker, at once if it is interruptible, else after its current work. Resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts one worker. May throw; the pool treats that like a worker that ended at once. */
export type SpawnWorker = () => Carrier
