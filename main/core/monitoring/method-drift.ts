import type { Database } from '../../store/database'
import type { Analyst } from '../analysis'
import type { Deployment } from '../deployments/deployment'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { Job } from '../jobs/job'
import type { JobWork, Jobs } from '../jobs/jobs'
import type { JsonObject, JsonValue } from '../json'
import type { Models } from '../models/models'
import type { Page } from '../page'
import { readAsk } from './by-method/ask'
import type { DriftCard } from './by-method/ask'
import type { MethodOutcome, MethodTask } from './by-method/comparison'
import { LEAST_OPERATIONS, MOST_ROWS } from './by-method/comparison'
import type {
  MethodAsk,
  MethodResult,
  MethodResultQuery,
  MethodRun,
  MethodSetting,
  MethodState,
  RunOutcome,
} from './by-method/run'
import { MethodDriftRows } from './method-drift-rows'

export type { MethodAsk, MethodResult, MethodRun, MethodState } from './by-method/run'
export { methodResultQuerySchema, methodSettingSchema } from './by-method/run'
export { DRIFT_METHODS } from './by-method/methods'

export type MethodDriftOptions = {
  readonly database: Database
  readonly logDatabase: Database
  readonly events: Events
  readonly jobs: Jobs
  readonly models: Models
  readonly deployments: Deployments
  readonly analyst: Analyst
  /** What a model's card says; null when it has none. */
  readonly cardOf?: ((modelId: string) => DriftCard | null) | undefined
  /** Newest operations of a deployment since a time that were answered elsewhere and recorded, by feature name. */
  readonly recorded?:
    ((deploymentId: string, since: number, most: number) => readonly JsonObject[]) | undefined
}

const METHOD_JOB = 'drift_by_method'
const EVERY_MS = 24 * 3600_000
const LOOK_EVERY_MS = 10 * 60_000
const DEFAULT: MethodSetting = { isOn: false, method: 'mean_shift' }
const TEXT_REASON = 'identifiers and free text are not compared'

/**
 * Drift by the method that a model asks for, beside our own rule: every 24 hours and on demand, the operations since
 * the last change of version against the training data. A run that was missed is made up for once.
 */
export class MethodDrift {
  private readonly options: MethodDriftOptions
  private readonly rows: MethodDriftRows
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(options: MethodDriftOptions) {
    this.options = options
    this.rows = new MethodDriftRows(options.database)
    options.jobs.register(METHOD_JOB, (work) => this.work(work))
    options.events.subscribe((event) => {
      if (event.type === 'deployment.changed') this.noteVersions()
    })
  }

  /** Runs what is due now, and looks again every ten minutes. */
  start(): void {
    this.noteVersions()
    this.runDue()
    this.timer = setInterval(() => this.runDue(), LOOK_EVERY_MS)
    this.timer.unref()
  }

  close(): void {
    clearInterval(this.timer)
  }

  /** Operations count from the time at which a deployment was first seen with the version it serves. */
  private noteVersions(): void {
    for (const { id, modelVersionId, createdAt } of this.options.deployments.unarchived()) {
      const served = this.rows.served(id)
      if (served?.versionId === modelVersionId) continue
      const since = served === undefined ? createdAt : Date.now()
      this.rows.keepServed(id, { versionId: modelVersionId, since })
    }
  }

  /** How a deployment is compared, and when it last was. @throws WorkstationError not_found */
  state(deploymentId: string): MethodState {
    const deployment = this.options.deployments.get(deploymentId)
    const { isOn, method, source } = this.settingOf(deployment)
    const lastRun = this.rows.lastRun(deployment.id) ?? null
    const isServed = isOn && deployment.stage !== 'archived'
    return {
      deploymentId: deployment.id,
      isOn,
      method,
      source,
      lastRun,
      nextRunAt: isServed ? Math.max(Date.now(), (lastRun?.at ?? 0) + EVERY_MS) : null,
      leastOperations: LEAST_OPERATIONS,
    }
  }

  private settingOf(deployment: Deployment): MethodSetting & Pick<MethodState, 'source'> {
    const own = this.rows.setting(deployment.id)
    if (own !== undefined) return { ...own, source: 'deployment' }
    const asked = this.askOf(deployment)
    return asked === null ? { ...DEFAULT, source: 'default' } : { ...asked, source: 'model' }
  }

  private askOf({ modelId }: Deployment): MethodAsk | null {
    const card = this.options.cardOf?.(modelId) ?? null
    return card === null ? null : readAsk(card)
  }

