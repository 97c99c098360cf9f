import { WorkstationError } from '../../errors'
import type { InferencePool } from '../../inference/pool'
import type { Tensors } from '../../inference/tensor'
import type { Deployment } from '../deployments/deployment'
import { isServing } from '../deployments/deployment'
import type { Deployments } from '../deployments/deployments'
import { TimeOrderedIds } from '../identifiers'
import { answerOutputs, decodeAnswers } from '../signatures/decoding'
import type { DecodedAnswer } from '../signatures/decoding'
import { encodeRows } from '../signatures/encoding'
import { hasWholeLabels, sessionKey } from '../models/model'
import type { Models } from '../models/models'
import type { JsonObject } from '../json'
import type { Signature } from '../signatures/signature'
import type { FeatureValue } from '../distributions/value'
import type { LogEntry } from '../predictions/prediction'
import type { Predictions } from '../predictions/predictions'
import type { Privacy } from '../privacy/privacy'
import type { RequestPrivacy } from '../privacy/request-privacy'
import { cleanAnswers, describeFailure, hideValues, joinPrivacy } from './keep-private'
import type { Answer, PredictRequest, PredictResult, ProjectPredictRequest } from './request'
import { listNarrow, validateRecords } from './validate'

/** Records that shadows may have under way; copies beyond are dropped, so that they cannot slow the callers down. */
const MAX_COPIED_RECORDS = 20_000

export type ServingOptions = {
  readonly deployments: Deployments
  readonly models: Models
  readonly privacy: Privacy
  readonly predictions: Predictions
  readonly pool: InferencePool
}

/** Rows that were answered, for whoever watches them. */
export type AnsweredRows = {
  readonly deployment: Deployment
  readonly rows: readonly (readonly FeatureValue[])[]
  readonly answers: readonly DecodedAnswer[]
  readonly at: number
}

/** Counts answered rows, and takes those back that could not be written to the log. */
export type AnswerObserver = {
  readonly count: (answered: AnsweredRows) => void
  readonly discount: (answered: AnsweredRows) => void
}

type Plan = {
  readonly signature: Signature
  readonly session: string
  readonly outputs: readonly string[]
  readonly narrow: ReadonlySet<string>
  readonly hasWholeLabels: boolean
}

/** The predict path: choose the deployment, check and encode the records, run, decode, record. */
export class Serving {
  private readonly deployments: Deployments
  private readonly models: Models
  private readonly privacy: Privacy
  private readonly predictions: Predictions
  private readonly pool: InferencePool
  private readonly plans = new Map<string, Plan>()
  private readonly ids = new TimeOrderedIds()
  private observer: AnswerObserver = { count: () => undefined, discount: () => undefined }
  private underWay = 0
  private copied = 0
  private onIdle: () => void = () => undefined

  constructor(options: ServingOptions) {
    this.deployments = options.deployments
    this.models = options.models
    this.privacy = options.privacy
    this.predictions = options.predictions
    this.pool = options.pool
    // Training data that come later may widen what a version accepts.
    options.models.onReference((versionId) => this.plans.delete(versionId))
  }

  /** Names who hears of every answered row, synchronously and before it is written, so that counts and log agree. */
  watch(observer: AnswerObserver): void {
    this.observer = observer
  }

  private planOf(deployment: Deployment): Plan {
    const known = this.plans.get(deployment.modelVersionId)
    if (known !== undefined) return known
    const version = this.models.version(deployment.modelVersionId)
    const plan = {
      signature: version.signature,
      session: sessionKey(version),
      outputs: answerOutputs(version.signature),
      narrow: listNarrow(version.signature),
      hasWholeLabels: hasWholeLabels(version),
    }
    this.plans.set(deployment.modelVersionId, plan)
    return plan
  }

  /** What a deployment's model takes, in order, and whether its classes are numbers. @throws WorkstationError not_found */
  formOf(deploymentId: string): {
    readonly features: Signature['features']
    readonly hasWholeLabels: boolean
  } {
    const plan = this.planOf(this.deployments.get(deploymentId))
    return { features: plan.signature.features, hasWholeLabels: plan.hasWholeLabels }
  }

  /** Records of the training data of a deployment's model. @throws WorkstationError not_found */
  examples(deploymentId: string): ReturnType<Models['examples']> {
    return this.models.examples(this.deployments.get(deploymentId).modelVersionId)
  }

