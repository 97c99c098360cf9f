import * as z from 'zod'
import { contributionFields } from './importance-wire'
import type { JsonObject } from '../../core/json'
import { isJsonObject } from '../../core/json'
import { deploymentPrivacyFields, predictPrivacyFields } from './privacy-wire'
import { groundTruthSettingsSchema } from '../../core/predictions/ground-truth'

/** Schemas of the deployments dialect, spelled as its reference spells them. */

/** A whole number of a query, which is text there. */
const whole = (minimum: number, maximum: number, expected: string) =>
  z
    .string(expected)
    .regex(/^-?\d+$/, expected)
    .transform(Number)
    .pipe(z.number().int(expected).min(minimum, expected).max(maximum, expected))

/** How a whole number of a query is documented: as the number it stands for. */
const asInteger = (minimum: number, maximum: number, fallback: number) => ({
  type: 'integer',
  pattern: undefined,
  minimum,
  maximum,
  description: `${fallback} when absent`,
})

export const offset = whole(0, Number.MAX_SAFE_INTEGER, 'expected 0 or more')
  .default(0)
  .meta(asInteger(0, Number.MAX_SAFE_INTEGER, 0))
export const limit = (maximum: number) =>
  whole(1, maximum, `expected 1 to ${maximum}`)
    .default(50)
    .meta(asInteger(1, maximum, 50))

const ISO_TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** Epoch milliseconds of an ISO 8601 time, NaN for other texts. A time without an offset is UTC. */
function parseTime(text: string): number {
  // A "+" that was not encoded in the query arrives as a space.
  const signed = text.replace(/^(\S+[T ]\d\d:\d\S*) (?=\d\d:?\d\d$)/i, '$1+')
  const [, hours, , , zone] = ISO_TIME.exec(signed) ?? []
  if (!ISO_TIME.test(signed)) return Number.NaN
  return Date.parse(hours !== undefined && zone === undefined ? `${signed}Z` : signed)
}

/** An ISO 8601 time as epoch milliseconds. */
export const time = z
  .string('expected an ISO 8601 time')
  .transform(parseTime)
  .refine(
    (milliseconds) => !Number.isNaN(milliseconds),
    'expected an ISO 8601 time such as 2026-02-28T14:30:00Z',
  )
  .meta({ format: 'date-time' })

const required = (what: string) => z.string(`expected ${what}`).trim().min(1, `expected ${what}`)

const trafficPercent = z
  .number('expected a whole number from 1 to 100')
  .int('expected a whole number from 1 to 100')
  .min(1, 'expected a whole number from 1 to 100')
  .max(100, 'expected a whole number from 1 to 100')

export const createDeploymentBody = z.object({
  model_id: required('the id of a model of this project'),
  name: required('a name for the deployment').max(100, 'at most 100 characters'),
  stage: z.enum(['staging', 'production'], 'expected "staging" or "production"'),
  traffic_percent: trafficPercent.default(100),
  is_shadow: z.boolean('expected true or false').default(false),
  ...deploymentPrivacyFields,
})

export const listDeploymentsQuery = z.object({ limit: limit(200), offset })

const isList = (inputs: JsonObject | readonly JsonObject[]): inputs is readonly JsonObject[] =>
  Array.isArray(inputs)

// The body was parsed as JSON: that each record is an object is all there is left to check on the hot path.
const inputs = z
  .custom<JsonObject | readonly JsonObject[]>(
    (value) => isJsonObject(value) || (Array.isArray(value) && value.every(isJsonObject)),
    'expected an object of feature values, or a list of such objects',
  )
  .refine((value) => !isList(value) || value.length > 0, 'expected at least one record')
  .refine((value) => !isList(value) || value.length <= 10_000, 'at most 10,000 records in one request')
  .transform((value): readonly JsonObject[] => (isList(value) ? value : [value]))
  .meta({
    anyOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' }, minItems: 1, maxItems: 10_000 }],
  })

export const predictBody = z.object({
  inputs,
  options: z
    .object({
      include_contributions: z.boolean('expected true or false').default(false),
      ...contributionFields,
      store_payload: z.boolean('expected true or false').default(true),
      ...predictPrivacyFields,
    })
    .nullish()
    .transform((options) => options ?? { include_contributions: false, store_payload: true }),
})

export const projectPredictBody = predictBody.extend({
  routing_key: z.string('expected text').min(1, 'expected text').max(200, 'at most 200 characters').nullish(),
})

const { keyColumns } = groundTruthSettingsSchema.shape
const positiveClass = z
  .union([z.string(), z.number(), z.boolean()], 'expected a class label')
  .transform(String)
  .nullable()

export const editDeploymentBody = z
  .object({
    name: required('a name for the deployment').max(100, 'at most 100 characters').optional(),
    traffic_percent: trafficPercent.optional(),
    is_shadow: z.boolean('expected true or false').optional(),
    key_columns: keyColumns.optional(),
    positive_class: positiveClass.optional(),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    message: 'expected name, traffic_percent, is_shadow, key_columns or positive_class',
  })

export const compareQuery = z.object({
  minutes: whole(5, 10_080, 'expected 5 to 10080')
    .default(60)
    .meta(asInteger(5, 10_080, 60)),
})

export const promoteBody = z.object({ to_stage: z.literal('production', 'expected "production"') })

export const rollbackBody = z
  .object({ to_deployment_id: z.string().min(1).nullish(), to_model_id: z.string().min(1).nullish() })
  .refine((body) => Boolean(body.to_deployment_id ?? body.to_model_id), {
    message: 'expected to_deployment_id or to_model_id',
  })

export const inferenceLogsQuery = z.object({
  limit: limit(500),
  offset,
  since: time.optional(),
  until: time.optional(),
})

export const createProjectBody = z.object({
  name: required('a name for the project').max(100, 'at most 100 characters'),
  description: z.string().max(2000, 'at most 2000 characters').nullish(),
})

export const listQuery = z.object({ limit: limit(500), offset, search: z.string().max(200).default('') })

export const listModelsQuery = listQuery.extend({ project_id: z.string().optional() })

export const listJobsQuery = z.object({
  limit: limit(500),
  offset,
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']).optional(),
})

const flag = z
  .enum(['true', 'false'], 'expected true or false')
  .transform((text) => text === 'true')
  .or(z.boolean())
const predictionFields = {
  prediction_column: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({ description: 'Column of the predictions; found by its usual names when absent' }),
}

export const uploadModelFields = z.object({
  project_id: required('the id of a project'),
  name: required('a name for the model').max(100, 'at most 100 characters'),
  description: z.string().max(2000, 'at most 2000 characters').default(''),
  algo: z.string().max(100, 'at most 100 characters').default(''),
  target_column: z.string().optional(),
  ...predictionFields,
  allow_mismatch: flag.default(false).meta({
    description: "Accept the model although its answers differ from the original's",
  }),
  run_code: flag.default(false).meta({
    description:
      "Convert a pickle by running its code in this computer's Python, in a sandbox where there is one. Only for files whose origin you trust",
  }),
})

export const attachFields = z.object({ target_column: z.string().optional() })
export const verifyFields = z.object(predictionFields)
