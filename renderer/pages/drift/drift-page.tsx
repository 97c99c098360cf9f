import { IconChartHistogram } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Answers } from '../../client'
import { PageHeader, Panel, TextSkeleton } from '../../components/layout'
import { EmptyState, FaultState } from '../../components/states'
import { DriftBadge, StageBadge } from '../../components/status'
import { formatCount, formatPsi } from '../../format'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { DeploymentDrift } from './deployment-drift'
import './drift.css'

type OverviewEntry = Answers['drift']['overview'][number]

/** Every serving deployment with its drift at the left, the chosen one in detail at the right. */
export function DriftPage({ id }: { readonly id: string | null }) {
  const projectId = usePreferences((state) => state.projectId)
  const overview = useQuery(reads.driftOverview())
  if (overview.isError && overview.data === undefined) {
    return <FaultState error={overview.error} onRetry={() => void overview.refetch()} />
  }
  const entries = overview.data?.filter(
    ({ deployment }) => projectId === null || deployment.projectId === projectId || deployment.id === id,
  )
  const chosen = id ?? entries?.[0]?.deployment.id ?? null
  return (
    <>
      <PageHeader name="Drift" title="Drift" />
      {entries === undefined && (
        <Panel>
          <TextSkeleton lines={8} />
        </Panel>
      )}
      {entries !== undefined && chosen === null && (
        <Panel>
          <EmptyState icon={<IconChartHistogram size={22} stroke={1.5} />} title="Nothing is deployed here">
            Drift compares what a deployment is asked with what its model was trained on. Deploy a model to
            begin.
          </EmptyState>
        </Panel>
      )}
      {entries !== undefined && chosen !== null && (
        <div className="pl-drift">
          <OverviewList entries={entries} chosen={chosen} />
          <DeploymentDrift key={chosen} id={chosen} />
        </div>
      )}
    </>
  )
}

function OverviewList({
  entries,
  chosen,
}: {
  readonly entries: readonly OverviewEntry[]
  readonly chosen: string
}) {
  return (
    <nav className="pl-panel pl-drift-list" aria-label="Deployments">
      <ul className="pl-plain-list">
        {entries.map(({ deployment, drift }) => (
          <li key={deployment.id}>
            <Link
              href={paths.drift(deployment.id)}
              replace
              aria-current={deployment.id === chosen ? 'true' : undefined}
            >
              <span className="pl-drift-list-name pl-truncate">{deployment.name}</span>
              <span className="pl-drift-list-line">
                <DriftBadge status={drift.overallStatus} isPlain />
                {drift.meanPsi !== null && <span className="pl-number">{formatPsi(drift.meanPsi)}</span>}
              </span>
              <span className="pl-drift-list-line pl-quiet pl-small pl-number">
                <StageBadge stage={deployment.stage} isPlain />
                <span>{formatCount(drift.rows)} rows</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
