import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import type { SqliteWriter } from '../../store/writer'
import type { WriteStatement } from '../../store/writer-messages'
import type { Artifacts } from '../artifacts/artifacts'
import type { Deployment } from '../deployments/deployment'
import type { Deployments } from '../deployments/deployments'
import type { LabelSpace } from '../distributions/labelled-sums'
import type { Events } from '../events'
import type { Job } from '../jobs/job'
import type { Jobs } from '../jobs/jobs'
import type { Models } from '../models/models'
import { runFeedbackUpload } from './feedback-upload'
import { checkFeedbackFile } from './feedback-file'
import type {
  FeedbackItem,
  FeedbackOutcome,
  GroundTruth,
  GroundTruthSettings,
  LabelledPrediction,
  TruthChange,
} from './ground-truth'
import { createOutcome } from './ground-truth'
import type { Key } from './ground-truth-rows'
import { GroundTruthRows } from './ground-truth-rows'
import { GroundTruthSettingRows } from './ground-truth-setting-rows'
import { KeyIndex } from './key-index'
import { LabelKeeper } from './label-keeper'
import type { LogEntry } from './prediction'
import type { PredictionLog } from './prediction-log'

export type GroundTruthsOptions = {
  readonly database: Database
  /** The prediction log, opened for reading. */
  readonly logDatabase: Database
  readonly log: PredictionLog
  readonly writer: SqliteWriter
  readonly events: Events
  readonly jobs: Jobs
  readonly artifacts: Artifacts
  readonly models: Models
  readonly deployments: Deployments
}

/** Adds statements to the transaction that writes labels, so that what is summed over them agrees with them. */
export type TruthCompanion = (
  deployment: Deployment,
  changes: readonly TruthChange[],
) => readonly WriteStatement[]

const UPLOAD_JOB = 'feedback_upload'
const INDEX_JOB = 'feedback_index'
/** Labels that are matched and written in one transaction: some milliseconds of the main thread. */
const BATCH = 500
const DEFAULTS: GroundTruthSettings = { keyColumns: [], positiveClass: null }

/** What turned out to be right about predictions: labels by id or key, late, early, repeated, one by one or as a file. */
export class GroundTruths {
  private readonly options: GroundTruthsOptions
  private readonly rows: GroundTruthRows
  private readonly settingRows: GroundTruthSettingRows
  private readonly keys: KeyIndex
  private readonly keeper: LabelKeeper
  private readonly settingsOf = new Map<string, GroundTruthSettings>()
  private readonly companions: TruthCompanion[] = []
  /** Per model version, which never changes. */
  private readonly spaces = new Map<string, LabelSpace>()
  /** Labels are kept one batch after the other: each reads what the one before has written. */
  private turn: Promise<unknown> = Promise.resolve()

  constructor(options: GroundTruthsOptions) {
    this.options = options
    this.rows = new GroundTruthRows(options.logDatabase)
    this.settingRows = new GroundTruthSettingRows(options.database)
    this.keys = new KeyIndex(this.rows)
    this.keeper = new LabelKeeper({
      rows: this.rows,
      writer: options.writer,
      columnsOf: (logKey) => this.keys.columnsOf(logKey),
      spaceOf: (deployment) => this.labelSpace(deployment),
      accompany: (deployment, changes) =>
        this.companions.flatMap((companion) => companion(deployment, changes)),
    })
    options.models.onReference((versionId) => this.spaces.delete(versionId))
    options.log.accompany((entries) => this.keys.index(entries))
    options.log.follow((entries) => this.settleArrived(entries))
    options.jobs.register(UPLOAD_JOB, (work) =>
      runFeedbackUpload(work, {
        ...options,
        rows: this.rows,
        columns: this.settings(work.job.subject).keyColumns,
        keep: (items, extra) => this.keep(work.job.subject, items, extra),
      }),
    )
    options.jobs.register(INDEX_JOB, async ({ job, signal, report }) => {
      const deployment = options.deployments.get(job.subject)
      const read = await this.keys.rebuild(deployment.logKey, options.writer, { signal, report })
      await this.settleAll(deployment)
      return { predictions: read }
    })
  }

  /** Learns the declared columns and matches what a killed process left waiting although its prediction is there. */
  async start(): Promise<void> {
    for (const { deploymentId, settings } of this.settingRows.all()) {
      this.settingsOf.set(deploymentId, settings)
      const deployment = this.options.deployments.get(deploymentId)
      this.keys.setColumns(deployment.logKey, settings.keyColumns)
      await this.settleAll(deployment)
    }
  }

  /** Registers a contributor to every transaction that writes labels. */
  accompany(companion: TruthCompanion): void {
    this.companions.push(companion)
  }

  /** How a deployment takes ground truth. @throws WorkstationError not_found */
  settings(deploymentId: string): GroundTruthSettings {
    return this.settingsOf.get(this.options.deployments.get(deploymentId).id) ?? DEFAULTS
  }

  /**
   * Declares key columns and the positive class. Predictions that were logged before a column was declared are indexed
   * by a job, after which labels that waited for them are matched.
   * @throws WorkstationError not_found; invalid for a positive class that is none of two classes.
   */
  configure(deploymentId: string, change: Partial<GroundTruthSettings>): GroundTruthSettings {
    const deployment = this.options.deployments.get(deploymentId)
    const before = this.settings(deploymentId)
    const settings = { ...before, ...change }
    if (change.positiveClass !== undefined && change.positiveClass !== null) {
      this.checkPositiveClass(deployment, change.positiveClass)
    }
    this.settingRows.put(deploymentId, settings)
    this.settingsOf.set(deploymentId, settings)
    this.keys.setColumns(deployment.logKey, settings.keyColumns)
    if (settings.keyColumns.some((column) => !before.keyColumns.includes(column))) {
      this.options.jobs.add(INDEX_JOB, deploymentId)
    }
    this.options.events.emit({ type: 'feedback.changed', deploymentId })
    return settings
  }

