/** One place in the pool: a succession of workers, of which at most one is alive, doing one thing at a time. */
import { describeError, WorkstationError } from '../errors'
import type { Carrier, SpawnWorker } from './carrier'
import type { WorkerCommand, WorkerReply } from './messages'

/** The worker that had a command is gone: it ended by itself, was killed for taking too long, or never came up. */
export class WorkerLost extends Error {
  readonly how: 'exit' | 'hung' | 'no-start'

  constructor(how: 'exit' | 'hung' | 'no-start', reason: string) {
    super(reason)
    this.name = 'WorkerLost'
    this.how = how
  }
}

export type SlotEvents = {
  /** A fresh worker is up and empty. */
  readonly onReady: (slot: WorkerSlot) => void
  /** The worker has nothing to do. */
  readonly onFree: (slot: WorkerSlot) => void
  readonly onLost: (slot: WorkerSlot, reason: string) => void
  /** A hung thread was given up (+1) or has ended after all (-1). */
  readonly onAbandoned: (change: 1 | -1) => void
}

export type SlotOptions = SlotEvents & {
  readonly index: number
  readonly spawn: SpawnWorker
  /** Whether a hung thread may be left to itself and replaced; otherwise the slot waits for it. */
  readonly mayAbandon: () => boolean
  /** Time a worker has to report itself ready. */
  readonly startTimeoutMs: number
}

type Answer = Exclude<WorkerReply, { kind: 'ready' | 'failed' }>
type Task = {
  readonly command: WorkerCommand
  readonly timeoutMs: number
  readonly resolve: (reply: Answer) => void
  readonly reject: (error: Error) => void
}

const FIRST_BACKOFF_MS = 100
const LAST_BACKOFF_MS = 10_000
const START_FAILURES_BEFORE_GIVING_UP = 4
const STOP_TIMEOUT_MS = 5_000

/** Keeps one worker running, replaces it when it ends, and gives it one command at a time. */
export class WorkerSlot {
  readonly index: number
  /** Keys of the models that the present worker holds; kept by the pool, emptied when the worker goes. */
  readonly models = new Set<string>()
  readonly #options: SlotOptions
  readonly #waiting: Task[] = []
  #state: 'starting' | 'idle' | 'busy' | 'down' | 'closed' = 'down'
  #carrier: Carrier | undefined
  #current: Task | undefined
  #timer: NodeJS.Timeout | undefined
  #nextId = 1
  #startFailures = 0
  #hungReason: string | undefined
  #isClosing = false
  #whenQuiet: (() => void) | undefined

  constructor(options: SlotOptions) {
    this.index = options.index
    this.#options = options
    this.#start()
  }

  get isIdle(): boolean {
    return this.#state === 'idle'
  }

  get state(): 'starting' | 'idle' | 'busy' | 'down' | 'closed' {
    return this.#state
  }

  get pid(): number | undefined {
    return this.#carrier?.pid
  }

  /** Whether workers here end again and again before they are up. */
  get isFailingToStart(): boolean {
    return this.#startFailures >= START_FAILURES_BEFORE_GIVING_UP
  }

  /**
   * Gives the worker a command, at once if it is idle, else after what it is doing; commands that wait survive the
   * replacement of the worker. Rejects with `WorkerLost` when the worker goes while it has the command, with
   * `WorkstationError` when it answers `failed`.
   */
  send(command: WorkerCommand, timeoutMs: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const task = { command, timeoutMs, resolve, reject }
      if (this.#isClosing) reject(new WorkstationError('not_ready', 'inference is shutting down'))
      else if (this.#state === 'idle') this.#execute(task)
      else this.#waiting.push(task)
    })
  }

