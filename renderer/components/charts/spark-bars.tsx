import './charts.css'

const WIDTH = 120
const HEIGHT = 22

/** A distribution as tiny bars, for a cell of a table; `counts` are of any scale. */
export function SparkBars({ counts, label }: { readonly counts: readonly number[]; readonly label: string }) {
  const highest = Math.max(1e-12, ...counts)
  const slot = Math.min(16, WIDTH / Math.max(1, counts.length))
  const width = Math.max(1, slot - 1)
  return (
    <svg className="pl-spark" width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      {counts.map((count, index) => {
        const height = Math.max(1, (count / highest) * (HEIGHT - 1))
        return (
          <rect key={index} x={index * slot} y={HEIGHT - height} width={width} height={height} rx={0.5} />
        )
      })}
    </svg>
  )
}
