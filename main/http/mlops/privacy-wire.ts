import * as z from 'zod'
import type { JsonObject } from '../../core/json'
import { isJsonObject } from '../../core/json'
import {
  piiTypeSchema,
  policyChangeSchema,
  policySchema,
  policyQuerySchema,
  ruleChangeSchema,
  ruleSchema,
  thresholdSchema,
} from '../../core/privacy/policy'

/** Schemas of what the deployments dialect says about personal data. */

const flag = z.boolean('expected true or false').nullish()
const text = z.string('expected text')

/** A number of a query, which is text there. */
const whole = (least: number, most: number, expected: string) =>
  z
    .string(expected)
    .regex(/^-?\d+$/, expected)
    .transform(Number)
    .pipe(z.number().int(expected).min(least, expected).max(most, expected))

const page = {
  limit: whole(1, 500, 'expected 1 to 500')
    .default(50)
    .meta({ type: 'integer', pattern: undefined, minimum: 1, maximum: 500, description: '50 when absent' }),
  offset: whole(0, Number.MAX_SAFE_INTEGER, 'expected 0 or more')
    .default(0)
    .meta({ type: 'integer', pattern: undefined, minimum: 0, description: '0 when absent' }),
}

const policyReference = text.min(1, 'expected the id of a privacy policy').nullish()

// That the kinds exist is for the core to say, which knows them; here only that they are words.
const columnMap = z
  .record(
    z.string().min(1).max(200, 'at most 200 characters'),
    z.string('expected a kind of personal data').max(100, 'at most 100 characters'),
    'expected an object of column names and kinds of personal data',
  )
  .refine((map) => Object.keys(map).length <= 1000, 'at most 1000 columns')
  .nullish()

/** What the body of a new deployment may say. */
export const deploymentPrivacyFields = {
  privacy_policy_id: policyReference,
  privacy_anonymize_logs: flag,
  privacy_anonymize_response: flag,
  privacy_column_map: columnMap,
  privacy_threshold: thresholdSchema.nullish(),
}

/** What the options of a prediction may say. */
export const predictPrivacyFields = {
  privacy_policy_id: policyReference,
  anonymize_logs: flag,
  anonymize_response: flag,
}

const settings = z
  .object(
    {
      auto_detect: z.boolean('expected true or false').optional(),
      confidence_threshold: thresholdSchema.optional(),
    },
    'expected an object with auto_detect and confidence_threshold',
  )
  .transform(({ auto_detect, confidence_threshold }) => ({
    ...(auto_detect === undefined ? {} : { autoDetect: auto_detect }),
    ...(confidence_threshold === undefined ? {} : { confidenceThreshold: confidence_threshold }),
  }))

const { name, profile } = policySchema.shape
const description = text.max(2000, 'at most 2000 characters')

export const createPolicyBody = z.object({
  project_id: policySchema.shape.projectId,
  name,
  description: description.nullish(),
  profile,
  status: policySchema.shape.status,
  settings: settings.nullish(),
})

export const changePolicyBody = z.object({
  name: policyChangeSchema.shape.name,
  description: policyChangeSchema.shape.description,
  status: policyChangeSchema.shape.status,
  settings: settings.optional(),
})

export const listPoliciesQuery = z.object({
  ...page,
  project_id: z.string().optional(),
  status: policyQuerySchema.shape.status,
  search: z.string().max(200).default(''),
})

export const pageQuery = z.object(page)

export const createRuleBody = z.object({
  pii_type: piiTypeSchema,
  action: ruleSchema.shape.action,
  is_enabled: ruleSchema.shape.isEnabled,
  config: ruleSchema.shape.config,
})

export const changeRuleBody = z.object({
  pii_type: ruleChangeSchema.shape.piiType,
  action: ruleChangeSchema.shape.action,
  is_enabled: ruleChangeSchema.shape.isEnabled,
  config: ruleChangeSchema.shape.config,
})

const isList = (value: JsonObject | readonly JsonObject[]): value is readonly JsonObject[] =>
  Array.isArray(value)

const records = z
  .custom<JsonObject | readonly JsonObject[]>(
    (value) => isJsonObject(value) || (Array.isArray(value) && value.every(isJsonObject)),
    'expected a record, or a list of records',
  )
  .refine((value) => !isList(value) || value.length <= 10_000, 'at most 10,000 records in one request')
  .transform((value): readonly JsonObject[] => (isList(value) ? value : [value]))
  .meta({ anyOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' }, maxItems: 10_000 }] })

const reading = {
  column_map: z
    .record(z.string().max(200, 'at most 200 characters'), piiTypeSchema)
    .nullish()
    .transform((map) => map ?? undefined),
  threshold: thresholdSchema.nullish().transform((threshold) => threshold ?? undefined),
}

export const detectBody = z
  .object({
    records: records.optional(),
    text: text.max(20_000, 'at most 20,000 characters').optional(),
    policy_id: policyReference,
    ...reading,
  })
  .refine((body) => (body.records === undefined) !== (body.text === undefined), {
    path: ['records'],
    message: 'expected either records or text',
  })

export const transformBody = z.object({
  policy_id: z.string('expected the id of a privacy policy').min(1, 'expected the id of a privacy policy'),
  records,
  ...reading,
})

export const revealBody = z.object({
  values: z.array(z.json(), 'expected a list of values').max(10_000, 'at most 10,000 values'),
})
