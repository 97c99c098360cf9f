import { formatNumber } from '../../format'
import { formatChange } from './waterfall'
import './rank-bars.css'

export type DivergingBar = { readonly label: string; readonly value: number; readonly note: string }

/** Names with bars to the left or right of zero. */
export function DivergingBars({
  bars,
  label,
}: {
  readonly bars: readonly DivergingBar[]
  readonly label: string
}) {
  const most = Math.max(...bars.map(({ value }) => Math.abs(value)), Number.MIN_VALUE)
  return (
    <ul className="pl-diverging pl-plain-list" aria-label={label}>
      {bars.map(({ label: name, value, note }) => (
        <li key={name} title={`${name}: ${formatNumber(value)}`}>
          <span className="pl-truncate">{name}</span>
          <span className="pl-diverging-track" aria-hidden>
            <span
              className="pl-diverging-fill"
              data-direction={value < 0 ? 'down' : 'up'}
              style={{
                width: `${(Math.abs(value) / most) * 50}%`,
                [value < 0 ? 'right' : 'left']: '50%',
              }}
            />
          </span>
          <span className="pl-number">{formatChange(value)}</span>
          <span className="pl-quiet pl-small">{note}</span>
        </li>
      ))}
    </ul>
  )
}