  /**
   * Says how a deployment is compared, whatever its model asks for; null leaves it to the model again. Switched on,
   * it is compared at once when it was not in the last 24 hours. @throws WorkstationError not_found
   */
  set(deploymentId: string, setting: MethodSetting | null): MethodState {
    const deployment = this.options.deployments.get(deploymentId)
    if (setting === null) this.rows.dropSetting(deployment.id)
    else this.rows.keepSetting(deployment.id, setting)
    this.options.events.emit({ type: 'drift.changed', deploymentId: deployment.id })
    this.runIfDue(deployment)
    return this.state(deployment.id)
  }

  /** Queues a comparison now, whether it is on or not. @throws WorkstationError not_found */
  run(deploymentId: string): Job {
    return this.options.jobs.enqueue(METHOD_JOB, this.options.deployments.get(deploymentId).id)
  }

  /** The verdicts of all runs, newest first. @throws WorkstationError not_found */
  results(deploymentId: string, query: MethodResultQuery): Page<MethodResult> {
    const { id } = this.options.deployments.get(deploymentId)
    return { ...this.rows.results(id, query), limit: query.limit, offset: query.offset }
  }

  /** Queues a comparison of every deployment whose last one is a day old. */
  runDue(): void {
    for (const deployment of this.options.deployments.unarchived()) this.runIfDue(deployment)
  }

  private runIfDue(deployment: Deployment): void {
    if (deployment.stage === 'archived' || !this.settingOf(deployment).isOn) return
    const last = this.rows.lastRun(deployment.id)
    if (last === undefined || last.at + EVERY_MS <= Date.now()) this.run(deployment.id)
  }

  private async work({ job, signal, report }: JobWork): Promise<JsonValue> {
    const { deployments, analyst, events } = this.options
    const deployment = deployments.get(job.subject)
    const { method } = this.settingOf(deployment)
    const { task, textFeatures } = this.plan(deployment, method)
    const outcome = await analyst.run('compare-by-method', task, {
      signal,
      onProgress: (fraction) => report(fraction, 'Comparing operations with the training data'),
    })
    signal.throwIfAborted()
    const drifted = outcome.verdicts.filter(({ isDrift }) => isDrift).map(({ feature }) => feature)
    const verdict = readOutcome(task, outcome)
    const { id: deploymentId, modelId, modelVersionId } = deployment
    const run: MethodRun = {
      id: newId(),
      deploymentId,
      modelId,
      modelVersionId,
      method,
      outcome: verdict,
      operations: outcome.operations,
      referenceRows: outcome.referenceRows,
      features: outcome.verdicts.length,
      drifted: drifted.length,
      leftOut:
        verdict === 'compared'
          ? [...outcome.leftOut, ...textFeatures.map((feature) => ({ feature, reason: TEXT_REASON }))]
          : [],
      at: Date.now(),
    }
    this.rows.keepRun(run, outcome.verdicts)
    events.emit({ type: 'drift.changed', deploymentId })
    if (drifted.length > 0)
      events.emit({
        type: 'drift.detected',
        deploymentId,
        modelId,
        modelVersionId,
        method,
        features: drifted,
      })
    return { outcome: verdict, operations: run.operations, features: run.features, drifted: run.drifted }
  }

  private plan(
    deployment: Deployment,
    method: MethodSetting['method'],
  ): { readonly task: MethodTask; readonly textFeatures: readonly string[] } {
    const { models, logDatabase, recorded } = this.options
    const version = models.version(deployment.modelVersionId)
    const path = models.trainingPath(version)
    const profiles = models.profile(version.id)?.features.features ?? []
    const kinds = this.askOf(deployment)?.kinds ?? {}
    const textFeatures: string[] = []
    const features = profiles.flatMap(({ name, kind }): MethodTask['features'] => {
      const told = Object.hasOwn(kinds, name) ? kinds[name] : undefined
      if (told !== undefined) return [{ name, kind: told }]
      if (kind === 'text') textFeatures.push(name)
      return kind === 'text' ? [] : [{ name, kind: kind === 'numeric' ? 'numerical' : 'categorical' }]
    })
    const { signature, targetColumn } = version
    const since = this.rows.served(deployment.id)?.since ?? deployment.createdAt
    return {
      task: {
        method,
        features,
        log: {
          logPath: logDatabase.path,
          logKey: deployment.logKey,
          since,
        },
        recorded: recorded?.(deployment.id, since, MOST_ROWS) ?? [],
        training: path === null ? null : { path, signature, targetColumn },
      },
      textFeatures,
    }
  }
}

function readOutcome(task: MethodTask, { operations }: MethodOutcome): RunOutcome {
  if (task.training === null) return 'no_training_data'
  return operations < LEAST_OPERATIONS ? 'few_operations' : 'compared'
}
