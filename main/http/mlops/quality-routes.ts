import { WorkstationError } from '../../errors'
import type { CallContext, Reply, Route, RouteDocumentation } from '../dialect'
import { pathParameter } from '../dialect'
import { receiveMultipart } from '../multipart'
import { parseBody, parseQuery } from '../parse'
import * as reply from './quality-replies'
import * as to from './quality-translate'
import * as wire from './quality-wire'

const DEPLOYMENT = '/api/mlops/deployments/:deployment_id'
const ok = (body: unknown): Reply => ({ status: 200, body })
const idOf = ({ request }: CallContext): string => pathParameter(request, 'deployment_id')

/** A CSV file of labels: taken at once, read by a job. */
async function receiveFile({ core, settings, request }: CallContext, deploymentId: string): Promise<Reply> {
  core.deployments.get(deploymentId)
  const { files } = await receiveMultipart(request, core.artifacts, { file: settings.maxDataBytes })
  const { file } = files
  if (file === undefined)
    throw new WorkstationError('invalid', 'file: send the .csv file as a part named "file"')
  try {
    const job = await core.groundTruths.upload(deploymentId, file)
    return { status: 202, body: { ok: true, job_id: job.id } }
  } catch (error) {
    core.artifacts.release([file.sha256])
    throw error
  }
}

export const qualityRoutes: readonly Route[] = [
  {
    method: 'post',
    path: `${DEPLOYMENT}/feedback`,
    scope: 'write',
    handle: async (context) => {
      if (context.request.is('multipart/form-data')) return receiveFile(context, idOf(context))
      const body = to.fromFeedback(parseBody(wire.feedbackBody, context.request))
      const items = body.read.map(({ item }) => item)
      return ok(to.toFeedback(body, await context.core.groundTruths.record(idOf(context), items)))
    },
  },
  {
    method: 'get',
    path: `${DEPLOYMENT}/feedback/:prediction_id`,
    scope: 'read',
    handle: (context) => {
      const predictionId = pathParameter(context.request, 'prediction_id')
      return ok(to.toHistory(predictionId, context.core.groundTruths.history(idOf(context), predictionId)))
    },
  },
  {
    method: 'get',
    path: `${DEPLOYMENT}/quality`,
    scope: 'read',
    handle: async (context) => {
      const { window: windowMs, ...query } = parseQuery(wire.qualityQuery, context.request)
      return ok(
        to.toQuality(await context.core.monitoring.quality.report(idOf(context), { ...query, windowMs })),
      )
    },
  },
]

export const qualityDocumentation: Readonly<Record<string, RouteDocumentation>> = {
  [`POST ${DEPLOYMENT}/feedback`]: {
    summary:
      'Say what turned out to be right, by prediction id or by a key column; as JSON, or as a CSV file that a job reads',
    body: wire.feedbackBody,
    form: { fields: wire.feedbackFields, files: ['file'] },
    replies: { 200: reply.feedbackReply, 202: reply.feedbackJob },
  },
  [`GET ${DEPLOYMENT}/feedback/:prediction_id`]: {
    summary: 'Everything that was said about one prediction, newest first',
    replies: { 200: reply.feedbackHistory },
  },
  [`GET ${DEPLOYMENT}/quality`]: {
    summary: 'How good the answers turned out to be, over time, and what is expected of those without labels',
    query: wire.qualityQuery,
    replies: { 200: reply.quality },
  },
}
