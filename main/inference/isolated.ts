/** Tries an untrusted model in a process of its own before it is let near the pool. */
import { readFile } from 'node:fs/promises'
import { WorkstationError } from '../errors'
import type { Carrier, SpawnWorker } from './carrier'
import type { SessionShape, WorkerCommand, WorkerReply } from './messages'
import type { TensorData, Tensors } from './tensor'

export type IsolatedRun = {
  /** Must start a process of its own (a forked child or a utility process), never a thread. */
  readonly spawn: SpawnWorker
  readonly path: string
  /** Sets of inputs to run, in order; none to load only. */
  readonly batches: readonly Tensors[]
  /** For everything together: start, load and all runs. */
  readonly timeoutMs: number
  /**
   * Resident memory above which the process is killed; 2 GiB by default. Watched on Linux only (every 50 ms, so a
   * burst can pass it briefly): elsewhere there is no bound on native memory, --max-old-space-size covers V8 alone.
   */
  readonly maxResidentBytes?: number
  /** Ends the process when it aborts. */
  readonly signal?: AbortSignal | undefined
}

export type IsolatedResult = {
  readonly shape: SessionShape
  readonly outputs: readonly Record<string, TensorData>[]
}

const DEFAULT_MAX_RESIDENT_BYTES = 2 * 1024 ** 3
const MEMORY_POLL_MS = 50

/**
 * Loads and runs the model in a fresh process and ends it. Throws `invalid` when the model cannot be loaded, refuses
 * the inputs or crashes the process, or when `signal` aborts; `unsupported` when it needs more time or memory than allowed or operators the
 * runtime lacks; `internal` when no process could be started. The caller's process is never harmed.
 */
export async function runIsolated(options: IsolatedRun): Promise<IsolatedResult> {
  const carrier = options.spawn()
  if (!carrier.isInterruptible) {
    void carrier.kill()
    throw new WorkstationError(
      'internal',
      'an untrusted model must be tried in a process of its own, not in a thread',
    )
  }
  const trial = new Trial(carrier)
  const timer = setTimeout(() => {
    trial.stop(
      new WorkstationError('unsupported', `the model took longer than ${options.timeoutMs} ms to try`),
    )
  }, options.timeoutMs)
  const maxBytes = options.maxResidentBytes ?? DEFAULT_MAX_RESIDENT_BYTES
  const watch = watchMemory(carrier.pid, maxBytes, () => {
    const limit = `${Math.round(maxBytes / 1024 ** 2)} MiB`
    trial.stop(new WorkstationError('unsupported', `the model needs more than ${limit} of memory`))
  })
  const onAbort = (): void => trial.stop(new WorkstationError('invalid', 'the work was cancelled'))
  options.signal?.addEventListener('abort', onAbort)
  if (options.signal?.aborted === true) onAbort()
  try {
    return await trial.run(options.path, options.batches)
  } finally {
    options.signal?.removeEventListener('abort', onAbort)
    clearTimeout(timer)
    clearInterval(watch)
    await carrier.kill()
  }
}

/** One conversation with the process; ends with its first failure. */
class Trial {
  readonly #carrier: Carrier
  readonly #failed: Promise<never>
  readonly #ready: Promise<void>
  #fail: (error: Error) => void = () => undefined
  #noteReady: () => void = () => undefined
  #reply: ((reply: WorkerReply) => void) | undefined
  #phase = 'starting'
  #lastId = 0

  constructor(carrier: Carrier) {
    this.#carrier = carrier
    this.#failed = new Promise((_, reject) => (this.#fail = reject))
    // Handled wherever it is raced; without a race under way it must not count as unhandled.
    this.#failed.catch(() => undefined)
    this.#ready = new Promise((resolve) => (this.#noteReady = resolve))
    carrier.onMessage((reply) => (reply.kind === 'ready' ? this.#noteReady() : this.#reply?.(reply)))
    carrier.onExit((reason) => this.stop(this.#describeCrash(reason)))
  }

  stop(error: Error): void {
    this.#fail(error)
  }

  async run(path: string, batches: readonly Tensors[]): Promise<IsolatedResult> {
    await Promise.race([this.#ready, this.#failed])
    this.#phase = 'loading'
    const loaded = await this.#ask({ kind: 'load', key: 'trial', path })
    if (loaded.kind !== 'loaded')
      throw new WorkstationError('internal', `unexpected answer ${loaded.kind} to a load`)
    const outputs: Record<string, TensorData>[] = []
    for (const inputs of batches) {
      this.#phase = 'running'
      const ran = await this.#ask({ kind: 'run', key: 'trial', inputs })
      if (ran.kind !== 'ran') throw new WorkstationError('internal', `unexpected answer ${ran.kind} to a run`)
      outputs.push(ran.outputs)
    }
    return { shape: loaded.shape, outputs }
  }

  async #ask(command: WorkerCommand): Promise<WorkerReply> {
    this.#lastId += 1
    const answer = new Promise<WorkerReply>((resolve) => (this.#reply = resolve))
    this.#carrier.post({ ...command, id: this.#lastId })
    const reply = await Promise.race([answer, this.#failed])
    if (reply.kind === 'failed') throw new WorkstationError(reply.code, reply.message)
    return reply
  }

  #describeCrash(reason: string): WorkstationError {
    if (this.#phase === 'starting') {
      return new WorkstationError('internal', `the process to try the model in did not start: ${reason}`)
    }
    return new WorkstationError('invalid', `the model crashed the runtime while ${this.#phase}: ${reason}`)
  }
}

function watchMemory(
  pid: number | undefined,
  maxBytes: number,
  onExceeded: () => void,
): NodeJS.Timeout | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined
  const timer = setInterval(() => {
    readResidentBytes(pid).then(
      (bytes) => {
        if (bytes > maxBytes) onExceeded()
      },
      // No such process any more: its exit tells the rest.
      () => clearInterval(timer),
    )
  }, MEMORY_POLL_MS)
  return timer
}

/** Resident set of a Linux process; `status` states it in kB whatever the page size, unlike `statm`. */
async function readResidentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  return Number(kilobytes ?? 0) * 1024
}
