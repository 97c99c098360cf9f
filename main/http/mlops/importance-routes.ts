import type { ExplainOptions, MethodChoice } from '../../core/explanations/explanation'
import type { Dependence, Importance, ImportanceSummary } from '../../core/importance/importance'
import type { CallContext, Reply, Route, RouteDocumentation } from '../dialect'
import { pathParameter } from '../dialect'
import { parseBody, parseQuery } from '../parse'
import { METHODS } from './contributions'
import * as wire from './importance-wire'
import { toTime } from './translate'

const IMPORTANCE = '/api/mlops/deployments/:deployment_id/importance'
const ok = (body: unknown): Reply => ({ status: 200, body })
const idOf = ({ request }: CallContext): string => pathParameter(request, 'deployment_id')

/** How a predict call wants its contributions. */
export const fromContributionOptions = (options: {
  readonly contributions_method?: MethodChoice | null | undefined
  readonly contributions_class?: string | null | undefined
}): ExplainOptions => ({
  method: options.contributions_method ?? undefined,
  explainedClass: options.contributions_class ?? undefined,
})

const toSummary = (summary: ImportanceSummary): object => ({
  id: summary.id,
  model_version_id: summary.modelVersionId,
  created_at: toTime(summary.createdAt),
  sample: summary.source,
  rows: summary.rows,
  skipped: summary.skipped,
  method: METHODS[summary.method],
  space: summary.space,
  background_rows: summary.backgroundRows,
})

const toImportance = (importance: Importance): object => ({
  deployment_id: importance.deploymentId,
  ...toSummary(importance),
  max_residual: importance.maxResidual,
  features: importance.features.map(({ feature, meanAbsolute, share }) => ({
    feature,
    mean_abs: meanAbsolute,
    share,
  })),
  classes: importance.classes.map(({ label, bias, features }) => ({
    class: label,
    bias,
    features: features.map(({ feature, meanAbsolute, share, direction }) => ({
      feature,
      mean_abs: meanAbsolute,
      share,
      direction,
    })),
  })),
})

function toDependence(deploymentId: string, dependence: Dependence): object {
  const head = { deployment_id: deploymentId, feature: dependence.feature, classes: dependence.labels }
  if (dependence.kind === 'categories') {
    const categories = dependence.categories.map(({ value, isRest, rows, means }) => ({
      value,
      is_rest: isRest,
      rows,
      mean_contributions: means,
    }))
    return { ...head, categories }
  }
  const points = dependence.values.map((value, index) => ({
    value,
    contributions: dependence.contributions.map((list) => list[index] ?? 0),
  }))
  return { ...head, points }
}

export const importanceRoutes: readonly Route[] = [
  {
    method: 'post',
    path: IMPORTANCE,
    scope: 'write',
    handle: async (context) => {
      const { sample, rows, method } = parseBody(wire.importanceBody, context.request)
      const job = await context.core.importances.request(idOf(context), {
        rows: rows ?? 500,
        method: method ?? 'auto',
        ...(sample === null || sample === undefined ? {} : { source: sample }),
      })
      return { status: 202, body: { ok: true, job_id: job.id } }
    },
  },
  {
    method: 'get',
    path: IMPORTANCE,
    scope: 'read',
    handle: (context) => {
      const { importance_id } = parseQuery(wire.importanceQuery, context.request)
      return ok(toImportance(context.core.importances.get(idOf(context), importance_id)))
    },
  },
  {
    method: 'get',
    path: `${IMPORTANCE}/history`,
    scope: 'read',
    handle: (context) => {
      const deploymentId = idOf(context)
      const items = context.core.importances.list(deploymentId).map(toSummary)
      return ok({ deployment_id: deploymentId, items })
    },
  },
  {
    method: 'get',
    path: `${IMPORTANCE}/dependence`,
    scope: 'read',
    handle: (context) => {
      const { feature, importance_id } = parseQuery(wire.dependenceQuery, context.request)
      const deploymentId = idOf(context)
      return ok(
        toDependence(deploymentId, context.core.importances.dependence(deploymentId, feature, importance_id)),
      )
    },
  },
]

export const importanceDocumentation: Readonly<Record<string, RouteDocumentation>> = {
  [`POST ${IMPORTANCE}`]: {
    summary:
      'Compute how important each feature is, over the training data kept with the version or the last predictions; a job does it',
    body: wire.importanceBody,
    replies: { 202: wire.importanceJob },
    refusals: [409],
  },
  [`GET ${IMPORTANCE}`]: {
    summary:
      'Mean absolute contribution of every feature, per class: the newest result, or the one of importance_id',
    query: wire.importanceQuery,
    replies: { 200: wire.importance },
  },
  [`GET ${IMPORTANCE}/history`]: {
    summary: 'The results that are kept, newest first, with their time, sample and method',
    replies: { 200: wire.importanceHistory },
  },
  [`GET ${IMPORTANCE}/dependence`]: {
    summary: 'What the values of one feature contribute: points for numbers, means by value for text',
    query: wire.dependenceQuery,
    replies: { 200: wire.dependence },
  },
}
