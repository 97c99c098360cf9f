import type { CallContext, Dialect, Reply, Route } from '../dialect'
import { pathParameter } from '../dialect'
import { parseBody, parseQuery } from '../parse'
import { toExplainedResult } from './contributions'
import { alertDocumentation } from './alert-documentation'
import { alertRoutes } from './alert-routes'
import { documentation } from './documentation'
import { keyDocumentation, keyRoutes } from './key-routes'
import { fromContributionOptions, importanceRoutes } from './importance-routes'
import { inferenceLogRoutes } from './inference-log-routes'
import { methodDriftRoutes } from './method-drift-routes'
import { modelRoutes } from './model-routes'
import { privacyRoutes } from './privacy-routes'
import { fromDeploymentPrivacy, fromPredictPrivacy } from './privacy-translate'
import { trainingRoutes } from './training-routes'
import { qualityRoutes } from './quality-routes'
import { toGroundTruthSettings } from './quality-translate'
import { errorReply } from './replies'
import * as to from './translate'
import * as wire from './wire'

const ok = (body: unknown): Reply => ({ status: 200, body })
const created = (body: unknown): Reply => ({ status: 201, body })
const id = ({ request }: CallContext, name: string): string => pathParameter(request, name)

const DEPLOYMENT = '/api/mlops/deployments/:deployment_id'

