import * as z from 'zod'
import type { JsonObject } from '../../core/json'
import { isJsonObject } from '../../core/json'

/** Schemas of the deployments dialect, spelled as its reference spells them. */

const numberText = (schema: z.ZodNumber) =>
  z.union([z.number(), z.string().regex(/^-?\d+$/, 'expected a whole number').transform(Number)]).pipe(schema)

const offset = numberText(z.number().int().min(0, 'expected 0 or more')).default(0)
const limit = (maximum: number) =>
  numberText(z.number().int().min(1, `expected 1 to ${maximum}`).max(maximum, `expected 1 to ${maximum}`)).default(50)

/** ISO 8601; a time without an offset is UTC. */
const time = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(withOffset(text))), 'expected an ISO 8601 time such as 2026-02-28T14:30:00Z')
  .transform((text) => Date.parse(withOffset(text)))

function withOffset(text: string): string {
  return /T.*(Z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`
}

const required = (what: string) => z.string(`expected ${what}`).min(1, `expected ${what}`)

export const createDeploymentBody = z.object({
  model_id: required('the id of a model of this project'),
  name: required('a name for the deployment').max(100, 'at most 100 characters'),
  stage: z.enum(['staging', 'production'], 'expected "staging" or "production"'),
  traffic_percent: z
    .number('expected a whole number from 1 to 100')
    .int('expected a whole number from 1 to 100')
    .min(1, 'expected a whole number from 1 to 100')
    .max(100, 'expected a whole number from 1 to 100')
    .default(100),
})

export const listDeploymentsQuery = z.object({ limit: limit(200), offset })

// The body was parsed as JSON: that each record is an object is all there is left to check on the hot path.
const record = z.custom<JsonObject>(isJsonObject)

export const predictBody = z.object({
  inputs: z.union(
    [record, z.array(record).min(1, 'expected at least one record').max(10_000, 'at most 10,000 records in one request')],
    'expected an object of feature values, or a list of such objects',
  ),
  options: z
    .object({
      include_contributions: z.boolean('expected true or false').default(false),
      store_payload: z.boolean('expected true or false').default(true),
    })
    .nullish()
    .transform((options) => options ?? { include_contributions: false, store_payload: true }),
})

export const promoteBody = z.object({ to_stage: z.literal('production', 'expected "production"') })

export const rollbackBody = z
  .object({ to_deployment_id: z.string().min(1).nullish(), to_model_id: z.string().min(1).nullish() })
  .refine((body) => body.to_deployment_id != null || body.to_model_id != null, {
    message: 'expected to_deployment_id or to_model_id',
  })

export const inferenceLogsQuery = z.object({ limit: limit(500), offset, since: time.optional(), until: time.optional() })

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

export const uploadModelFields = z.object({
  project_id: required('the id of a project'),
  name: required('a name for the model').max(100, 'at most 100 characters'),
  description: z.string().max(2000, 'at most 2000 characters').default(''),
  algo: z.string().max(100, 'at most 100 characters').default(''),
  target_column: z.string().optional(),
})