  private checkPositiveClass(deployment: Deployment, label: string): void {
    const { task, classes } = this.labelSpace(deployment)
    if (task === 'classification' && classes.length === 2 && classes.includes(label)) return
    const known = classes.length === 2 ? `expected ${classes.join(' or ')}` : 'the model has no two classes'
    throw new WorkstationError('invalid', `positive_class is "${label}"; ${known}`)
  }

  /** The task of a deployment's model and the class labels it knows. */
  labelSpace({ modelVersionId }: Deployment): LabelSpace {
    const known = this.spaces.get(modelVersionId)
    if (known !== undefined) return known
    const { task, signature } = this.options.models.version(modelVersionId)
    const reference = this.options.models.qualityReference(modelVersionId)
    const space = { task, classes: reference?.classes ?? signature.classLabels }
    this.spaces.set(modelVersionId, space)
    return space
  }

  /**
   * Keeps labels; resolves once they are committed. A label for a key whose prediction has not arrived waits for it.
   * @throws WorkstationError not_found; internal when they could not be written.
   */
  async record(deploymentId: string, items: readonly FeedbackItem[]): Promise<FeedbackOutcome> {
    const whole = createOutcome()
    for (let from = 0; from < items.length; from += BATCH) {
      const outcome = await this.keep(deploymentId, items.slice(from, from + BATCH), () => [])
      whole.matched += outcome.matched
      whole.waiting.push(...outcome.waiting.map((index) => index + from))
      whole.refused.push(...outcome.refused.map((each) => ({ ...each, index: each.index + from })))
      for (const [label, rows] of outcome.unseen)
        whole.unseen.set(label, (whole.unseen.get(label) ?? 0) + rows)
    }
    return whole
  }

  private async keep(
    deploymentId: string,
    items: readonly FeedbackItem[],
    extra: (outcome: FeedbackOutcome) => readonly WriteStatement[],
  ): Promise<FeedbackOutcome> {
    const deployment = this.options.deployments.get(deploymentId)
    const outcome = await this.inTurn(() => this.keeper.keep(deployment, items, extra))
    this.options.events.emit({ type: 'feedback.changed', deploymentId })
    return outcome
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(work)
    this.turn = turn.catch(() => undefined)
    return turn
  }

  /**
   * Takes a CSV file of labels as a job; its result is a report that names refused lines and lines that wait.
   * @param file an artifact that the job becomes the holder of
   * @throws WorkstationError not_found; invalid when the file's first line lacks a column.
   */
  async upload(deploymentId: string, file: { readonly sha256: string; readonly name: string }): Promise<Job> {
    const { keyColumns } = this.settings(deploymentId)
    await checkFeedbackFile(this.options.artifacts.pathOf(file.sha256), keyColumns)
    return this.options.jobs.add(UPLOAD_JOB, deploymentId, { file: file.sha256, name: file.name })
  }

  /** Keys of a deployment that wait for their prediction. @throws WorkstationError not_found */
  waiting(deploymentId: string): number {
    return this.keeper.waiting(this.options.deployments.get(deploymentId).logKey)
  }

  /** Predictions of a time with their truth, oldest first. @param from inclusive @param to exclusive, epoch milliseconds */
  labelled(deploymentId: string, from: number, to: number): readonly LabelledPrediction[] {
    return this.rows.labelled(this.options.deployments.get(deploymentId).logKey, from, to)
  }

  /** Everything that was said of one prediction, newest first. @throws WorkstationError not_found */
  history(deploymentId: string, predictionId: string): readonly GroundTruth[] {
    const { logKey } = this.options.deployments.get(deploymentId)
    const answer = this.rows.answer(logKey, predictionId)
    if (answer === undefined) throw new WorkstationError('not_found', `no prediction with id ${predictionId}`)
    return this.rows.history(logKey, answer.id)
  }

  /** Labels may wait for predictions that were committed just now. */
  private settleArrived(entries: readonly LogEntry[]): void {
    const arrived = entries.filter(({ logKey }) => this.keeper.waiting(logKey) > 0)
    const byDeployment = Map.groupBy(arrived, ({ logKey }) => logKey)
    for (const [logKey, each] of byDeployment) {
      const keys = each.flatMap((entry) => this.keys.keysOf(entry))
      const deployment = this.deploymentOf(logKey)
      if (keys.length === 0 || deployment === undefined) continue
      this.settle(deployment, keys).catch((error: unknown) => this.options.events.report(error))
    }
  }

  private deploymentOf(logKey: number): Deployment | undefined {
    const deployments = [...this.settingsOf.keys()].map((id) => this.options.deployments.get(id))
    return deployments.find((deployment) => deployment.logKey === logKey)
  }

  private settleAll(deployment: Deployment): Promise<void> {
    if (this.keeper.waiting(deployment.logKey) === 0) return Promise.resolve()
    return this.settle(deployment, this.rows.settleable(deployment.logKey))
  }

  private async settle(deployment: Deployment, keys: readonly Key[]): Promise<void> {
    for (let from = 0; from < keys.length; from += BATCH) {
      const matched = await this.inTurn(() => this.keeper.settle(deployment, keys.slice(from, from + BATCH)))
      if (matched > 0) this.options.events.emit({ type: 'feedback.changed', deploymentId: deployment.id })
    }
  }

  /** Waits until nothing is being written. */
  async close(): Promise<void> {
    await this.turn
  }
}
