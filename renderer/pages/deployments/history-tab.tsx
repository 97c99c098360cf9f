import {
  IconAlertTriangle,
  IconArchive,
  IconArrowBackUp,
  IconArrowUpRight,
  IconHeartbeat,
  IconPencil,
  IconPlayerStop,
  IconPlus,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type {
  Deployment,
  DeploymentAction,
  DeploymentChange,
} from '../../../main/core/deployments/deployment'
import { Panel, TextSkeleton } from '../../components/layout'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, FaultState } from '../../components/states'
import { StageBadge } from '../../components/status'
import { reads } from '../../queries'
import './deployments.css'

const ACTIONS: Record<DeploymentAction, { readonly label: string; readonly icon: Icon }> = {
  created: { label: 'Created', icon: IconPlus },
  changed: { label: 'Changed', icon: IconPencil },
  promoted: { label: 'Promoted', icon: IconArrowUpRight },
  archived: { label: 'Archived', icon: IconArchive },
  rolled_back: { label: 'Rolled back to', icon: IconArrowBackUp },
  deactivated: { label: 'Deactivated', icon: IconPlayerStop },
  failed: { label: 'Failed', icon: IconAlertTriangle },
  recovered: { label: 'Recovered', icon: IconHeartbeat },
}

/** Who did what with a deployment, newest first. */
export function HistoryTab({ deployment }: { readonly deployment: Deployment }) {
  const history = useQuery(reads.history(deployment.id))
  if (history.isError && history.data === undefined) {
    return <FaultState error={history.error} onRetry={() => void history.refetch()} />
  }
  if (history.data === undefined) {
    return (
      <Panel>
        <TextSkeleton lines={4} />
      </Panel>
    )
  }
  if (history.data.length === 0) {
    return (
      <Panel>
        <EmptyState title="No history yet" />
      </Panel>
    )
  }
  return (
    <Panel>
      <ol className="pl-history">
        {history.data.map((change) => (
          <HistoryLine key={`${change.at} ${change.action}`} change={change} />
        ))}
      </ol>
    </Panel>
  )
}

function HistoryLine({ change }: { readonly change: DeploymentChange }) {
  const { label, icon: Shown } = ACTIONS[change.action]
  return (
    <li>
      <span className="pl-history-icon" data-action={change.action} aria-hidden>
        <Shown size={15} stroke={1.7} />
      </span>
      <div>
        <div className="pl-history-line">
          <strong>{label}</strong>
          <span className="pl-quiet">by {change.actor}</span>
          {change.from !== change.to && <StageBadge stage={change.to} />}
        </div>
        {change.note !== '' && <div className="pl-quiet">{change.note}</div>}
      </div>
      <span className="pl-quiet pl-history-time">
        <RelativeTime at={change.at} />
      </span>
    </li>
  )
}
