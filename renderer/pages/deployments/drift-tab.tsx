import { Button } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Deployment } from '../../../main/core/deployments/deployment'
import { PsiBar } from '../../components/charts/psi-bar'
import { Panel, TextSkeleton, Tile } from '../../components/layout'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, FaultState } from '../../components/states'
import { DriftBadge, driftTone } from '../../components/status'
import { formatCount, formatPsi } from '../../format'
import { reads } from '../../queries'
import { paths } from '../../routes'

const SHOWN = 5

/** The drift of a deployment in short, and the way to the whole of it. */
export function DriftTab({ deployment }: { readonly deployment: Deployment }) {
  const drift = useQuery(reads.drift(deployment.id))
  if (drift.isError && drift.data === undefined) {
    return <FaultState error={drift.error} onRetry={() => void drift.refetch()} />
  }
  if (drift.data === undefined) {
    return (
      <Panel>
        <TextSkeleton lines={5} />
      </Panel>
    )
  }
  const { overallStatus, meanPsi, rows, features, computedAt } = drift.data
  if (overallStatus === 'unknown') {
    return (
      <Panel>
        <EmptyState title="No predictions to compare yet">
          Once the deployment has answered some, their inputs are compared with the training data.
        </EmptyState>
      </Panel>
    )
  }
  const highest = features.toSorted((left, right) => right.psi - left.psi).slice(0, SHOWN)
  return (
    <Panel
      title={<DriftBadge status={overallStatus} />}
      aside={
        <Button
          component={Link}
          href={paths.drift(deployment.id)}
          size="xs"
          variant="default"
          rightSection={<IconArrowRight size={14} />}
        >
          Open drift
        </Button>
      }
    >
      <div className="pl-stack">
        <div className="pl-tiles">
          <Tile label="Mean PSI" value={formatPsi(meanPsi)} />
          <Tile label="Rows compared" value={formatCount(rows)} />
          <Tile label="Computed" value={computedAt === null ? '–' : <RelativeTime at={computedAt} />} />
        </div>
        <ul className="pl-drift-short pl-plain-list" aria-label="Features with the highest PSI">
          {highest.map((feature) => (
            <li key={feature.feature}>
              <span className="pl-truncate">{feature.feature}</span>
              <PsiBar psi={feature.psi} critical={feature.critical} tone={driftTone(feature.status)} />
              <DriftBadge status={feature.status} isPlain />
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  )
}
