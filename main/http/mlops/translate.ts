import type * as z from 'zod'
import type { Deployment, DeploymentEdit, RollbackTarget } from '../../core/deployments/deployment'
import { isServing } from '../../core/deployments/deployment'
import type { Job } from '../../core/jobs/job'
import type { Model } from '../../core/models/model'
import type { DriftPoint, DriftSnapshot } from '../../core/monitoring/snapshot'
import type { Page } from '../../core/page'
import type { GroundTruthSettings } from '../../core/predictions/ground-truth'
import type { Prediction } from '../../core/predictions/prediction'
import type { Project } from '../../core/projects/project'
import type { PredictResult } from '../../core/serving/request'
import type { ErrorCode } from '../../errors'
import { WorkstationError } from '../../errors'
import type { Reply } from '../dialect'
import type { ComparedDeployment } from '../../core/monitoring/compare-deployments'
import type * as reply from './replies'
import type { editDeploymentBody } from './wire'
import { toModelVersion } from './model-translate'
import { toDeploymentPrivacy } from './privacy-translate'
import { toTime } from './to-time'

export { toModelVersion, toTime }

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 422,
  mismatch: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 422,
  overloaded: 503,
  not_ready: 503,
  internal: 500,
}

/** The dialect's error form: one text under `detail`. */
export function toError(error: unknown): Reply {
  if (error instanceof WorkstationError)
    return { status: STATUS[error.code], body: { detail: error.message } }
  return { status: 500, body: { detail: 'the workstation failed to answer; its log says why' } }
}

/** With both targets given, the deployment wins. */
export function fromRollback(body: {
  readonly to_deployment_id?: string | null | undefined
  readonly to_model_id?: string | null | undefined
}): RollbackTarget {
  if (body.to_deployment_id) return { toDeployment: body.to_deployment_id }
  return { toModel: body.to_model_id ?? '' }
}

type Wire<Schema extends z.ZodType> = z.input<Schema>
type DriftFeature = Wire<typeof reply.drift>['features'][string]

export function toPage<Item, Wire>(page: Page<Item>, translate: (item: Item) => Wire): object {
  return { items: page.items.map(translate), total: page.total, limit: page.limit, offset: page.offset }
}

const toConfig = (deployment: Deployment): Wire<typeof reply.deployment>['config'] => ({
  name: deployment.name,
  traffic_percent: deployment.trafficPercent,
  is_shadow: deployment.isShadow,
  ...toDeploymentPrivacy(deployment.privacy),
})

export const toDeployment = (deployment: Deployment): Wire<typeof reply.deployment> => ({
  id: deployment.id,
  project_id: deployment.projectId,
  model_id: deployment.modelId,
  model_version: deployment.modelVersion,
  model_version_id: deployment.modelVersionId,
  stage: deployment.stage,
  status: deployment.status,
  is_active: isServing(deployment),
  config: toConfig(deployment),
  failure: deployment.failure,
  created_at: toTime(deployment.createdAt),
  updated_at: toTime(deployment.updatedAt),
})

export const fromEdit = (body: z.output<typeof editDeploymentBody>): DeploymentEdit => ({
  ...(body.name === undefined ? {} : { name: body.name }),
  ...(body.traffic_percent === undefined ? {} : { trafficPercent: body.traffic_percent }),
  ...(body.is_shadow === undefined ? {} : { isShadow: body.is_shadow }),
})

export const fromGroundTruthEdit = (
  body: z.output<typeof editDeploymentBody>,
): Partial<GroundTruthSettings> => ({
  ...(body.key_columns === undefined ? {} : { keyColumns: body.key_columns }),
  ...(body.positive_class === undefined ? {} : { positiveClass: body.positive_class }),
})

export const toComparedDeployment = (side: ComparedDeployment): Wire<typeof reply.comparedDeployment> => ({
  deployment: toDeployment(side.deployment),
  is_baseline: side.isBaseline,
  requests: side.requests,
  errors: side.errors,
  error_rate: side.errorRate,
  latency_ms: { p50: side.p50, p99: side.p99 },
  predictions: { rows: side.answers, mean: side.mean, distribution: [...side.distribution], psi: side.psi },
})

