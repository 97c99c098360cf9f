import type { Reply, Route } from '../dialect'
import { pathParameter } from '../dialect'
import { parseQuery } from '../parse'
import { toPythonOffer } from './model-translate'
import * as to from './translate'
import { attachTrainingData, inspectModel, uploadModel, verifyModel } from './upload-model'
import * as wire from './wire'

const VERSION = '/api/models/:model_id/versions/:version'

const ok = (body: unknown): Reply => ({ status: 200, body })

/** Registered models and their versions. */
export const modelRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/models',
    scope: 'read',
    handle: ({ core, request }) => {
      const { project_id, search, limit, offset } = parseQuery(wire.listModelsQuery, request)
      const page = core.models.list({
        projectId: project_id,
        search,
        limit,
        offset,
        sort: 'updatedAt',
        direction: 'desc',
      })
      return ok(to.toPage(page, to.toModel))
    },
  },
  { method: 'post', path: '/api/models', scope: 'write', handle: uploadModel },
  { method: 'post', path: '/api/models/inspect', scope: 'write', handle: inspectModel },
  {
    method: 'get',
    path: '/api/models/python',
    scope: 'read',
    handle: async ({ core }) => ok({ python: toPythonOffer(await core.models.pythonOffer()) }),
  },
  { method: 'put', path: `${VERSION}/training-data`, scope: 'write', handle: attachTrainingData },
  { method: 'post', path: `${VERSION}/verify`, scope: 'write', handle: verifyModel },
  {
    method: 'get',
    path: '/api/models/:model_id',
    scope: 'read',
    handle: (context) => {
      const model = context.core.models.get(pathParameter(context.request, 'model_id'))
      return ok({
        model: {
          ...to.toModel(model),
          versions: context.core.models.versions(model.id).map(to.toModelVersion),
        },
      })
    },
  },
  {
    method: 'delete',
    path: '/api/models/:model_id',
    scope: 'write',
    handle: (context) => {
      context.core.models.remove(pathParameter(context.request, 'model_id'))
      return ok({ ok: true })
    },
  },
]
