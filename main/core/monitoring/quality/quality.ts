import { WorkstationError } from '../../../errors'
import type { Database } from '../../../store/database'
import type { WriteStatement } from '../../../store/writer-messages'
import type { Deployment } from '../../deployments/deployment'
import type { Deployments } from '../../deployments/deployments'
import type { LabelledSums } from '../../distributions/labelled-sums'
import { countPair, createSums, mergeSums, unpackSums } from '../../distributions/labelled-sums'
import type { Models } from '../../models/models'
import type { TruthChange } from '../../predictions/ground-truth'
import type { GroundTruths } from '../../predictions/ground-truths'
import type { PredictionLog } from '../../predictions/prediction-log'
import type { Predictions } from '../../predictions/predictions'
import type { AnsweredRows } from '../../serving/serving'
import { exactAreaOf } from './auc'
import { readConfusion, readUnseen } from './confusion'
import type { Calibration } from './calibration'
import { calibrateClasses, estimateQuality } from './estimate'
import type { MetricContext, Metrics } from './metrics'
import { computeMetrics } from './metrics'
import type { Degradation, EstimateState, QualityBucket, QualityQuery, QualityReport } from './quality-report'
import { QualityRows, putQuality, putScores } from './quality-rows'
import type { QualityWindow } from './quality-rows'
import { createScoreCounts, HOUR_MS, ScoreCounter } from './score-counter'

const DAY_MS = 24 * HOUR_MS
const DEFAULT_WINDOW_MS = 7 * DAY_MS
const MAX_BUCKETS = 2000
/** Up to so many labels the area under the curve is computed from the single scores: about 10 ms of work. */
const EXACT_ROWS = 2000
/** Fewer labels than this say too little to raise an alarm. */
const LEAST_LABELS = 30
/** Hours that are added up before others get their turn on the main thread. */
const SLICE = 200

export type QualityOptions = {
  /** The prediction log, opened for reading. */
  readonly logDatabase: Database
  readonly log: PredictionLog
  readonly models: Models
  readonly deployments: Deployments
  readonly predictions: Predictions
  readonly groundTruths: GroundTruths
}

type Basis =
  | { readonly calibrations: readonly Calibration[]; readonly reason: null }
  | { readonly calibrations: null; readonly reason: string }

type Span = { readonly from: number; readonly to: number; readonly bucketMs: number }
type Part = { readonly sums: LabelledSums; readonly scores: Float64Array; predicted: number }

/** Realised quality from ground truth, and an estimate of it until labels arrive; sums per hour, kept as they come in. */
export class Quality {
  private readonly options: QualityOptions
  private readonly rows: QualityRows
  private readonly counters = new Map<string, { readonly logKey: number; readonly counter: ScoreCounter }>()
  /** What estimates stand on, per model version. */
  private readonly bases = new Map<string, Basis>()

  constructor(options: QualityOptions) {
    this.options = options
    this.rows = new QualityRows(options.logDatabase)
    options.log.accompany(() => this.takeChangedScores())
    options.groundTruths.accompany((deployment, changes) => this.addTruths(deployment, changes))
  }

  /** What estimates stand on is read anew when a version got its training data. */
  forgetReference(versionId: string): void {
    this.bases.delete(versionId)
    for (const deploymentId of this.counters.keys()) {
      if (this.options.deployments.get(deploymentId).modelVersionId === versionId)
        this.counters.delete(deploymentId)
    }
  }

  /** Counts answered rows for the estimate, or takes back those that could not be written. */
  count({ deployment, answers, at }: AnsweredRows, amount: 1 | -1): void {
    const known = this.counters.get(deployment.id) ?? {
      logKey: deployment.logKey,
      counter: new ScoreCounter(this.options.groundTruths.labelSpace(deployment).classes, (windowStart) =>
        this.rows.score(deployment.logKey, windowStart),
      ),
    }
    this.counters.set(deployment.id, known)
    known.counter.count(answers, at, amount)
  }

  private takeChangedScores(): WriteStatement[] {
    const changed = [...this.counters.values()].flatMap(({ logKey, counter }) =>
      counter.takeChanged().map((window) => ({ ...window, logKey })),
    )
    return changed.length === 0 ? [] : [putScores(changed)]
  }

