import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { DriftPoint } from '../../../main/core/monitoring/snapshot'
import { ChartFrame, LegendItem } from '../../components/charts/chart-frame'
import { TimeSeries } from '../../components/charts/time-series'
import type { Series } from '../../components/charts/time-series'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { DriftBadge } from '../../components/status'
import { formatAbsolute, formatCount, formatPsi } from '../../format'
import { reads } from '../../queries'

/** Where moderate and high drift begin. */
const BOUNDS: readonly number[] = [0.1, 0.25]

const COLUMNS: readonly Column<DriftPoint>[] = [
  { key: 'window', header: 'Window from', render: (point) => formatAbsolute(point.windowStart) },
  { key: 'rows', header: 'Rows', align: 'right', render: (point) => formatCount(point.rows) },
  { key: 'psi', header: 'Mean PSI', align: 'right', render: (point) => formatPsi(point.meanPsi) },
  { key: 'status', header: 'Status', render: (point) => <DriftBadge status={point.overallStatus} isPlain /> },
]

const formatBound = (value: number): string => value.toFixed(2)

/** The mean PSI of each hour; hours without a verdict leave a gap. */
export function DriftTrend({ id }: { readonly id: string }) {
  const points = useQuery(reads.driftHistory(id)).data
  const chart = useMemo(() => {
    const series: readonly Series[] = [
      {
        label: 'Mean PSI',
        values: (points ?? []).map(({ meanPsi }) => meanPsi),
        color: '--pl-current',
        kind: 'dots',
      },
    ]
    return { times: (points ?? []).map(({ windowStart }) => windowStart), series }
  }, [points])
  if (points === undefined || points.length === 0) return null
  const hasVerdict = points.filter(({ meanPsi }) => meanPsi !== null).length >= 2
  const table = (
    <DataTable
      label="Mean PSI by hour, newest first"
      columns={COLUMNS}
      rows={points.toReversed()}
      rowKey={(point) => String(point.windowStart)}
    />
  )
  return (
    <Panel title="Trend by hour" isFlush={!hasVerdict}>
      {hasVerdict ? (
        <ChartFrame
          legend={
            <LegendItem tone="current">Mean PSI; dashed lines at 0.1 (moderate) and 0.25 (high)</LegendItem>
          }
          chart={
            <TimeSeries
              times={chart.times}
              series={chart.series}
              marks={BOUNDS}
              height={180}
              format={formatBound}
              label={`Mean PSI over ${points.length} hours`}
            />
          }
          table={table}
        />
      ) : (
        table
      )}
    </Panel>
  )
}