  /** Records as values in the order of the features, to ask the model beside this path. @throws like `predict` */
  checkRecords(deploymentId: string, records: readonly JsonObject[]): readonly (readonly FeatureValue[])[] {
    const deployment = this.deployments.get(deploymentId)
    if (!isServing(deployment)) throw refuseService(deployment)
    return validateRecords(this.planOf(deployment).signature.features, records).rows
  }

  /**
   * Answers records with a deployment's model; resolves once the answers are in the log. Failed requests are logged too.
   * @throws WorkstationError not_found; mismatch for a privacy policy of another project; conflict when the deployment
   * does not serve; invalid naming each bad feature; overloaded; internal when the model brings its workers down.
   */
  async predict(request: PredictRequest): Promise<PredictResult> {
    const result = await this.track(this.answer(request))
    const { stage, projectId } = this.deployments.get(request.deploymentId)
    if (stage === 'production') this.copyToShadows(projectId, request)
    return result
  }

  /**
   * Answers records with one of the project's deployments, chosen by their traffic percent; its shadows get copies.
   * @throws WorkstationError like `predict`; conflict when no deployment of the project answers.
   */
  async predictInProject(request: ProjectPredictRequest): Promise<PredictResult> {
    const { projectId, routingKey, ...rest } = request
    const routed = { ...rest, deploymentId: this.deployments.route(projectId, routingKey).id }
    const result = await this.track(this.answer(routed))
    this.copyToShadows(projectId, routed)
    return result
  }

  /** Sends what was answered to the project's shadows, whose answers go to their logs and nowhere else. */
  private copyToShadows(projectId: string, request: PredictRequest): void {
    const asked = this.deployments.get(request.deploymentId)
    const privacy = this.privacy.forRequest(asked, request.options.privacy ?? {})
    for (const shadow of this.deployments.serving(projectId)) {
      if (!shadow.isShadow || shadow.id === request.deploymentId) continue
      if (this.copied + request.records.length > MAX_COPIED_RECORDS) return
      this.copied += request.records.length
      const copy = this.track(this.answer({ ...request, deploymentId: shadow.id }, privacy))
      // A shadow that fails has logged so itself; the caller was answered by another deployment.
      void copy.catch(() => undefined).finally(() => (this.copied -= request.records.length))
    }
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.underWay++
    try {
      return await work
    } finally {
      this.underWay--
      if (this.underWay === 0) this.onIdle()
    }
  }

  /** @param asked what the deployment that was asked promises, when this is a copy: a shadow keeps to it as well */
  private async answer(request: PredictRequest, asked?: RequestPrivacy): Promise<PredictResult> {
    const startedAt = performance.now()
    const deployment = this.deployments.get(request.deploymentId)
    if (!isServing(deployment)) throw refuseService(deployment)
    const plan = this.planOf(deployment)
    const { storePayload } = request.options
    const privacy = joinPrivacy(asked, this.privacy.forRequest(deployment, request.options.privacy ?? {}))
    try {
      const { rows, extraColumns } = validateRecords(plan.signature.features, request.records, {
        narrow: plan.narrow,
        ignored: plan.signature.ignoredColumns ?? [],
        quotesValues: privacy.response === null,
      })
      const decoded = await this.run(plan, rows)
      checkFinite(decoded)
      const { classLabels } = plan.signature
      const inputs =
        privacy.log === null || !storePayload ? request.records : await privacy.log.records(request.records)
      const logged = cleanAnswers(decoded, classLabels, privacy.log)
      const latencyMs = performance.now() - startedAt
      const at = this.ids.timeAt(Date.now())
      const answered = { deployment, rows, answers: decoded, at }
      this.observer.count(answered)
      const requestId = this.ids.next(at)
      const entries = logged.map((answer, index): LogEntry => ({
        logKey: deployment.logKey,
        id: index === 0 ? requestId : this.ids.next(at),
        requestId,
        inputs: storePayload ? JSON.stringify(inputs[index]) : null,
        prediction: JSON.stringify(answer.prediction),
        probabilities: answer.probabilities === null ? null : JSON.stringify(answer.probabilities),
        statusCode: 200,
        error: null,
        latencyMs,
        createdAt: at,
      }))
      await this.predictions.append(deployment.id, entries).catch((error: unknown) => {
        this.observer.discount(answered)
        throw error
      })
      const told = cleanAnswers(decoded, classLabels, privacy.response)
      const answers = told.map((answer, index): Answer => ({
        id: entries[index]?.id ?? requestId,
        ...answer,
      }))
      return {
        answers,
        warnings: describeExtras(extraColumns, privacy),
        latencyMs: performance.now() - startedAt,
        deploymentId: deployment.id,
      }
    } catch (error) {
      const latencyMs = performance.now() - startedAt
      await this.recordFailure({ deployment, request, error, privacy, latencyMs })
      throw hideValues(error, privacy)
    }
  }

