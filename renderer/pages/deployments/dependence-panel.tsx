import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Dependence, Importance } from '../../../main/core/importance/importance'
import { ChartFrame } from '../../components/charts/chart-frame'
import { DivergingBars } from '../../components/charts/diverging-bars'
import { Scatter } from '../../components/charts/scatter'
import type { ScatterPoint } from '../../components/charts/scatter'
import { formatChange } from '../../components/charts/waterfall'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel, TextSkeleton } from '../../components/layout'
import { FaultState } from '../../components/states'
import { formatNumber, formatQuantity } from '../../format'
import { reads } from '../../queries'
import { findClass, unitOf } from './importance-text'

type DependencePanelProps = {
  readonly importance: Importance
  readonly feature: string
  /** The class that was chosen; null for all. */
  readonly label: string | null
}

/** What the values of one feature contribute, over the sample. */
export function DependencePanel({ importance, feature, label }: DependencePanelProps) {
  const [color, setColor] = useState<string | null>(null)
  const { deploymentId, id } = importance
  const query = useQuery(reads.dependence(deploymentId, id, feature))
  const colors = useQuery({ ...reads.dependence(deploymentId, id, color ?? ''), enabled: color !== null })
  const dependence = query.data
  const which = findClass(importance, feature, label)
  const explained = importance.classes[which]?.label ?? null
  const others = importance.features.filter(
    ({ feature: name, type }) => name !== feature && (type === 'number' || type === 'integer'),
  )
  return (
    <Panel
      title={`What ${feature} contributes`}
      aside={
        dependence?.kind === 'points' && others.length > 0 ? (
          <Select
            size="xs"
            aria-label="Colour by"
            placeholder="Colour by…"
            clearable
            searchable
            data={others.map((other) => other.feature)}
            value={color}
            onChange={setColor}
          />
        ) : undefined
      }
    >
      {query.isError && <FaultState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <TextSkeleton lines={6} />}
      {dependence !== undefined && (
        <DependenceChart
          dependence={dependence}
          which={which}
          yLabel={explained === null ? unitOf(importance) : `${unitOf(importance)} of “${explained}”`}
          color={color === null || color === feature ? undefined : colors.data}
        />
      )}
    </Panel>
  )
}

type Line = { readonly key: string; readonly value: string; readonly contribution: number }
const LINES: readonly Column<Line>[] = [
  { key: 'value', header: 'Value', render: ({ value }) => value },
  {
    key: 'contribution',
    header: 'Contribution',
    align: 'right',
    render: ({ contribution }) => formatChange(contribution),
  },
]
const MOST_LINES = 500

function DependenceChart(props: {
  readonly dependence: Dependence
  readonly which: number
  readonly yLabel: string
  readonly color: Dependence | undefined
}) {
  const { dependence, which, yLabel, color } = props
  const { feature } = dependence
  if (dependence.kind === 'categories') {
    const bars = dependence.categories.map(({ value, isRest, rows, means }) => ({
      label: isRest ? 'all others' : value === null || value === '' ? 'missing' : value,
      value: means[which] ?? 0,
      note: formatQuantity(rows, 'row'),
    }))
    return (
      <>
        <p className="pl-quiet pl-small">Mean contribution by value, in {yLabel}.</p>
        <DivergingBars bars={bars} label={`Mean contribution of ${feature} by value`} />
      </>
    )
  }
  const contributions = dependence.contributions[which] ?? []
  const tints = color?.kind === 'points' ? rankShares(color.values) : null
  const points = dependence.values.flatMap((x, index): ScatterPoint[] =>
    x === null ? [] : [{ x, y: contributions[index] ?? 0, tint: tints?.[index] ?? null }],
  )
  const missing = dependence.values.flatMap((x, index) => (x === null ? [contributions[index] ?? 0] : []))
  const lines = dependence.values.slice(0, MOST_LINES).map((x, index): Line => {
    const contribution = contributions[index] ?? 0
    return { key: String(index), value: x === null ? 'missing' : formatNumber(x), contribution }
  })
  return (
    <>
      <ChartFrame
        legend={
          tints === null ? (
            'one point per row'
          ) : (
            <span className="pl-legend-item">
              low <span className="pl-tint" aria-hidden /> high {color?.feature}
            </span>
          )
        }
        chart={
          <Scatter
            points={points}
            xLabel={feature}
            yLabel={yLabel}
            label={`Contribution of ${feature} by its value, ${points.length} points`}
          />
        }
        table={
          <DataTable
            label={`Contributions of ${feature}`}
            columns={LINES}
            rows={lines}
            rowKey={({ key }) => key}
          />
        }
      />
      {missing.length > 0 && (
        <p className="pl-quiet pl-small">
          Where it is missing ({formatQuantity(missing.length, 'row')}) it contributes{' '}
          {formatChange(missing.reduce((sum, value) => sum + value, 0) / missing.length)} on average.
        </p>
      )}
    </>
  )
}

/** The place of each value among all, 0 for the lowest and 1 for the highest. */
function rankShares(values: readonly (number | null)[]): (number | null)[] {
  const sorted = values.filter((value) => value !== null).sort((left, right) => left - right)
  const place = new Map(sorted.map((value, index) => [value, index / Math.max(1, sorted.length - 1)]))
  return values.map((value) => (value === null ? null : (place.get(value) ?? null)))
}
