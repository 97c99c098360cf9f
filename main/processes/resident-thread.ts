import { Worker } from 'node:worker_threads'
import { WorkstationError } from '../errors'
import type { AnalysisReply } from './analysis-messages'

type Waiting = { readonly resolve: (output: unknown) => void; readonly reject: (error: Error) => void }

const MEMORY_LIMITS = { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 128, stackSizeMb: 8 }
const IDLE_MS = 60_000

/**
 * One thread that stays for short tasks that come often: starting a thread takes longer than they do. It is started
 * by the first task, ends after a minute without any, and is replaced when it dies.
 */
export class ResidentThread {
  private readonly entry: string
  private readonly idleMs: number
  private readonly waiting = new Map<number, Waiting>()
  private worker: Worker | undefined
  private idle: NodeJS.Timeout | undefined
  private lastId = 0
  private isClosed = false

  constructor(entry: string, idleMs = IDLE_MS) {
    this.entry = entry
    this.idleMs = idleMs
  }

  /** @throws WorkstationError as the task threw it; internal when the thread dies; not_ready while closing. */
  run(name: string, input: unknown): Promise<unknown> {
    if (this.isClosed) return Promise.reject(closing())
    clearTimeout(this.idle)
    const worker = (this.worker ??= this.start())
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      worker.postMessage({ id, name, input })
    })
  }

  private start(): Worker {
    const worker = new Worker(this.entry, { workerData: null, resourceLimits: MEMORY_LIMITS })
    worker.on('message', (message: AnalysisReply & { readonly id: number }) => {
      if (message.type === 'progress') return
      const waiting = this.waiting.get(message.id)
      this.waiting.delete(message.id)
      if (message.type === 'done') waiting?.resolve(message.output)
      else waiting?.reject(new WorkstationError(message.code, message.message))
      if (this.waiting.size === 0) this.rest()
    })
    worker.on('error', (error) => this.lose(worker, error))
    worker.on('exit', (code) =>
      this.lose(worker, new WorkstationError('internal', `the analysis ended early (exit code ${code})`)),
    )
    return worker
  }

  private rest(): void {
    this.idle = setTimeout(() => {
      const worker = this.worker
      this.worker = undefined
      void worker?.terminate()
    }, this.idleMs)
    this.idle.unref()
  }

  private lose(worker: Worker, error: unknown): void {
    if (this.worker !== worker) return
    this.worker = undefined
    const waiting = [...this.waiting.values()]
    this.waiting.clear()
    const reason = error instanceof Error ? error : new Error(String(error))
    for (const { reject } of waiting) reject(this.isClosed ? closing() : reason)
  }

  /** Ends the thread; its tasks fail. */
  async close(): Promise<void> {
    this.isClosed = true
    clearTimeout(this.idle)
    await this.worker?.terminate()
  }
}

const closing = (): WorkstationError => new WorkstationError('not_ready', 'the workstation is closing')
