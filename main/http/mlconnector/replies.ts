import * as z from 'zod'
import type { DEPLOYMENT_STATUSES } from '../../core/deployments/deployment'
import { FILE_KINDS } from '../../core/models/model-file'

/** Schemas of what the MLConnector dialect answers, spelled as its documents spell it. */

const time = z.string().meta({ format: 'date-time', examples: ['2026-02-28T14:30:00Z'] })
const list = z.array(z.unknown()).nullable()
const anyObject = z.record(z.string(), z.unknown())

export const problem = z.object({
  loc: z.array(z.union([z.string(), z.number()])),
  msg: z.string(),
  type: z.string(),
})
export const errorReply = z.object({ detail: z.union([z.string(), z.array(problem)]) })
/** An answer without a body. */
export const empty = z.undefined()

export const model = z.object({
  modelid: z.string(),
  modelname: z.string(),
  modelkind: z.string(),
  hyperparameter: list,
  modelperformance: list,
  trainingresource: list,
  runresource: list,
  featurelist: list,
  inference: list,
  modeltags: z.array(z.string()).nullable(),
  drift_detection: list,
  /** The newest version; null while there is no model file. */
  version: z.number().int().nullable(),
})
export const models = z.array(model)

export const file = z.object({
  modelid: z.string(),
  filekind: z.enum(FILE_KINDS),
  filename: z.string(),
  contenttype: z.string(),
})
export const modelDetail = model.extend({ files: z.array(file) })
export const uploadedFile = file.extend({
  version: z.number().int().nullable(),
  warnings: z.array(z.string()).optional(),
})

export const CONNECTOR_STATUS = {
  active: 'deployed',
  inactive: 'Removed',
  failed: 'Deployment_Failed',
} as const satisfies Record<(typeof DEPLOYMENT_STATUSES)[number], string>

const status = z.enum(Object.values(CONNECTOR_STATUS))

export const deployment = z.object({
  modelid: z.string(),
  ownerid: z.string(),
  placement: anyObject,
  deployment_id: z.string(),
  inference_data: z.number().int(),
  status,
  timestamp: time,
  endpoint: z.string(),
})
export const deployments = z.array(deployment)

const statusFields = {
  deployment_id: z.string(),
  status,
  timestamp: time,
  stage: z.string(),
  modelid: z.string(),
  version: z.number().int(),
  endpoint: z.string(),
  local_endpoint: z.string(),
  /** Why it failed. */
  error: z.string().optional(),
}
export const deploymentStatus = z.object({
  ...statusFields,
  response: z.string().meta({ description: 'The same as compact JSON text' }),
})

export const operation = z.object({
  ownerid: z.string(),
  deploymentid: z.string(),
  modelid: z.string(),
  data: z.string(),
  result: z.string(),
  timestamp: time,
  operationid: z.string(),
})
export const operations = z.array(operation)

const importance = z.union([z.array(z.number()), z.array(z.array(z.number()))])

export const prediction = z.object({
  prediction: z.array(z.union([z.string(), z.number()])),
  explanation: z
    .object({
      feature_importance: importance,
      method: z.literal('shap'),
      algorithm: z.string(),
      space: z.string(),
    })
    .nullable()
    .optional(),
  explanation_error: z.string().optional(),
  warnings: z.array(z.string()).optional(),
})

export const training = z.object({
  modelid: z.string(),
  placement: anyObject,
  deployment_id: z.string(),
  status: z.string(),
})
