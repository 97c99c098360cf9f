import type { CallContext, Reply, Route } from '../dialect'
import { pathParameter } from '../dialect'
import { readBody, readInput } from './read-input'
import { orNotFound, toFile, toModel } from './translate'
import { uploadFile } from './upload'
import * as wire from './wire'

const MODEL = '/model/:model_id'
const modelId = ({ request }: CallContext): string => pathParameter(request, 'model_id')
const isWanted = ({ request }: CallContext): boolean =>
  /\breturn=representation\b/.test(String(request.headers['prefer'] ?? ''))

/** Paths with words where others have an id come first. */
export const modelRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/model/add',
    scope: 'write',
    handle: ({ core, request }) => {
      const card = readBody(wire.createModelBody, request)
      return { status: 201, body: toModel(core.modelCards.register(card)) }
    },
  },
  {
    method: 'get',
    path: '/model/all',
    scope: 'read',
    handle: ({ core, request }) => {
      const page = readInput(wire.pageQuery, request.query, 'query')
      return { status: 200, body: core.modelCards.list(page).map(toModel) }
    },
  },
  {
    method: 'get',
    path: '/model/getkind/:modelkind',
    scope: 'read',
    handle: ({ core, request }) => {
      const page = readInput(wire.pageQuery, request.query, 'query')
      const kind = pathParameter(request, 'modelkind')
      return { status: 200, body: core.modelCards.list({ ...page, kind }).map(toModel) }
    },
  },
  {
    method: 'get',
    path: '/model/search',
    scope: 'read',
    handle: ({ core, request }) => {
      const query = readInput(wire.searchQuery, request.query, 'query')
      return { status: 200, body: core.modelCards.list(query).map(toModel) }
    },
  },
  { method: 'post', path: `${MODEL}/upload`, scope: 'write', handle: uploadFile },
  {
    method: 'get',
    path: MODEL,
    scope: 'read',
    handle: (context) => {
      const { core } = context
      const id = modelId(context)
      const model = orNotFound('Model was not found', () => core.modelCards.get(id))
      return { status: 200, body: { ...toModel(model), files: core.modelFiles.list(id).map(toFile) } }
    },
  },
  {
    method: 'patch',
    path: MODEL,
    scope: 'write',
    handle: (context): Reply => {
      const change = readBody(wire.changeModelBody, context.request)
      const model = orNotFound('Model was not found', () =>
        context.core.modelCards.update(modelId(context), change),
      )
      return { status: 200, body: isWanted(context) ? toModel(model) : undefined }
    },
  },
  {
    method: 'delete',
    path: MODEL,
    scope: 'write',
    handle: (context) => {
      orNotFound('Model was not found', () => context.core.models.remove(modelId(context)))
      return { status: 200, body: undefined }
    },
  },
]
