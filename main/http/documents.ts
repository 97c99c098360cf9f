import { join } from 'node:path'
import type { Router as ExpressRouter } from 'express'
import express from 'express'
import { RENDERER_HEADERS } from './content-security'
import { DIALECTS } from './dialects'
import { createOpenApi } from './openapi'

/**
 * The OpenAPI documents, one per dialect (`/openapi` lists them, `/openapi.json` is the first), and `/docs` to read and
 * try them without a network; `/redoc` is another name for it, which callers of some dialects know.
 */
export function createDocuments(options: {
  readonly rendererDirectory: string
  readonly version: string
}): ExpressRouter {
  const router = express.Router({ caseSensitive: true, strict: true })
  const documents = new Map(
    DIALECTS.map((dialect) => [dialect.name, createOpenApi(dialect, options.version)]),
  )
  const [first] = documents.values()
  router.get('/openapi.json', (_request, response) => void response.json(first))
  router.get('/openapi', (_request, response) => {
    response.json(DIALECTS.map(({ name, title }) => ({ name, title, url: `/openapi/${name}.json` })))
  })
  router.get('/openapi/:name.json', (request, response, next) => {
    const document = documents.get(request.params.name)
    if (document === undefined) return next()
    response.json(document)
  })
  router.get(['/docs', '/redoc'], (_request, response) => {
    response.set(RENDERER_HEADERS).sendFile(join(options.rendererDirectory, 'docs.html'))
  })
  return router
}
