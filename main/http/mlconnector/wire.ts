import * as z from 'zod'
import { modelCardSchema } from '../../core/models/model-card'
import { FILE_KINDS } from '../../core/models/model-file'
import type { JsonObject, JsonValue } from '../../core/json'
import { isJsonObject } from '../../core/json'

/** Schemas of what callers of the MLConnector API send, spelled as its documents spell it. */

const whole = (expected: string) =>
  z
    .string(expected)
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
const documented = (fallback: number) => ({
  type: 'integer',
  pattern: undefined,
  minimum: 0,
  description: `${fallback} when absent`,
})
const EXPECTED_COUNT = 'expected a whole number of 0 or more'

const skip = whole(EXPECTED_COUNT).default(0).meta(documented(0))
const limit = whole(EXPECTED_COUNT)
  .pipe(z.number().max(10_000, 'at most 10,000 in one answer'))
  .default(100)
  .meta({ ...documented(100), maximum: 10_000 })

export const pageQuery = z.object({ skip, limit })

const TOO_MUCH = 'at most 1,000,000 characters of metadata'
const isShort = (said: object): boolean => JSON.stringify(said).length <= 1_000_000

export const createModelBody = modelCardSchema
  .partial()
  .required({ modelname: true, modelkind: true })
  .refine(isShort, TOO_MUCH)
  .transform((card) => ({
    modelname: card.modelname,
    modelkind: card.modelkind,
    hyperparameter: card.hyperparameter ?? null,
    modelperformance: card.modelperformance ?? null,
    trainingresource: card.trainingresource ?? null,
    runresource: card.runresource ?? null,
    featurelist: card.featurelist ?? null,
    inference: card.inference ?? null,
    modeltags: card.modeltags ?? null,
    drift_detection: card.drift_detection ?? null,
  }))
export const changeModelBody = modelCardSchema.partial().refine(isShort, TOO_MUCH)

const tag = z.string().max(200, 'at most 200 characters')
export const searchQuery = z.object({
  tags: z
    .union([tag, z.array(tag).max(100, 'at most 100 tags')])
    .default([])
    .transform((tags) => (typeof tags === 'string' ? [tags] : tags))
    .meta({ type: 'array', anyOf: undefined, items: { type: 'string' } }),
  skip,
  limit,
})

export const uploadFields = z.object({
  file_kind: z.enum(FILE_KINDS, `expected one of ${FILE_KINDS.join(', ')}`),
})

const required = (what: string, most: number) =>
  z.string(`expected ${what}`).min(1, `expected ${what}`).max(most, `at most ${most} characters`)

const MAX_PLACEMENT = 10_000

const placement = z
  .custom<JsonObject>(isJsonObject, 'expected an object such as {"clusterID": "*", "node": "*"}')
  .superRefine((value, context) => {
    for (const field of ['clusterID', 'node'] as const) {
      const name = value[field]
      if (name !== undefined && name !== null && typeof name !== 'string')
        context.addIssue({ code: 'custom', path: [field], message: 'expected text; "*" for any' })
    }
  })
  .refine((value) => JSON.stringify(value).length <= MAX_PLACEMENT, `at most ${MAX_PLACEMENT} characters`)
  .meta({
    type: 'object',
    properties: {
      clusterID: { type: ['string', 'null'] },
      node: { type: ['string', 'null'] },
      continuum: { type: ['boolean', 'string', 'null'] },
    },
  })

/** Ids are parts of a path, beside words that are taken there. */
const TAKEN = ['all', 'add', 'get']
const deploymentId = z
  .string('expected text')
  .max(100, 'at most 100 characters')
  .refine((id) => !TAKEN.includes(id), `expected another id than ${TAKEN.join(', ')}`)
  .refine((id) => id === '' || /^[^\s/\\?#%]+$/.test(id), 'expected no space and none of / \\ ? # %')
  .nullish()
  .transform((id) => (id === undefined || id === '' ? null : id))

const inferenceData = z
  .number('expected 0 for values or 1 for a link to data')
  .refine((kind) => kind === 0 || kind === 1, 'expected 0 for values or 1 for a link to data')

export const createDeploymentBody = z.object({
  modelid: required('the id of a model', 200),
  ownerid: required('who asks for it', 200),
  placement,
  deployment_id: deploymentId,
  inference_data: inferenceData.default(0),
})

export const createTrainingBody = z.object({ modelid: required('the id of a model', 200), placement })

const ISO_TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i
const EXPECTED_TIME = 'expected an ISO 8601 time such as 2026-02-28T14:30:00Z'

/** Epoch milliseconds of an ISO 8601 time; one without an offset is UTC. */
function parseTime(text: string): number {
  const found = ISO_TIME.exec(text)
  if (found === null) return Number.NaN
  return Date.parse(found[1] !== undefined && found[4] === undefined ? `${text}Z` : text)
}

const time = z
  .string(EXPECTED_TIME)
  .transform(parseTime)
  .refine((at) => !Number.isNaN(at), EXPECTED_TIME)
  .meta({ format: 'date-time' })

const MAX_TEXT = 1_000_000
const TOO_LONG = 'at most 1,000,000 characters'

export const createOperationBody = z.object({
  ownerid: required('who it belongs to', 200),
  deploymentid: required('the id of a deployment', 200),
  modelid: required('the id of a model', 200),
  data: z.string('expected text').max(MAX_TEXT, TOO_LONG),
  result: z.string('expected text').max(MAX_TEXT, TOO_LONG),
  timestamp: time.nullish().transform((at) => at ?? null),
})

const EXPECTED_DATA =
  'expected values in the order of the features, a list of such rows, an object or a list of objects'
const isData = (value: unknown): value is JsonValue =>
  typeof value === 'number' || typeof value === 'string' || isJsonObject(value) || Array.isArray(value)

export const predictBody = z
  .object({
    data: z
      .custom<JsonValue>(isData, EXPECTED_DATA)
      .optional()
      .meta({
        anyOf: [
          {
            type: 'array',
            items: {},
            description: 'one row in the order of the features, or a list of rows',
          },
          { type: 'object', description: 'one record by feature name' },
          { type: 'string', format: 'uri', description: 'a link to a CSV file' },
        ],
      }),
    data_link: z.string('expected a link to a CSV file').nullish(),
    explain: z.boolean('expected true or false').nullish(),
    explanation: z.boolean('expected true or false').nullish(),
  })
  .refine(({ data, data_link }) => data !== undefined || (data_link ?? '') !== '', {
    path: ['data'],
    message: 'Field required',
  })
