import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './charts.css'
import { useWidth } from './use-width'

export type Series = {
  readonly label: string
  readonly values: readonly (number | null)[]
  /** Name of the CSS custom property that holds its colour. */
  readonly color: `--pl-${string}`
  /** `dots` marks every value on the line, for few values with gaps between them. */
  readonly kind: 'area' | 'line' | 'dots'
}

/** What a value may be instead: an upright bar from `lower` to `upper` at each moment that has both. */
export type Range = {
  readonly lower: readonly (number | null)[]
  readonly upper: readonly (number | null)[]
  readonly color: `--pl-${string}`
}

type TimeSeriesProps = {
  /** Epoch milliseconds, ascending. */
  readonly times: readonly number[]
  readonly series: readonly Series[]
  readonly label: string
  readonly height?: number
  readonly format: (value: number) => string
  /** Horizontal lines at values that mean something. */
  readonly marks?: readonly number[]
  readonly ranges?: readonly Range[]
  /** The axis begins at zero, or fits the values: for those that differ little, or may be negative. */
  readonly isFitted?: boolean
}

const NO_RANGES: readonly Range[] = []
const NO_MARKS: readonly number[] = []

const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

const readColor = (name: string): string => {
  // Custom properties keep `light-dark()` unresolved, so a real property has to compute it.
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** A time on the axis: the hour, or the day where a day begins or a step is at least one long. */
function formatTick(seconds: number, step: number): string {
  const at = new Date(seconds * 1000)
  const isDay = step >= 86_400 || (at.getHours() === 0 && at.getMinutes() === 0)
  return isDay ? DAY.format(at) : HOUR.format(at)
}

/** Values over time. Hovering or touching shows the values of a moment in the legend. */
export function TimeSeries({
  times,
  series,
  label,
  height = 200,
  format,
  marks = NO_MARKS,
  ranges = NO_RANGES,
  isFitted = false,
}: TimeSeriesProps) {
  const [frame, width] = useWidth()
  const target = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  useEffect(() => {
    if (target.current === null || width === 0) return
    const grid = { stroke: readColor('--pl-line'), width: 1 }
    const axis = {
      stroke: readColor('--pl-quiet'),
      grid,
      ticks: { ...grid, size: 4 },
      font: '11px system-ui, sans-serif',
    }
    const drawMarks = (plot: uPlot): void => {
      plot.ctx.save()
      plot.ctx.strokeStyle = readColor('--pl-quiet')
      plot.ctx.setLineDash([4, 4])
      for (const mark of marks) {
        const y = plot.valToPos(mark, 'y', true)
        if (y < plot.bbox.top || y > plot.bbox.top + plot.bbox.height) continue
        plot.ctx.beginPath()
        plot.ctx.moveTo(plot.bbox.left, y)
        plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y)
        plot.ctx.stroke()
      }
      plot.ctx.restore()
    }
    const bounds = findBounds({ series, ranges, marks, isFitted })
    const plot = new uPlot(
      {
        width,
        height,
        padding: [10, 8, 0, 0],
        cursor: { y: false, points: { size: 6 } },
        legend: { show: true, live: true },
        scales: {
          x: { time: true },
          y: { range: bounds },
        },
        axes: [
          {
            ...axis,
            size: 30,
            values: (_, splits, ...[, , step]) => splits.map((at) => formatTick(at, step)),
          },
          { ...axis, size: 52, values: (_, splits) => splits.map((value) => format(value)) },
        ],
        hooks: { drawAxes: [(drawn) => drawRanges(drawn, ranges)], draw: [drawMarks] },
        series: [
          {
            value: (_, seconds) =>
              seconds === null ? '–' : new Date(seconds * 1000).toLocaleTimeString('en-GB'),
          },
          ...series.map((entry) => toSeries(entry, format)),
        ],
      },
      [times.map((at) => at / 1000), ...series.map((entry) => [...entry.values])],
      target.current,
    )
    return () => plot.destroy()
  }, [times, series, width, height, scheme, format, marks, ranges, isFitted])
  return (
    <div ref={frame} className="pl-chart">
      <div ref={target} role="img" aria-label={label} style={{ minHeight: height + 28 }} />
    </div>
  )
}

/** The lowest and highest value of the axis: room above what is shown and, unless it begins at zero, below. */
function findBounds(
  shown: Required<Pick<TimeSeriesProps, 'series' | 'ranges' | 'marks' | 'isFitted'>>,
): [number, number] {
  const values = [
    ...shown.series.flatMap((entry) => entry.values),
    ...shown.ranges.flatMap(({ lower, upper }) => [...lower, ...upper]),
    ...shown.marks,
  ].filter((value) => value !== null)
  const highest = values.reduce((top, value) => Math.max(top, value), Number.NEGATIVE_INFINITY)
  if (values.length === 0) return [0, 1]
  if (!shown.isFitted) return [0, highest * 1.15 || 1]
  const lowest = values.reduce((bottom, value) => Math.min(bottom, value), Number.POSITIVE_INFINITY)
  const room = (highest - lowest) * 0.15 || Math.abs(highest) * 0.1 || 1
  return [lowest - room, highest + room]
}

/** Bars as wide as the moments lie apart, at most as wide as a finger. */
function drawRanges(plot: uPlot, ranges: readonly Range[]): void {
  const [times] = plot.data
  const { ctx } = plot
  const xOf = (index: number): number => plot.valToPos(times[index] ?? 0, 'x', true)
  const gaps = Array.from(
    { length: Math.max(0, times.length - 1) },
    (_, index) => xOf(index + 1) - xOf(index),
  )
  const width = Math.max(4, Math.min(16, ...gaps.map((gap) => gap * 0.7))) * (window.devicePixelRatio || 1)
  ctx.save()
  for (const { lower, upper, color } of ranges) {
    ctx.fillStyle = readColor(color).replace(/^rgb\((.*)\)$/, 'rgba($1, 0.28)')
    times.forEach((_, index) => {
      const [low, high] = [lower[index], upper[index]]
      if (low === null || low === undefined || high === null || high === undefined) return
      const top = plot.valToPos(high, 'y', true)
      ctx.fillRect(xOf(index) - width / 2, top, width, Math.max(2, plot.valToPos(low, 'y', true) - top))
    })
  }
  ctx.restore()
}

function toSeries(entry: Series, format: (value: number) => string): uPlot.Series {
  const stroke = readColor(entry.color)
  return {
    label: entry.label,
    stroke,
    width: 1.5,
    points: { show: entry.kind === 'dots', size: 5, fill: stroke },
    value: (_, value) => (value === null ? '–' : format(value)),
    ...(entry.kind === 'area' ? { fill: stroke.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.14)') } : {}),
  }
}
