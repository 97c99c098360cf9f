import { useMemo } from 'react'
import type { Band } from '../../../main/core/monitoring/quality/estimate'
import type { MetricName } from '../../../main/core/monitoring/quality/metrics'
import type { QualityBucket, QualityReport } from '../../../main/core/monitoring/quality/quality-report'
import { ChartFrame, LegendItem } from '../../components/charts/chart-frame'
import { TimeSeries } from '../../components/charts/time-series'
import type { Range, Series } from '../../components/charts/time-series'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { formatAbsolute, formatCount, formatShare } from '../../format'
import { formatMetric } from './quality-text'
import type { MetricChoice } from './quality-text'

const bandOf = ({ estimate }: QualityBucket, name: MetricName): Band | null =>
  name === 'accuracy' || name === 'f1' || name === 'auc' ? (estimate?.[name] ?? null) : null

const formatBand = (band: Band | null, name: MetricName): string =>
  band === null ? '–' : `${formatMetric(name, band.lower)} to ${formatMetric(name, band.upper)}`

function listColumns({ name, label }: MetricChoice, hasEstimate: boolean): readonly Column<QualityBucket>[] {
  const estimate: Column<QualityBucket> = {
    key: 'estimate',
    header: 'Expected',
    align: 'right',
    render: (bucket) => formatBand(bandOf(bucket, name), name),
  }
  return [
    { key: 'start', header: 'From', render: ({ start }) => formatAbsolute(start) },
    {
      key: 'predicted',
      header: 'Predictions',
      align: 'right',
      render: ({ predicted }) => formatCount(predicted),
    },
    {
      key: 'labelled',
      header: 'With labels',
      align: 'right',
      render: ({ labelled, predicted }) =>
        predicted === 0
          ? formatCount(labelled)
          : `${formatCount(labelled)} (${formatShare(labelled / predicted)})`,
    },
    {
      key: 'metric',
      header: label,
      align: 'right',
      render: ({ metrics }) => formatMetric(name, metrics?.[name]),
    },
    ...(hasEstimate ? [estimate] : []),
  ]
}

/** One metric over time: what labels showed, what was to be expected, and the line of the training data. */
export function QualityChart({
  report,
  metric,
}: {
  readonly report: QualityReport
  readonly metric: MetricChoice
}) {
  const { name, label } = metric
  const { buckets } = report
  const reference = report.reference?.metrics[name] ?? null
  const hasEstimate = buckets.some((bucket) => bandOf(bucket, name) !== null)
  const chart = useMemo(() => {
    const expected = buckets.map((bucket) => bandOf(bucket, name))
    const series: Series[] = [
      {
        label: 'Realised',
        values: buckets.map(({ metrics }) => metrics?.[name] ?? null),
        color: '--pl-current',
        kind: 'dots',
      },
    ]
    if (hasEstimate) {
      series.push({
        label: 'Expected',
        values: expected.map((band) => band?.value ?? null),
        color: '--pl-reference',
        kind: 'dots',
      })
    }
    const ranges: readonly Range[] = hasEstimate
      ? [
          {
            lower: expected.map((band) => band?.lower ?? null),
            upper: expected.map((band) => band?.upper ?? null),
            color: '--pl-reference',
          },
        ]
      : []
    return {
      times: buckets.map(({ start }) => start),
      series,
      ranges,
      marks: reference === null ? [] : [reference],
      format: (value: number) => formatMetric(name, value),
    }
  }, [buckets, name, hasEstimate, reference])
  return (
    <ChartFrame
      legend={
        <>
          <LegendItem tone="current">{label} from labels</LegendItem>
          {hasEstimate && <LegendItem tone="reference">expected, ± 3 standard errors</LegendItem>}
          {reference !== null && <span>dashed: {formatMetric(name, reference)} on training data</span>}
        </>
      }
      chart={
        <TimeSeries
          times={chart.times}
          series={chart.series}
          ranges={chart.ranges}
          marks={chart.marks}
          format={chart.format}
          height={240}
          isFitted
          label={`${label} over ${buckets.length} ${report.bucket}s`}
        />
      }
      table={
        <DataTable
          label={`${label} by ${report.bucket}, newest first`}
          columns={listColumns(metric, hasEstimate)}
          rows={buckets.toReversed()}
          rowKey={({ start }) => String(start)}
        />
      }
    />
  )
}
