/** The inference pool: loads models into workers, shares runs between waiting requests, survives its workers. */
import { WorkstationError } from '../errors'
import { asError } from './as-error'
import { BatchRunner } from './batch-runner'
import type { SpawnWorker } from './carrier'
import type { SessionShape } from './messages'
import { ModelTable } from './model-table'
import type { Outputs, PooledModel } from './pooled-model'
import { checkTensor } from './tensor'
import type { Tensors } from './tensor'
import { WorkerSlot } from './worker-slot'

export type PoolEvent =
  | { readonly kind: 'worker-ready'; readonly worker: number }
  | { readonly kind: 'worker-lost'; readonly worker: number; readonly reason: string }
  | { readonly kind: 'load-failed'; readonly worker: number; readonly key: string; readonly reason: string }
  | { readonly kind: 'merging-stopped'; readonly key: string }

export type PoolOptions = {
  readonly spawn: SpawnWorker
  /** Number of workers; each holds every model and runs on one core. */
  readonly size: number
  /** Rows that may wait for one model; counted per model so that a busy one cannot shut out the others. */
  readonly maxQueuedRows: number
  /** Rows that waiting requests may share in one run; a single request may be larger. 1 turns sharing off. */
  readonly maxBatchRows?: number
  readonly runTimeoutMs?: number
  readonly loadTimeoutMs?: number
  readonly startTimeoutMs?: number
  readonly onEvent?: (event: PoolEvent) => void
}

export type RunRequest = {
  /** Rows in the request: the first dimension of every input of a batch model. */
  readonly rows: number
  readonly inputs: Tensors
  /** Names of the outputs wanted; all tensor outputs when absent. */
  readonly outputs?: readonly string[]
  /** Aborting frees the caller at once; a run already under way is finished and its answer dropped. */
  readonly signal?: AbortSignal
}

export type PoolStats = {
  readonly workers: readonly { readonly state: WorkerSlot['state']; readonly pid: number | undefined }[]
  readonly models: readonly ModelStats[]
  readonly waitingRows: number
  readonly workersLost: number
  /** Threads that hang in a run and were replaced; each still burns a core. */
  readonly abandonedThreads: number
}

export type ModelStats = {
  readonly key: string
  readonly workers: number
  readonly waitingRequests: number
  readonly waitingRows: number
  readonly requests: number
  readonly rows: number
  readonly runs: number
  readonly mergedRuns: number
}

const CLOSING = 'inference is shutting down'

export class InferencePool {
  readonly #options: Required<Omit<PoolOptions, 'onEvent'>>
  readonly #emit: (event: PoolEvent) => void
  readonly #models: ModelTable
  readonly #runner: BatchRunner
  readonly #slots: readonly WorkerSlot[]
  /** Models with waiting requests, in the order in which they are served next. */
  readonly #turns = new Set<PooledModel>()
  #isPumpDue = false
  #workersLost = 0
  #abandonedThreads = 0
  #closed: Promise<void> | undefined

