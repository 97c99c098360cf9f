import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MethodResult, MethodRun, MethodState } from '../../../main/core/monitoring/method-drift'
import { client } from '../../client'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel, TextSkeleton, Tile } from '../../components/layout'
import { Pager } from '../../components/pager'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, FaultState } from '../../components/states'
import { VerdictBadge } from '../../components/status'
import { NONE, formatAbsolute, formatCount, formatNumber } from '../../format'
import { reads } from '../../queries'
import { JobButton } from './job-button'
import { MethodSettings } from './method-settings'
import { METHOD_NAMES, describeRun } from './method-text'
import { formatP } from './statistics'

const PAGE = 50

/** Drift by the method that the model asks for: the setting, the newest run, its verdict on each feature. */
export function MethodPanel({ deploymentId }: { readonly deploymentId: string }) {
  const query = useQuery(reads.methodDrift(deploymentId))
  const state = query.data
  const run = state?.lastRun ?? null
  return (
    <Panel
      title={
        <span className="pl-inline pl-drift-title">
          By the model’s own method
          {run?.outcome === 'compared' && <VerdictBadge isDrift={run.drifted > 0} />}
        </span>
      }
      aside={
        <JobButton
          deploymentId={deploymentId}
          label="Run now"
          name="Comparison by the method"
          done="Operations were compared."
          fault="Operations were not compared"
          start={() => client.drift.method.run({ id: deploymentId })}
        />
      }
    >
      {state === undefined ? (
        query.isError ? (
          <FaultState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <TextSkeleton lines={4} />
        )
      ) : (
        <div className="pl-stack">
          <MethodSettings state={state} />
          <NewestRun state={state} />
        </div>
      )}
    </Panel>
  )
}

function NewestRun({ state }: { readonly state: MethodState }) {
  const { lastRun, leastOperations } = state
  if (lastRun === null) {
    return (
      <EmptyState title="Not compared yet">
        Operations are compared with the training data, feature by feature, by a test of the model’s choice.
        It takes {leastOperations} operations and the training data.
      </EmptyState>
    )
  }
  if (lastRun.outcome !== 'compared') {
    return (
      <EmptyState
        title={
          lastRun.outcome === 'few_operations' ? 'Not enough operations' : 'No training data to compare with'
        }
      >
        {describeRun(lastRun, leastOperations)} Looked at <RelativeTime at={lastRun.at} />.
      </EmptyState>
    )
  }
  return <Verdicts key={lastRun.id} run={lastRun} state={state} />
}

function Verdicts({ run, state }: { readonly run: MethodRun; readonly state: MethodState }) {
  const [offset, setOffset] = useState(0)
  const results = useQuery(reads.methodResults(run.deploymentId, { runId: run.id, limit: PAGE, offset }))
  return (
    <>
      <p className="pl-drift-words">{describeRun(run, state.leastOperations)}</p>
      <div className="pl-tiles">
        <Tile
          label="Features that drift"
          value={formatCount(run.drifted)}
          note={`of ${formatCount(run.features)} compared`}
        />
        <Tile
          label="Operations"
          value={formatCount(run.operations)}
          note={`against ${formatCount(run.referenceRows)} in training`}
        />
        <Tile label="Ran" value={<RelativeTime at={run.at} />} />
        <Tile
          label="Next run"
          value={state.nextRunAt === null ? 'on demand' : 'daily'}
          note={state.nextRunAt === null ? undefined : formatAbsolute(state.nextRunAt)}
        />
      </div>
      {results.isError && results.data === undefined ? (
        <FaultState error={results.error} onRetry={() => void results.refetch()} />
      ) : (
        <div className="pl-method-table">
          <DataTable<MethodResult>
            label="Features by the model’s own method"
            columns={COLUMNS}
            rows={results.data?.items}
            rowKey={({ id }) => String(id)}
          />
        </div>
      )}
      {results.data !== undefined && results.data.total > PAGE && (
        <Pager total={results.data.total} limit={PAGE} offset={offset} onOffset={setOffset} unit="features" />
      )}
      {run.leftOut.length > 0 && (
        <p className="pl-quiet pl-small">
          Not compared: {run.leftOut.map(({ feature, reason }) => `${feature} (${reason})`).join('; ')}.
        </p>
      )}
    </>
  )
}

const COLUMNS: readonly Column<MethodResult>[] = [
  {
    key: 'feature',
    header: 'Feature',
    render: ({ feature }) => <span className="pl-truncate">{feature}</span>,
  },
  { key: 'kind', header: 'Type', render: ({ kind }) => kind },
  { key: 'method', header: 'Method', render: ({ method }) => METHOD_NAMES[method] },
  {
    key: 'statistic',
    header: 'Statistic',
    align: 'right',
    render: ({ statistic }) =>
      statistic === null ? <span className="pl-quiet">{NONE}</span> : formatNumber(statistic),
  },
  { key: 'p', header: 'p', align: 'right', render: ({ pValue }) => formatP(pValue) },
  { key: 'verdict', header: 'Verdict', render: ({ isDrift }) => <VerdictBadge isDrift={isDrift} isPlain /> },
]
