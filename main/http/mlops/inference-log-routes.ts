import type { RouteDocumentation, Route } from '../dialect'
import { pathParameter } from '../dialect'
import { parseBody, parseQuery } from '../parse'
import * as wire from './inference-log-wire'
import * as to from './translate'

const LOG = '/api/mlops/deployments/:deployment_id/inference-logs'
const RETENTION = '/api/mlops/settings/retention'
const DOWNLOAD = '/api/jobs/:job_id/download'

/** The inference log: read, export, how long it is kept. */
export const inferenceLogRoutes: readonly Route[] = [
  {
    method: 'get',
    path: LOG,
    scope: 'read',
    handle: async ({ core, request, signal }) => {
      const { limit, offset, cursor, ...filter } = parseQuery(wire.filteredLogsQuery, request)
      const query = {
        deploymentId: pathParameter(request, 'deployment_id'),
        filter: wire.fromFilter(filter),
        limit,
        offset,
        cursor,
      }
      const page = await core.predictions.search(query, signal())
      const body = {
        ...to.toPage(page, to.toPrediction),
        total_is_estimate: page.isEstimate,
        next_cursor: page.nextCursor,
      }
      return { status: 200, body }
    },
  },
  {
    method: 'post',
    path: `${LOG}/export`,
    scope: 'read',
    handle: ({ core, request }) => {
      const { format, ...filter } = parseBody(wire.exportLogBody, request)
      const deploymentId = pathParameter(request, 'deployment_id')
      const job = core.logExports.request(deploymentId, format, wire.fromFilter(filter))
      return { status: 202, body: { ok: true, job_id: job.id } }
    },
  },
  {
    method: 'get',
    path: DOWNLOAD,
    scope: 'read',
    handle: ({ core, request }) => ({
      status: 200,
      file: core.logExports.file(pathParameter(request, 'job_id')),
    }),
  },
  {
    method: 'get',
    path: RETENTION,
    scope: 'admin',
    handle: ({ core }) => ({
      status: 200,
      body: { retention: core.logRetention.get(), used_bytes: core.logRetention.usedBytes(), job_id: null },
    }),
  },
  {
    method: 'put',
    path: RETENTION,
    scope: 'admin',
    handle: ({ core, request }) => {
      const { days = null, gigabytes = null } = parseBody(wire.retentionBody, request)
      const job = core.logRetention.set({ days, gigabytes })
      const used = core.logRetention.usedBytes()
      return {
        status: 200,
        body: { retention: core.logRetention.get(), used_bytes: used, job_id: job?.id ?? null },
      }
    },
  },
]

export const inferenceLogDocumentation: Readonly<Record<string, RouteDocumentation>> = {
  [`GET ${LOG}`]: {
    summary: 'The prediction log, newest first, filtered; next_cursor asks for the page after',
    query: wire.filteredLogsQuery,
    replies: { 200: wire.inferenceLogsReply },
    refusals: [503],
  },
  [`POST ${LOG}/export`]: {
    summary:
      'Write the lines that the filters mean to a CSV, JSON Lines or Parquet file, as a background job',
    body: wire.exportLogBody,
    replies: { 202: wire.exportStarted },
  },
  [`GET ${DOWNLOAD}`]: {
    summary: 'The file that a job wrote; it is kept for 7 days',
    replies: {},
    files: ['text/csv', 'application/jsonl', 'application/vnd.apache.parquet'],
    refusals: [409],
  },
  [`GET ${RETENTION}`]: {
    summary: 'How long and how much of the prediction log is kept',
    replies: { 200: wire.retentionReply },
  },
  [`PUT ${RETENTION}`]: {
    summary: 'Set both limits of the prediction log (absent or null: none) and remove by them at once',
    body: wire.retentionBody,
    replies: { 200: wire.retentionReply },
  },
}
