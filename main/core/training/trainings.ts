import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { WorkstationError, describeError } from '../../errors'
import { endMarked } from '../../processes/process-tree'
import { findPython } from '../../processes/python'
import { PythonEnvironments } from '../../processes/python-environment'
import type { Database } from '../../store/database'
import type { Artifacts } from '../artifacts/artifacts'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import type { Jobs, JobWork } from '../jobs/jobs'
import type { JsonValue } from '../json'
import type { ModelFiles } from '../models/model-files'
import type { Models } from '../models/models'
import type { Monitoring } from '../monitoring/monitoring'
import type { Page, PageRequest } from '../page'
import { judge } from './read-line'
import { runTraining } from './run-training'
import type {
  LogLine,
  Metrics,
  NewTraining,
  Training,
  TrainingFiles,
  TrainingOutcome,
  TrainingTrigger,
} from './training'
import { TRAINING_FILE_KINDS, newTrainingSchema, trainingOptionsSchema } from './training'
import { TrainingLog } from './training-log'
import { TrainingPlans } from './training-plans'
import type { TrainingRecord } from './training-rows'
import { TrainingRows } from './training-rows'

export type TrainingsOptions = {
  readonly dataDirectory: string
  /** The interpreter of the settings; '' for the first that is found. */
  readonly python: string
  readonly database: Database
  readonly events: Events
  readonly jobs: Jobs
  readonly artifacts: Artifacts
  readonly models: Models
  readonly modelFiles: ModelFiles
  readonly deployments: Deployments
  readonly monitoring: Monitoring
}

const TRAINING_JOB = 'training'
const NOT_RESUMED =
  'the workstation was closed or ended while this training ran; it is not taken up again by itself, start it anew'
const TAIL_LINES = 40
const MOST_MODEL_BYTES = 2_147_483_647

/** Retraining: people's own scripts, run as jobs; what they make becomes a new version of the model. */
export class Trainings {
  readonly environments: PythonEnvironments
  readonly plans: TrainingPlans
  private readonly options: TrainingsOptions
  private readonly rows: TrainingRows
  private readonly folder: string

  constructor(options: TrainingsOptions) {
    this.options = options
    this.rows = new TrainingRows(options.database)
    this.folder = join(options.dataDirectory, 'trainings')
    this.environments = new PythonEnvironments(join(options.dataDirectory, 'python-environments'))
    this.plans = new TrainingPlans({
      ...options,
      rows: this.rows,
      start: (input, trigger) => this.start(input, trigger),
    })
    const kind = { lane: TRAINING_JOB, refusesResume: NOT_RESUMED }
    options.jobs.register(TRAINING_JOB, (work) => this.work(work), kind)
    options.events.subscribe((event) => {
      if (event.type !== 'job.changed') return
      const record = this.rows.find(event.jobId)
      if (record !== undefined) this.changed(record)
    })
  }

  /** Ends what a former process left running; before jobs are started. */
  async prepare(): Promise<void> {
    for (const { id, status } of this.rows.unfinished(null)) {
      if (status !== 'running') continue
      await endMarked(id)
      const record = this.rows.find(id)
      if (record !== undefined) this.rows.keep(id, { ...record, tail: this.rows.lastLines(id, TAIL_LINES) })
    }
    rmSync(this.folder, { recursive: true, force: true })
    await this.environments.sweep()
  }

  /** Starts what is due by plans, and looks from then on; after jobs were started. */
  startPlans(): void {
    this.plans.begin()
  }

  close(): void {
    this.plans.close()
  }

