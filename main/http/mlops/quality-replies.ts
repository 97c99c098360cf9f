import * as z from 'zod'

/** Schemas of what the deployments dialect answers about ground truth and quality. */

const time = z.string().meta({ format: 'date-time', examples: ['2026-02-28T14:30:00Z'] })
const count = z.number().int().min(0)
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullable()
const counts = z.record(z.string(), count)

export const groundTruthSettings = z.object({
  key_columns: z.array(z.string()),
  positive_class: maybe(z.string()),
})

export const feedbackReply = z.object({
  ok: z.literal(true),
  /** Labels that were kept: matched with a prediction, or waiting for it. */
  accepted: count,
  matched: count,
  waiting: count,
  refused: z.array(z.object({ index: count, message: z.string() })),
  unseen_labels: counts.optional(),
})

export const feedbackJob = z.object({ ok: z.literal(true), job_id: z.string() })

export const feedbackHistory = z.object({
  prediction_id: z.string(),
  history: z.array(
    z.object({
      revision: count,
      actual: z.union([z.string(), z.number()]),
      observed_at: maybe(time),
      received_at: time,
    }),
  ),
})

/** Values per metric; null where the rows do not define it. */
const metrics = z.record(z.string(), maybe(z.number()))
const band = maybe(z.object({ value: z.number(), lower: z.number(), upper: z.number() }))
const estimate = z.object({ rows: count, accuracy: band, f1: band, auc: band })

export const quality = z.object({
  deployment_id: z.string(),
  problem_type: z.enum(['classification', 'regression']),
  class_labels: z.array(z.string()),
  positive_class: maybe(z.string()),
  key_columns: z.array(z.string()),
  since: time,
  until: time,
  bucket: z.enum(['hour', 'day']),
  predicted: count,
  labelled: count,
  waiting: count,
  unseen_labels: counts,
  metrics: maybe(metrics),
  auc_is: z.enum(['exact', 'binned']),
  confusion: maybe(z.object({ labels: z.array(z.string()), counts: z.array(z.array(count)) })),
  reference: maybe(z.object({ rows: count, metrics })),
  estimate: z.object({
    status: z.enum(['available', 'unavailable']),
    reason: maybe(z.string()),
    is_calibrated: z.boolean(),
    value: maybe(estimate),
  }),
  buckets: z.array(
    z.object({
      start: time,
      end: time,
      predicted: count,
      labelled: count,
      metrics: maybe(metrics),
      estimate: maybe(estimate),
    }),
  ),
})
