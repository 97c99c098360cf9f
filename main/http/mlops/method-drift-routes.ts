import type { CallContext, Reply, Route, RouteDocumentation } from '../dialect'
import { pathParameter } from '../dialect'
import { parseBody, parseQuery } from '../parse'
import * as to from './method-drift-translate'
import * as wire from './method-drift-wire'
import { driftStarted, pageOf } from './replies'
import { toPage } from './translate'

const METHOD = '/api/mlops/deployments/:deployment_id/drift/method'
const ok = (body: unknown): Reply => ({ status: 200, body })
const idOf = ({ request }: CallContext): string => pathParameter(request, 'deployment_id')

/** Drift by the method that a model asks for: setting, run, results. */
export const methodDriftRoutes: readonly Route[] = [
  {
    method: 'get',
    path: METHOD,
    scope: 'read',
    handle: (context) => ok(to.toState(context.core.monitoring.byMethod.state(idOf(context)))),
  },
  {
    method: 'put',
    path: METHOD,
    scope: 'write',
    handle: (context) => {
      const setting = to.fromSetting(parseBody(wire.settingBody, context.request))
      return ok(to.toState(context.core.monitoring.byMethod.set(idOf(context), setting)))
    },
  },
  {
    method: 'post',
    path: `${METHOD}/run`,
    scope: 'write',
    handle: (context) => ok({ ok: true, job_id: context.core.monitoring.byMethod.run(idOf(context)).id }),
  },
  {
    method: 'get',
    path: `${METHOD}/results`,
    scope: 'read',
    handle: (context) => {
      const { run_id: runId, ...page } = parseQuery(wire.resultsQuery, context.request)
      const results = context.core.monitoring.byMethod.results(idOf(context), { ...page, runId })
      return ok(toPage(results, to.toResult))
    },
  },
]

export const methodDriftDocumentation: Readonly<Record<string, RouteDocumentation>> = {
  [`GET ${METHOD}`]: {
    summary: "Whether a deployment is compared by its model's own method, and when it last was",
    replies: { 200: wire.stateReply },
  },
  [`PUT ${METHOD}`]: {
    summary:
      'Compare every 24 hours by a method: mean shift, MMD or Kolmogorov–Smirnov; null as the model asks',
    body: wire.settingBody,
    replies: { 200: wire.stateReply },
  },
  [`POST ${METHOD}/run`]: {
    summary: 'Compare operations with the training data by the method now, as a background job',
    replies: { 200: driftStarted },
  },
  [`GET ${METHOD}/results`]: {
    summary: 'What comparisons by the method said of each feature, newest first',
    query: wire.resultsQuery,
    replies: { 200: pageOf(wire.result) },
  },
}
