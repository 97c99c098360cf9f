import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { Model } from '../../../main/core/models/model'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, FaultState } from '../../components/states'
import { StageBadge, StatusBadge } from '../../components/status'
import { reads } from '../../queries'
import { paths } from '../../routes'

const COLUMNS: readonly Column<Deployment>[] = [
  {
    key: 'name',
    header: 'Name',
    render: (deployment) => (
      <Link href={paths.deployment(deployment.id)} className="pl-row-name pl-truncate">
        {deployment.name}
      </Link>
    ),
  },
  { key: 'version', header: 'Version', render: (deployment) => `v${deployment.modelVersion}` },
  { key: 'stage', header: 'Stage', render: (deployment) => <StageBadge stage={deployment.stage} /> },
  { key: 'status', header: 'Status', render: (deployment) => <StatusBadge deployment={deployment} /> },
  {
    key: 'traffic',
    header: 'Traffic',
    align: 'right',
    render: (deployment) => `${deployment.trafficPercent}%`,
  },
  {
    key: 'created',
    header: 'Created',
    align: 'right',
    render: (deployment) => <RelativeTime at={deployment.createdAt} />,
  },
]

/** Where a model is, or was, served. */
export function ModelDeployments({ model }: { readonly model: Model }) {
  const query = useQuery(reads.deployments({ modelId: model.id, limit: 200 }))
  if (query.isError && query.data === undefined) {
    return <FaultState error={query.error} onRetry={() => void query.refetch()} />
  }
  return (
    <Panel isFlush>
      <DataTable
        label={`Deployments of ${model.name}`}
        columns={COLUMNS}
        rows={query.data?.items}
        rowKey={(deployment) => deployment.id}
        rowHref={(deployment) => paths.deployment(deployment.id)}
        empty={
          <EmptyState title="Not deployed yet">
            Deploy the model to call it and to watch for drift.
          </EmptyState>
        }
      />
    </Panel>
  )
}
