import { Alert, SegmentedControl } from '@mantine/core'
import { IconInfoCircle, IconTargetArrow } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { MetricName } from '../../../main/core/monitoring/quality/metrics'
import type { QualityReport } from '../../../main/core/monitoring/quality/quality-report'
import { ChartFrame } from '../../components/charts/chart-frame'
import { ConfusionMatrix } from '../../components/charts/confusion-matrix'
import { TimeSeries } from '../../components/charts/time-series'
import type { Series } from '../../components/charts/time-series'
import { CopyTextButton } from '../../components/copy-button'
import { DataTable } from '../../components/data-table'
import { Hint, Panel, TextSkeleton, Tile } from '../../components/layout'
import { EmptyState, FaultState } from '../../components/states'
import { formatAbsolute, formatCount, formatShare } from '../../format'
import { reads } from '../../queries'
import { FeedbackPanel } from './feedback-panel'
import { QualityChart } from './quality-chart'
import { formatMetric, listMetrics, noteReference, writeFeedbackCurl } from './quality-text'
import './quality.css'

const HOUR_MS = 3600_000

const SPANS = [
  { value: '24', label: '24 h' },
  { value: '168', label: '7 d' },
  { value: '720', label: '30 d' },
  { value: '2160', label: '90 d' },
]

/** How good the answers turned out to be, what is expected of those without labels, and the way to send labels. */
export function QualityTab({ deployment }: { readonly deployment: Deployment }) {
  const [hours, setHours] = useState('168')
  const [chosen, setChosen] = useState<MetricName | null>(null)
  const query = useQuery(
    reads.quality(deployment.id, {
      windowMs: Number(hours) * HOUR_MS,
      bucket: Number(hours) <= 168 ? 'hour' : 'day',
    }),
  )
  if (query.isError && query.data === undefined) {
    return <FaultState error={query.error} onRetry={() => void query.refetch()} />
  }
  const report = query.data
  if (report === undefined) {
    return (
      <Panel>
        <TextSkeleton lines={8} />
      </Panel>
    )
  }
  const metrics = listMetrics(report.space.task)
  const metric = metrics.find(({ name }) => name === chosen) ?? metrics[0]
  const feedback = <FeedbackPanel deploymentId={deployment.id} keyColumns={report.keyColumns} />
  return (
    <div className="pl-stack">
      <Panel
        title="In this time"
        aside={
          <SegmentedControl
            size="xs"
            aria-label="Time shown"
            data={SPANS}
            value={hours}
            onChange={setHours}
          />
        }
      >
        <Summary report={report} />
      </Panel>
      {report.labelled === 0 && <HowToSend deploymentId={deployment.id} report={report} />}
      {report.buckets.length > 0 && metric !== undefined && (
        <Panel
          title={
            <span className="pl-inline">
              {metric.label} by {report.bucket} <Hint label={metric.label} text={metric.hint} />
            </span>
          }
          aside={
            <SegmentedControl
              size="xs"
              aria-label="Metric"
              data={metrics.map(({ name, label }) => ({ value: name, label }))}
              value={metric.name}
              onChange={(name) => setChosen(metrics.find((each) => each.name === name)?.name ?? null)}
            />
          }
        >
          <QualityChart report={report} metric={metric} />
        </Panel>
      )}
      {report.confusion !== null && (
        <div className="pl-quality-pair">
          <ConfusionPanel confusion={report.confusion} />
          <CoveragePanel report={report} />
        </div>
      )}
      {feedback}
    </div>
  )
}

function Summary({ report }: { readonly report: QualityReport }) {
  const { estimate, predicted, labelled } = report
  const expected = estimate.status === 'available' ? (estimate.whole?.accuracy ?? null) : null
  const unseen = Object.entries(report.unseen)
  return (
    <div className="pl-stack">
      <div className="pl-tiles">
        <Tile
          label="With labels"
          value={`${formatCount(labelled)} of ${formatCount(predicted)}`}
          note={
            predicted === 0
              ? undefined
              : `${formatShare(Math.min(1, labelled / predicted))} of the predictions`
          }
        />
        {listMetrics(report.space.task)
          .slice(0, 4)
          .map(({ name, label }) => (
            <Tile
              key={name}
              label={label}
              value={formatMetric(name, report.metrics?.[name])}
              note={noteReference(name, report.reference?.metrics)}
            />
          ))}
        {expected !== null && (
          <Tile
            label="Expected accuracy"
            value={formatMetric('accuracy', expected.value)}
            note={`${formatMetric('accuracy', expected.lower)} to ${formatMetric('accuracy', expected.upper)}`}
          />
        )}
      </div>
      {estimate.status === 'unavailable' && report.space.task === 'classification' && (
        <p className="pl-quiet pl-small">No estimate: {estimate.reason}.</p>
      )}
      {unseen.length > 0 && (
        <Alert color="yellow" variant="light" icon={<IconInfoCircle size={16} />}>
          Labels that the model does not know, counted as errors:{' '}
          {unseen.map(([label, rows]) => `${label} (${formatCount(rows)})`).join(', ')}
        </Alert>
      )}
      {report.waiting > 0 && (
        <p className="pl-quiet pl-small">{formatCount(report.waiting)} labels wait for their prediction.</p>
      )}
    </div>
  )
}

