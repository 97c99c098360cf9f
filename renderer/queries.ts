import { QueryCache, QueryClient, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { AlertQuery } from '../main/core/alerts/alert'
import type { DeploymentQuery } from '../main/core/deployments/deployment'
import type { ModelQuery } from '../main/core/models/model'
import type { LogFilter } from '../main/core/predictions/log-filter'
import type { PolicyQuery } from '../main/core/privacy/policy'
import { client, readFault } from './client'
import type { SentRecord } from './components/json'
import { useConnection } from './live'

/** Server state of the whole app. A call that failed for want of an answer is tried twice more, a refusal never. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (readFault(error).code === 'UNAUTHORIZED') useConnection.setState({ status: 'signed-out' })
      },
    }),
    defaultOptions: {
      queries: {
        // The live feed says what changed; without it everything is read again on reconnection.
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => readFault(error).code === 'OFFLINE' && failures < 2,
      },
    },
  })
}

export type ModelFilter = Partial<ModelQuery>
export type AlertFilter = Partial<AlertQuery>
export type DeploymentFilter = Partial<DeploymentQuery>
export type PredictionFilter = {
  readonly limit: number
  readonly filter: LogFilter
  readonly cursor: string | undefined
}

export type QualityFilter = { readonly windowMs: number; readonly bucket: 'hour' | 'day' }

/** Whether the log is searched line by line: then it is not done again with every prediction that comes in. */
const isSearched = ({ since: _since, until: _until, ...conditions }: LogFilter): boolean =>
  Object.keys(conditions).length > 0

/** Every read of the workstation with the key that live events refresh it by. */
export const reads = {
  workspace: () =>
    queryOptions({
      queryKey: ['workspace'],
      queryFn: ({ signal }) => client.workspace.get(undefined, { signal }),
    }),
  keys: () =>
    queryOptions({
      queryKey: ['access'],
      queryFn: ({ signal }) => client.access.keys(undefined, { signal }),
    }),
  projects: () =>
    queryOptions({
      queryKey: ['projects'],
      queryFn: ({ signal }) => client.projects.list({ limit: 500 }, { signal }),
    }),
  models: (filter: ModelFilter) =>
    queryOptions({
      queryKey: ['models', filter],
      queryFn: ({ signal }) => client.models.list(filter, { signal }),
      placeholderData: keepPreviousData,
    }),
  model: (id: string) =>
    queryOptions({ queryKey: ['model', id], queryFn: ({ signal }) => client.models.get({ id }, { signal }) }),
  versions: (id: string) =>
    queryOptions({
      queryKey: ['model', id, 'versions'],
      queryFn: ({ signal }) => client.models.versions({ id }, { signal }),
    }),
  /** Frozen with its version, so it is read once. */
  profile: (versionId: string) =>
    queryOptions({
      queryKey: ['profile', versionId],
      queryFn: ({ signal }) => client.models.profile({ id: versionId }, { signal }),
      staleTime: Infinity,
    }),
  inspection: (files: { readonly modelFile: string; readonly trainingFile?: string }) =>
    queryOptions({
      queryKey: ['inspection', files],
      queryFn: ({ signal }) => client.models.inspect(files, { signal }),
      staleTime: Infinity,
      retry: false,
    }),
  /** What converting by running code would mean here; asked anew whenever it is shown, as people install what is missing. */
  pythonOffer: () =>
    queryOptions({
      queryKey: ['python-offer'],
      queryFn: ({ signal }) => client.models.pythonOffer(undefined, { signal }),
      staleTime: 0,
      retry: false,
    }),
  deployments: (filter: DeploymentFilter) =>
    queryOptions({
      queryKey: ['deployments', filter],
      queryFn: ({ signal }) => client.deployments.list(filter, { signal }),
      placeholderData: keepPreviousData,
    }),
  deployment: (id: string) =>
    queryOptions({
      queryKey: ['deployment', id],
      queryFn: ({ signal }) => client.deployments.get({ id }, { signal }),
    }),
  history: (id: string) =>
    queryOptions({
      queryKey: ['deployment', id, 'history'],
      queryFn: ({ signal }) => client.deployments.history({ id }, { signal }),
    }),
  examples: (id: string) =>
    queryOptions({
      queryKey: ['examples', id],
      queryFn: ({ signal }) => client.deployments.examples({ id }, { signal }),
      staleTime: Infinity,
    }),
  /** Why a deployment answers a record as it does; its version never changes, so it is asked once. */
  explanation: (id: string, record: SentRecord, explainedClass: string | undefined) =>
    queryOptions({
      queryKey: ['explanation', id, record, explainedClass],
      queryFn: ({ signal }) =>
        client.deployments.explain(
          { id, records: [record], ...(explainedClass === undefined ? {} : { explainedClass }) },
          { signal },
        ),
      staleTime: Infinity,
    }),
  /** The importance of features: the newest, or an earlier one; null when none was computed. */
  importance: (id: string, importanceId: string | undefined) =>
    queryOptions({
      queryKey: ['importance', id, importanceId ?? 'newest'],
      queryFn: ({ signal }) =>
        client.importance.get({ id, ...(importanceId === undefined ? {} : { importanceId }) }, { signal }),
      placeholderData: keepPreviousData,
    }),
  importances: (id: string) =>
    queryOptions({
      queryKey: ['importance', id, 'list'],
      queryFn: ({ signal }) => client.importance.list({ id }, { signal }),
    }),
  /** The job that was started last, whether it still runs or not; null when there is none. */
  importanceJobs: (id: string) =>
    queryOptions({
      queryKey: ['importance', id, 'jobs'],
      queryFn: async ({ signal }) => {
        const { items } = await client.jobs.list({ subject: id, limit: 50 }, { signal })
        return items.find(({ type }) => type === 'feature_importance') ?? null
      },
    }),
  dependence: (id: string, importanceId: string, feature: string) =>
    queryOptions({
      queryKey: ['dependence', id, importanceId, feature],
      queryFn: ({ signal }) => client.importance.dependence({ id, importanceId, feature }, { signal }),
      staleTime: Infinity,
    }),
  predictions: (id: string, filter: PredictionFilter) =>
    queryOptions({
      queryKey: isSearched(filter.filter) ? ['log-search', id, filter] : ['answered', id, 'log', filter],
      queryFn: ({ signal }) => client.deployments.predictions({ id, ...filter }, { signal }),
      placeholderData: keepPreviousData,
    }),
  traffic: (id: string, minutes: number) =>
    queryOptions({
      queryKey: ['answered', id, 'traffic', minutes],
      queryFn: ({ signal }) => client.deployments.traffic({ id, minutes }, { signal }),
      placeholderData: keepPreviousData,
      // Minutes pass without an event, too.
      refetchInterval: 30_000,
    }),
  comparison: (projectId: string, minutes: number) =>
    queryOptions({
      queryKey: ['comparison', projectId, minutes],
      queryFn: ({ signal }) => client.deployments.compare({ id: projectId, minutes }, { signal }),
      placeholderData: keepPreviousData,
      refetchInterval: 10_000,
    }),
  quality: (id: string, query: QualityFilter) =>
    queryOptions({
      queryKey: ['quality', id, query],
      queryFn: ({ signal }) => client.quality.get({ id, query }, { signal }),
      placeholderData: keepPreviousData,
    }),
  drift: (id: string) =>
    queryOptions({ queryKey: ['drift', id], queryFn: ({ signal }) => client.drift.get({ id }, { signal }) }),
  driftHistory: (id: string) =>
    queryOptions({
      queryKey: ['drift', id, 'history'],
      queryFn: ({ signal }) => client.drift.history({ id }, { signal }),
    }),
  methodDrift: (id: string) =>
    queryOptions({
      queryKey: ['drift', id, 'method'],
      queryFn: ({ signal }) => client.drift.method.get({ id }, { signal }),
    }),
  /** What a run said never changes. */
  methodResults: (
    id: string,
    page: { readonly runId: string; readonly limit: number; readonly offset: number },
  ) =>
    queryOptions({
      queryKey: ['drift-method-results', id, page],
      queryFn: ({ signal }) => client.drift.method.results({ id, ...page }, { signal }),
      placeholderData: keepPreviousData,
      staleTime: Infinity,
    }),
  driftOverview: () =>
    queryOptions({
      queryKey: ['drift-overview'],
      queryFn: ({ signal }) => client.drift.overview(undefined, { signal }),
    }),
  retention: () =>
    queryOptions({
      queryKey: ['retention'],
      queryFn: ({ signal }) => client.retention.get(undefined, { signal }),
    }),
  alerts: (filter: AlertFilter) =>
    queryOptions({
      queryKey: ['alerts', filter],
      queryFn: ({ signal }) => client.alerts.list(filter, { signal }),
      placeholderData: keepPreviousData,
    }),
  openAlerts: () =>
    queryOptions({
      queryKey: ['alerts', 'open'],
      queryFn: ({ signal }) => client.alerts.countOpen({ projectId: null }, { signal }),
    }),
  alert: (id: string) =>
    queryOptions({ queryKey: ['alert', id], queryFn: ({ signal }) => client.alerts.get({ id }, { signal }) }),
  alertRules: (projectId: string | null) =>
    queryOptions({
      queryKey: ['alert-rules', projectId],
      queryFn: ({ signal }) => client.alertRules.list({ projectId, limit: 500 }, { signal }),
      placeholderData: keepPreviousData,
    }),
  notificationSettings: () =>
    queryOptions({
      queryKey: ['notification-settings'],
      queryFn: ({ signal }) => client.notifications.settings(undefined, { signal }),
    }),
  policies: (filter: Partial<PolicyQuery>) =>
    queryOptions({
      queryKey: ['policies', filter],
      queryFn: ({ signal }) => client.privacy.policies(filter, { signal }),
      placeholderData: keepPreviousData,
    }),
  policy: (id: string) =>
    queryOptions({
      queryKey: ['policy', id],
      queryFn: ({ signal }) => client.privacy.policy({ id }, { signal }),
    }),
  rules: (policyId: string) =>
    queryOptions({
      queryKey: ['policy', policyId, 'rules'],
      queryFn: ({ signal }) => client.privacy.rules({ id: policyId }, { signal }),
    }),
  privacyVocabulary: () =>
    queryOptions({
      queryKey: ['privacy-vocabulary'],
      queryFn: ({ signal }) => client.privacy.vocabulary(undefined, { signal }),
      staleTime: Infinity,
    }),
  job: (id: string) =>
    queryOptions({ queryKey: ['job', id], queryFn: ({ signal }) => client.jobs.get({ id }, { signal }) }),
} as const