  private async run(plan: Plan, rows: readonly (readonly FeatureValue[])[]): Promise<DecodedAnswer[]> {
    const runRows = async (part: readonly (readonly FeatureValue[])[]): Promise<DecodedAnswer[]> => {
      const inputs = encodeRows(plan.signature, part)
      const outputs: Tensors = await this.pool.run(plan.session, {
        rows: part.length,
        inputs,
        outputs: plan.outputs,
      })
      return decodeAnswers(plan.signature, outputs, part.length)
    }
    if (!plan.signature.isSingleRow) return runRows(rows)
    const answers: DecodedAnswer[] = []
    for (const row of rows) answers.push(...(await runRows([row])))
    return answers
  }

  /** Failed requests count for the error rate; one line each, whatever the number of records. */
  private async recordFailure(failure: {
    readonly deployment: Deployment
    readonly request: PredictRequest
    readonly error: unknown
    readonly privacy: RequestPrivacy
    readonly latencyMs: number
  }): Promise<void> {
    const { deployment, request, error, latencyMs } = failure
    const { log } = failure.privacy
    const isOurs = error instanceof WorkstationError
    const { storePayload } = request.options
    const keepsInputs = storePayload && request.records.length === 1
    const [inputs] = keepsInputs && log !== null ? await log.records(request.records) : request.records
    const createdAt = this.ids.timeAt(Date.now())
    const id = this.ids.next(createdAt)
    const entry: LogEntry = {
      logKey: deployment.logKey,
      id,
      requestId: id,
      inputs: keepsInputs ? JSON.stringify(inputs) : null,
      prediction: null,
      probabilities: null,
      statusCode: isOurs ? FAILURE_STATUS[error.code] : 500,
      error: describeFailure(error, storePayload && log === null).slice(0, 2000),
      latencyMs,
      createdAt,
    }
    await this.predictions.append(deployment.id, [entry])
  }

  /** Resolves when no prediction is under way. */
  async drain(): Promise<void> {
    if (this.underWay === 0) return
    await new Promise<void>((resolve) => {
      this.onIdle = resolve
    })
  }
}

/** What the log shows for a failed prediction: the status that an HTTP caller got. */
const FAILURE_STATUS = {
  invalid: 422,
  not_found: 404,
  conflict: 409,
  mismatch: 400,
  not_ready: 503,
  overloaded: 503,
  unauthorized: 401,
  forbidden: 403,
  unsupported: 422,
  too_large: 413,
  internal: 500,
} as const

/** JSON has no infinity: an answer that is none would reach the caller as null, as if all were well. */
function checkFinite(answers: readonly DecodedAnswer[]): void {
  const index = answers.findIndex(
    ({ prediction }) => typeof prediction === 'number' && !Number.isFinite(prediction),
  )
  if (index === -1) return
  const record = answers.length === 1 ? 'inputs' : `inputs[${index}]`
  throw new WorkstationError(
    'invalid',
    `${record}: the model answers ${String(answers[index]?.prediction)}, which is no finite number; the values are beyond what it can compute with`,
  )
}

function refuseService(deployment: Deployment): WorkstationError {
  if (deployment.status === 'failed') {
    return new WorkstationError(
      'conflict',
      `the deployment failed to load its model: ${deployment.failure ?? 'no reason known'}`,
    )
  }
  return new WorkstationError(
    'conflict',
    'the deployment is archived and does not answer; roll back to it to serve it again',
  )
}

function describeExtras(columns: readonly string[], { log, response }: RequestPrivacy): string[] {
  if (columns.length === 0) return []
  const names = columns.map((name) => `"${response === null ? name : response.columnName(name)}"`)
  const kept = log === null ? 'kept in the log' : 'kept in the log as its privacy policy says'
  return [`the model does not take ${names.join(', ')}; ${kept}, not used for the prediction`]
}
