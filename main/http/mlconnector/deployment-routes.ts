import type { CallContext, Route } from '../dialect'
import { pathParameter } from '../dialect'
import { parseAlmostJson } from './almost-json'
import { predict } from './predict'
import { readBody, readInput } from './read-input'
import { orNotFound, toDeployment, toOperation, toStatus } from './translate'
import * as wire from './wire'

const DEPLOYMENT = '/deployment/:deployment_id'
const deploymentId = ({ request }: CallContext): string => pathParameter(request, 'deployment_id')
const NOT_FOUND = 'No deployment with matching id was found'

/** The guard let no other host through than our own. */
const originOf = ({ request }: CallContext): string => `http://${request.headers.host ?? ''}`

/** Paths with words where others have an id come first. */
export const deploymentRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/deployment/all',
    scope: 'read',
    handle: (context) => {
      const page = readInput(wire.pageQuery, context.request.query, 'query')
      const origin = originOf(context)
      return {
        status: 200,
        body: context.core.placements.list(page).map((each) => toDeployment(each, origin)),
      }
    },
  },
  {
    method: 'post',
    path: '/deployment/add',
    scope: 'write',
    handle: async (context) => {
      const body = readBody(wire.createDeploymentBody, context.request)
      orNotFound('No model details found with that model_id', () => context.core.models.get(body.modelid))
      const order = {
        modelId: body.modelid,
        owner: body.ownerid,
        placement: body.placement,
        deploymentId: body.deployment_id,
        inferenceData: body.inference_data,
      }
      const placed = await context.core.placements.deploy(order, context.caller.name)
      return { status: 201, body: toDeployment(placed, originOf(context)) }
    },
  },
  {
    method: 'post',
    path: '/deployment/add/operation',
    scope: 'predict',
    handle: ({ core, request }) => {
      const body = readBody(wire.createOperationBody, request)
      orNotFound(NOT_FOUND, () => core.deployments.get(body.deploymentid))
      orNotFound('No model details found with that model_id', () => core.models.get(body.modelid))
      const recorded = core.operations.record({
        owner: body.ownerid,
        deploymentId: body.deploymentid,
        modelId: body.modelid,
        data: body.data,
        result: body.result,
        at: body.timestamp,
      })
      return { status: 201, body: toOperation(recorded) }
    },
  },
  {
    method: 'get',
    path: '/deployment/get/status/:deployment_id',
    scope: 'read',
    handle: (context) => {
      const placed = orNotFound(NOT_FOUND, () => context.core.placements.get(deploymentId(context)))
      return { status: 200, body: toStatus(placed, originOf(context)) }
    },
  },
  {
    method: 'get',
    path: '/deployment/get/opos/:ownerid',
    scope: 'read',
    handle: async ({ core, request }) => {
      const page = readInput(wire.pageQuery, request.query, 'query')
      const operations = await core.operations.list({ ...page, owner: pathParameter(request, 'ownerid') })
      return { status: 200, body: operations.map(toOperation) }
    },
  },
  {
    method: 'post',
    path: `${DEPLOYMENT}/predict`,
    scope: 'predict',
    parseText: parseAlmostJson,
    handle: predict,
  },
  {
    method: 'get',
    path: DEPLOYMENT,
    scope: 'read',
    handle: (context) => {
      const placed = orNotFound(NOT_FOUND, () => context.core.placements.get(deploymentId(context)))
      return { status: 200, body: toDeployment(placed, originOf(context)) }
    },
  },
  {
    method: 'delete',
    path: DEPLOYMENT,
    scope: 'write',
    handle: (context) => {
      const { core, caller } = context
      const { deployment } = orNotFound('Deployment was not found', () =>
        core.placements.get(deploymentId(context)),
      )
      core.deployments.deactivate(deployment.id, caller.name)
      return { status: 200, body: undefined }
    },
  },
]
