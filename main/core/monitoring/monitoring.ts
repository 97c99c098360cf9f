import type { Database } from '../../store/database'
import type { Analyst } from '../analysis'
import type { Deployment } from '../deployments/deployment'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import type { Job } from '../jobs/job'
import type { Jobs } from '../jobs/jobs'
import type { Models } from '../models/models'
import type { GroundTruths } from '../predictions/ground-truths'
import type { Predictions } from '../predictions/predictions'
import type { PredictionLog } from '../predictions/prediction-log'
import type { AnsweredRows, Serving } from '../serving/serving'
import type { ComparedDeployment } from './compare-deployments'
import { compareDeployments } from './compare-deployments'
import { DriftCounter, RECENT_MS } from './drift-counter'
import type { MethodDriftOptions } from './method-drift'
import { MethodDrift } from './method-drift'
import { MonitoringRows, upsertWindows } from './monitoring-rows'
import { Quality } from './quality/quality'
import type { DriftPoint, DriftSnapshot } from './snapshot'

export type MonitoringOptions = {
  readonly database: Database
  /** The prediction log, opened for reading. */
  readonly logDatabase: Database
  readonly log: PredictionLog
  readonly events: Events
  readonly jobs: Jobs
  readonly models: Models
  readonly deployments: Deployments
  readonly predictions: Predictions
  readonly groundTruths: GroundTruths
  readonly serving: Serving
  readonly analyst: Analyst
  readonly cardOf?: MethodDriftOptions['cardOf']
  readonly recorded?: MethodDriftOptions['recorded']
}

const DRIFT_JOB = 'drift_compute'
const ANNOUNCE_EVERY_MS = 1000
const STATUS_ORDER = ['high', 'moderate', 'low', 'insufficient_data', 'not_scored', 'unknown']

/** Watches what deployments are asked and answer, and compares it with what their models were trained on. */
export class Monitoring {
  /** How good the answers turned out to be. */
  readonly quality: Quality
  /** Drift by the method that a model asks for. */
  readonly byMethod: MethodDrift
  private readonly rows: MonitoringRows
  private readonly events: Events
  private readonly jobs: Jobs
  private readonly models: Models
  private readonly deployments: Deployments
  private readonly predictions: Predictions
  private readonly counters = new Map<
    string,
    { readonly deployment: Deployment; readonly counter: DriftCounter }
  >()
  private readonly announcing = new Set<string>()
  private readonly computedAt = new WeakMap<object, number>()

  constructor(options: MonitoringOptions) {
    this.rows = new MonitoringRows(options.logDatabase, options.database)
    this.events = options.events
    this.jobs = options.jobs
    this.models = options.models
    this.deployments = options.deployments
    this.predictions = options.predictions
    this.quality = new Quality(options)
    this.byMethod = new MethodDrift(options)
    options.serving.watch({
      count: (answered) => this.observe(answered),
      discount: (answered) => {
        const { deployment, rows, answers, at } = answered
        this.counterOf(deployment).discount(rows, answers, at)
        this.quality.count(answered, -1)
      },
    })
    options.log.accompany(() => this.takeChangedWindows())
    options.models.onReference((versionId) => this.forgetReference(versionId))
    options.jobs.register(DRIFT_JOB, ({ job, signal, report }) => {
      signal.throwIfAborted()
      report(0.1, 'Comparing distributions')
      const deployment = this.deployments.get(job.subject)
      this.counterOf(deployment).forgetComparison()
      const snapshot = this.compute(deployment)
      this.rows.keepSnapshot(snapshot)
      this.events.emit({ type: 'drift.changed', deploymentId: job.subject })
      return Promise.resolve({ overall_status: snapshot.overallStatus, inference_rows: snapshot.rows })
    })
  }

  /** Counts of a version that had nothing to be compared with have no bins; from now on they do. */
  private forgetReference(versionId: string): void {
    for (const [key, { deployment }] of this.counters) {
      if (deployment.modelVersionId !== versionId) continue
      this.counters.delete(key)
      this.announce(deployment.id)
    }
    this.quality.forgetReference(versionId)
  }

  private observe(answered: AnsweredRows): void {
    const { deployment, rows, answers, at } = answered
    this.counterOf(deployment).count(rows, answers, at)
    this.quality.count(answered, 1)
    this.announce(deployment.id)
  }

