import { formatCount, formatShare } from '../../format'
import './confusion-matrix.css'
import { useWidth } from './use-width'

type ConfusionMatrixProps = {
  readonly labels: readonly string[]
  /** Rows are actual labels, columns predicted ones. */
  readonly counts: readonly (readonly number[])[]
}

const LEFT = 120
const TOP = 44
const TALLEST_CELL = 56
const WIDEST_CELL = 150
const LONGEST_LABEL = 15
/** From this share on a cell is dark enough for light text. */
const DARK = 0.55

const cut = (label: string): string =>
  label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label

/** Which class was taken for which: each row sums to the answers of one actual class, the diagonal was right. */
export function ConfusionMatrix({ labels, counts }: ConfusionMatrixProps) {
  const [ref, width] = useWidth()
  const cell = Math.max(26, Math.min(WIDEST_CELL, (width - LEFT - 4) / Math.max(1, labels.length)))
  const tall = Math.min(TALLEST_CELL, cell)
  const height = TOP + tall * labels.length + 4
  return (
    <div ref={ref} className="pl-chart pl-confusion">
      {width > 0 && (
        <svg
          width={Math.max(width, LEFT + cell * labels.length + 4)}
          height={height}
          role="img"
          aria-label={`Confusion matrix of ${labels.length} classes`}
        >
          <text className="pl-axis-text" x={LEFT} y={12}>
            Predicted
          </text>
          <text className="pl-axis-text" x={0} y={TOP - 8}>
            Actual
          </text>
          {labels.map((label, index) => (
            <g key={label}>
              <text className="pl-axis-text" x={LEFT + cell * (index + 0.5)} y={TOP - 8} textAnchor="middle">
                <title>{label}</title>
                {cut(label)}
              </text>
              <text
                className="pl-axis-text"
                x={LEFT - 10}
                y={TOP + tall * (index + 0.5) + 4}
                textAnchor="end"
              >
                <title>{label}</title>
                {cut(label)}
              </text>
            </g>
          ))}
          {counts.map((row, actual) => (
            <Row key={labels[actual]} row={row} actual={actual} labels={labels} cell={cell} tall={tall} />
          ))}
        </svg>
      )}
    </div>
  )
}

type RowProps = {
  readonly row: readonly number[]
  readonly actual: number
  readonly labels: readonly string[]
  readonly cell: number
  readonly tall: number
}

function Row({ row, actual, labels, cell, tall }: RowProps) {
  const total = row.reduce((sum, count) => sum + count, 0)
  return row.map((count, predicted) => {
    const share = total === 0 ? 0 : count / total
    const x = LEFT + cell * predicted
    const y = TOP + tall * actual
    const tone = predicted === actual ? 'right' : 'wrong'
    return (
      <g key={labels[predicted]}>
        <title>{`${labels[actual] ?? ''} taken for ${labels[predicted] ?? ''}: ${formatCount(count)}, ${formatShare(share)} of the row`}</title>
        <rect className="pl-cell-ground" x={x + 1} y={y + 1} width={cell - 2} height={tall - 2} rx={3} />
        <rect
          className="pl-cell"
          data-tone={tone}
          x={x + 1}
          y={y + 1}
          width={cell - 2}
          height={tall - 2}
          rx={3}
          fillOpacity={count === 0 ? 0 : 0.12 + 0.88 * share}
        />
        <text
          className="pl-cell-text"
          data-dark={share > DARK || undefined}
          x={x + cell / 2}
          y={y + tall / 2 + (tall > 40 ? -1 : 4)}
          textAnchor="middle"
        >
          {formatCount(count)}
        </text>
        {tall > 40 && total > 0 && (
          <text
            className="pl-cell-share"
            data-dark={share > DARK || undefined}
            x={x + cell / 2}
            y={y + tall / 2 + 14}
            textAnchor="middle"
          >
            {formatShare(share)}
          </text>
        )}
      </g>
    )
  })
}
