import { WorkstationError } from '../../errors'
import type { InferencePool } from '../../inference/pool'
import type { Analyst } from '../analysis'
import type { FeatureValue } from '../distributions/value'
import type { Events } from '../events'
import type { ModelVersion } from '../models/model'
import { sessionKey } from '../models/model'
import type { Models } from '../models/models'
import { decodeAnswers } from '../signatures/decoding'
import { encodeRows } from '../signatures/encoding'
import type { BodyModel } from './body-model'
import type { ChosenMethod, WalkMethod } from './choose-method'
import { chooseMethod } from './choose-method'
import type { Explanation, MethodChoice } from './explanation'
import { planSampling, sampleContributions } from './sampling'
import { Session, readScoreRows } from './session'
import type { Answered, Target } from './targets'
import { findTarget, listClasses } from './targets'

export type { Answered, Target } from './targets'

export type ExplainerOptions = {
  readonly events: Events
  readonly models: Models
  readonly pool: InferencePool
  readonly analyst: Analyst
}

export type Rows = readonly (readonly FeatureValue[])[]

/** What is kept of a version between requests. */
export type Prepared = {
  readonly version: ModelVersion
  readonly background: Rows
  readonly session: Session
  /** Null when the model has to be asked. */
  readonly model: BodyModel | null
}

export type ExplainQuestion = {
  readonly prepared: Prepared
  readonly rows: Rows
  readonly answers: readonly Answered[]
  /** What is explained of each row; each row's explanations come in this order. */
  readonly targets: readonly (readonly Target[])[]
  readonly method: MethodChoice
  /** Rows of the whole work that these are a part of, where the model's time has to last for more than these. */
  readonly plannedRows?: number
}

/** A walk through the model that strays further than this from the session's answer is not the model that is served. */
const RESIDUAL_TOLERANCE = 1e-4
/** Rows of one task, so that a large batch lets others in between. */
const TASK_ROWS = 50
const ANSWER_ROWS = 512
const KEPT_VERSIONS = 20

/** Explains rows of a version by the way that suits its model. The session has to be loaded. */
export class Explainer {
  private readonly options: ExplainerOptions
  private readonly prepared = new Map<string, Promise<Prepared>>()
  private lastSampling: Promise<unknown> = Promise.resolve()

  constructor(options: ExplainerOptions) {
    this.options = options
    options.events.subscribe((event) => {
      if (event.type === 'model.changed') this.prepared.clear()
    })
  }

  /** What is needed to explain a version, read once. @throws WorkstationError not_found */
  prepare(versionId: string): Promise<Prepared> {
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
    const { models, analyst, pool } = this.options
    const version = models.version(versionId)
    const background = models.background(versionId)
    const { signature } = version
    const path = models.servedPath(version)
    const model = await analyst.run('read-body-model', { path, signature, background })
    return { version, background, session: new Session(pool, sessionKey(version), signature), model }
  }

  /** Asks the session about rows. */
  async answer({ session, version: { signature } }: Prepared, rows: Rows): Promise<Answered[]> {
    const answers: Answered[] = []
    for (let start = 0; start < rows.length; start += ANSWER_ROWS) {
      const part = rows.slice(start, start + ANSWER_ROWS)
      for (const run of await session.run(encodeRows(signature, part), part.length)) {
        const scores = readScoreRows(signature, run)
        decodeAnswers(signature, run.outputs, run.rows).forEach((answer, row) =>
          answers.push({ ...answer, scores: scores?.[row] ?? null }),
        )
      }
    }
    return answers
  }

  /** The classes that have a score in an answer; empty for values. */
  classes({ version }: Prepared, answer: Pick<Answered, 'scores'> | undefined): readonly string[] {
    return listClasses(version.signature, answer?.scores ?? null)
  }

  /** What to explain of an answer: a class by its label, or the one that suits. @throws WorkstationError as `findTarget` */
  aim({ version }: Prepared, answer: Answered, label?: string): Target {
    return findTarget(version.signature, answer, label)
  }

  /** The way to explain a version. @throws WorkstationError invalid or conflict when there is none, as `chooseMethod` */
  choose({ version, background, model }: Prepared, wanted: MethodChoice): ChosenMethod {
    const features = version.signature.features.length
    return chooseMethod({ features, backgroundRows: background.length, model }, wanted)
  }

