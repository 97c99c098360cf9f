/** One model in the pool: who holds it, which requests wait for it, and whether they may share runs. */
import { WorkstationError } from '../errors'
import { isBatchModel, signRequest } from './batching'
import type { Batchable } from './batching'
import type { SessionShape } from './messages'
import type { TensorData } from './tensor'

export type Outputs = Record<string, TensorData>

/** A request from `run` to its answer. */
export type PendingRun = Batchable & {
  readonly signature: string | undefined
  readonly resolve: (outputs: Outputs) => void
  readonly reject: (error: Error) => void
  /** The caller has its answer (or no longer wants one). */
  isSettled: boolean
  /** Must not share a run any more: a shared one failed or was lost. */
  isAlone: boolean
  /** Workers that went down while they had this request. */
  losses: number
}

/**
 * Whether requests may share runs: `no` by shape or by experience, `unproven` until one shared answer has been
 * compared with answers got alone, `proving` while that is going on.
 */
export type Merging = 'no' | 'unproven' | 'proving' | 'yes'

/** Comparisons of requests with equal inputs prove nothing; after so many of them the shape is trusted. */
const INCONCLUSIVE_PROOFS = 8

export class PooledModel {
  readonly key: string
  readonly path: string
  /** Known once one worker has loaded the model. */
  shape: SessionShape | undefined
  /** The first load, into every worker. */
  readonly loaded: Promise<SessionShape>
  references = 1
  /** Loads under way on any worker. */
  loading = 0
  /** Workers lost while loading this model since it last loaded well. */
  loadCrashes = 0
  /** Why the last worker that tried could not load it. */
  fault: Error | undefined
  /** Set when nobody wants the model any more; resolves when it is gone. */
  left: Promise<void> | undefined
  merging: Merging = 'unproven'
  running = 0
  readonly counts = { requests: 0, rows: 0, runs: 0, mergedRuns: 0 }
  #waiting: PendingRun[] = []
  #waitingRows = 0
  #proofsLeft = INCONCLUSIVE_PROOFS
  #whenQuiet: (() => void) | undefined

  constructor(key: string, path: string, load: (self: PooledModel) => Promise<SessionShape>) {
    this.key = key
    this.path = path
    this.loaded = load(this)
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get waitingRows(): number {
    return this.#waitingRows
  }

  /** Takes note of what the model takes and gives. */
  describe(shape: SessionShape): void {
    if (this.shape === undefined && !isBatchModel(shape)) this.merging = 'no'
    this.shape = shape
  }

  /** Puts a request in line; throws `overloaded` when the line would grow over `maxRows`. An empty line takes any. */
  enqueue(
    request: Omit<PendingRun, 'signature' | 'isSettled' | 'isAlone' | 'losses'>,
    maxRows: number,
  ): PendingRun {
    if (this.#waitingRows > 0 && this.#waitingRows + request.rows > maxRows) {
      const state = `${this.#waitingRows} rows wait already, at most ${maxRows} may`
      throw new WorkstationError('overloaded', `model ${this.key}: ${state}; try again later or send less`)
    }
    const signature = signRequest(request)
    const run = { ...request, signature, isSettled: false, isAlone: false, losses: 0 }
    this.#waiting.push(run)
    this.#waitingRows += run.rows
    return run
  }

  /** Takes the next request and, as long as they may share its run and fit into `maxRows`, those right behind it. */
  take(maxRows: number): PendingRun[] {
    const first = this.#waiting[0]
    if (first === undefined) return []
    let rows = first.rows
    let count = 1
    const isShared = this.merging === 'yes' || this.merging === 'unproven'
    if (isShared && first.signature !== undefined && !first.isAlone) {
      for (let next = this.#waiting[1]; next !== undefined; next = this.#waiting[count]) {
        if (next.isAlone || next.signature !== first.signature || rows + next.rows > maxRows) break
        rows += next.rows
        count += 1
      }
    }
    this.#waitingRows -= rows
    this.counts.runs += 1
    this.counts.rows += rows
    if (count > 1) this.counts.mergedRuns += 1
    return this.#waiting.splice(0, count)
  }

  /** Puts requests back to the front of the line, each to be run by itself. */
  putBack(requests: readonly PendingRun[]): void {
    const open = requests.filter(({ isSettled }) => !isSettled)
    for (const request of open) request.isAlone = true
    this.#waiting.unshift(...open)
    this.#waitingRows += sumRows(open)
  }

  /** Takes a request out of line, if it is still there. */
  drop(request: PendingRun): void {
    const index = this.#waiting.indexOf(request)
    if (index < 0) return
    this.#waiting.splice(index, 1)
    this.#waitingRows -= request.rows
  }

  rejectWaiting(error: Error): void {
    this.#waitingRows = 0
    for (const request of this.#waiting.splice(0)) request.reject(error)
  }

  /** Records what a comparison of shared and lone answers has shown. */
  concludeProof(isSame: boolean, isConclusive: boolean): void {
    if (!isSame) this.merging = 'no'
    else if (isConclusive) this.merging = 'yes'
    else {
      this.#proofsLeft -= 1
      this.merging = this.#proofsLeft === 0 ? 'yes' : 'unproven'
    }
  }

  /** Resolves once nothing waits, runs or loads; `noteQuiet` must be called whenever that may have come true. */
  untilQuiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenQuiet = resolve
      this.noteQuiet()
    })
  }

  noteQuiet(): void {
    if (this.#waiting.length === 0 && this.running === 0 && this.loading === 0) this.#whenQuiet?.()
  }
}

function sumRows(requests: readonly PendingRun[]): number {
  return requests.reduce((sum, { rows }) => sum + rows, 0)
}
