import type { SqliteWriter } from '../../store/writer'
import type { WriteStatement } from '../../store/writer-messages'
import type { Deployment } from '../deployments/deployment'
import type { LabelSpace } from '../distributions/labelled-sums'
import type { FeedbackItem, FeedbackOutcome, FeedbackTarget, GroundTruth, TruthChange } from './ground-truth'
import {
  createOutcome,
  MAX_UNSEEN_CLASSES,
  MAX_WAITING,
  readActual,
  toKeyText,
  WAITING_DAYS,
} from './ground-truth'
import type { GroundTruthRows, Key, LoggedAnswer } from './ground-truth-rows'
import { truthStatements } from './ground-truth-rows'
import { TruthBatch } from './truth-batch'

const DAY_MS = 24 * 3600_000

export type LabelKeeperOptions = {
  readonly rows: GroundTruthRows
  readonly writer: SqliteWriter
  readonly columnsOf: (logKey: number) => readonly string[]
  readonly spaceOf: (deployment: Deployment) => LabelSpace
  readonly accompany: (deployment: Deployment, changes: readonly TruthChange[]) => readonly WriteStatement[]
}

type Answered = LoggedAnswer & { readonly prediction: string | number }
type Label = Omit<GroundTruth, 'revision'>
type Found = { readonly answer: Answered } | { readonly waitsFor: Key } | { readonly problem: string }

const isAnswered = (answer: LoggedAnswer): answer is Answered =>
  answer.prediction !== null && answer.statusCode < 400

/** Matches labels with predictions and writes them. Its callers see to it that one batch follows the other. */
export class LabelKeeper {
  private readonly options: LabelKeeperOptions
  private readonly waitingKeys = new Map<number, number>()
  private readonly unseen = new Map<number, Set<string>>()
  private readonly forgottenAt = new Map<number, number>()

  constructor(options: LabelKeeperOptions) {
    this.options = options
    for (const { deployment, keys } of options.rows.waitingCounts()) this.waitingKeys.set(deployment, keys)
  }

  /** Keys of a deployment that wait for their prediction. */
  waiting(logKey: number): number {
    return this.waitingKeys.get(logKey) ?? 0
  }

  /** @param extra statements that belong into the same transaction, e.g. how far a file has been read */
  async keep(
    deployment: Deployment,
    items: readonly FeedbackItem[],
    extra: (outcome: FeedbackOutcome) => readonly WriteStatement[],
  ): Promise<FeedbackOutcome> {
    const { rows } = this.options
    const { logKey } = deployment
    const space = this.options.spaceOf(deployment)
    const outcome = createOutcome()
    const batch = new TruthBatch(rows, logKey)
    const early = new Map<string, { readonly key: Key; readonly labels: GroundTruth[] }>()
    const receivedAt = Date.now()
    const added = new Set<string>()
    const forgotten = this.forgetOld(logKey, receivedAt)
    items.forEach(({ target, actual, observedAt }, index) => {
      const refuse = (message: string): void => void outcome.refused.push({ index, message })
      const read = readActual(actual, space)
      if (read.problem !== null) return refuse(read.problem)
      const found = this.find(logKey, target, observedAt)
      if ('problem' in found) return refuse(found.problem)
      const label = { actual: read.actual, observedAt, receivedAt }
      const isLast = read.isUnseen && !this.takeUnseen(logKey, String(read.actual), added)
      if (isLast) {
        return refuse(
          `actual is "${read.actual}", which the model does not know, and ${MAX_UNSEEN_CLASSES} such labels were taken already`,
        )
      }
      if ('answer' in found) {
        batch.assign(found.answer, label)
        outcome.matched++
      } else if (this.wait(logKey, { key: found.waitsFor, label, early })) outcome.waiting.push(index)
      else
        return refuse(`${MAX_WAITING} labels wait for their predictions already; send this one again later`)
      if (read.isUnseen)
        outcome.unseen.set(String(read.actual), (outcome.unseen.get(String(read.actual)) ?? 0) + 1)
    })
    const waits = [...early.values()].flatMap(({ key, labels }) => labels.map((truth) => ({ ...key, truth })))
    try {
      await this.options.writer.write([
        ...forgotten,
        ...batch.statements(),
        ...this.options.accompany(deployment, batch.changes()),
        truthStatements.wait(logKey, waits),
        truthStatements.addUnseen(logKey, [...added]),
        ...extra(outcome),
      ])
    } catch (error) {
      for (const label of added) this.unseen.get(logKey)?.delete(label)
      this.recount()
      throw error
    }
    if (forgotten.length > 0) this.recount()
    // A prediction that was committed between looking for it and waiting for it tells nobody that it came.
    if (early.size > 0)
      await this.settle(
        deployment,
        [...early.values()].map(({ key }) => key),
      )
    return outcome
  }

