import { WorkstationError, describeError } from '../../errors'
import type { Database } from '../../store/database'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { JsonValue } from '../json'
import type { Page } from '../page'
import type { Job } from './job'
import type { JobFilter } from './job-rows'
import { JobRows } from './job-rows'

export type JobWork = {
  readonly job: Job
  readonly payload: JsonValue
  readonly signal: AbortSignal
  /** @param fraction 0 to 1 */
  readonly report: (fraction: number, message: string) => void
}

/** Does the work of one type of job. Handlers are idempotent: after a crash the job is run again from its start. */
export type JobHandler = (work: JobWork) => Promise<JsonValue>

export type JobKind = {
  /** Jobs of one lane run one after another; lanes run side by side. */
  readonly lane?: string
  /**
   * Why a job of this type is not run again after the process ended under it; it is shown as failed with this. Absent
   * for work that is idempotent.
   */
  readonly refusesResume?: string
}

const REPORT_EVERY_MS = 200
const DEFAULT_LANE = 'work'

type Running = {
  readonly id: string
  readonly abort: AbortController
  isCancelled: boolean
  done: Promise<void>
}

/** Background work, one job of a lane at a time in the order it was asked for: queue, progress, cancel, resume after a crash. */
export class Jobs {
  private readonly rows: JobRows
  private readonly events: Events
  private readonly handlers = new Map<string, JobHandler>()
  private readonly kinds = new Map<string, JobKind>()
  /** What runs, by lane. */
  private readonly current = new Map<string, Running>()
  private isStarted = false

  constructor(database: Database, events: Events) {
    this.rows = new JobRows(database)
    this.events = events
  }

  /** Names the work behind a type of job; before `start`. */
  register(type: string, handler: JobHandler, kind: JobKind = {}): void {
    this.handlers.set(type, handler)
    this.kinds.set(type, kind)
  }

  /** Takes up what a former process left unfinished, then works through the queue. */
  start(): void {
    for (const [type, { refusesResume }] of this.kinds) {
      if (refusesResume !== undefined) this.rows.failInterrupted(type, refusesResume, Date.now())
    }
    this.rows.requeueInterrupted()
    this.isStarted = true
    this.proceed()
  }

  /** Queues a job; one that already waits or runs for the same subject, and was not cancelled, is returned instead. */
  enqueue(type: string, subject: string, payload: JsonValue = null): Job {
    const waiting = this.rows.unfinished(type, subject)
    if (waiting !== undefined && !this.isBeingCancelled(waiting.id)) return waiting
    return this.add(type, subject, payload)
  }

  /** Queues a job even when another of its type waits for the same subject: for work that each call brings anew. */
  add(type: string, subject: string, payload: JsonValue = null): Job {
    const job: Job = {
      id: newId(),
      type,
      subject,
      status: 'queued',
      progress: 0,
      message: '',
      result: null,
      error: null,
      createdAt: Date.now(),
      startedAt: null,
      finishedAt: null,
    }
    this.rows.insert(job, payload)
    this.changed(job.id)
    setImmediate(() => this.proceed())
    return job
  }

  /** @throws WorkstationError not_found */
  get(id: string): Job {
    const job = this.rows.find(id)
    if (job === undefined) throw new WorkstationError('not_found', `no job with id ${id}`)
    return job
  }

  list(filter: JobFilter): Page<Job> {
    return { ...this.rows.list(filter), limit: filter.limit, offset: filter.offset }
  }

  /**
   * Stops a waiting or running job.
   * @throws WorkstationError not_found; conflict when it has ended already.
   */
  cancel(id: string): Job {
    const job = this.get(id)
    const running = this.running(id)
    if (job.status === 'running' && running !== undefined) {
      running.isCancelled = true
      running.abort.abort()
      return job
    }
    if (job.status !== 'queued')
      throw new WorkstationError('conflict', `the job has ended already (${job.status})`)
    this.rows.finish(id, { status: 'cancelled', result: null, error: null, at: Date.now() })
    this.changed(id)
    return this.get(id)
  }

  private laneOf(type: string): string {
    return this.kinds.get(type)?.lane ?? DEFAULT_LANE
  }

  private running(id: string): Running | undefined {
    return [...this.current.values()].find((running) => running.id === id)
  }

  private proceed(): void {
    if (!this.isStarted) return
    const lanes = new Set([DEFAULT_LANE, ...[...this.kinds.keys()].map((type) => this.laneOf(type))])
    for (const lane of lanes) this.proceedIn(lane)
  }

  private proceedIn(lane: string): void {
    if (this.current.has(lane)) return
    const elsewhere = [...this.kinds.keys()].filter((type) => this.laneOf(type) !== lane)
    const own = [...this.kinds.keys()].filter((type) => this.laneOf(type) === lane)
    // A type that nobody registered is refused in the lane that all work is in by default.
    const next = this.rows.nextQueued(lane === DEFAULT_LANE ? { except: elsewhere } : { only: own })
    if (next === undefined) return
    const abort = new AbortController()
    const running: Running = { id: next.job.id, abort, isCancelled: false, done: Promise.resolve() }
    this.current.set(lane, running)
    running.done = this.work(next.job, next.payload, running).then(
      () => {
        this.current.delete(lane)
        this.proceed()
      },
      (error: unknown) => {
        // The file could not be written: the next job would meet the same, so the queue rests until one is asked for.
        this.current.delete(lane)
        this.events.report(error)
      },
    )
  }

  private isBeingCancelled(id: string): boolean {
    return this.running(id)?.isCancelled === true
  }

  private async work(job: Job, payload: JsonValue, running: Running): Promise<void> {
    const { id } = job
    const { signal } = running.abort
    this.rows.start(id, Date.now())
    this.changed(id)
    let reportedAt = 0
    const report = (fraction: number, message: string): void => {
      if (Date.now() - reportedAt < REPORT_EVERY_MS) return
      reportedAt = Date.now()
      this.rows.progress(id, Math.min(1, Math.max(0, fraction)), message)
      this.changed(id)
    }
    try {
      const handler = this.handlers.get(job.type)
      if (handler === undefined)
        throw new WorkstationError('unsupported', `this build has no work of type ${job.type}`)
      const result = await handler({ job, payload, signal, report })
      this.rows.finish(id, { status: 'succeeded', result, error: null, at: Date.now() })
    } catch (error) {
      const { isCancelled } = running
      // A job that stops because the workstation closes stays `running` in the file and is taken up at the next start.
      if (isCancelled || !signal.aborted) {
        const status = isCancelled ? 'cancelled' : 'failed'
        const reason = isCancelled ? null : describeError(error)
        this.rows.finish(id, { status, result: null, error: reason, at: Date.now() })
      }
    }
    this.changed(id)
  }

  private changed(jobId: string): void {
    this.events.emit({ type: 'job.changed', jobId })
  }

  /** Interrupts the running jobs, which are run again at the next start where their type allows it. */
  async close(): Promise<void> {
    this.isStarted = false
    const running = [...this.current.values()]
    for (const { abort } of running) abort.abort()
    await Promise.all(running.map(({ done }) => done))
  }
}
