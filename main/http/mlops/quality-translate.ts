import type * as z from 'zod'
import type { JsonObject } from '../../core/json'
import type { Estimate } from '../../core/monitoring/quality/estimate'
import type { Metrics } from '../../core/monitoring/quality/metrics'
import type { QualityReport } from '../../core/monitoring/quality/quality-report'
import type {
  FeedbackItem,
  FeedbackOutcome,
  GroundTruth,
  GroundTruthSettings,
} from '../../core/predictions/ground-truth'
import type * as reply from './quality-replies'
import { feedbackItem } from './quality-wire'
import { toTime } from './translate'

type Wire<Schema extends z.ZodType> = z.input<Schema>

type Read = { readonly index: number; readonly item: FeedbackItem }
type Refused = { readonly index: number; readonly message: string }

/** Labels that can be read, with their position, and what is wrong with the others. */
export function fromFeedback(body: readonly JsonObject[]): {
  readonly read: readonly Read[]
  readonly refused: readonly Refused[]
} {
  const read: Read[] = []
  const refused: Refused[] = []
  body.forEach((each, index) => {
    const parsed = feedbackItem.safeParse(each)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      const field = issue?.path.join('.') ?? ''
      const message = issue?.message ?? 'is not a label'
      refused.push({ index, message: field === '' ? message : `${field}: ${message}` })
      return
    }
    const { prediction_id: id, key, actual, observed_at: observedAt } = parsed.data
    const target =
      id !== null && id !== undefined
        ? ({ kind: 'id', id } as const)
        : ({ kind: 'key', column: key?.column ?? '', value: key?.value ?? '' } as const)
    read.push({ index, item: { target, actual, observedAt: observedAt ?? null } })
  })
  return { read, refused }
}

/** What became of the labels of one call, by their position in it. */
export function toFeedback(
  { read, refused }: ReturnType<typeof fromFeedback>,
  outcome: FeedbackOutcome,
): Wire<typeof reply.feedbackReply> {
  const late = outcome.refused.map(({ index, message }) => ({ index: read[index]?.index ?? index, message }))
  return {
    ok: true,
    accepted: outcome.matched + outcome.waiting.length,
    matched: outcome.matched,
    waiting: outcome.waiting.length,
    refused: [...refused, ...late].sort((left, right) => left.index - right.index),
    ...(outcome.unseen.size === 0 ? {} : { unseen_labels: Object.fromEntries(outcome.unseen) }),
  }
}

export const toGroundTruthSettings = (
  settings: GroundTruthSettings,
): Wire<typeof reply.groundTruthSettings> => ({
  key_columns: [...settings.keyColumns],
  positive_class: settings.positiveClass,
})

export const toHistory = (
  id: string,
  history: readonly GroundTruth[],
): Wire<typeof reply.feedbackHistory> => ({
  prediction_id: id,
  history: history.map(({ revision, actual, observedAt, receivedAt }) => ({
    revision,
    actual,
    observed_at: observedAt === null ? null : toTime(observedAt),
    received_at: toTime(receivedAt),
  })),
})

function toMetrics(metrics: Metrics | null): Record<string, number | null> | null {
  if (metrics === null) return null
  const { logLoss, ...rest } = metrics
  return { ...rest, ...(logLoss === undefined ? {} : { log_loss: logLoss }) }
}

const toEstimate = (estimate: Estimate | null): Wire<typeof reply.quality>['estimate']['value'] =>
  estimate && { rows: estimate.rows, accuracy: estimate.accuracy, f1: estimate.f1, auc: estimate.auc }

export function toQuality(report: QualityReport): Wire<typeof reply.quality> {
  const { estimate, confusion, reference } = report
  return {
    deployment_id: report.deploymentId,
    problem_type: report.space.task,
    class_labels: [...report.space.classes],
    positive_class: report.positiveClass,
    key_columns: [...report.keyColumns],
    since: toTime(report.since),
    until: toTime(report.until),
    bucket: report.bucket,
    predicted: report.predicted,
    labelled: report.labelled,
    waiting: report.waiting,
    unseen_labels: { ...report.unseen },
    metrics: toMetrics(report.metrics),
    auc_is: report.areaIs,
    confusion: confusion && {
      labels: [...confusion.labels],
      counts: confusion.counts.map((row) => [...row]),
    },
    reference: reference && { rows: reference.rows, metrics: toMetrics(reference.metrics) ?? {} },
    estimate:
      estimate.status === 'available'
        ? {
            status: 'available',
            reason: null,
            is_calibrated: estimate.isCalibrated,
            value: toEstimate(estimate.whole),
          }
        : { status: 'unavailable', reason: estimate.reason, is_calibrated: false, value: null },
    buckets: report.buckets.map((bucket) => ({
      start: toTime(bucket.start),
      end: toTime(bucket.end),
      predicted: bucket.predicted,
      labelled: bucket.labelled,
      metrics: toMetrics(bucket.metrics),
      estimate: toEstimate(bucket.estimate),
    })),
  }
}