/** What there is to do while there are no labels. */
function HowToSend({
  deploymentId,
  report,
}: {
  readonly deploymentId: string
  readonly report: QualityReport
}) {
  const workspace = useQuery(reads.workspace())
  const url = workspace.data?.url ?? location.origin
  const actual = report.space.task === 'regression' ? 151.5 : (report.space.classes.at(-1) ?? '1')
  const command = writeFeedbackCurl({ url, deploymentId, actual })
  return (
    <Panel>
      <EmptyState icon={<IconTargetArrow size={22} stroke={1.5} />} title="No labels in this time">
        Send what turned out to be right, and accuracy is shown here over time. Each answer of a prediction
        has an id; a column of your own, such as a transaction number, serves as well once it is declared as a
        key column.
      </EmptyState>
      <div className="pl-json pl-feedback-curl">
        <pre tabIndex={0} aria-label="curl commands">
          {command}
        </pre>
        <CopyTextButton value={command} label="Copy" />
      </div>
    </Panel>
  )
}

type Confusion = NonNullable<QualityReport['confusion']>
type Cell = { readonly actual: string; readonly predicted: string; readonly rows: number }

function ConfusionPanel({ confusion: { labels, counts } }: { readonly confusion: Confusion }) {
  const cells = counts.flatMap((row, actual) =>
    row.map((rows, predicted): Cell => ({
      actual: labels[actual] ?? '',
      predicted: labels[predicted] ?? '',
      rows,
    })),
  )
  return (
    <Panel title="Confusion matrix">
      <ChartFrame
        chart={<ConfusionMatrix labels={labels} counts={counts} />}
        table={
          <DataTable
            label="Confusion matrix, largest cells first"
            columns={[
              { key: 'actual', header: 'Actual', render: (cell) => cell.actual },
              { key: 'predicted', header: 'Predicted', render: (cell) => cell.predicted },
              { key: 'rows', header: 'Rows', align: 'right', render: (cell) => formatCount(cell.rows) },
            ]}
            rows={cells.filter(({ rows }) => rows > 0).sort((left, right) => right.rows - left.rows)}
            rowKey={(cell) => JSON.stringify([cell.actual, cell.predicted])}
          />
        }
      />
    </Panel>
  )
}

function CoveragePanel({ report: { buckets, bucket } }: { readonly report: QualityReport }) {
  const chart = useMemo(() => {
    const series: readonly Series[] = [
      {
        label: 'Predictions',
        values: buckets.map(({ predicted }) => predicted),
        color: '--pl-reference',
        kind: 'dots',
      },
      {
        label: 'With labels',
        values: buckets.map(({ labelled }) => labelled),
        color: '--pl-current',
        kind: 'dots',
      },
    ]
    return { times: buckets.map(({ start }) => start), series }
  }, [buckets])
  return (
    <Panel title="Label coverage">
      <ChartFrame
        chart={
          <TimeSeries
            times={chart.times}
            series={chart.series}
            height={180}
            format={formatCount}
            label={`Predictions and labels by ${bucket}`}
          />
        }
        table={
          <DataTable
            label={`Label coverage by ${bucket}, newest first`}
            columns={[
              { key: 'start', header: 'From', render: ({ start }) => formatAbsolute(start) },
              {
                key: 'predicted',
                header: 'Predictions',
                align: 'right',
                render: (each) => formatCount(each.predicted),
              },
              {
                key: 'labelled',
                header: 'With labels',
                align: 'right',
                render: (each) => formatCount(each.labelled),
              },
            ]}
            rows={buckets.toReversed()}
            rowKey={({ start }) => String(start)}
          />
        }
      />
    </Panel>
  )
}
