import { ActionIcon } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { LogFilter } from '../../../main/core/predictions/log-filter'
import type { Prediction } from '../../../main/core/predictions/prediction'
import { CopyTextButton } from '../../components/copy-button'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { Pager } from '../../components/pager'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, FaultState } from '../../components/states'
import { ResponseBadge } from '../../components/status'
import { NONE, formatLatency, formatNumber, formatShare } from '../../format'
import { reads } from '../../queries'
import './deployments.css'
import { LogExport } from './log-export'
import { LogFilterBar } from './log-filter-bar'
import './log.css'

const PAGE = 50

/** The predictions of a deployment, newest first; grows by itself while its first page is shown unfiltered. */
export function LogTab({ deployment }: { readonly deployment: Deployment }) {
  const [trail, setTrail] = useState<readonly string[]>([])
  const [opened, setOpened] = useState<string | null>(null)
  const [filter, setFilter] = useState<LogFilter>({})
  const versions = useQuery(reads.versions(deployment.modelId))
  const signature = versions.data?.find(({ id }) => id === deployment.modelVersionId)?.signature
  const query = useQuery(
    reads.predictions(deployment.id, { limit: PAGE, filter, cursor: trail.at(-1) ?? undefined }),
  )
  const toggle = (id: string): void => setOpened((current) => (current === id ? null : id))
  const page = query.data
  return (
    <div className="pl-stack">
      <div className="pl-log-tools">
        <LogFilterBar
          signature={signature}
          onChange={(next) => {
            setFilter(next)
            setTrail([])
          }}
        />
        <LogExport deployment={deployment} filter={filter} />
      </div>
      <Panel isFlush>
        {query.isError ? (
          <FaultState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <div aria-busy={query.isPlaceholderData} className="pl-log-lines">
            <DataTable
              label={`Predictions of ${deployment.name}`}
              columns={createColumns(opened, toggle)}
              rows={page?.items}
              rowKey={(prediction) => prediction.id}
              onSelect={(prediction) => toggle(prediction.id)}
              renderDetail={(prediction) =>
                prediction.id === opened ? <PredictionDetail prediction={prediction} /> : null
              }
              empty={<NoLines filter={filter} isUnfinished={page?.nextCursor !== null} />}
            />
            {page !== undefined && (
              <Pager
                total={page.total}
                limit={PAGE}
                offset={page.offset}
                shown={page.items.length}
                isEstimate={page.isEstimate}
                hasNext={page.nextCursor !== null}
                onOffset={(offset) => {
                  if (offset < page.offset) setTrail(trail.slice(0, -1))
                  else if (page.nextCursor !== null) setTrail([...trail, page.nextCursor])
                }}
                unit="predictions"
              />
            )}
          </div>
        )}
      </Panel>
    </div>
  )
}

function NoLines({ filter, isUnfinished }: { readonly filter: LogFilter; readonly isUnfinished: boolean }) {
  if (Object.keys(filter).length === 0) {
    return (
      <EmptyState title="No predictions yet">
        Every answered prediction is kept here, and every failed one.
      </EmptyState>
    )
  }
  if (isUnfinished) {
    return (
      <EmptyState title="None found so far">
        The log is long: only its newest part was searched. The next page goes on from there.
      </EmptyState>
    )
  }
  return (
    <EmptyState title="No predictions match these filters">
      Widen the time, or take a condition away.
    </EmptyState>
  )
}

function createColumns(opened: string | null, toggle: (id: string) => void): readonly Column<Prediction>[] {
  return [
    {
      key: 'expand',
      header: <span className="pl-hidden">Details</span>,
      width: 44,
      render: ({ id }) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label="Details"
          aria-expanded={opened === id}
          onClick={() => toggle(id)}
        >
          {opened === id ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        </ActionIcon>
      ),
    },
    { key: 'time', header: 'Time', width: 120, render: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    {
      key: 'code',
      header: 'Status',
      width: 90,
      render: ({ statusCode }) => <ResponseBadge code={statusCode} />,
    },
    {
      key: 'answer',
      header: 'Answer',
      width: 220,
      render: (prediction) => <AnswerText prediction={prediction} />,
    },
    {
      key: 'inputs',
      header: 'Inputs',
      render: ({ inputs }) =>
        inputs === null ? (
          <span className="pl-quiet">not kept</span>
        ) : (
          <code className="pl-inputs pl-truncate">
            {Object.entries(inputs)
              .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
              .join('  ')}
          </code>
        ),
    },
    {
      key: 'latency',
      header: 'Latency',
      align: 'right',
      width: 100,
      render: ({ latencyMs }) => formatLatency(latencyMs),
    },
  ]
}

function AnswerText({
  prediction: { prediction, probabilities, error },
}: {
  readonly prediction: Prediction
}) {
  if (error !== null) return <span className="pl-bad pl-truncate pl-answer-error">{error}</span>
  if (prediction === null) return NONE
  if (typeof prediction === 'number') return <strong>{formatNumber(prediction)}</strong>
  const share = probabilities?.[prediction]
  return (
    <>
      <strong>{prediction}</strong>{' '}
      {share !== undefined && <span className="pl-quiet">{formatShare(share)}</span>}
    </>
  )
}

function PredictionDetail({ prediction }: { readonly prediction: Prediction }) {
  const { deploymentId: _, ...record } = prediction
  const text = JSON.stringify({ ...record, createdAt: new Date(record.createdAt).toISOString() }, null, 2)
  return (
    <div className="pl-json">
      <CopyTextButton value={text} label="Copy JSON" />
      <pre tabIndex={0} aria-label="Prediction as JSON">
        {text}
      </pre>
    </div>
  )
}