export const toCreatedDeployment = (deployment: Deployment): Wire<typeof reply.createdDeployment> => ({
  ...toDeployment(deployment),
  deployment_id: deployment.id,
})

export const toPrediction = (prediction: Prediction): Wire<typeof reply.inferenceLog> => ({
  id: prediction.id,
  deployment_id: prediction.deploymentId,
  request_id: prediction.requestId,
  inputs: prediction.inputs,
  prediction: prediction.prediction,
  probabilities: prediction.probabilities,
  latency_ms: Math.round(prediction.latencyMs),
  status_code: prediction.statusCode,
  error: prediction.error,
  created_at: toTime(prediction.createdAt),
})

export function toPredictResult(result: PredictResult): object {
  return {
    predictions: result.answers.map((answer) => ({
      prediction: answer.prediction,
      ...(answer.probabilities === null ? {} : { probabilities: answer.probabilities }),
      id: answer.id,
    })),
    latency_ms: Math.round(result.latencyMs),
    ...(result.warnings.length === 0 ? {} : { warnings: result.warnings }),
  }
}

export function toDrift(snapshot: DriftSnapshot): Wire<typeof reply.drift> {
  const features = snapshot.features.map((feature): [string, DriftFeature] => [
    feature.feature,
    {
      psi: feature.psi,
      status: feature.status,
      critical_psi: feature.critical,
      required_rows: feature.requiredRows,
      bins: feature.bins,
      jensen_shannon: feature.jensenShannon,
      kolmogorov_smirnov: feature.kolmogorovSmirnov,
      mean_shift: feature.meanShift,
      data_quality: [...feature.dataQuality],
    },
  ])
  const [prediction] = snapshot.predictions
  return {
    deployment_id: snapshot.deploymentId,
    overall_status: snapshot.overallStatus,
    mean_psi: snapshot.meanPsi,
    features: Object.fromEntries(features),
    prediction: prediction === undefined ? null : { psi: prediction.psi, status: prediction.status },
    computed_at: snapshot.computedAt === null ? null : toTime(snapshot.computedAt),
    window_start: snapshot.windowStart === null ? null : toTime(snapshot.windowStart),
    window_end: snapshot.windowEnd === null ? null : toTime(snapshot.windowEnd),
    reference_rows: snapshot.referenceRows,
    has_reference: snapshot.hasReference,
    inference_rows: snapshot.rows,
  }
}

export const toDriftPoint = (point: DriftPoint): Wire<typeof reply.driftPoint> => ({
  window_start: toTime(point.windowStart),
  inference_rows: point.rows,
  overall_status: point.overallStatus,
  mean_psi: point.meanPsi,
})

export const toProject = (project: Project): Wire<typeof reply.project> => ({
  id: project.id,
  name: project.name,
  description: project.description,
  status: 'active',
  model_count: project.modelCount,
  deployment_count: project.deploymentCount,
  created_at: toTime(project.createdAt),
})

export const toModel = (model: Model): Wire<typeof reply.model> => ({
  id: model.id,
  project_id: model.projectId,
  name: model.name,
  algo: model.algorithm,
  description: model.description,
  problem_type: model.task,
  version: model.latestVersion,
  version_count: model.versionCount,
  created_at: toTime(model.createdAt),
  updated_at: toTime(model.updatedAt),
})

export const toJob = (job: Job): Wire<typeof reply.job> => ({
  id: job.id,
  type: job.type,
  subject: job.subject,
  status: job.status,
  progress: job.progress,
  message: job.message,
  result: job.result,
  error: job.error,
  created_at: toTime(job.createdAt),
  started_at: job.startedAt === null ? null : toTime(job.startedAt),
  finished_at: job.finishedAt === null ? null : toTime(job.finishedAt),
})