  /**
   * Queues a training. Files that are not named are the model's own of that kind, then those of its last training.
   * @throws WorkstationError not_found for an unknown model or file, or when there is no Python on this computer;
   * invalid without a script or data; conflict while a training of the model waits or runs.
   */
  async start(given: NewTraining, trigger: TrainingTrigger = 'person'): Promise<Training> {
    const input = readNew(given)
    this.options.models.get(input.modelId)
    this.checkIdle(input.modelId)
    const files = this.chooseFiles(input)
    await findPython(this.options.python)
    this.checkIdle(input.modelId)
    const id = this.options.database.transaction(() => {
      const job = this.options.jobs.add(TRAINING_JOB, input.modelId)
      const options = trainingOptionsSchema.parse(input)
      this.rows.insert({ id: job.id, modelId: input.modelId, trigger, options, files })
      return job.id
    })
    this.options.events.emit({ type: 'training.changed', trainingId: id, modelId: input.modelId })
    return this.get(id)
  }

  private checkIdle(modelId: string): void {
    const [other] = this.rows.unfinished(modelId)
    if (other === undefined) return
    throw new WorkstationError(
      'conflict',
      `a training of this model is ${other.status} already (${other.id}); wait for it or cancel it`,
    )
  }

  private chooseFiles(input: ReturnType<typeof readNew>): TrainingFiles {
    const own = this.options.modelFiles.list(input.modelId)
    const [last] = this.rows.list(input.modelId, { limit: 1, offset: 0 })
    const files = Object.fromEntries(
      TRAINING_FILE_KINDS.flatMap((kind) => {
        const chosen = input[kind] ?? own.find((file) => file.kind === kind) ?? last?.files[kind]
        if (chosen === undefined || input[kind] === null) return []
        this.options.artifacts.pathOf(chosen.sha256)
        return [[kind, { sha256: chosen.sha256, name: chosen.name }]]
      }),
    ) as TrainingFiles
    if (files.code === undefined)
      throw new WorkstationError(
        'invalid',
        'code: give the training script, a .py file that is run as "python code data"',
      )
    if (files.data === undefined)
      throw new WorkstationError('invalid', 'data: give the training data, a .csv file; the model has none')
    return files
  }

  /** @throws WorkstationError not_found */
  get(id: string): Training {
    const record = this.rows.find(id)
    if (record === undefined) throw new WorkstationError('not_found', `no training with id ${id}`)
    return this.describe(record)
  }

  /** Trainings of a model, newest first. @throws WorkstationError not_found */
  list(modelId: string, page: PageRequest): Page<Training> {
    this.options.models.get(modelId)
    const items = this.rows.list(modelId, page).map((record) => this.describe(record))
    return { items, total: this.rows.count(modelId), ...page }
  }

  /** Lines of a training's log after the line with this number. @throws WorkstationError not_found */
  log(id: string, after = 0, limit = 500): readonly LogLine[] {
    this.get(id)
    return this.rows.log(id, after, limit)
  }

  /** Ends a training and all that it started. @throws WorkstationError not_found; conflict when it has ended. */
  cancel(id: string): Training {
    this.get(id)
    this.options.jobs.cancel(id)
    return this.get(id)
  }

  private describe(record: TrainingRecord): Training {
    const { status, progress, message, error, createdAt, startedAt, finishedAt } = this.options.jobs.get(
      record.id,
    )
    return { ...record, status, progress, message, error, createdAt, startedAt, finishedAt }
  }

  private changed({ id, modelId }: TrainingRecord): void {
    this.options.events.emit({ type: 'training.changed', trainingId: id, modelId })
  }

