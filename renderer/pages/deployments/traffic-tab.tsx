import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { TrafficPoint } from '../../../main/core/predictions/prediction'
import { ChartFrame } from '../../components/charts/chart-frame'
import { TimeSeries } from '../../components/charts/time-series'
import type { Series } from '../../components/charts/time-series'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel, TextSkeleton, Tile } from '../../components/layout'
import { FaultState } from '../../components/states'
import { formatAbsolute, formatCount, formatLatency, formatShare } from '../../format'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'

const SPANS = [
  { value: '15', label: '15 min' },
  { value: '60', label: '1 h' },
  { value: '360', label: '6 h' },
  { value: '1440', label: '24 h' },
  { value: '10080', label: '7 d' },
]

const COLUMNS: readonly Column<TrafficPoint>[] = [
  { key: 'at', header: 'Minute', render: (point) => formatAbsolute(point.at) },
  { key: 'rows', header: 'Predictions', align: 'right', render: (point) => formatCount(point.rows) },
  { key: 'errors', header: 'Errors', align: 'right', render: (point) => formatCount(point.errors) },
]

const formatAxis = (value: number): string => (Number.isInteger(value) ? formatCount(value) : '')

/** How much a deployment is asked, how much of that fails, and how long answers take. */
export function TrafficTab({ deployment }: { readonly deployment: Deployment }) {
  const minutes = usePreferences((state) => state.trafficMinutes)
  const showTraffic = usePreferences((state) => state.showTraffic)
  const query = useQuery(reads.traffic(deployment.id, minutes))
  if (query.isError && query.data === undefined) {
    return <FaultState error={query.error} onRetry={() => void query.refetch()} />
  }
  const traffic = query.data
  const rows = traffic?.series.reduce((sum, point) => sum + point.rows, 0) ?? 0
  const errors = traffic?.series.reduce((sum, point) => sum + point.errors, 0) ?? 0
  return (
    <div className="pl-stack">
      <Panel
        title="In this time"
        aside={
          <SegmentedControl
            size="xs"
            aria-label="Time shown"
            data={SPANS}
            value={String(minutes)}
            onChange={(value) => showTraffic(Number(value))}
          />
        }
      >
        {traffic === undefined ? (
          <TextSkeleton lines={2} />
        ) : (
          <div className="pl-tiles">
            <Tile
              label="Predictions"
              value={formatCount(rows)}
              note={`${formatCount(traffic.total)} of all time`}
            />
            <Tile
              label="Errors"
              value={formatCount(errors)}
              note={rows === 0 ? undefined : `${formatShare(errors / rows)} of them`}
            />
            <Tile label="Median latency" value={formatLatency(traffic.p50)} note="p50" />
            <Tile label="Slowest 1%" value={formatLatency(traffic.p99)} note="p99" />
          </div>
        )}
      </Panel>
      <Panel title="Predictions per minute">
        {traffic === undefined ? <TextSkeleton lines={8} /> : <TrafficChart series={traffic.series} />}
      </Panel>
    </div>
  )
}

function TrafficChart({ series }: { readonly series: readonly TrafficPoint[] }) {
  const chart = useMemo(() => {
    const lines: readonly Series[] = [
      {
        label: 'Predictions',
        values: series.map((point) => point.rows),
        color: '--pl-current',
        kind: 'area',
      },
      { label: 'Errors', values: series.map((point) => point.errors), color: '--pl-bad', kind: 'line' },
    ]
    return { times: series.map((point) => point.at), lines }
  }, [series])
  const busy = series.filter((point) => point.rows > 0 || point.errors > 0).toReversed()
  return (
    <ChartFrame
      chart={
        <TimeSeries
          times={chart.times}
          series={chart.lines}
          height={240}
          format={formatAxis}
          label={`Predictions and errors per minute over ${series.length} minutes`}
        />
      }
      table={
        <DataTable
          label="Minutes with traffic, newest first"
          columns={COLUMNS}
          rows={busy.slice(0, 200)}
          rowKey={(point) => String(point.at)}
          empty={<p className="pl-quiet">No traffic in this time.</p>}
        />
      }
    />
  )
}
