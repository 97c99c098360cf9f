import * as z from 'zod'
import { EXPORT_FORMATS } from '../../core/predictions/log-export'
import type { LogFilter } from '../../core/predictions/log-filter'
import { retentionSchema } from '../../core/predictions/log-retention'
import { inferenceLog, pageOf } from './replies'
import { inferenceLogsQuery, time } from './wire'

/** Schemas of the inference log: its filters, its export, how long it is kept. */

const STATUS_EXPECTED = 'expected ok, error or a status code such as 422'

const queryNumber = (description: string) =>
  z
    .string('expected a number')
    .regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, 'expected a number')
    .transform(Number)
    .pipe(z.number('expected a number'))
    .meta({ type: 'number', pattern: undefined, description })

const text = (maximum: number) => z.string('expected text').max(maximum, `at most ${maximum} characters`)
const featureName = text(500).min(1, 'expected the name of an input column')

type FeatureCondition = {
  readonly feature?: string | undefined
  readonly value?: unknown
  readonly min?: number | undefined
  readonly max?: number | undefined
}

const hasBounds = ({ min, max }: FeatureCondition): boolean => min !== undefined || max !== undefined
const NEEDS_FEATURE = {
  message: 'value, min and max belong to a feature: name it',
  path: ['feature'],
}
const NEEDS_CONDITION = { message: 'expected a value, or min and max', path: ['feature'] }
const needsFeature = (query: FeatureCondition): boolean =>
  query.feature !== undefined || (query.value === undefined && !hasBounds(query))
const needsCondition = (query: FeatureCondition): boolean =>
  query.feature === undefined || (query.value !== undefined) !== hasBounds(query)

export const filteredLogsQuery = inferenceLogsQuery
  .extend({
    status: z
      .string(STATUS_EXPECTED)
      .regex(/^(ok|error|[1-5]\d\d)$/, STATUS_EXPECTED)
      .meta({ description: 'ok (below 400), error, or a status code' })
      .optional(),
    prediction: text(1000).meta({ description: 'A class label, or a predicted value' }).optional(),
    prediction_min: queryNumber('Smallest predicted value').optional(),
    prediction_max: queryNumber('Largest predicted value').optional(),
    feature: featureName
      .meta({ description: 'A column of the inputs; with value, or min and max' })
      .optional(),
    value: text(1000).meta({ description: 'What the feature is, as text or as JSON writes it' }).optional(),
    min: queryNumber('Smallest value of the feature').optional(),
    max: queryNumber('Largest value of the feature').optional(),
    cursor: text(1000)
      .min(1, 'expected a next_cursor')
      .meta({ description: 'The next_cursor of the page before; instead of offset' })
      .optional(),
  })
  .refine(needsFeature, NEEDS_FEATURE)
  .refine(needsCondition, NEEDS_CONDITION)
  .refine(({ cursor, offset }) => cursor === undefined || offset === 0, {
    message: 'expected cursor or offset, not both',
    path: ['cursor'],
  })

const number = z.number('expected a number')

export const exportLogBody = z
  .object({
    format: z.enum(EXPORT_FORMATS, 'expected csv, jsonl or parquet'),
    since: time.optional(),
    until: time.optional(),
    status: z
      .union([z.enum(['ok', 'error']), z.number().int().min(100).max(599)], STATUS_EXPECTED)
      .optional(),
    prediction: z.union([text(1000), number], 'expected a label or a number').optional(),
    prediction_min: number.optional(),
    prediction_max: number.optional(),
    feature: featureName.optional(),
    value: z
      .union([text(1000), number, z.boolean(), z.null()], 'expected text, a number, true, false or null')
      .optional(),
    min: number.optional(),
    max: number.optional(),
  })
  .refine(needsFeature, NEEDS_FEATURE)
  .refine(needsCondition, NEEDS_CONDITION)

export const retentionBody = z.object({
  days: retentionSchema.shape.days.optional(),
  gigabytes: retentionSchema.shape.gigabytes.optional(),
})

export const inferenceLogsReply = pageOf(inferenceLog).extend({
  /** True when the total was extrapolated because counting all matching rows would have taken too long. */
  total_is_estimate: z.boolean(),
  next_cursor: z.string().nullable(),
})

export const exportStarted = z.object({ ok: z.literal(true), job_id: z.string() })

export const retentionReply = z.object({
  retention: z.object({ days: z.number().int().nullable(), gigabytes: z.number().nullable() }),
  used_bytes: z.number().int().min(0),
  job_id: z.string().nullable(),
})

const given = (filter: LogFilter): LogFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))

/** The filter that a query or the body of an export spells. */
export function fromFilter(
  wire:
    | Omit<z.output<typeof filteredLogsQuery>, 'limit' | 'offset' | 'cursor'>
    | Omit<z.output<typeof exportLogBody>, 'format'>,
): LogFilter {
  const { status, prediction, value } = wire
  return given({
    since: wire.since,
    until: wire.until,
    status: status === undefined || status === 'ok' || status === 'error' ? status : Number(status),
    prediction: prediction === undefined ? undefined : String(prediction),
    predictionMin: wire.prediction_min,
    predictionMax: wire.prediction_max,
    feature: wire.feature,
    value: value === undefined ? undefined : String(value),
    min: wire.min,
    max: wire.max,
  })
}
