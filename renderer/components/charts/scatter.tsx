import { formatNumber } from '../../format'
import { useWidth } from './use-width'

export type ScatterPoint = {
  readonly x: number
  readonly y: number
  /** 0 to 1 between the two colours; null for the plain one. */
  readonly tint: number | null
}

type ScatterProps = {
  readonly points: readonly ScatterPoint[]
  readonly xLabel: string
  readonly yLabel: string
  /** Says in one sentence what the chart shows. */
  readonly label: string
}

const HEIGHT = 280
const TOP = 10
const BOTTOM = 44
const LEFT = 62
const RIGHT = 12
const TICKS = 4

/** Round numbers that span a range, at most six of them. */
export function chooseTicks(low: number, high: number): number[] {
  const span = high - low
  if (!(span > 0)) return [low]
  const rough = span / TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((each) => each * power >= rough) ?? 10) * power
  const first = Math.ceil(low / step) * step
  const ticks: number[] = []
  for (let tick = first; tick <= high + step * 1e-9; tick += step) ticks.push(Number(tick.toPrecision(12)))
  return ticks
}

const tintColor = (tint: number | null): string =>
  tint === null
    ? 'var(--pl-current)'
    : `color-mix(in oklab, var(--pl-watch) ${Math.round(tint * 100)}%, var(--pl-current))`

/** Points in a plane, with a line at zero. */
export function Scatter({ points, xLabel, yLabel, label }: ScatterProps) {
  const [ref, width] = useWidth()
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  const [lowX, highX] = rangeOf(xs)
  const [lowY, highY] = rangeOf([...ys, 0])
  const xOf = (x: number): number => LEFT + ((x - lowX) / (highX - lowX)) * (width - LEFT - RIGHT)
  const yOf = (y: number): number => TOP + (1 - (y - lowY) / (highY - lowY)) * (HEIGHT - TOP - BOTTOM)
  const floor = HEIGHT - BOTTOM
  return (
    <div ref={ref} className="pl-chart">
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {chooseTicks(lowY, highY).map((tick) => (
            <g key={tick}>
              <line
                className={tick === 0 ? 'pl-zero-line' : 'pl-grid-line'}
                x1={LEFT}
                x2={width - RIGHT}
                y1={yOf(tick)}
                y2={yOf(tick)}
              />
              <text className="pl-axis-text" x={LEFT - 8} y={yOf(tick) + 4} textAnchor="end">
                {formatNumber(tick)}
              </text>
            </g>
          ))}
          {chooseTicks(lowX, highX).map((tick) => (
            <text key={tick} className="pl-axis-text" x={xOf(tick)} y={floor + 16} textAnchor="middle">
              {formatNumber(tick)}
            </text>
          ))}
          <text className="pl-axis-text" x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 6} textAnchor="middle">
            {xLabel}
          </text>
          <text
            className="pl-axis-text"
            transform={`translate(12 ${(TOP + floor) / 2}) rotate(-90)`}
            textAnchor="middle"
          >
            {yLabel}
          </text>
          {points.map(({ x, y, tint }, index) => (
            <circle
              // Points have no identity of their own and never change places.
              key={index}
              className="pl-dot"
              cx={xOf(x)}
              cy={yOf(y)}
              r={points.length > 500 ? 2 : 3}
              style={{ fill: tintColor(tint) }}
            />
          ))}
        </svg>
      )}
    </div>
  )
}

/** Lowest and highest value with some room around; never empty. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  if (!(high >= low)) return [0, 1]
  const room = high === low ? Math.max(1, Math.abs(high)) * 0.5 : (high - low) * 0.03
  return [low - room, high + room]
}
