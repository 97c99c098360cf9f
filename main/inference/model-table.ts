/** Which models the pool has, and how they get into its workers and out of them again. */
import { describeError, WorkstationError } from '../errors'
import { asError } from './as-error'
import type { SessionShape } from './messages'
import { PooledModel } from './pooled-model'
import { WorkerLost } from './worker-slot'
import type { WorkerSlot } from './worker-slot'

export type ModelTableOptions = {
  readonly slots: readonly WorkerSlot[]
  readonly loadTimeoutMs: number
  /** A worker holds one more model: requests may be waiting for it. */
  readonly onLoaded: () => void
  readonly onLoadFailed: (worker: number, key: string, reason: string) => void
}

/** A model that takes a worker down while loading is tried once more, in case something else ended the worker. */
const CRASHES_BEFORE_BLAME = 2

/** The models by key, with a count of who wants each, and their presence in every worker. */
export class ModelTable {
  readonly #options: ModelTableOptions
  readonly #models = new Map<string, PooledModel>()

  constructor(options: ModelTableOptions) {
    this.#options = options
  }

  values(): Iterable<PooledModel> {
    return this.#models.values()
  }

  /** The model to run under this key. Throws `not_found`, or the reason why no worker can hold it any more. */
  find(key: string): PooledModel {
    const model = this.#models.get(key)
    if (model === undefined || model.left !== undefined) {
      throw new WorkstationError('not_found', `model ${key} is not loaded`)
    }
    if (model.fault !== undefined && this.countHolders(model) === 0) throw model.fault
    return model
  }

  /** See `InferencePool.load`. */
  async load(key: string, path: string): Promise<SessionShape> {
    const known = this.#models.get(key)
    if (known?.left !== undefined) {
      await known.left
      return this.load(key, path)
    }
    if (known !== undefined) {
      if (known.path !== path)
        throw new WorkstationError('conflict', `model ${key} is loaded from ${known.path}`)
      known.references += 1
      return known.loaded
    }
    const model = new PooledModel(key, path, (self) => this.#loadEverywhere(self))
    this.#models.set(key, model)
    return model.loaded
  }

  /** See `InferencePool.unload`. */
  async unload(key: string): Promise<void> {
    const model = this.#models.get(key)
    if (model === undefined) return
    if (model.left === undefined) {
      model.references -= 1
      if (model.references > 0) return
      model.left = this.#drop(model)
    }
    await model.left
  }

  /** Gives a fresh, empty worker all models that have loaded before. */
  restore(slot: WorkerSlot): void {
    for (const model of this.#models.values()) {
      if (model.shape === undefined || model.loadCrashes >= CRASHES_BEFORE_BLAME) continue
      this.#loadOn(slot, model).catch((thrown: unknown) => {
        const error = asError(thrown)
        model.fault = error
        this.#options.onLoadFailed(slot.index, model.key, error.message)
        if (model.loading === 0 && this.countHolders(model) === 0) model.rejectWaiting(error)
        model.noteQuiet()
      })
    }
  }

  /** How many workers hold the model at present. */
  countHolders({ key }: PooledModel): number {
    return this.#options.slots.filter((slot) => slot.models.has(key)).length
  }

  async #loadEverywhere(model: PooledModel): Promise<SessionShape> {
    let lost: unknown
    try {
      for (const slot of this.#options.slots) {
        try {
          await this.#loadOn(slot, model)
        } catch (error) {
          if (!(error instanceof WorkerLost)) throw error
          lost = error
        }
      }
      if (model.shape !== undefined) return model.shape
      throw new WorkstationError('internal', `inference workers cannot be started: ${describeError(lost)}`)
    } catch (error) {
      this.#models.delete(model.key)
      model.rejectWaiting(asError(error))
      void this.#releaseEverywhere(model)
      throw error
    }
  }

  async #loadOn(slot: WorkerSlot, model: PooledModel): Promise<void> {
    model.loading += 1
    try {
      const shape = await this.#sendLoad(slot, model)
      model.describe(shape)
      model.loadCrashes = 0
      model.fault = undefined
      slot.models.add(model.key)
    } finally {
      model.loading -= 1
      model.noteQuiet()
    }
    this.#options.onLoaded()
  }

  async #sendLoad(slot: WorkerSlot, model: PooledModel): Promise<SessionShape> {
    const { key, path } = model
    for (;;) {
      try {
        const reply = await slot.send({ kind: 'load', key, path }, this.#options.loadTimeoutMs)
        if (reply.kind === 'loaded') return reply.shape
        throw new WorkstationError('internal', `a worker answered ${reply.kind} to a load`)
      } catch (error) {
        if (!(error instanceof WorkerLost) || error.how === 'no-start') throw error
        blameLoad(model, error)
      }
    }
  }

  async #drop(model: PooledModel): Promise<void> {
    await model.untilQuiet()
    if (this.#models.get(model.key) === model) this.#models.delete(model.key)
    await this.#releaseEverywhere(model)
  }

  async #releaseEverywhere({ key }: PooledModel): Promise<void> {
    const { slots, loadTimeoutMs } = this.#options
    const holders = slots.filter((slot) => slot.models.delete(key))
    // A worker that is lost meanwhile has freed the model in its own way.
    await Promise.allSettled(holders.map((slot) => slot.send({ kind: 'unload', key }, loadTimeoutMs)))
  }
}

function blameLoad(model: PooledModel, lost: WorkerLost): void {
  model.loadCrashes += lost.how === 'hung' ? CRASHES_BEFORE_BLAME : 1
  if (model.loadCrashes < CRASHES_BEFORE_BLAME) return
  throw new WorkstationError(
    'internal',
    `model ${model.key} brought its worker down while loading: ${lost.message}`,
  )
}