  private async work({ job, signal, report }: JobWork): Promise<JsonValue> {
    const training = this.rows.find(job.id)
    if (training === undefined)
      throw new WorkstationError('not_found', 'the model of this training was removed')
    const { events, artifacts } = this.options
    const log = new TrainingLog(job.id, this.rows, events)
    const last: string[] = []
    let metrics: Metrics = {}
    let surroundings: string | null = null
    let outcome: TrainingOutcome | null = null
    let failed = true
    const files = Object.values(training.files).map(({ sha256 }) => sha256)
    artifacts.hold(files)
    mkdirSync(this.folder, { recursive: true })
    try {
      const made = await runTraining(
        { ...this.options, environments: this.environments, maxModelBytes: MOST_MODEL_BYTES },
        {
          training,
          folder: join(this.folder, job.id),
          signal,
          report,
          onLine: (text, stream) => {
            last.push(text)
            if (last.length > TAIL_LINES) last.shift()
            log.add(text, stream)
          },
          onMetrics: (found) => (metrics = found),
          onSurroundings: (words) => (surroundings = words),
        },
      )
      metrics = made.metrics
      report(0.92, 'Registering the new version')
      outcome = await this.register(training, made, signal)
      log.add(`Registered as version ${outcome.versionNumber}: ${outcome.reason}.`)
      failed = false
      return { version_id: outcome.versionId, version: outcome.versionNumber, reason: outcome.reason }
    } catch (error) {
      log.add(describeError(error))
      throw error
    } finally {
      log.flush()
      artifacts.release(files)
      if (this.rows.find(job.id) !== undefined)
        this.rows.keep(job.id, { metrics, surroundings, outcome, tail: failed ? last : [] })
    }
  }

  private async register(
    training: TrainingRecord,
    made: Awaited<ReturnType<typeof runTraining>>,
    signal: AbortSignal,
  ): Promise<TrainingOutcome> {
    const { models, artifacts } = this.options
    const model = models.get(training.modelId)
    const [former] = models.versions(model.id)
    const { data } = training.files
    // Registering takes one hold of the data over; this run keeps its own until it has ended.
    if (data !== undefined) artifacts.hold([data.sha256])
    const version = await models
      .register(
        {
          projectId: model.projectId,
          name: model.name,
          modelFile: made.sha256,
          modelFileName: made.name,
          trainingFile: data?.sha256 ?? null,
          trainingFileName: data?.name ?? null,
          targetColumn: training.options.targetColumn ?? former?.targetColumn ?? null,
        },
        signal,
      )
      .catch((error: unknown) => {
        artifacts.release([made.sha256, ...(data === undefined ? [] : [data.sha256])])
        throw error
      })
    const { accuracy, rmse, r2 } = version.selfTest
    const measured = Object.fromEntries(
      Object.entries({ accuracy, rmse, r2 }).flatMap(([name, value]) =>
        value === null ? [] : [[name, value]],
      ),
    ) as Metrics
    const { passed, reason } = judge({ ...measured, ...made.metrics }, training.options.thresholds)
    const named = {
      versionId: version.id,
      versionNumber: version.number,
      formerVersionId: former?.id ?? null,
      passed,
    }
    if (!passed) return { ...named, replaced: [], reason: `the deployed version stays: ${reason}` }
    if (!training.options.replace)
      return { ...named, replaced: [], reason: `${reason}; replacing the deployed version was not asked for` }
    const { replaced, failures } = await this.replace(model.id, version.id)
    const words =
      replaced.length === 0 ? 'no deployment was switched' : `${replaced.join(', ')} answer with it now`
    return { ...named, replaced, reason: [`${reason}; ${words}`, ...failures].join('; ') }
  }

  private async replace(
    modelId: string,
    versionId: string,
  ): Promise<{ readonly replaced: readonly string[]; readonly failures: readonly string[] }> {
    const { deployments } = this.options
    const replaced: string[] = []
    const failures: string[] = []
    for (const { id, name } of deployments.unarchived().filter((each) => each.modelId === modelId)) {
      try {
        await deployments.switchVersion({ id, versionId, actor: 'training' })
        replaced.push(name)
      } catch (error) {
        failures.push(`${name} keeps its version: ${describeError(error)}`)
      }
    }
    return { replaced, failures }
  }
}

function readNew(given: NewTraining): ReturnType<typeof newTrainingSchema.parse> {
  const read = newTrainingSchema.safeParse(given)
  if (read.success) return read.data
  const problems = read.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
  const message = problems.map(({ field, message: what }) => `${field}: ${what}`).join('; ')
  throw new WorkstationError('invalid', message, { problems })
}
