/** The worker's end of a carrier: finds out what it was started as and speaks through that. */
import { parentPort } from 'node:worker_threads'
import { WorkstationError } from '../errors'
import type { WorkerReply, WorkerRequest } from './messages'

export type WorkerChannel = {
  send(reply: WorkerReply): void
  receive(listener: (request: WorkerRequest) => void): void
  /** Lets the worker end by itself. Only called when nothing runs: ending during a run aborts the process. */
  close(): void
}

/** The part of Electron's `process.parentPort` that is used here. */
type UtilityPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: WorkerRequest }) => void): void
}

/** The channel to whoever started this worker: a thread's port, Electron's utility port or a fork's IPC. */
export function openChannel(): WorkerChannel {
  if (parentPort !== null) return openThreadChannel(parentPort)
  const utilityPort = findUtilityPort()
  if (utilityPort !== undefined) return openUtilityChannel(utilityPort)
  if (process.send !== undefined) return openForkChannel(process.send.bind(process))
  throw new WorkstationError('internal', 'this file is an inference worker: it is started by the workstation')
}

function openThreadChannel(port: NonNullable<typeof parentPort>): WorkerChannel {
  return {
    send: (reply) => port.postMessage(reply),
    receive: (listener) => port.on('message', listener),
    close: () => port.close(),
  }
}

function openUtilityChannel(port: UtilityPort): WorkerChannel {
  return {
    send: (reply) => port.postMessage(reply),
    receive: (listener) => port.on('message', (event) => listener(event.data)),
    close: () => process.exit(0),
  }
}

function openForkChannel(send: (reply: WorkerReply) => void): WorkerChannel {
  // A child whose parent is gone has nobody to work for.
  process.on('disconnect', () => process.exit(0))
  // The whole group gets a terminal's Ctrl-C and a supervisor's SIGTERM; the parent decides when work is done.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => undefined)
  return {
    send,
    receive: (listener) => process.on('message', listener),
    close: () => process.disconnect(),
  }
}

function findUtilityPort(): UtilityPort | undefined {
  return 'parentPort' in process ? process.parentPort : undefined
}
