import { Worker } from 'node:worker_threads'
import { WorkstationError } from '../errors'
import type { AnalysisReply } from './analysis-messages'

export type TaskOptions = {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((fraction: number) => void) | undefined
}

const MEMORY_LIMITS = { maxOldGenerationSizeMb: 4096, maxYoungGenerationSizeMb: 256, stackSizeMb: 8 }

/**
 * Runs each task in a thread of its own with bounded memory: a file that exhausts it ends the thread, not the
 * workstation. At most `size` threads at a time; further tasks wait.
 */
export class AnalysisThreads {
  private readonly entry: string
  private readonly size: number
  private readonly queue: (() => void)[] = []
  private readonly running = new Set<Worker>()
  private active = 0
  private isClosed = false

  constructor(entry: string, size: number) {
    this.entry = entry
    this.size = size
  }

  /** @throws WorkstationError as the task threw it; too_large when memory ran out; invalid when aborted. */
  async run(name: string, input: unknown, options: TaskOptions = {}): Promise<unknown> {
    if (this.active < this.size) this.active++
    else await new Promise<void>((resolve) => this.queue.push(resolve))
    try {
      if (this.isClosed) throw new WorkstationError('not_ready', 'the workstation is closing')
      return await this.work(name, input, options)
    } finally {
      // The place is handed over, so that no newcomer takes it before the one that waited.
      const next = this.queue.shift()
      if (next === undefined) this.active--
      else next()
    }
  }

  private work(name: string, input: unknown, { signal, onProgress }: TaskOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.entry, { workerData: { name, input }, resourceLimits: MEMORY_LIMITS })
      this.running.add(worker)
      const end = (): void => {
        signal?.removeEventListener('abort', onAbort)
        this.running.delete(worker)
        void worker.terminate()
      }
      const fail = (error: unknown): void => {
        end()
        reject(error instanceof Error ? error : new Error(String(error)))
      }
      let isAborted = false
      // The caller hears of it when the thread is gone: until then it may still write to its files.
      const onAbort = (): void => {
        isAborted = true
        void worker.terminate()
      }
      if (signal?.aborted === true) onAbort()
      else signal?.addEventListener('abort', onAbort)
      worker.on('message', (message: AnalysisReply) => {
        if (message.type === 'progress') return onProgress?.(message.fraction)
        if (message.type === 'failed') return fail(new WorkstationError(message.code, message.message))
        end()
        resolve(message.output)
      })
      worker.on('error', (error: NodeJS.ErrnoException) =>
        fail(
          error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? new WorkstationError(
                'too_large',
                'the file needs more memory than the workstation allows for reading one',
              )
            : error,
        ),
      )
      worker.on('exit', (code) => {
        if (isAborted) return fail(new WorkstationError('invalid', 'the work was cancelled'))
        fail(
          this.isClosed
            ? new WorkstationError('not_ready', 'the workstation is closing')
            : new WorkstationError('internal', `the analysis ended early (exit code ${code})`),
        )
      })
    })
  }

  /** Ends all threads; their tasks fail. */
  async close(): Promise<void> {
    this.isClosed = true
    await Promise.all([...this.running].map((worker) => worker.terminate()))
    for (const wake of this.queue.splice(0)) wake()
  }
}
