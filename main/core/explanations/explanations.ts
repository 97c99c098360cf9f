import { WorkstationError } from '../../errors'
import type { InferencePool } from '../../inference/pool'
import type { Analyst } from '../analysis'
import type { Deployments } from '../deployments/deployments'
import type { FeatureValue } from '../distributions/value'
import type { Events } from '../events'
import type { ModelVersion } from '../models/model'
import { sessionKey } from '../models/model'
import type { Models } from '../models/models'
import type { PredictRequest, PredictResult, ProjectPredictRequest } from '../serving/request'
import type { Serving } from '../serving/serving'
import type { DecodedAnswer } from '../signatures/decoding'
import { decodeAnswers } from '../signatures/decoding'
import { encodeRows } from '../signatures/encoding'
import type { Signature } from '../signatures/signature'
import type { BodyModel } from './body-model'
import type { ExplainRequest, Explained, Explanation } from './explanation'
import { MOST_EXPLAINED_RECORDS } from './explanation'
import { planSampling, sampleContributions } from './sampling'
import { Session, readScoreRows } from './session'

export type ExplanationsOptions = {
  readonly events: Events
  readonly models: Models
  readonly deployments: Deployments
  readonly serving: Serving
  readonly pool: InferencePool
  readonly analyst: Analyst
}

/** A prediction with the reasons for it, or with the reason why there are none. */
export type ExplainedPrediction = PredictResult & {
  readonly explained: Explained | null
  readonly explanationError: string | null
}

type Rows = readonly (readonly FeatureValue[])[]

/** What is kept of a version between requests. */
type Prepared = {
  readonly version: ModelVersion
  readonly background: Rows
  /** Null when the model has to be asked. */
  readonly model: BodyModel | null
}

type Question = {
  readonly prepared: Prepared
  readonly session: Session
  readonly rows: Rows
  readonly answers: readonly Answered[]
}

/** The session's answer with what is explained of it. */
type Answered = DecodedAnswer & Target
type Target = { readonly classIndex: number; readonly label: string; readonly score: number }

/** A walk through the model that strays further than this from the session's answer is not the model that is served. */
const RESIDUAL_TOLERANCE = 1e-4
/** Rows of one task, so that a large batch lets others in between. */
const TASK_ROWS = 50
const ANSWER_ROWS = 512
const KEPT_VERSIONS = 20

/** Why a model answered what it answered. */
export class Explanations {
  private readonly options: ExplanationsOptions
  private readonly prepared = new Map<string, Promise<Prepared>>()
  private lastSampling: Promise<unknown> = Promise.resolve()

  constructor(options: ExplanationsOptions) {
    this.options = options
    options.events.subscribe((event) => {
      if (event.type === 'model.changed') this.prepared.clear()
    })
  }

  /**
   * Predicts, and explains what was answered. A failure to explain is told and leaves the prediction as it is.
   * @throws WorkstationError as `Serving.predict`; invalid, before anything is answered, for too many records.
   */
  async predict(request: PredictRequest): Promise<ExplainedPrediction> {
    refuseTooMany(request.records.length)
    return this.explainResult(await this.options.serving.predict(request), request.records)
  }

  /** Like `predict`, with the deployment that the project's traffic split chooses. */
  async predictInProject(request: ProjectPredictRequest): Promise<ExplainedPrediction> {
    refuseTooMany(request.records.length)
    return this.explainResult(await this.options.serving.predictInProject(request), request.records)
  }

  private async explainResult(
    result: PredictResult,
    records: ExplainRequest['records'],
  ): Promise<ExplainedPrediction> {
    try {
      const explained = await this.explain({ deploymentId: result.deploymentId, records })
      return { ...result, explained, explanationError: null }
    } catch (error) {
      if (isTellable(error)) return { ...result, explained: null, explanationError: error.message }
      this.options.events.report(error)
      const explanationError = "the contributions could not be computed; the workstation's log says why"
      return { ...result, explained: null, explanationError }
    }
  }

  /**
   * Explains what a deployment answers for records, without recording a prediction.
   * @throws WorkstationError not_found; conflict when the deployment does not serve; invalid when a record does not
   * fit the signature or there are too many; unsupported when the answers are no finite numbers.
   */
  async explain(request: ExplainRequest): Promise<Explained> {
    refuseTooMany(request.records.length)
    const { pool, deployments, serving } = this.options
    const { modelVersionId } = deployments.get(request.deploymentId)
    const rows = serving.checkRecords(request.deploymentId, request.records)
    const prepared = await this.prepare(modelVersionId)
    const { version } = prepared
    const session = new Session(pool, sessionKey(version), version.signature)
    const answers = await this.answer(session, version, rows)
    const question = { prepared, session, rows, answers }
    const explanations = (await this.explainByWalk(question)) ?? (await this.explainBySampling(question))
    return { features: version.signature.features.map(({ name }) => name), explanations }
  }

  private prepare(versionId: string): Promise<Prepared> {
    const known = this.prepared.get(versionId)
    if (known !== undefined) return known
    const preparing = this.read(versionId)
    // The oldest goes: maps keep the order of insertion.
    const [oldest] = this.prepared.keys()
    if (this.prepared.size >= KEPT_VERSIONS && oldest !== undefined) this.prepared.delete(oldest)
    this.prepared.set(versionId, preparing)
    preparing.catch(() => this.prepared.delete(versionId))
    return preparing
  }

  private async read(versionId: string): Promise<Prepared> {
    const { models, analyst } = this.options
    const version = models.version(versionId)
    const background = models.background(versionId)
    const { signature } = version
    const model = await analyst.run('read-body-model', {
      path: models.servedPath(version),
      signature,
      background,
    })
    return { version, background, model }
  }