  /** Labels count in the hour in which their prediction was made. */
  private addTruths(deployment: Deployment, changes: readonly TruthChange[]): WriteStatement[] {
    if (changes.length === 0) return []
    const space = this.options.groundTruths.labelSpace(deployment)
    const byHour = Map.groupBy(changes, ({ createdAt }) => Math.floor(createdAt / HOUR_MS) * HOUR_MS)
    const windows = [...byHour].map(([windowStart, each]): QualityWindow => {
      const sums = this.rows.quality(deployment.logKey, windowStart)?.sums ?? createSums(space)
      for (const { predicted, probabilities, before, after } of each) {
        if (before !== null) countPair(sums, space, { predicted, probabilities, actual: before, amount: -1 })
        countPair(sums, space, { predicted, probabilities, actual: after, amount: 1 })
      }
      return { windowStart, sums }
    })
    return [putQuality(deployment.logKey, windows)]
  }

  private contextOf(deployment: Deployment): MetricContext {
    const space = this.options.groundTruths.labelSpace(deployment)
    const { positiveClass } = this.options.groundTruths.settings(deployment.id)
    const isBinary = space.task === 'classification' && space.classes.length === 2
    return { ...space, positiveClass: isBinary ? (positiveClass ?? space.classes[1] ?? null) : null }
  }

  /**
   * How good a deployment's answers turned out to be, and what is to be expected of those without labels.
   * @throws WorkstationError not_found; invalid for an empty time or for too many buckets.
   */
  async report(deploymentId: string, query: QualityQuery): Promise<QualityReport> {
    const deployment = this.options.deployments.get(deploymentId)
    const context = this.contextOf(deployment)
    const span = readSpan(query, Date.now())
    const parts = await this.collect(deployment, context, span)
    const whole = this.createPart(context)
    for (const part of parts.values()) addPart(whole, part)
    const { labelled } = whole.sums
    const isFew = context.task === 'classification' && labelled <= EXACT_ROWS
    const exact = isFew ? this.options.groundTruths.labelled(deploymentId, span.from, span.to) : []
    // Retention takes rows out of the log whose sums stay.
    const isExact = isFew && exact.length === labelled
    const measure = (sums: LabelledSums, from: number, to: number): Metrics | null => {
      if (sums.labelled === 0) return null
      const metrics = computeMetrics(sums, context)
      if (!isExact) return metrics
      const rows = exact.filter(({ createdAt }) => createdAt >= from && createdAt < to)
      return { ...metrics, auc: exactAreaOf(rows, context) }
    }
    const basis = this.basisOf(deployment)
    const estimate = (scores: Float64Array): QualityBucket['estimate'] =>
      basis.calibrations === null ? null : estimateQuality(scores, basis.calibrations, context)
    const { keyColumns } = this.options.groundTruths.settings(deploymentId)
    return {
      deploymentId,
      space: { task: context.task, classes: context.classes },
      positiveClass: context.positiveClass,
      keyColumns,
      bucket: span.bucketMs === HOUR_MS ? 'hour' : 'day',
      since: span.from,
      until: span.to,
      predicted: whole.predicted,
      labelled,
      waiting: this.options.groundTruths.waiting(deploymentId),
      unseen: readUnseen(whole.sums, context.classes),
      metrics: measure(whole.sums, span.from, span.to),
      areaIs: isExact ? 'exact' : 'binned',
      confusion: readConfusion(whole.sums, context.classes),
      reference: this.reference(deployment),
      estimate: toEstimateState(basis, whole, estimate),
      buckets: [...parts]
        .sort(([left], [right]) => left - right)
        .map(([start, part]) => ({
          start,
          end: start + span.bucketMs,
          predicted: part.predicted,
          labelled: part.sums.labelled,
          metrics: measure(part.sums, start, start + span.bucketMs),
          estimate: estimate(part.scores),
        })),
    }
  }

  private createPart({ task, classes }: MetricContext): Part {
    return { sums: createSums({ task, classes }), scores: createScoreCounts(classes), predicted: 0 }
  }

  /** Adds hours up to buckets, a slice at a time. */
  private async collect(
    deployment: Deployment,
    context: MetricContext,
    span: Span,
  ): Promise<Map<number, Part>> {
    const parts = new Map<number, Part>()
    const partAt = (hour: number): Part => {
      const start = Math.floor(hour / span.bucketMs) * span.bucketMs
      const part = parts.get(start) ?? this.createPart(context)
      parts.set(start, part)
      return part
    }
    const { logKey, id } = deployment
    for (let from = span.from; from < span.to; from += SLICE * HOUR_MS) {
      const to = Math.min(span.to, from + SLICE * HOUR_MS)
      for (const { hour, rows } of this.options.predictions.answeredByHour(id, from, to))
        partAt(hour).predicted += rows
      for (const { windowStart, sums } of this.rows.qualities(logKey, from, to))
        mergeSums(partAt(windowStart).sums, sums)
      for (const { windowStart, counts } of this.rows.scores(logKey, from, to))
        addCounts(partAt(windowStart).scores, counts)
      await new Promise(setImmediate)
    }
    return parts
  }

