import { extname } from 'node:path'
import type * as z from 'zod'
import type { OwnedDeployment } from '../../core/deployments/placements'
import type { Explained, Explanation } from '../../core/explanations/explanation'
import type { CardedModel } from '../../core/models/model-cards'
import type { ModelFile } from '../../core/models/model-file'
import type { Operation } from '../../core/predictions/operation'
import type { ErrorCode } from '../../errors'
import { WorkstationError } from '../../errors'
import type { Reply } from '../dialect'
import { MISSING } from './read-input'
import type * as reply from './replies'
import { CONNECTOR_STATUS } from './replies'

type Wire<Schema extends z.ZodType> = z.input<Schema>

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 422,
  unsupported: 422,
  mismatch: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  overloaded: 503,
  not_ready: 503,
  internal: 500,
}

const toTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

/** The steps to a field: `body.hyperparameter.0.value`, and `inputs[0].age` as the predict path calls it. */
function toLocation(field: string): (string | number)[] {
  const steps = field.split(/[.[\]]+/).filter((step) => step !== '')
  const read = steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step))
  if (read[0] === 'inputs') return ['body', 'data', ...read.slice(1)]
  return read[0] === 'body' || read[0] === 'query' ? read : ['body', ...read]
}

function toProblems(error: WorkstationError): Wire<typeof reply.problem>[] {
  if (error.problems.length > 0) {
    return error.problems.map(({ field, message }) => ({
      loc: toLocation(field),
      msg: message,
      type: message === MISSING ? 'missing' : 'value_error',
    }))
  }
  const isJson = error.message.startsWith('body: not valid JSON')
  return [{ loc: ['body'], msg: error.message, type: isJson ? 'json_invalid' : 'value_error' }]
}

/** The dialect's error form: one text under `detail`; for what cannot be read, a list of what was wrong where. */
export function toError(error: unknown): Reply {
  if (!(error instanceof WorkstationError))
    return { status: 500, body: { detail: 'the workstation failed to answer; its log says why' } }
  const status = STATUS[error.code]
  return { status, body: { detail: status === 422 ? toProblems(error) : error.message } }
}

/** Runs a lookup; what is not there is told in the dialect's own words. */
export function orNotFound<Found>(words: string, find: () => Found): Found {
  try {
    return find()
  } catch (error) {
    if (error instanceof WorkstationError && error.code === 'not_found')
      throw new WorkstationError('not_found', words, { cause: error })
    throw error
  }
}

export const toModel = ({ model, card }: CardedModel): Wire<typeof reply.model> => ({
  modelid: model.id,
  modelname: card.modelname,
  modelkind: card.modelkind,
  hyperparameter: card.hyperparameter,
  modelperformance: card.modelperformance,
  trainingresource: card.trainingresource,
  runresource: card.runresource,
  featurelist: card.featurelist,
  inference: card.inference,
  modeltags: card.modeltags,
  drift_detection: card.drift_detection,
  version: model.latestVersion === 0 ? null : model.latestVersion,
})

/** A file is called by its model and the ending it came with. */
export const toFile = ({ modelId, kind, name, contentType }: ModelFile): Wire<typeof reply.file> => ({
  modelid: modelId,
  filekind: kind,
  filename: `${modelId}${/^\.[a-z0-9]{1,10}$/i.exec(extname(name))?.[0] ?? ''}`,
  contenttype: contentType,
})

const toEndpoint = (id: string, origin: string): string =>
  `${origin}/deployment/${encodeURIComponent(id)}/predict`

/** @param origin where this server is reached, e.g. http://localhost:8888 */
export const toDeployment = (
  { deployment, placed }: OwnedDeployment,
  origin: string,
): Wire<typeof reply.deployment> => ({
  modelid: deployment.modelId,
  ownerid: placed.owner,
  placement: placed.placement,
  deployment_id: deployment.id,
  inference_data: placed.inferenceData,
  status: CONNECTOR_STATUS[deployment.status],
  timestamp: toTime(deployment.createdAt),
  endpoint: toEndpoint(deployment.id, origin),
})

export function toStatus(
  { deployment }: OwnedDeployment,
  origin: string,
): Wire<typeof reply.deploymentStatus> {
  const endpoint = toEndpoint(deployment.id, origin)
  const status = {
    deployment_id: deployment.id,
    status: CONNECTOR_STATUS[deployment.status],
    timestamp: toTime(deployment.updatedAt),
    stage: deployment.stage,
    modelid: deployment.modelId,
    version: deployment.modelVersion,
    endpoint,
    local_endpoint: endpoint,
    ...(deployment.failure === null ? {} : { error: deployment.failure }),
  }
  return { ...status, response: JSON.stringify(status) }
}

export const toOperation = (operation: Operation): Wire<typeof reply.operation> => ({
  ownerid: operation.owner,
  deploymentid: operation.deploymentId,
  modelid: operation.modelId,
  data: operation.data,
  result: operation.result,
  timestamp: toTime(operation.at),
  operationid: operation.id,
})

/** Classes that are whole numbers are told as numbers. */
export const toAnswer = (prediction: string | number, hasWholeLabels: boolean): string | number =>
  hasWholeLabels ? Number(prediction) : prediction

/** What pushes toward the predicted class is positive: of two classes, the second one is what is explained. */
function toImportance({ contributions, explainedClass, prediction }: Explanation): number[] {
  const isOther = explainedClass !== null && explainedClass !== String(prediction)
  return contributions.map((value) => (isOther && value !== 0 ? -value : value))
}

export function toExplanation({ explanations }: Explained): Wire<typeof reply.prediction>['explanation'] {
  const [first] = explanations
  if (first === undefined) return null
  const rows = explanations.map(toImportance)
  return {
    feature_importance: rows.length === 1 ? (rows[0] ?? []) : rows,
    method: 'shap',
    algorithm: first.method,
    space: first.space,
  }
}
