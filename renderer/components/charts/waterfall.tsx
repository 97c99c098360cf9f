import { formatNumber } from '../../format'
import { useWidth } from './use-width'

export type WaterfallStep = {
  readonly label: string
  /** How far this step moves the sum. */
  readonly change: number
  /** Half the length of the whisker; null for a step that is exact. */
  readonly error: number | null
}

type WaterfallProps = {
  readonly start: { readonly label: string; readonly value: number }
  readonly steps: readonly WaterfallStep[]
  readonly end: { readonly label: string; readonly value: number }
  /** Says in one sentence what the chart shows. */
  readonly label: string
}

const ROW = 26
const BAR = 14
const VALUE_WIDTH = 62
const CHARACTER_WIDTH = 6.6

const cut = (text: string, characters: number): string =>
  text.length > characters ? `${text.slice(0, Math.max(1, characters - 1))}…` : text

/** A change with its sign, so that up and down differ without colour. */
export const formatChange = (change: number): string => `${change > 0 ? '+' : ''}${formatNumber(change)}`

/** From a starting value step by step to the value in the end, one bar per step. */
export function Waterfall({ start, steps, end, label }: WaterfallProps) {
  const [ref, width] = useWidth()
  const sums = steps.reduce<number[]>(
    (list, { change }) => [...list, (list.at(-1) ?? 0) + change],
    [start.value],
  )
  const reached = [...sums, end.value]
  const [low, high] = [Math.min(...reached), Math.max(...reached)]
  const span = high - low || 1
  const labelWidth = Math.min(150, width * 0.34)
  const left = labelWidth + 8
  const plot = Math.max(20, width - left - VALUE_WIDTH)
  const xOf = (value: number): number => left + ((value - low) / span) * plot
  const height = ROW * (steps.length + 2) + 2
  const characters = Math.floor(labelWidth / CHARACTER_WIDTH)
  const total = (row: number, { label: name, value }: { label: string; value: number }) => (
    <g>
      <title>{`${name}: ${formatNumber(value)}`}</title>
      <text className="pl-waterfall-total" x={labelWidth} y={ROW * row + 17} textAnchor="end">
        {cut(name, characters)}
      </text>
      <line
        className="pl-waterfall-mark"
        x1={xOf(value)}
        x2={xOf(value)}
        y1={ROW * row + 5}
        y2={ROW * row + ROW - 3}
      />
      <text className="pl-waterfall-total" x={width} y={ROW * row + 17} textAnchor="end">
        {formatNumber(value)}
      </text>
    </g>
  )
  return (
    <div ref={ref} className="pl-chart">
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label}>
          {total(0, start)}
          {steps.map(({ label: name, change, error }, index) => {
            const [from, to] = [xOf(sums[index] ?? 0), xOf(sums[index + 1] ?? 0)]
            const top = ROW * (index + 1)
            return (
              <g key={name}>
                <title>{`${name}: ${formatChange(change)}`}</title>
                <line className="pl-grid-line" x1={from} x2={from} y1={top - 3} y2={top + 20} />
                <text className="pl-axis-text" x={labelWidth} y={top + 17} textAnchor="end">
                  {cut(name, characters)}
                </text>
                <rect
                  className="pl-waterfall-bar"
                  data-direction={change < 0 ? 'down' : 'up'}
                  x={Math.min(from, to)}
                  y={top + 6}
                  width={Math.max(1.5, Math.abs(to - from))}
                  height={BAR}
                  rx={2}
                />
                {error !== null && error > 0 && (
                  <line
                    className="pl-waterfall-error"
                    x1={to - (error / span) * plot}
                    x2={to + (error / span) * plot}
                    y1={top + 13}
                    y2={top + 13}
                  />
                )}
                <text className="pl-axis-text" x={width} y={top + 17} textAnchor="end">
                  {formatChange(change)}
                </text>
              </g>
            )
          })}
          {total(steps.length + 1, end)}
        </svg>
      )}
    </div>
  )
}
