import { Tooltip } from '@mantine/core'
import { formatPsi } from '../../format'
import './charts.css'

/** From here a feature is worth watching, and from here it has drifted: the convention of credit scoring. */
const MODERATE = 0.1
const HIGH = 0.25
const FULL = 0.5

type PsiBarProps = {
  readonly psi: number
  readonly tone: 'good' | 'watch' | 'bad' | 'neutral'
  /** The PSI that chance alone exceeds too rarely to explain. */
  readonly critical: number
}

/** PSI as a number and a bar with ticks at 0.1 and 0.25, and one at the critical value when that is higher. */
export function PsiBar({ psi, tone, critical }: PsiBarProps) {
  const at = (value: number): string => `${Math.min(100, (value / FULL) * 100)}%`
  return (
    <span className="pl-psi">
      <span className="pl-psi-value pl-number">{formatPsi(psi)}</span>
      <Tooltip label={`Moderate from 0.100, high from 0.250; chance alone reaches ${formatPsi(critical)}`}>
        <span className="pl-psi-track" aria-hidden>
          <span className="pl-psi-fill" data-tone={tone} style={{ width: at(psi) }} />
          <span className="pl-psi-tick" style={{ left: at(MODERATE) }} />
          <span className="pl-psi-tick" style={{ left: at(HIGH) }} />
          {critical > MODERATE && critical < FULL && (
            <span className="pl-psi-critical" style={{ left: at(critical) }} />
          )}
        </span>
      </Tooltip>
    </span>
  )
}
