import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconBell,
  IconBellOff,
  IconCircleCheck,
  IconEye,
  IconInfoCircle,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import type { Alert, AlertStatus, DeliveryStatus } from '../../../main/core/alerts/alert'
import type { Severity } from '../../../main/core/alerts/alert-rule'
import { useNow } from '../../components/relative-time'
import '../../components/status.css'
import { formatAbsolute } from '../../format'
import { DELIVERIES } from './alert-texts'

const SEVERITIES: Record<Severity, { readonly label: string; readonly tone: string; readonly icon: Icon }> = {
  info: { label: 'Info', tone: 'accent', icon: IconInfoCircle },
  warning: { label: 'Warning', tone: 'watch', icon: IconAlertTriangle },
  critical: { label: 'Critical', tone: 'bad', icon: IconAlertOctagon },
}

const STATUSES: Record<AlertStatus, { readonly label: string; readonly tone: string; readonly icon: Icon }> =
  {
    open: { label: 'Open', tone: 'bad', icon: IconBell },
    acknowledged: { label: 'Acknowledged', tone: 'watch', icon: IconEye },
    resolved: { label: 'Resolved', tone: 'good', icon: IconCircleCheck },
  }

export function SeverityBadge({ severity }: { readonly severity: Severity }) {
  const { label, tone, icon: Shown } = SEVERITIES[severity]
  return (
    <span className="pl-mark" data-tone={tone}>
      <Shown size={13} stroke={2} aria-hidden />
      {label}
    </span>
  )
}

/** The state of an alert; a muted one says until when. */
export function AlertStatusBadge({ alert }: { readonly alert: Pick<Alert, 'status' | 'mutedUntil'> }) {
  const { label, tone, icon: Shown } = STATUSES[alert.status]
  return (
    <span className="pl-inline">
      <span className="pl-mark" data-tone={tone} data-plain>
        <Shown size={13} stroke={2} aria-hidden />
        {label}
      </span>
      {alert.status !== 'resolved' && <MutedMark until={alert.mutedUntil} />}
    </span>
  )
}

/** A crossed-out bell for what is silent; nothing for what is not. */
export function MutedMark({ until }: { readonly until: number | null }) {
  const now = useNow()
  if (until === null || until <= now) return null
  return (
    <span className="pl-quiet pl-inline" title={`Muted until ${formatAbsolute(until)}`}>
      <IconBellOff size={13} stroke={1.8} aria-hidden />
      <span className="pl-hidden">muted until {formatAbsolute(until)}</span>
    </span>
  )
}

export function DeliveryBadge({ status }: { readonly status: DeliveryStatus }) {
  const { label, tone } = DELIVERIES[status]
  return (
    <span className="pl-mark" data-tone={tone}>
      {label}
    </span>
  )
}