  /**
   * The explanations of every row, one per target.
   * @throws WorkstationError as `choose`; too_large when an exact answer would take too long; unsupported when the
   * wanted walk does not give what the session answers
   */
  async explain(question: ExplainQuestion): Promise<Explanation[][]> {
    const { prepared, method } = question
    const chosen = this.choose(prepared, method)
    if (chosen.kind === 'ask') return this.explainBySampling(question, chosen.method)
    const walked = await this.explainByWalk(question, chosen.method)
    if (walked !== null) return walked
    if (method !== 'auto')
      throw new WorkstationError(
        'unsupported',
        `what the file says about the model does not give what it answers, so that "${method}" cannot explain it; "permutation" can`,
      )
    if (prepared.background.length === 0)
      throw new WorkstationError('conflict', 'register training data to explain this model')
    return this.explainBySampling(question, 'auto')
  }

  /** By the trees or weights of the model; null when they do not answer what the session answers. */
  private async explainByWalk(
    question: ExplainQuestion,
    method: WalkMethod,
  ): Promise<Explanation[][] | null> {
    const { prepared, rows, answers, targets } = question
    const { model, version } = prepared
    if (model === null) return null
    const isValue = version.signature.answer.kind === 'value'
    const isProbability = answers.every((answer) => answer.probabilities !== null)
    const explanations: Explanation[][] = []
    for (let start = 0; start < rows.length; start += TASK_ROWS) {
      const pairs = rows
        .slice(start, start + TASK_ROWS)
        .flatMap((row, index) => (targets[start + index] ?? []).map((target) => ({ row, target, index })))
      const walked = await this.options.analyst.run('explain-rows', {
        model,
        rows: pairs.map(({ row }) => row),
        classes: pairs.map(({ target }) => target.classIndex),
        isProbability,
        method,
      })
      for (const [at, row] of walked.entries()) {
        const pair = pairs[at]
        const answer = answers[start + (pair?.index ?? 0)]
        if (pair === undefined || answer === undefined) return null
        const { target } = pair
        // A single score stands for the second class; the first has no margin of its own.
        if (row.scores.length === 1 && target.classIndex === 0 && !isValue) return null
        const own = row.scores[row.scores.length === 1 ? 0 : target.classIndex] ?? Number.NaN
        const residual = Math.abs(own - target.score)
        if (!(residual <= RESIDUAL_TOLERANCE * Math.max(1, Math.abs(target.score)))) return null
        const list = (explanations[start + pair.index] ??= [])
        list.push({
          space: row.space,
          method,
          explainedClass: isValue ? null : target.label,
          bias: row.bias,
          contributions: row.contributions,
          margin: row.margin,
          prediction: answer.prediction,
          backgroundRows: method === 'path-dependent-tree' ? 0 : model.backgroundRows,
          residual,
          standardErrors: null,
        })
      }
    }
    return explanations
  }

  /** By asking the session; one request at a time, so that explanations wait for each other and predictions do not. */
  private explainBySampling(
    question: ExplainQuestion,
    method: 'exact' | 'permutation' | 'auto',
  ): Promise<Explanation[][]> {
    const turn = this.lastSampling.then(() => this.sample(question, method))
    this.lastSampling = turn.catch(() => undefined)
    return turn
  }

  private async sample(
    { prepared, rows, answers, targets, plannedRows = rows.length }: ExplainQuestion,
    method: 'exact' | 'permutation' | 'auto',
  ): Promise<Explanation[][]> {
    const { session, background, version } = prepared
    const { signature } = version
    const isValue = signature.answer.kind === 'value'
    const isLabelOnly = signature.answer.kind === 'label' && signature.answer.scores === null
    const plan = planSampling(signature, background, { records: plannedRows, method })
    const explanations: Explanation[][] = []
    for (const [index, row] of rows.entries()) {
      const [answer, explained = []] = [answers[index], targets[index]]
      if (answer === undefined) continue
      const found = await sampleContributions({ session, signature, plan, row, explained })
      explanations.push(
        found.map((each, which) => ({
          space: !isValue && (isLabelOnly || answer.probabilities !== null) ? 'probability' : 'value',
          method: plan.method,
          explainedClass: isValue ? null : (explained[which]?.label ?? null),
          bias: each.bias,
          contributions: [...each.contributions],
          margin: each.margin,
          prediction: answer.prediction,
          backgroundRows: plan.rows,
          residual: Math.abs(each.margin - (explained[which]?.score ?? Number.NaN)),
          standardErrors: each.standardErrors === null ? null : [...each.standardErrors],
        })),
      )
    }
    return explanations
  }
}
