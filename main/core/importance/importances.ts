import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import { isServing } from '../deployments/deployment'
import type { Deployments } from '../deployments/deployments'
import type { FeatureValue } from '../distributions/value'
import type { Events } from '../events'
import type { Answered, Explainer, Prepared, Rows, Target } from '../explanations/explainer'
import type { Explanation } from '../explanations/explanation'
import type { Job } from '../jobs/job'
import type { JobWork, Jobs } from '../jobs/jobs'
import type { JsonValue } from '../json'
import type { Predictions } from '../predictions/predictions'
import type { Serving } from '../serving/serving'
import type { Dependence, Importance, ImportanceRequest, ImportanceSummary, SampleSource } from './importance'
import { importanceRequestSchema } from './importance'
import { ImportanceRows } from './importance-rows'
import { listDependences, summarizeSample } from './summarize'

export type ImportancesOptions = {
  readonly database: Database
  readonly events: Events
  readonly jobs: Jobs
  readonly deployments: Deployments
  readonly predictions: Predictions
  readonly serving: Serving
  readonly explainer: Explainer
}

/** The type of the jobs that compute importances; their subject is the deployment. */
export const IMPORTANCE_JOB = 'feature_importance'

/** Rows explained at once: others wait no longer than for these, and a cancelled job ends behind them. */
const STEP_ROWS = 25
const LOG_PAGE = 500
/** Lines of the log that are looked at for each row that is wanted. */
const LOG_PAGES_PER_SAMPLE = 8
const MOST_CLASSES = 30

type Sample = { readonly source: SampleSource; readonly rows: Rows; readonly skipped: number }

/** What the features of a deployment's model do on the whole: computed by jobs, kept, read again. */
export class Importances {
  private readonly options: ImportancesOptions
  private readonly rows: ImportanceRows

  constructor(options: ImportancesOptions) {
    this.options = options
    this.rows = new ImportanceRows(options.database)
    options.jobs.register(IMPORTANCE_JOB, (work) => this.compute(work))
  }

  /**
   * Queues the job; one that waits or runs for the same deployment is returned instead.
   * @throws WorkstationError not_found; conflict when the deployment does not serve or there is nothing to sample;
   * invalid when the method does not suit the model
   */
  async request(deploymentId: string, request: ImportanceRequest): Promise<Job> {
    const { deployments, explainer, jobs } = this.options
    const deployment = deployments.get(deploymentId)
    if (!isServing(deployment))
      throw new WorkstationError(
        'conflict',
        `deployment "${deployment.name}" does not answer predictions (${deployment.stage}, ${deployment.status}), so that its model cannot be asked`,
      )
    const prepared = await explainer.prepare(deployment.modelVersionId)
    explainer.choose(prepared, request.method)
    this.requireSample(deployment.id, chooseSource(prepared, request.source), prepared)
    const { rows, method } = request
    const source = request.source === undefined ? {} : { source: request.source }
    return jobs.enqueue(IMPORTANCE_JOB, deployment.id, { rows, method, ...source })
  }

  private requireSample(deploymentId: string, source: SampleSource, { background }: Prepared): void {
    if (source === 'training' && background.length === 0)
      throw new WorkstationError(
        'conflict',
        'this version has no training data: register some, or sample the log ("log")',
      )
    const { total } = this.options.predictions.list({ deploymentId, limit: 1, offset: 0 })
    if (source === 'log' && total === 0)
      throw new WorkstationError('conflict', 'the log of this deployment is empty: send predictions first')
  }

  /** Results of a deployment without their numbers, newest first. @throws WorkstationError not_found */
  list(deploymentId: string): readonly ImportanceSummary[] {
    return this.rows.list(this.options.deployments.get(deploymentId).id)
  }

  /** The newest result of a deployment, or the one of an id; null when there is none. @throws WorkstationError not_found */
  find(deploymentId: string, id?: string): Importance | null {
    return this.rows.find(this.options.deployments.get(deploymentId).id, id) ?? null
  }

  /** @throws WorkstationError not_found, saying how to get one */
  get(deploymentId: string, id?: string): Importance {
    const found = this.find(deploymentId, id)
    if (found !== null) return found
    throw new WorkstationError(
      'not_found',
      id === undefined
        ? 'the importance of features has not been computed for this deployment yet; start the job that does'
        : `this deployment has no importance with id ${id}`,
    )
  }

  /**
   * What the values of a feature contribute, in the newest result or the one of an id.
   * @throws WorkstationError not_found
   */
  dependence(deploymentId: string, feature: string, id?: string): Dependence {
    const found = this.rows.dependence(this.get(deploymentId, id).id, feature)
    if (found !== undefined) return found
    throw new WorkstationError('not_found', `the model has no feature "${feature}"`)
  }

