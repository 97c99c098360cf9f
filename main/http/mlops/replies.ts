import * as z from 'zod'
import { DEPLOYMENT_STATUSES, STAGES } from '../../core/deployments/deployment'
import { JOB_STATUSES } from '../../core/jobs/job'
import { modelVersion } from './model-replies'
import { groundTruthSettings } from './quality-replies'

/** Schemas of what the deployments dialect answers, spelled as its reference spells them. */

const time = z.string().meta({ format: 'date-time', examples: ['2026-02-28T14:30:00Z'] })
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullable()
const count = z.number().int().min(0)
const scalar = z.union([z.string(), z.number()])
const jsonObject = z.record(z.string(), z.unknown())
const probabilities = z.record(z.string(), z.number())

export const errorReply = z.object({ detail: z.string() })
export const okReply = z.object({ ok: z.literal(true) })

/** A list with where it is in the whole. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), total: count, limit: count, offset: count })

export const deployment = z.object({
  id: z.string(),
  project_id: z.string(),
  model_id: z.string(),
  model_version: count,
  model_version_id: z.string(),
  stage: z.enum(STAGES),
  status: z.enum(DEPLOYMENT_STATUSES),
  is_active: z.boolean(),
  config: z.looseObject({ name: z.string(), traffic_percent: z.number().int().min(1).max(100) }),
  failure: maybe(z.string()),
  created_at: time,
  updated_at: time,
})

export const createdDeployment = deployment.extend({ deployment_id: z.string() })

export const deploymentDetail = z.object({
  deployment,
  model: z.object({ id: z.string(), name: z.string(), algo: z.string(), version: count }),
  ground_truth: groundTruthSettings,
})

export const predictReply = z.object({
  predictions: z.array(
    z.object({ prediction: scalar, probabilities: probabilities.optional(), id: z.string() }),
  ),
  latency_ms: count,
  warnings: z.array(z.string()).optional(),
  contributions: maybe(
    z.array(
      z.array(z.object({ feature: z.string(), value: z.number(), standard_error: z.number().optional() })),
    ),
  ).optional(),
  contributions_info: z
    .object({
      space: z.enum(['log-odds', 'probability', 'logarithm', 'value']),
      method: z.string(),
      background_rows: z.number().int(),
      class: z.string().optional(),
      classes: z.array(z.string()).optional(),
      max_residual: z.number(),
    })
    .optional(),
  contributions_error: z.string().optional(),
})

export const projectPredictReply = predictReply.extend({ deployment_id: z.string() })
export const deploymentReply = z.object({ deployment, ground_truth: groundTruthSettings })

export const comparedDeployment = z.object({
  deployment,
  is_baseline: z.boolean(),
  requests: count,
  errors: count,
  error_rate: maybe(z.number()),
  latency_ms: z.object({ p50: maybe(z.number()), p99: maybe(z.number()) }),
  predictions: z.object({
    rows: count,
    mean: maybe(z.number()),
    distribution: z.array(z.object({ label: z.string(), share: z.number() })),
    psi: maybe(z.number()),
  }),
})

export const comparison = z.object({ minutes: count, deployments: z.array(comparedDeployment) })

export const promoted = okReply.extend({ deployment_id: z.string(), stage: z.literal('production') })
export const rolledBack = okReply.extend({ deployment_id: z.string(), stage: z.enum(STAGES) })
export const driftStarted = okReply.extend({ job_id: z.string() })

const driftStatus = z.enum(['low', 'moderate', 'high', 'insufficient_data', 'not_scored'])

export const drift = z.object({
  deployment_id: z.string(),
  overall_status: z.union([driftStatus, z.literal('unknown')]),
  mean_psi: maybe(z.number()),
  features: z.record(
    z.string(),
    z.object({
      psi: z.number(),
      status: driftStatus,
      critical_psi: z.number(),
      required_rows: maybe(z.number()),
      bins: count,
      jensen_shannon: z.number(),
      kolmogorov_smirnov: maybe(z.number()),
      mean_shift: maybe(z.number()),
      data_quality: z.array(z.object({ kind: z.string(), message: z.string() })),
    }),
  ),
  prediction: maybe(z.object({ psi: z.number(), status: driftStatus })),
  computed_at: maybe(time),
  window_start: maybe(time),
  window_end: maybe(time),
  reference_rows: count,
  /** False for a model without training data, whose status stays unknown. */
  has_reference: z.boolean(),
  inference_rows: count,
})

export const driftPoint = z.object({
  window_start: time,
  inference_rows: count,
  overall_status: driftStatus,
  mean_psi: maybe(z.number()),
})

export const driftHistory = z.object({ deployment_id: z.string(), items: z.array(driftPoint) })

export const inferenceLog = z.object({
  id: z.string(),
  deployment_id: z.string(),
  request_id: z.string(),
  inputs: maybe(jsonObject),
  prediction: maybe(scalar),
  probabilities: maybe(probabilities),
  latency_ms: count,
  status_code: z.number().int(),
  error: maybe(z.string()),
  created_at: time,
})

export const project = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  status: z.literal('active'),
  model_count: count,
  deployment_count: count,
  created_at: time,
})

export const projectReply = z.object({ project })
export const createdProject = z.object({ project_id: z.string(), project })

export const model = z.object({
  id: z.string(),
  project_id: z.string(),
  name: z.string(),
  algo: z.string(),
  description: z.string(),
  /** Null for a model that has no file yet. */
  problem_type: maybe(z.enum(['classification', 'regression'])),
  version: count,
  version_count: count,
  created_at: time,
  updated_at: time,
})

const modelWithVersions = model.extend({ versions: z.array(modelVersion) })
export const modelReply = z.object({ model: modelWithVersions })
export const createdModel = z.object({ model_id: z.string(), model: modelWithVersions })

export const job = z.object({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  status: z.enum(JOB_STATUSES),
  progress: z.number().min(0).max(1),
  message: z.string(),
  result: z.unknown(),
  error: maybe(z.string()),
  created_at: time,
  started_at: maybe(time),
  finished_at: maybe(time),
})

export const jobReply = z.object({ job })