  private find(logKey: number, target: FeedbackTarget, observedAt: number | null): Found {
    const { rows } = this.options
    if (target.kind === 'id') {
      const answer = rows.answer(logKey, target.id)
      if (answer === undefined)
        return { problem: `prediction_id: no prediction with id ${target.id} in this deployment` }
      return isAnswered(answer)
        ? { answer }
        : { problem: `prediction_id: ${target.id} failed, so there is no answer to judge` }
    }
    const { column } = target
    const columns = this.options.columnsOf(logKey)
    if (!columns.includes(column)) {
      const wanted = JSON.stringify({ key_columns: [...columns, column] })
      return {
        problem: `key: "${column}" is not a key column of this deployment; declare it with PATCH ${wanted}`,
      }
    }
    const value = toKeyText(target.value)
    if (value === null)
      return { problem: `key: the value of "${column}" is empty or longer than 200 characters` }
    const id = rows.findByKey(logKey, { column, value }, observedAt)
    const answer = id === undefined ? undefined : rows.answer(logKey, id)
    return answer !== undefined && isAnswered(answer) ? { answer } : { waitsFor: { column, value } }
  }

  /** Takes note of a label that the model does not know; false when there are too many different ones. */
  private takeUnseen(logKey: number, label: string, added: Set<string>): boolean {
    const known = this.unseen.get(logKey) ?? new Set(this.options.rows.unseen(logKey))
    this.unseen.set(logKey, known)
    if (known.has(label)) return true
    if (known.size >= MAX_UNSEEN_CLASSES) return false
    known.add(label)
    added.add(label)
    return true
  }

  private wait(
    logKey: number,
    {
      key,
      label,
      early,
    }: {
      readonly key: Key
      readonly label: Label
      readonly early: Map<string, { readonly key: Key; readonly labels: GroundTruth[] }>
    },
  ): boolean {
    const name = JSON.stringify([key.column, key.value])
    const stored = early.get(name)?.labels ?? this.options.rows.waiting(logKey, key)
    const last = stored.at(-1)
    if (last?.actual === label.actual && last.observedAt === label.observedAt) return true
    if (last === undefined) {
      if (this.waiting(logKey) >= MAX_WAITING) return false
      this.waitingKeys.set(logKey, this.waiting(logKey) + 1)
    }
    const added = early.get(name) ?? { key, labels: [] }
    added.labels.push({ ...label, revision: (last?.revision ?? 0) + 1 })
    early.set(name, added)
    return true
  }

  /** Labels whose prediction never came are given up after a while, at most once an hour. */
  private forgetOld(logKey: number, now: number): WriteStatement[] {
    if (this.waiting(logKey) === 0 || now - (this.forgottenAt.get(logKey) ?? 0) < 3600_000) return []
    this.forgottenAt.set(logKey, now)
    return [truthStatements.forgetWaiting(logKey, now - WAITING_DAYS * DAY_MS)]
  }

  private recount(): void {
    this.waitingKeys.clear()
    for (const { deployment, keys } of this.options.rows.waitingCounts())
      this.waitingKeys.set(deployment, keys)
  }

  /** Matches labels that wait for keys whose predictions have arrived. @returns how many keys were matched */
  async settle(deployment: Deployment, keys: readonly Key[]): Promise<number> {
    const { rows } = this.options
    const { logKey } = deployment
    const batch = new TruthBatch(rows, logKey)
    const settled: Key[] = []
    for (const key of keys) {
      const labels = rows.waiting(logKey, key)
      const last = labels.at(-1)
      if (last === undefined) continue
      const id = rows.findByKey(logKey, key, last.observedAt)
      const answer = id === undefined ? undefined : rows.answer(logKey, id)
      if (answer === undefined || !isAnswered(answer)) continue
      for (const { revision: _revision, ...label } of labels) batch.assign(answer, label)
      settled.push(key)
    }
    if (settled.length === 0) return 0
    await this.options.writer.write([
      ...batch.statements(),
      ...this.options.accompany(deployment, batch.changes()),
      truthStatements.stopWaiting(logKey, settled),
    ])
    this.waitingKeys.set(logKey, Math.max(0, this.waiting(logKey) - settled.length))
    return settled.length
  }
}