const routes: readonly Route[] = [
  {
    method: 'post',
    path: `${DEPLOYMENT}/predict`,
    scope: 'predict',
    handle: async (context) => {
      const { inputs, options } = parseBody(wire.predictBody, context.request)
      const request = {
        deploymentId: id(context, 'deployment_id'),
        records: inputs,
        options: { storePayload: options.store_payload, privacy: fromPredictPrivacy(options) },
      }
      if (!options.include_contributions)
        return ok(to.toPredictResult(await context.core.serving.predict(request)))
      const explained = await context.core.explanations.predict(request, fromContributionOptions(options))
      return ok(toExplainedResult(explained))
    },
  },
  {
    method: 'post',
    path: '/api/mlops/projects/:project_id/predict',
    scope: 'predict',
    handle: async (context) => {
      const { inputs, options, routing_key } = parseBody(wire.projectPredictBody, context.request)
      const request = {
        projectId: id(context, 'project_id'),
        records: inputs,
        options: { storePayload: options.store_payload, privacy: fromPredictPrivacy(options) },
        routingKey: routing_key ?? undefined,
      }
      if (options.include_contributions) {
        const explained = await context.core.explanations.predictInProject(
          request,
          fromContributionOptions(options),
        )
        return ok({ deployment_id: explained.deploymentId, ...toExplainedResult(explained) })
      }
      const result = await context.core.serving.predictInProject(request)
      return ok({ deployment_id: result.deploymentId, ...to.toPredictResult(result) })
    },
  },
  {
    method: 'get',
    path: '/api/mlops/projects/:project_id/compare',
    scope: 'read',
    handle: (context) => {
      const { minutes } = parseQuery(wire.compareQuery, context.request)
      const compared = context.core.monitoring.compare(id(context, 'project_id'), minutes)
      return ok({ minutes, deployments: compared.map(to.toComparedDeployment) })
    },
  },
  {
    method: 'patch',
    path: DEPLOYMENT,
    scope: 'write',
    handle: (context) => {
      const body = parseBody(wire.editDeploymentBody, context.request)
      const deploymentId = id(context, 'deployment_id')
      const { deployments, groundTruths } = context.core
      const edit = to.fromEdit(body)
      const change = to.fromGroundTruthEdit(body)
      if (Object.keys(change).length > 0) groundTruths.configure(deploymentId, change)
      const deployment =
        Object.keys(edit).length > 0
          ? deployments.edit(deploymentId, edit, context.caller.name)
          : deployments.get(deploymentId)
      return ok({
        deployment: to.toDeployment(deployment),
        ground_truth: toGroundTruthSettings(groundTruths.settings(deploymentId)),
      })
    },
  },
  {
    method: 'post',
    path: '/api/mlops/projects/:project_id/deployments',
    scope: 'write',
    handle: async (context) => {
      const body = parseBody(wire.createDeploymentBody, context.request)
      const input = {
        projectId: id(context, 'project_id'),
        model: body.model_id,
        name: body.name,
        stage: body.stage,
        trafficPercent: body.traffic_percent,
        isShadow: body.is_shadow,
        privacy: fromDeploymentPrivacy(body),
      }
      return created(
        to.toCreatedDeployment(await context.core.deployments.create(input, context.caller.name)),
      )
    },
  },
  {
    method: 'get',
    path: '/api/mlops/projects/:project_id/deployments',
    scope: 'read',
    handle: (context) => {
      const { limit, offset } = parseQuery(wire.listDeploymentsQuery, context.request)
      const { id: projectId } = context.core.projects.get(id(context, 'project_id'))
      return ok(
        to.toPage(context.core.deployments.list({ projectId, search: '', limit, offset }), to.toDeployment),
      )
    },
  },
  {
    method: 'get',
    path: DEPLOYMENT,
    scope: 'read',
    handle: (context) => {
      const deployment = context.core.deployments.get(id(context, 'deployment_id'))
      const model = context.core.models.get(deployment.modelId)
      return ok({
        deployment: to.toDeployment(deployment),
        model: { id: model.id, name: model.name, algo: model.algorithm, version: deployment.modelVersion },
        ground_truth: toGroundTruthSettings(context.core.groundTruths.settings(deployment.id)),
      })
    },
  },
  {
    method: 'post',
    path: `${DEPLOYMENT}/promote`,
    scope: 'write',
    handle: async (context) => {
      parseBody(wire.promoteBody, context.request)
      const deployment = await context.core.deployments.promote(
        id(context, 'deployment_id'),
        context.caller.name,
      )
      return ok({ ok: true, deployment_id: deployment.id, stage: deployment.stage })
    },
  },
  {
    method: 'post',
    path: `${DEPLOYMENT}/rollback`,
    scope: 'write',
    handle: async (context) => {
      const body = parseBody(wire.rollbackBody, context.request)
      const target = to.fromRollback(body)
      const deployment = await context.core.deployments.rollback(
        id(context, 'deployment_id'),
        target,
        context.caller.name,
      )
      return ok({ ok: true, deployment_id: deployment.id, stage: deployment.stage })
    },
  },
  {
    method: 'post',
    path: `${DEPLOYMENT}/deactivate`,
    scope: 'write',
    handle: (context) => {
      context.core.deployments.deactivate(id(context, 'deployment_id'), context.caller.name)
      return ok({ ok: true })
    },
  },
  {
    method: 'get',
    path: `${DEPLOYMENT}/drift`,
    scope: 'read',
    handle: (context) => ok(to.toDrift(context.core.monitoring.drift(id(context, 'deployment_id')))),
  },
  {
    method: 'get',
    path: `${DEPLOYMENT}/drift/history`,
    scope: 'read',
    handle: async (context) => {
      const deploymentId = id(context, 'deployment_id')
      const points = await context.core.monitoring.driftHistory(deploymentId)
      return ok({ deployment_id: deploymentId, items: points.map(to.toDriftPoint) })
    },
  },
  {
    method: 'post',
    path: `${DEPLOYMENT}/drift/run`,
    scope: 'write',
    handle: (context) =>
      ok({ ok: true, job_id: context.core.monitoring.runDrift(id(context, 'deployment_id')).id }),
  },
  ...methodDriftRoutes,
  ...inferenceLogRoutes,
  ...qualityRoutes,
  ...importanceRoutes,
  {
    method: 'get',
    path: '/api/projects',
    scope: 'read',
    handle: ({ core, request }) =>
      ok(to.toPage(core.projects.list(parseQuery(wire.listQuery, request)), to.toProject)),
  },
  {
    method: 'post',
    path: '/api/projects',
    scope: 'write',
    handle: ({ core, request }) => {
      const body = parseBody(wire.createProjectBody, request)
      const project = core.projects.create({ name: body.name, description: body.description ?? '' })
      return created({ project_id: project.id, project: to.toProject(project) })
    },
  },
  {
    method: 'get',
    path: '/api/projects/:project_id',
    scope: 'read',
    handle: (context) => ok({ project: to.toProject(context.core.projects.get(id(context, 'project_id'))) }),
  },
  ...modelRoutes,
  ...trainingRoutes,
  {
    method: 'get',
    path: '/api/jobs',
    scope: 'read',
    handle: ({ core, request }) =>
      ok(to.toPage(core.jobs.list(parseQuery(wire.listJobsQuery, request)), to.toJob)),
  },
  {
    method: 'get',
    path: '/api/jobs/:job_id',
    scope: 'read',
    handle: (context) => ok({ job: to.toJob(context.core.jobs.get(id(context, 'job_id'))) }),
  },
  {
    method: 'post',
    path: '/api/jobs/:job_id/cancel',
    scope: 'write',
    handle: (context) => ok({ job: to.toJob(context.core.jobs.cancel(id(context, 'job_id'))) }),
  },
  ...privacyRoutes,
]

/**
 * The deployments dialect: projects, models, deployments, predictions, drift, alerts, privacy and jobs, with a
 * bearer key.
 */
export const mlops: Dialect = {
  name: 'mlops',
  title: 'projects, models, deployments, alerts and privacy',
  documentation: { ...documentation, ...alertDocumentation, ...keyDocumentation },
  errorSchema: errorReply,
  bases: ['/api/mlops', '/api/projects', '/api/models', '/api/jobs', '/api/privacy', '/api/auth'],
  routes: [...routes, ...alertRoutes, ...keyRoutes],
  toError: to.toError,
  challenge: 'Bearer realm="plumbline"',
}