  /** Lets the current command finish, refuses those that wait (`not_ready`) and ends the worker. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#rejectWaiting(new WorkstationError('not_ready', 'inference is shutting down'))
    const isStuck = this.#hungReason !== undefined
    if (this.#state === 'busy' && !isStuck) await new Promise<void>((resolve) => (this.#whenQuiet = resolve))
    clearTimeout(this.#timer)
    const carrier = this.#carrier
    this.#state = 'closed'
    this.#carrier = undefined
    if (carrier === undefined) return
    if (isStuck && !carrier.isInterruptible) {
      void carrier.kill()
      return
    }
    const gone = new Promise<void>((resolve) => carrier.onExit(() => resolve()))
    const timer = setTimeout(() => void carrier.kill(), STOP_TIMEOUT_MS)
    carrier.post({ kind: 'stop' })
    await gone
    clearTimeout(timer)
  }

  #start(): void {
    this.#state = 'starting'
    this.#hungReason = undefined
    let carrier: Carrier
    try {
      carrier = this.#options.spawn()
    } catch (error) {
      const reason = describeError(error)
      // Not at once: the pool may still be building its slots.
      queueMicrotask(() => this.#lose(reason))
      return
    }
    this.#carrier = carrier
    carrier.onMessage((reply) => {
      if (this.#carrier === carrier) this.#receive(reply)
    })
    carrier.onExit((reason) => {
      if (this.#carrier === carrier) this.#lose(reason)
    })
    this.#arm(this.#options.startTimeoutMs, 'start')
  }

  #receive(reply: WorkerReply): void {
    if (reply.kind === 'ready') {
      clearTimeout(this.#timer)
      this.#startFailures = 0
      this.#state = 'idle'
      this.#options.onReady(this)
      this.#continue()
      return
    }
    const task = this.#current
    if (task === undefined || reply.id !== this.#nextId) return
    // Too late: this process has been told to die, its answer must not let in another command.
    if (this.#hungReason !== undefined && this.#carrier?.isInterruptible === true) return
    this.#hungReason = undefined
    clearTimeout(this.#timer)
    this.#current = undefined
    this.#state = 'idle'
    if (reply.kind === 'failed') task.reject(new WorkstationError(reply.code, reply.message))
    else task.resolve(reply)
    this.#continue()
  }

  #continue(): void {
    if (this.#state !== 'idle') return
    this.#whenQuiet?.()
    const next = this.#isClosing ? undefined : this.#waiting.shift()
    if (next !== undefined) this.#execute(next)
    else if (!this.#isClosing) this.#options.onFree(this)
  }

  #execute(task: Task): void {
    this.#state = 'busy'
    this.#current = task
    this.#nextId += 1
    this.#arm(task.timeoutMs, task.command.kind)
    try {
      this.#carrier?.post({ ...task.command, id: this.#nextId })
    } catch (error) {
      // What cannot be cloned never reached the worker, which is as idle as before.
      const message = `the request cannot be sent to a worker: ${describeError(error)}`
      queueMicrotask(() => this.#receive({ kind: 'failed', id: this.#nextId, code: 'invalid', message }))
    }
  }

  #arm(timeoutMs: number, what: string): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#giveUp(`no answer to '${what}' within ${timeoutMs} ms`), timeoutMs)
  }

  #giveUp(reason: string): void {
    const carrier = this.#carrier
    if (carrier === undefined) return
    this.#hungReason = reason
    if (carrier.isInterruptible) {
      void carrier.kill()
      return
    }
    if (!this.#options.mayAbandon() && !this.#isClosing) {
      // Too many threads are stuck already: no replacement, but the caller is not kept waiting.
      this.#current?.reject(new WorkerLost('hung', reason))
      return
    }
    this.#options.onAbandoned(1)
    void carrier.kill().then(() => this.#options.onAbandoned(-1))
    this.#lose(reason)
  }

  #lose(reason: string): void {
    clearTimeout(this.#timer)
    const wasStarting = this.#state === 'starting'
    const task = this.#current
    this.#carrier = undefined
    this.#current = undefined
    this.#state = 'down'
    this.models.clear()
    if (wasStarting) this.#startFailures += 1
    const delay = wasStarting
      ? Math.min(FIRST_BACKOFF_MS * 2 ** (this.#startFailures - 1), LAST_BACKOFF_MS)
      : 0
    task?.reject(new WorkerLost(this.#hungReason === undefined ? 'exit' : 'hung', this.#hungReason ?? reason))
    if (this.isFailingToStart) this.#rejectWaiting(new WorkerLost('no-start', reason))
    if (this.#isClosing) this.#whenQuiet?.()
    else this.#timer = setTimeout(() => this.#start(), delay)
    this.#options.onLost(this, this.#hungReason ?? reason)
  }

  #rejectWaiting(error: Error): void {
    for (const task of this.#waiting.splice(0)) task.reject(error)
  }
}
