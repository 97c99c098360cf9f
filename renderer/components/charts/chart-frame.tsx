import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import './charts.css'

type ChartFrameProps = {
  readonly chart: ReactNode
  /** The same numbers for those who read rather than look. */
  readonly table: ReactNode
  readonly legend?: ReactNode
}

/** A chart with its legend, and its numbers as a table one click away. */
export function ChartFrame({ chart, table, legend }: ChartFrameProps) {
  const [view, setView] = useState('chart')
  return (
    <figure className="pl-chart-frame">
      <figcaption>
        <div className="pl-legend">{legend}</div>
        <SegmentedControl
          size="xs"
          value={view}
          onChange={setView}
          aria-label="Show as"
          data={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
      </figcaption>
      {view === 'chart' ? chart : <div className="pl-chart-table">{table}</div>}
    </figure>
  )
}

/** One entry of a legend: a swatch and its meaning. */
export function LegendItem({
  tone,
  children,
}: {
  readonly tone: 'reference' | 'current' | 'bad'
  readonly children: ReactNode
}) {
  return (
    <span className="pl-legend-item">
      <span className="pl-swatch" data-tone={tone} aria-hidden />
      {children}
    </span>
  )
}