  private async answer(session: Session, { signature }: ModelVersion, rows: Rows): Promise<Answered[]> {
    const answers: Answered[] = []
    for (let start = 0; start < rows.length; start += ANSWER_ROWS) {
      const part = rows.slice(start, start + ANSWER_ROWS)
      for (const run of await session.run(encodeRows(signature, part), part.length)) {
        const scores = readScoreRows(signature, run)
        decodeAnswers(signature, run.outputs, run.rows).forEach((answer, row) =>
          answers.push({ ...answer, ...findTarget(signature, answer, scores?.[row] ?? null) }),
        )
      }
    }
    return answers
  }

  /** By the trees or weights of the model; null when there are none, or they do not answer what the session answers. */
  private async explainByWalk(question: Question): Promise<Explanation[] | null> {
    const { prepared, rows, answers } = question
    const { model } = prepared
    if (model === null) return null
    const isValue = prepared.version.signature.answer.kind === 'value'
    const isProbability = answers.every((answer) => answer.probabilities !== null)
    const explanations: Explanation[] = []
    for (let start = 0; start < rows.length; start += TASK_ROWS) {
      const walked = await this.options.analyst.run('explain-rows', {
        model,
        rows: rows.slice(start, start + TASK_ROWS),
        classes: answers.slice(start, start + TASK_ROWS).map(({ classIndex }) => classIndex),
        isProbability,
      })
      for (const [index, row] of walked.entries()) {
        const answer = answers[start + index]
        if (answer === undefined) return null
        // Without a background there is nothing that the other methods could compare with.
        if (model.backgroundRows === 0 && row.method !== 'path-dependent-tree') return null
        // A single score stands for the second class.
        const own = row.scores[row.scores.length === 1 ? 0 : answer.classIndex] ?? Number.NaN
        const residual = Math.abs(own - answer.score)
        if (!(residual <= RESIDUAL_TOLERANCE * Math.max(1, Math.abs(answer.score)))) return null
        explanations.push({
          space: row.space,
          method: row.method,
          explainedClass: isValue ? null : answer.label,
          bias: row.bias,
          contributions: row.contributions,
          margin: row.margin,
          prediction: answer.prediction,
          backgroundRows: row.method === 'path-dependent-tree' ? 0 : model.backgroundRows,
          residual,
          standardErrors: null,
        })
      }
    }
    return explanations
  }

  /** By asking the session; one request at a time, so that explanations wait for each other and predictions do not. */
  private explainBySampling(question: Question): Promise<Explanation[]> {
    const turn = this.lastSampling.then(() => this.sample(question))
    this.lastSampling = turn.catch(() => undefined)
    return turn
  }

  private async sample({ prepared, session, rows, answers }: Question): Promise<Explanation[]> {
    const { signature } = prepared.version
    if (prepared.background.length === 0) throw refuseWithoutBackground()
    const isValue = signature.answer.kind === 'value'
    const isLabelOnly = signature.answer.kind === 'label' && signature.answer.scores === null
    const plan = planSampling(signature, prepared.background, rows.length)
    const explanations: Explanation[] = []
    for (const [index, row] of rows.entries()) {
      const answer = answers[index]
      if (answer === undefined) continue
      const found = await sampleContributions({ session, signature, plan, row, explained: answer })
      explanations.push({
        space: !isValue && (isLabelOnly || answer.probabilities !== null) ? 'probability' : 'value',
        method: plan.method,
        explainedClass: isValue ? null : answer.label,
        bias: found.bias,
        contributions: [...found.contributions],
        margin: found.margin,
        prediction: answer.prediction,
        backgroundRows: plan.rows,
        residual: Math.abs(found.margin - answer.score),
        standardErrors: found.standardErrors === null ? null : [...found.standardErrors],
      })
    }
    return explanations
  }
}

/**
 * The class to explain: the second of two, the predicted one of more.
 * @param scores one per class; null when the model says labels alone
 * @throws WorkstationError unsupported
 */
function findTarget(signature: Signature, answer: DecodedAnswer, scores: readonly number[] | null): Target {
  const predicted = String(answer.prediction)
  if (signature.answer.kind === 'value')
    return checkFinite({ classIndex: 0, label: '', score: Number(predicted) })
  if (scores === null) return { classIndex: 0, label: predicted, score: 1 }
  const { classLabels } = signature
  const labels = classLabels.length === scores.length ? classLabels : scores.map((_, index) => String(index))
  const classIndex = labels.length === 2 ? 1 : labels.indexOf(predicted)
  const score = scores[classIndex]
  if (score === undefined)
    throw new WorkstationError('unsupported', `the class "${predicted}" has no score of its own to explain`)
  return checkFinite({ classIndex, label: labels[classIndex] ?? predicted, score })
}

function checkFinite(target: Target): Target {
  if (Number.isFinite(target.score)) return target
  throw new WorkstationError('unsupported', `the model answered ${target.score}, which nothing adds up to`)
}

const refuseWithoutBackground = (): WorkstationError =>
  new WorkstationError(
    'unsupported',
    'this model is explained against rows of its training data, and it was registered without any; add training data to this version',
  )

function refuseTooMany(records: number): void {
  if (records <= MOST_EXPLAINED_RECORDS) return
  const message = `at most ${MOST_EXPLAINED_RECORDS} records are explained in one request; this one has ${records}`
  throw new WorkstationError('invalid', `options.include_contributions: ${message}`, {
    problems: [{ field: 'options.include_contributions', message }],
  })
}

/** A reason that says something to the caller; what went wrong inside stays in the log. */
const isTellable = (error: unknown): error is WorkstationError =>
  error instanceof WorkstationError && error.code !== 'internal'
