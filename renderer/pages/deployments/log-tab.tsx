import { ActionIcon, Select, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Deployment } from '../../../main/core/deployments/deployment'
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

const PAGE = 50
const MINUTE = 60_000

const SPANS = [
  { value: 'all', label: 'All time' },
  { value: '15', label: 'Last 15 minutes' },
  { value: '60', label: 'Last hour' },
  { value: '1440', label: 'Last 24 hours' },
  { value: '10080', label: 'Last 7 days' },
  { value: 'custom', label: 'From … to …' },
]

/** The predictions of a deployment, newest first; grows by itself while its first page is shown. */
export function LogTab({ deployment }: { readonly deployment: Deployment }) {
  const [offset, setOffset] = useState(0)
  const [opened, setOpened] = useState<string | null>(null)
  const [times, setTimes] = useState<Times>({})
  const query = useQuery(reads.predictions(deployment.id, { limit: PAGE, offset, ...times }))
  const toggle = (id: string): void => setOpened((current) => (current === id ? null : id))
  return (
    <div className="pl-stack">
      <TimeFilter
        onChange={(next) => {
          setTimes(next)
          setOffset(0)
        }}
      />
      <Panel isFlush>
        {query.isError && query.data === undefined ? (
          <FaultState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <>
            <DataTable
              label={`Predictions of ${deployment.name}`}
              columns={createColumns(opened, toggle)}
              rows={query.data?.items}
              rowKey={(prediction) => prediction.id}
              onSelect={(prediction) => toggle(prediction.id)}
              renderDetail={(prediction) =>
                prediction.id === opened ? <PredictionDetail prediction={prediction} /> : null
              }
              empty={
                <EmptyState
                  title={Object.keys(times).length === 0 ? 'No predictions yet' : 'None in this time'}
                >
                  Every answered prediction is kept here, and every failed one.
                </EmptyState>
              }
            />
            {query.data !== undefined && (
              <Pager
                total={query.data.total}
                limit={PAGE}
                offset={offset}
                onOffset={setOffset}
                unit="predictions"
              />
            )}
          </>
        )}
      </Panel>
    </div>
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

type Times = { readonly since?: number; readonly until?: number }

function TimeFilter({ onChange }: { readonly onChange: (times: Times) => void }) {
  const [span, setSpan] = useState('all')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const report = (since: string, until: string): void => {
    const sinceAt = Date.parse(since)
    const untilAt = Date.parse(until)
    onChange({
      ...(Number.isNaN(sinceAt) ? {} : { since: sinceAt }),
      ...(Number.isNaN(untilAt) ? {} : { until: untilAt }),
    })
  }
  const choose = (value: string): void => {
    setSpan(value)
    if (value === 'all') onChange({})
    else if (value === 'custom') report(from, to)
    else onChange({ since: Date.now() - Number(value) * MINUTE })
  }
  return (
    <div className="pl-toolbar">
      <Select
        aria-label="Time"
        w={180}
        allowDeselect={false}
        data={SPANS}
        value={span}
        onChange={(value) => value !== null && choose(value)}
      />
      {span === 'custom' && (
        <>
          <TextInput
            type="datetime-local"
            aria-label="From"
            value={from}
            onChange={(event) => {
              setFrom(event.currentTarget.value)
              report(event.currentTarget.value, to)
            }}
          />
          <span className="pl-quiet">to</span>
          <TextInput
            type="datetime-local"
            aria-label="To"
            value={to}
            onChange={(event) => {
              setTo(event.currentTarget.value)
              report(from, event.currentTarget.value)
            }}
          />
        </>
      )}
    </div>
  )
}
