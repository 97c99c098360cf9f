import * as z from 'zod'
import { MAX_TEXT } from '../../core/predictions/ground-truth'
import type { JsonObject } from '../../core/json'
import { isJsonObject } from '../../core/json'
import { time } from './wire'

/** Schemas of ground truth and quality in the deployments dialect. */

const value = z.union(
  [z.string().max(MAX_TEXT, `at most ${MAX_TEXT} characters`), z.number(), z.boolean()],
  'expected text, a number, true or false',
)

export const feedbackItem = z
  .object({
    prediction_id: z.string('expected the id of a prediction').min(1).max(100).nullish(),
    key: z.object({ column: z.string('expected the name of a key column'), value }).nullish(),
    actual: value,
    observed_at: time.nullish(),
  })
  .refine((item) => (item.prediction_id ?? null) !== null || (item.key ?? null) !== null, {
    message: 'expected prediction_id or key',
  })

const isList = (body: JsonObject | readonly JsonObject[]): body is readonly JsonObject[] =>
  Array.isArray(body)

// Each label is checked by itself later, so that one that is wrong does not keep the others out.
export const feedbackBody = z
  .custom<JsonObject | readonly JsonObject[]>(
    (body) => isJsonObject(body) || (Array.isArray(body) && body.every(isJsonObject)),
    'expected an object with prediction_id or key, and actual; or a list of such objects',
  )
  .refine((body) => !isList(body) || body.length > 0, 'expected at least one label')
  .refine((body) => !isList(body) || body.length <= 10_000, 'at most 10,000 labels; send a CSV file for more')
  .transform((body): readonly JsonObject[] => (isList(body) ? body : [body]))
  .meta({
    anyOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' }, minItems: 1, maxItems: 10_000 }],
    examples: [{ prediction_id: '0199c1f0-5b1e-7a3c-8000-0123456789ab', actual: '1' }],
  })

/** A CSV file comes with no further fields. */
export const feedbackFields = z.object({})

const UNITS = { m: 60_000, h: 3600_000, d: 24 * 3600_000 } as const
const EXPECTED_WINDOW = 'expected a time such as 24h or 7d, from 1h to 400d'

const isUnit = (unit: string | undefined): unit is keyof typeof UNITS =>
  unit === 'm' || unit === 'h' || unit === 'd'

const span = z
  .string(EXPECTED_WINDOW)
  .regex(/^\d{1,6}[mhd]$/, EXPECTED_WINDOW)
  .transform((text) => {
    const unit = text.at(-1)
    return Number(text.slice(0, -1)) * (isUnit(unit) ? UNITS[unit] : 0)
  })
  .pipe(
    z
      .number()
      .min(UNITS.h, EXPECTED_WINDOW)
      .max(400 * UNITS.d, EXPECTED_WINDOW),
  )

export const qualityQuery = z.object({
  window: span.optional().meta({ description: 'a time up to now or until, such as 24h; 7d when absent' }),
  since: time.optional(),
  until: time.optional(),
  bucket: z.enum(['hour', 'day'], 'expected hour or day').optional(),
})