  private async compute({ job, payload, signal, report }: JobWork): Promise<JsonValue> {
    const { deployments, explainer, events } = this.options
    const request = importanceRequestSchema.parse(payload)
    const deployment = deployments.get(job.subject)
    const prepared = await explainer.prepare(deployment.modelVersionId)
    const { signature } = prepared.version
    report(0, 'Collecting rows')
    const sample = this.draw(deployment.id, prepared, request)
    const explanations: Explanation[][] = []
    const classes = await this.chooseClasses(prepared, sample.rows)
    for (let start = 0; start < sample.rows.length; start += STEP_ROWS) {
      signal.throwIfAborted()
      const rows = sample.rows.slice(start, start + STEP_ROWS)
      const answers = await explainer.answer(prepared, rows)
      const targets = answers.map((answer) => this.aim(prepared, answer, classes))
      const { method } = request
      const question = { prepared, rows, answers, targets, method, plannedRows: sample.rows.length }
      explanations.push(...(await explainer.explain(question)))
      report(
        (start + rows.length) / sample.rows.length,
        `${start + rows.length} of ${sample.rows.length} rows`,
      )
    }
    signal.throwIfAborted()
    const first = explanations[0]?.[0]
    if (first === undefined) throw new WorkstationError('conflict', 'there was no row to explain')
    const explained = { features: signature.features, rows: sample.rows, explanations }
    const importance: Importance = {
      id: job.id,
      deploymentId: deployment.id,
      modelVersionId: deployment.modelVersionId,
      createdAt: Date.now(),
      source: sample.source,
      rows: sample.rows.length,
      skipped: sample.skipped,
      method: first.method,
      space: first.space,
      backgroundRows: first.backgroundRows,
      ...summarizeSample(explained),
    }
    this.rows.save(importance, listDependences(explained))
    events.emit({ type: 'importance.changed', deploymentId: deployment.id })
    return { importance_id: importance.id, rows: importance.rows, method: importance.method }
  }

  /** All classes of more than two; those that are answered most when there are very many. */
  private async chooseClasses(prepared: Prepared, rows: Rows): Promise<readonly string[]> {
    const { explainer } = this.options
    const answers = await explainer.answer(prepared, rows)
    const labels = explainer.classes(prepared, answers[0])
    if (labels.length <= 2) return labels.slice(1)
    if (labels.length <= MOST_CLASSES) return labels
    const counts = new Map<string, number>()
    for (const { prediction } of answers)
      counts.set(String(prediction), (counts.get(String(prediction)) ?? 0) + 1)
    return labels
      .toSorted((left, right) => (counts.get(right) ?? 0) - (counts.get(left) ?? 0))
      .slice(0, MOST_CLASSES)
  }

  private aim(prepared: Prepared, answer: Answered, classes: readonly string[]): Target[] {
    const { explainer } = this.options
    if (classes.length === 0) return [explainer.aim(prepared, answer)]
    return classes.map((label) => explainer.aim(prepared, answer, label))
  }

  private draw(deploymentId: string, prepared: Prepared, request: ImportanceRequest): Sample {
    const source = chooseSource(prepared, request.source)
    this.requireSample(deploymentId, source, prepared)
    if (source === 'log') return this.drawFromLog(deploymentId, request.rows)
    return { source, rows: prepared.background.slice(0, request.rows), skipped: 0 }
  }

  /** The last answered records that the model takes. */
  private drawFromLog(deploymentId: string, wanted: number): Sample {
    const { predictions, serving } = this.options
    const rows: (readonly FeatureValue[])[] = []
    let skipped = 0
    const most = wanted * LOG_PAGES_PER_SAMPLE
    for (let offset = 0; offset < most && rows.length < wanted; offset += LOG_PAGE) {
      const { items } = predictions.list({ deploymentId, limit: LOG_PAGE, offset })
      for (const { inputs, prediction } of items) {
        if (rows.length === wanted) break
        const row = inputs === null || prediction === null ? null : readRecord(serving, deploymentId, inputs)
        if (row === null) skipped++
        else rows.push(row)
      }
      if (items.length < LOG_PAGE) break
    }
    if (rows.length === 0)
      throw new WorkstationError(
        'conflict',
        `none of the last ${skipped} lines of the log holds a record that the model takes: they were not kept, or their values are hidden`,
      )
    return { source: 'log', rows, skipped }
  }
}

const chooseSource = ({ background }: Prepared, wanted: SampleSource | undefined): SampleSource =>
  wanted ?? (background.length > 0 ? 'training' : 'log')

/** A record of the log as values; null when the model does not take it. */
function readRecord(
  serving: Serving,
  deploymentId: string,
  inputs: NonNullable<Parameters<Serving['checkRecords']>[1][number]>,
): readonly FeatureValue[] | null {
  try {
    return serving.checkRecords(deploymentId, [inputs])[0] ?? null
  } catch (error) {
    if (error instanceof WorkstationError && error.code === 'invalid') return null
    throw error
  }
}
