import { formatNumber, formatShare } from '../../format'
import './rank-bars.css'

export type RankBar = {
  readonly key: string
  readonly value: number
  /** 0 to 1. */
  readonly share: number
  /** What is said of it beside the bar, e.g. which way it works. */
  readonly note: string
}

type RankBarsProps = {
  readonly bars: readonly RankBar[]
  readonly selected: string | null
  readonly onSelect: (key: string) => void
  readonly label: string
}

/** Names with bars, the longest first; each is a button that chooses its name. */
export function RankBars({ bars, selected, onSelect, label }: RankBarsProps) {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  return (
    <ul className="pl-rank pl-plain-list" aria-label={label}>
      {bars.map(({ key, value, share, note }) => (
        <li key={key}>
          <button type="button" aria-pressed={key === selected} onClick={() => onSelect(key)}>
            <span className="pl-truncate" title={key}>
              {key}
            </span>
            <span className="pl-rank-track" aria-hidden>
              <span className="pl-rank-fill" style={{ width: `${(value / most) * 100}%` }} />
            </span>
            <span className="pl-number">{formatNumber(value)}</span>
            <span className="pl-number pl-quiet">{formatShare(share)}</span>
            <span className="pl-quiet pl-small">{note}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