  /** Tells listeners at most once a second that a deployment's drift may have changed. */
  private announce(deploymentId: string): void {
    if (this.announcing.has(deploymentId)) return
    this.announcing.add(deploymentId)
    setTimeout(() => {
      this.announcing.delete(deploymentId)
      this.events.emit({ type: 'drift.changed', deploymentId })
    }, ANNOUNCE_EVERY_MS).unref()
  }

  private counterOf(deployment: Deployment): DriftCounter {
    const key = `${deployment.logKey} ${deployment.modelVersionId}`
    const known = this.counters.get(key)
    if (known !== undefined) return known.counter
    const stored = this.rows.windows(deployment.logKey, deployment.modelVersionId, Date.now() - RECENT_MS)
    const counter = new DriftCounter(this.models.profile(deployment.modelVersionId), stored)
    this.counters.set(key, { deployment, counter })
    return counter
  }

  private takeChangedWindows(): ReturnType<typeof upsertWindows>[] {
    const changed = [...this.counters.values()].flatMap(({ deployment, counter }) =>
      counter.takeChanged().map((window) => ({
        logKey: deployment.logKey,
        modelVersionId: deployment.modelVersionId,
        ...window,
      })),
    )
    return changed.length === 0 ? [] : [upsertWindows(changed)]
  }

  /** The newest comparison of a deployment; up to date with every answered prediction. @throws WorkstationError not_found */
  drift(deploymentId: string): DriftSnapshot {
    return this.compute(this.deployments.get(deploymentId))
  }

  private compute(deployment: Deployment): DriftSnapshot {
    const counter = this.counterOf(deployment)
    const comparison = counter.compare(Date.now())
    const { features, predictions } = comparison
    const hasRows = features.rows > 0
    const { hasReference } = counter
    if (!this.computedAt.has(comparison)) this.computedAt.set(comparison, Date.now())
    return {
      deploymentId: deployment.id,
      modelVersionId: deployment.modelVersionId,
      overallStatus: hasRows && hasReference ? features.overallStatus : 'unknown',
      meanPsi: hasRows ? features.meanPsi : null,
      rows: features.rows,
      windowStart: comparison.windowStart,
      windowEnd: comparison.windowEnd,
      referenceRows: counter.referenceRows,
      hasReference,
      features: hasRows ? features.features : [],
      predictions: hasRows ? predictions.features : [],
      computedAt: hasRows ? (this.computedAt.get(comparison) ?? null) : null,
    }
  }

  /** Hour by hour, oldest first. @throws WorkstationError not_found */
  async driftHistory(deploymentId: string): Promise<readonly DriftPoint[]> {
    return this.counterOf(this.deployments.get(deploymentId)).history(Date.now())
  }

  /** Queues a comparison as a job and keeps its result. @throws WorkstationError not_found */
  runDrift(deploymentId: string): Job {
    return this.jobs.enqueue(DRIFT_JOB, this.deployments.get(deploymentId).id)
  }

  /** The deployments of a project that answer, side by side over the last minutes. @throws WorkstationError not_found */
  compare(projectId: string, minutes: number): readonly ComparedDeployment[] {
    const from = Date.now() - minutes * 60_000
    return compareDeployments(
      this.deployments.serving(projectId).map((deployment) => ({
        deployment,
        traffic: this.predictions.traffic(deployment.id, minutes),
        ...this.counterOf(deployment).answersSince(from),
      })),
    )
  }

  /** Every deployment that is not archived with its drift, worst first. */
  overview(): readonly {
    readonly deployment: Deployment
    readonly drift: Omit<DriftSnapshot, 'features' | 'predictions'>
  }[] {
    return this.deployments
      .unarchived()
      .map((deployment) => {
        const { features: _features, predictions: _predictions, ...drift } = this.compute(deployment)
        return { deployment, drift }
      })
      .sort(
        (left, right) =>
          rank(left.drift) - rank(right.drift) || left.deployment.logKey - right.deployment.logKey,
      )
  }
}

const rank = (drift: Pick<DriftSnapshot, 'overallStatus'>): number =>
  STATUS_ORDER.indexOf(drift.overallStatus)
