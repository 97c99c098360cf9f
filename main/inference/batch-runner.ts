/** Takes a batch of requests through one worker and sees to it that each gets its own answer or is run again alone. */
import { WorkstationError } from '../errors'
import { asError } from './as-error'
import { isSameAnswer, mergeInputs, splitOutputs } from './batching'
import type { Batchable } from './batching'
import type { Outputs, PendingRun, PooledModel } from './pooled-model'
import { compactTensor } from './tensor'
import { WorkerLost } from './worker-slot'
import type { WorkerSlot } from './worker-slot'

export type BatchRunnerOptions = {
  readonly runTimeoutMs: number
  /** The model turned out not to answer row by row; its requests run alone from now on. */
  readonly onMergingStopped: (key: string) => void
}

/** A request whose worker goes down is run once more, in case something else ended the worker; not a third time. */
const LOSSES_BEFORE_BLAME = 2

export class BatchRunner {
  readonly #options: BatchRunnerOptions

  constructor(options: BatchRunnerOptions) {
    this.#options = options
  }

  /**
   * Runs the batch. Afterwards each of its requests has its answer or its error, or is back at the front of the
   * model's line to be run alone. Never rejects.
   */
  async run(slot: WorkerSlot, model: PooledModel, batch: readonly PendingRun[]): Promise<void> {
    model.running += 1
    try {
      if (batch.length === 1) await this.#runAlone(slot, model.key, batch)
      else await this.#runShared(slot, model, batch)
    } catch (error) {
      this.#recover(model, batch, error)
    } finally {
      model.running -= 1
      model.noteQuiet()
    }
  }

  async #runAlone(slot: WorkerSlot, key: string, [run]: readonly PendingRun[]): Promise<void> {
    if (run !== undefined) run.resolve(await this.#send(slot, key, run))
  }

  async #runShared(slot: WorkerSlot, model: PooledModel, batch: readonly PendingRun[]): Promise<void> {
    const isProof = model.merging === 'unproven'
    if (isProof) model.merging = 'proving'
    try {
      const merged = await this.#send(slot, model.key, { ...batch[0], inputs: mergeInputs(batch) })
      const answers = splitOutputs(merged, batch)
      if (answers !== undefined && (!isProof || (await this.#prove(slot, model, { batch, answers })))) {
        batch.forEach((run, index) => run.resolve(answers[index] ?? {}))
        return
      }
      model.merging = 'no'
      this.#options.onMergingStopped(model.key)
      model.putBack(batch)
    } finally {
      if (model.merging === 'proving') model.merging = 'unproven'
    }
  }

  /** An open first dimension does not promise independent rows: compare the first and last answer with lone runs. */
  async #prove(
    slot: WorkerSlot,
    model: PooledModel,
    { batch, answers }: { readonly batch: readonly PendingRun[]; readonly answers: readonly Outputs[] },
  ): Promise<boolean> {
    const [first, last] = [batch[0], batch.at(-1)]
    if (first === undefined || last === undefined) return false
    const firstAlone = await this.#send(slot, model.key, first)
    const lastAlone = await this.#send(slot, model.key, last)
    const isSame = isSameAnswer(answers[0] ?? {}, firstAlone) && isSameAnswer(answers.at(-1) ?? {}, lastAlone)
    model.concludeProof(isSame, !isSameAnswer(first.inputs, last.inputs))
    return isSame
  }

  async #send(slot: WorkerSlot, key: string, { inputs, outputs }: Omit<Batchable, 'rows'>): Promise<Outputs> {
    const compact = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, compactTensor(tensor)]),
    )
    const command = {
      kind: 'run',
      key,
      inputs: compact,
      ...(outputs === undefined ? {} : { outputs }),
    } as const
    const reply = await slot.send(command, this.#options.runTimeoutMs)
    if (reply.kind !== 'ran')
      throw new WorkstationError('internal', `a worker answered ${reply.kind} to a run`)
    return reply.outputs
  }

  #recover(model: PooledModel, batch: readonly PendingRun[], error: unknown): void {
    if (error instanceof WorkerLost) {
      for (const run of batch) {
        run.losses += 1
        // A lone request that hangs is plainly the cause: no second wait for the whole time-out.
        const isToBlame = run.losses >= LOSSES_BEFORE_BLAME || (error.how === 'hung' && batch.length === 1)
        if (isToBlame)
          run.reject(new WorkstationError('internal', `model ${model.key} failed: ${error.message}`))
      }
    } else if (batch.length === 1) batch[0]?.reject(asError(error))
    model.putBack(batch)
  }
}
