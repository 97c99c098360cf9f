import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { ComparedDeployment } from '../../../main/core/monitoring/compare-deployments'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel, TextSkeleton } from '../../components/layout'
import { EmptyState, FaultState } from '../../components/states'
import { StageBadge } from '../../components/status'
import { formatCount, formatLatency, formatNumber, formatPsi, formatShare, NONE } from '../../format'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { paths } from '../../routes'

const COLUMNS: readonly Column<ComparedDeployment>[] = [
  {
    key: 'name',
    header: 'Deployment',
    render: ({ deployment }) => (
      <Link href={paths.deployment(deployment.id, 'compare')}>{deployment.name}</Link>
    ),
  },
  {
    key: 'role',
    header: 'Takes',
    render: ({ deployment }) => (
      <span className="pl-inline">
        <StageBadge stage={deployment.stage} isPlain />
        {deployment.isShadow ? 'copies only' : `${deployment.trafficPercent}%`}
      </span>
    ),
  },
  { key: 'requests', header: 'Predictions', align: 'right', render: (row) => formatCount(row.requests) },
  { key: 'errors', header: 'Error rate', align: 'right', render: (row) => formatShare(row.errorRate) },
  { key: 'p50', header: 'Median', align: 'right', render: (row) => formatLatency(row.p50) },
  { key: 'p99', header: '99th percentile', align: 'right', render: (row) => formatLatency(row.p99) },
  {
    key: 'psi',
    header: 'Answers against baseline',
    align: 'right',
    render: (row) => (row.isBaseline ? 'baseline' : row.psi === null ? NONE : `PSI ${formatPsi(row.psi)}`),
  },
]

/** The deployments of a project that answer, side by side: a canary or a shadow against production. */
export function CompareTab({ deployment }: { readonly deployment: Deployment }) {
  const minutes = usePreferences((state) => state.trafficMinutes)
  const query = useQuery(reads.comparison(deployment.projectId, minutes))
  if (query.isError && query.data === undefined) {
    return <FaultState error={query.error} onRetry={() => void query.refetch()} />
  }
  if (query.data === undefined) {
    return (
      <Panel>
        <TextSkeleton lines={4} />
      </Panel>
    )
  }
  if (query.data.length < 2) {
    return (
      <Panel>
        <EmptyState
          title="Nothing to compare with"
          actions={
            <Button component={Link} href={paths.deployments} leftSection={<IconPlus size={15} />}>
              Deploy another model
            </Button>
          }
        >
          Deploy a second model to this project, with a small share of its traffic or as a shadow. Both are
          shown side by side here.
        </EmptyState>
      </Panel>
    )
  }
  return (
    <div className="pl-stack">
      <Panel isFlush>
        <DataTable
          label="Deployments compared"
          columns={COLUMNS}
          rows={query.data}
          rowKey={(row) => row.deployment.id}
          selectedKey={deployment.id}
        />
      </Panel>
      <Panel title="Answers">
        <div className="pl-compared">
          {query.data.map((side) => (
            <Answers key={side.deployment.id} side={side} />
          ))}
        </div>
      </Panel>
    </div>
  )
}

/** How often a deployment gave each answer. */
function Answers({ side }: { readonly side: ComparedDeployment }) {
  const { deployment, answers, mean, distribution } = side
  return (
    <section aria-label={`Answers of ${deployment.name}`}>
      <h3>{deployment.name}</h3>
      <p className="pl-quiet">
        {answers === 0 ? 'No answers yet' : `${formatCount(answers)} answers`}
        {mean !== null && `, mean ${formatNumber(mean)}`}
      </p>
      <ul className="pl-compared-shares">
        {distribution
          .filter(({ share }) => share > 0)
          .map(({ label, share }) => (
            <li key={label}>
              <span className="pl-compared-name">{label}</span>
              <span className="pl-compared-track" aria-hidden>
                <span style={{ width: `${share * 100}%` }} />
              </span>
              <span className="pl-number">{formatShare(share)}</span>
            </li>
          ))}
      </ul>
    </section>
  )
}
