import { WorkstationError } from '../../errors'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import type { PredictRequest, PredictResult, ProjectPredictRequest } from '../serving/request'
import type { Serving } from '../serving/serving'
import type { Explainer } from './explainer'
import type { ExplainOptions, ExplainRequest, Explained } from './explanation'
import { MOST_EXPLAINED_RECORDS } from './explanation'
import { findTarget, listClasses } from './targets'

export type ExplanationsOptions = {
  readonly events: Events
  readonly deployments: Deployments
  readonly serving: Serving
  readonly explainer: Explainer
}

/** A prediction with the reasons for it, or with the reason why there are none. */
export type ExplainedPrediction = PredictResult & {
  readonly explained: Explained | null
  readonly explanationError: string | null
}

/** Why a model answered what it answered. */
export class Explanations {
  private readonly options: ExplanationsOptions

  constructor(options: ExplanationsOptions) {
    this.options = options
  }

  /**
   * Predicts, and explains what was answered. A failure to explain is told and leaves the prediction as it is.
   * @throws WorkstationError as `Serving.predict`; before anything is answered: invalid for too many records or a
   * method that does not suit the model, conflict for one that takes training data which the version lacks.
   */
  async predict(request: PredictRequest, options: ExplainOptions = {}): Promise<ExplainedPrediction> {
    refuseTooMany(request.records.length)
    await this.refuseUnsuitable(request.deploymentId, options)
    return this.explainResult(await this.options.serving.predict(request), {
      ...options,
      records: request.records,
    })
  }

  /** Like `predict`, with the deployment that the project's traffic split chooses; what does not suit it is told. */
  async predictInProject(
    request: ProjectPredictRequest,
    options: ExplainOptions = {},
  ): Promise<ExplainedPrediction> {
    refuseTooMany(request.records.length)
    const result = await this.options.serving.predictInProject(request)
    return this.explainResult(result, { ...options, records: request.records })
  }

  /** A wish that cannot be met is refused before anything is answered; the default is not, it takes what there is. */
  private async refuseUnsuitable(
    deploymentId: string,
    { method, explainedClass }: ExplainOptions,
  ): Promise<void> {
    if ((method ?? 'auto') === 'auto' && explainedClass === undefined) return
    const { deployments, explainer } = this.options
    const prepared = await explainer.prepare(deployments.get(deploymentId).modelVersionId)
    if (method !== undefined && method !== 'auto') explainer.choose(prepared, method)
    const { signature } = prepared.version
    if (
      explainedClass === undefined ||
      (signature.answer.kind !== 'value' && signature.classLabels.length === 0)
    )
      return
    const scores = signature.classLabels.map(() => 0)
    findTarget(signature, { prediction: '', probabilities: null, scores }, explainedClass)
  }

  private async explainResult(
    result: PredictResult,
    asked: Omit<ExplainRequest, 'deploymentId'>,
  ): Promise<ExplainedPrediction> {
    try {
      const explained = await this.explain({ ...asked, deploymentId: result.deploymentId })
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
   * @throws WorkstationError not_found; conflict when the deployment does not serve or lacks training data that the
   * method takes; invalid when a record does not fit the signature, a method or class does not fit the model, or
   * there are too many records; unsupported when the answers are no finite numbers.
   */
  async explain(request: ExplainRequest): Promise<Explained> {
    refuseTooMany(request.records.length)
    const { deployments, serving, explainer } = this.options
    const { modelVersionId } = deployments.get(request.deploymentId)
    const rows = serving.checkRecords(request.deploymentId, request.records)
    const prepared = await explainer.prepare(modelVersionId)
    const { signature } = prepared.version
    const method = request.method ?? 'auto'
    explainer.choose(prepared, method)
    const answers = await explainer.answer(prepared, rows)
    const targets = answers.map((answer) => [findTarget(signature, answer, request.explainedClass)])
    const explanations = await explainer.explain({ prepared, rows, answers, targets, method })
    return {
      features: signature.features.map(({ name }) => name),
      classes: listClasses(signature, answers[0]?.scores ?? null),
      explanations: explanations.flat(),
    }
  }
}

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
