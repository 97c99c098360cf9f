import { formatShare } from '../../format'
import { useWidth } from './use-width'

export type BarPair = { readonly label: string; readonly reference: number; readonly current: number }

type PairedBarsProps = {
  readonly bins: readonly BarPair[]
  /** Says in one sentence what the chart shows. */
  readonly label: string
}

const PLOT_HEIGHT = 176
const TOP = 10
const LEFT = 40
/** Below the plot: one line of labels, or slanted ones. */
const FLAT_SPACE = 24
const SLANTED_SPACE = 52
const CHARACTER_WIDTH = 6
const LONGEST_LABEL = 16
const TICKS = 4

/** A share that is at least `highest` and easy to read on an axis. */
export function roundUpShare(highest: number): number {
  const steps = [0.01, 0.02, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24, 0.32, 0.4, 0.48, 0.6, 0.8, 1]
  return steps.find((step) => step >= highest) ?? 1
}

/** Reference against current share per bin, as pairs of bars. */
export function PairedBars({ bins, label }: PairedBarsProps) {
  const [ref, width] = useWidth()
  const top = roundUpShare(Math.max(...bins.flatMap((bin) => [bin.reference, bin.current]), 0.001))
  const slot = Math.max(1, (width - LEFT - 8) / Math.max(1, bins.length))
  const bar = Math.max(2, Math.min(22, slot * 0.36))
  const yOf = (share: number): number => TOP + PLOT_HEIGHT * (1 - Math.min(1, share / top))
  const areFlat = bins.every((bin) => bin.label.length * CHARACTER_WIDTH < slot - 4)
  const height = TOP + PLOT_HEIGHT + (areFlat ? FLAT_SPACE : SLANTED_SPACE)
  return (
    <div ref={ref} className="pl-chart">
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={label}>
          {Array.from({ length: TICKS + 1 }, (_, tick) => {
            const share = (top * tick) / TICKS
            return (
              <g key={tick}>
                <line className="pl-grid-line" x1={LEFT} x2={width} y1={yOf(share)} y2={yOf(share)} />
                <text className="pl-axis-text" x={LEFT - 6} y={yOf(share) + 4} textAnchor="end">
                  {formatShare(share)}
                </text>
              </g>
            )
          })}
          {bins.map((bin, index) => {
            const middle = LEFT + slot * (index + 0.5)
            return (
              <g key={bin.label}>
                <title>{`${bin.label}: reference ${formatShare(bin.reference)}, current ${formatShare(bin.current)}`}</title>
                <rect x={LEFT + slot * index} y={TOP} width={slot} height={PLOT_HEIGHT} fill="transparent" />
                <Bar x={middle - bar - 1} width={bar} top={yOf(bin.reference)} tone="reference" />
                <Bar x={middle + 1} width={bar} top={yOf(bin.current)} tone="current" />
                <BinLabel x={middle} isFlat={areFlat} text={bin.label} />
              </g>
            )
          })}
        </svg>
      )}
    </div>
  )
}

function Bar(props: {
  readonly x: number
  readonly width: number
  readonly top: number
  readonly tone: string
}) {
  const bottom = TOP + PLOT_HEIGHT
  return (
    <rect
      className="pl-bar"
      data-tone={props.tone}
      x={props.x}
      y={Math.min(props.top, bottom - 1)}
      width={props.width}
      height={Math.max(1, bottom - props.top)}
      rx={Math.min(2, props.width / 3)}
    />
  )
}

type BinLabelProps = { readonly x: number; readonly isFlat: boolean; readonly text: string }

/** The name of a bin; slanted, and cut when it is long, where names would run into each other. */
function BinLabel({ x, isFlat, text }: BinLabelProps) {
  const y = TOP + PLOT_HEIGHT + 15
  if (isFlat) {
    return (
      <text className="pl-axis-text" x={x} y={y} textAnchor="middle">
        {text}
      </text>
    )
  }
  const shown = text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text
  return (
    <text
      className="pl-axis-text"
      x={x + 6}
      y={y - 3}
      textAnchor="end"
      transform={`rotate(-24 ${x + 6} ${y - 3})`}
    >
      {shown}
    </text>
  )
}