  constructor({ onEvent, ...options }: PoolOptions) {
    const defaults = {
      maxBatchRows: 512,
      runTimeoutMs: 30_000,
      loadTimeoutMs: 60_000,
      startTimeoutMs: 30_000,
    }
    this.#options = { ...defaults, ...options }
    this.#emit = onEvent ?? (() => undefined)
    this.#runner = new BatchRunner({
      runTimeoutMs: this.#options.runTimeoutMs,
      onMergingStopped: (key) => this.#emit({ kind: 'merging-stopped', key }),
    })
    this.#slots = Array.from({ length: this.#options.size }, (_, index) => this.#createSlot(index))
    this.#models = new ModelTable({
      slots: this.#slots,
      loadTimeoutMs: this.#options.loadTimeoutMs,
      onLoaded: () => this.#pump(),
      onLoadFailed: (worker, key, reason) => this.#emit({ kind: 'load-failed', worker, key, reason }),
    })
  }

  /**
   * Loads the model file into every worker, one worker after the other so that the rest keep serving; a worker that
   * is replaced loads it again. Loading a key again only counts: it is unloaded with the last `unload`. Throws
   * `conflict` for a key that stands for another file, and `not_found`, `invalid`, `unsupported` or `internal`
   * when the file cannot be loaded; nothing is left behind then.
   */
  async load(key: string, path: string): Promise<SessionShape> {
    this.#checkOpen()
    return this.#models.load(key, path)
  }

  /** Gives up one `load` of the key. With the last one, waiting requests are still answered, then memory is freed. */
  async unload(key: string): Promise<void> {
    await this.#models.unload(key)
  }

  /**
   * Runs the model and answers with exactly this request's rows. A lone request goes to an idle worker at once;
   * requests that have to wait share runs. Throws `not_found` for a key that is not loaded, `invalid` for inputs
   * that do not fit, `overloaded` when too much waits, `not_ready` while closing, `internal` when the model brings
   * its workers down or does not answer in time.
   */
  async run(key: string, { signal, ...request }: RunRequest): Promise<Outputs> {
    this.#checkOpen()
    signal?.throwIfAborted()
    const model = this.#models.find(key)
    for (const name in request.inputs) {
      const tensor = request.inputs[name]
      if (tensor !== undefined) checkTensor(name, tensor)
    }
    return new Promise((resolve, reject) => {
      const settle = (report: () => void) => {
        if (run.isSettled) return
        run.isSettled = true
        signal?.removeEventListener('abort', cancel)
        report()
      }
      const cancel = () => {
        model.drop(run)
        model.noteQuiet()
        run.reject(asError(signal?.reason))
      }
      const run = model.enqueue(
        {
          ...request,
          resolve: (outputs) => settle(() => resolve(outputs)),
          reject: (error) => settle(() => reject(error)),
        },
        this.#options.maxQueuedRows,
      )
      signal?.addEventListener('abort', cancel, { once: true })
      model.counts.requests += 1
      this.#turns.add(model)
      this.#pumpSoon()
    })
  }

  /** What the pool holds and has done so far. */
  stats(): PoolStats {
    const models = [...this.#models.values()].map((model) => ({
      key: model.key,
      workers: this.#models.countHolders(model),
      waitingRequests: model.waiting,
      waitingRows: model.waitingRows,
      ...model.counts,
    }))
    return {
      workers: this.#slots.map(({ state, pid }) => ({ state, pid })),
      models,
      waitingRows: models.reduce((sum, { waitingRows }) => sum + waitingRows, 0),
      workersLost: this.#workersLost,
      abandonedThreads: this.#abandonedThreads,
    }
  }

  /** Finishes what runs, refuses what waits (`not_ready`), then ends the workers. May be called more than once. */
  close(): Promise<void> {
    this.#closed ??= this.#closeSlots()
    return this.#closed
  }

  async #closeSlots(): Promise<void> {
    for (const model of this.#models.values()) {
      model.rejectWaiting(new WorkstationError('not_ready', CLOSING))
      model.noteQuiet()
    }
    this.#turns.clear()
    await Promise.all(this.#slots.map((slot) => slot.close()))
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new WorkstationError('not_ready', CLOSING)
  }

  #createSlot(index: number): WorkerSlot {
    return new WorkerSlot({
      index,
      spawn: this.#options.spawn,
      startTimeoutMs: this.#options.startTimeoutMs,
      // As many stuck threads as workers, no more: each keeps a core busy until its run ends.
      mayAbandon: () => this.#abandonedThreads < this.#options.size,
      onAbandoned: (change) => (this.#abandonedThreads += change),
      onReady: (slot) => {
        this.#emit({ kind: 'worker-ready', worker: slot.index })
        this.#models.restore(slot)
      },
      onFree: () => this.#pump(),
      onLost: (slot, reason) => this.#noteLost(slot, reason),
    })
  }

  #noteLost(slot: WorkerSlot, reason: string): void {
    this.#workersLost += 1
    this.#emit({ kind: 'worker-lost', worker: slot.index, reason })
    if (!this.#slots.every(({ isFailingToStart }) => isFailingToStart)) return
    const error = new WorkstationError('internal', `inference workers cannot be started: ${reason}`)
    for (const model of this.#models.values()) model.rejectWaiting(error)
  }

  /** Lets the requests that arrive in one turn of the event loop share a run; a lone one goes out in the same turn. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return
    this.#isPumpDue = true
    setImmediate(() => {
      this.#isPumpDue = false
      this.#pump()
    })
  }

  /** Gives every idle worker something to do; the lowest first, since its caches are warm. */
  #pump(): void {
    if (this.#turns.size === 0) return
    for (const slot of this.#slots) {
      if (!slot.isIdle) continue
      const model = this.#takeTurn(slot)
      if (model !== undefined) void this.#dispatch(slot, model)
    }
  }

  /** The model whose turn it is among those that wait and that this worker holds; it goes to the end of the line. */
  #takeTurn(slot: WorkerSlot): PooledModel | undefined {
    for (const model of this.#turns) {
      if (model.waiting === 0) this.#turns.delete(model)
      else if (slot.models.has(model.key)) {
        this.#turns.delete(model)
        if (model.waiting > 1) this.#turns.add(model)
        return model
      }
    }
    return undefined
  }

  async #dispatch(slot: WorkerSlot, model: PooledModel): Promise<void> {
    await this.#runner.run(slot, model, model.take(this.#options.maxBatchRows))
    if (model.waiting === 0) return
    if (this.#closed !== undefined) model.rejectWaiting(new WorkstationError('not_ready', CLOSING))
    else this.#turns.add(model)
    this.#pump()
  }
}