  private reference(deployment: Deployment): QualityReport['reference'] {
    const { models } = this.options
    const kept = models.qualityReference(deployment.modelVersionId)
    if (kept !== null) {
      const sums = unpackSums(kept.sums)
      return { rows: sums.labelled, metrics: computeMetrics(sums, this.contextOf(deployment)) }
    }
    const { rows, accuracy, rmse, r2 } = models.version(deployment.modelVersionId).selfTest
    if (accuracy !== null) return { rows, metrics: { accuracy } }
    return rmse === null ? null : { rows, metrics: { rmse, r2 } }
  }

  private basisOf({ modelVersionId }: Deployment): Basis {
    const known = this.bases.get(modelVersionId)
    if (known !== undefined) return known
    const basis = findBasis(this.options.models, modelVersionId)
    this.bases.set(modelVersionId, basis)
    return basis
  }

  /**
   * The reference metric less the realised one over the last hours: accuracy, or R² for regression. Null with fewer
   * than 30 labels, or without a reference. @throws WorkstationError not_found
   */
  degradation(deploymentId: string, windowMs: number, now = Date.now()): Degradation | null {
    const deployment = this.options.deployments.get(deploymentId)
    const context = this.contextOf(deployment)
    const sums = createSums(context)
    const from = Math.floor((now - windowMs) / HOUR_MS) * HOUR_MS
    for (const window of this.rows.qualities(deployment.logKey, from, now + 1)) mergeSums(sums, window.sums)
    if (sums.labelled < LEAST_LABELS) return null
    const metric = context.task === 'regression' ? 'r2' : 'accuracy'
    const reference = this.reference(deployment)?.metrics[metric] ?? null
    const realised = computeMetrics(sums, context)[metric] ?? null
    if (reference === null || realised === null) return null
    return { metric, reference, realised, points: 100 * (reference - realised), labelled: sums.labelled }
  }
}

function readSpan({ since, until, windowMs = DEFAULT_WINDOW_MS, bucket }: QualityQuery, now: number): Span {
  const end = until ?? now
  const start = since ?? end - windowMs
  if (start >= end) throw new WorkstationError('invalid', 'since: expected a time before until')
  const from = Math.floor(start / HOUR_MS) * HOUR_MS
  const to = Math.ceil(end / HOUR_MS) * HOUR_MS
  const bucketMs = bucket === 'day' || (bucket === undefined && to - from > 3 * DAY_MS) ? DAY_MS : HOUR_MS
  if ((to - from) / bucketMs > MAX_BUCKETS) {
    throw new WorkstationError(
      'invalid',
      `bucket: ${Math.ceil((to - from) / bucketMs)} buckets; at most ${MAX_BUCKETS}, so choose days or a shorter time`,
    )
  }
  return { from, to, bucketMs }
}

function addCounts(into: Float64Array, from: Float64Array): void {
  if (into.length !== from.length) return
  for (let at = 0; at < into.length; at++) into[at] = (into[at] ?? 0) + (from[at] ?? 0)
}

function addPart(into: Part, from: Part): void {
  mergeSums(into.sums, from.sums)
  addCounts(into.scores, from.scores)
  into.predicted += from.predicted
}

function findBasis(models: Models, versionId: string): Basis {
  const unavailable = (reason: string): Basis => ({ calibrations: null, reason })
  if (models.version(versionId).task === 'regression')
    return unavailable('an estimate needs class probabilities, which a regression model does not give')
  const reference = models.qualityReference(versionId)
  if (reference === null) {
    if (models.version(versionId).trainingFile === null)
      return unavailable('this version was registered without training data; add some with a target column')
    return unavailable(
      'this version has no reference scores: it was registered before they were kept, or without a target column; register the model again with one',
    )
  }
  const sums = unpackSums(reference.sums)
  if (sums.task !== 'classification' || sums.scored === 0)
    return unavailable('the model gives no class probabilities')
  if (sums.scores.length === 0) return unavailable('the model has more classes than scores are kept for (20)')
  return { calibrations: calibrateClasses(sums, reference.classes), reason: null }
}

function toEstimateState(
  basis: Basis,
  whole: Part,
  estimate: (scores: Float64Array) => QualityBucket['estimate'],
): EstimateState {
  if (basis.calibrations === null) return { status: 'unavailable', reason: basis.reason }
  const isCalibrated = basis.calibrations.some((calibration) => calibration.isCalibrated)
  return { status: 'available', isCalibrated, whole: estimate(whole.scores) }
}
