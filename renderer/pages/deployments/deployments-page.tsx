import { Button, SegmentedControl } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconRocket } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import type { Deployment, Stage } from '../../../main/core/deployments/deployment'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { DeployModal } from '../../components/deploy-modal'
import { PageHeader, Panel } from '../../components/layout'
import { Pager } from '../../components/pager'
import { RelativeTime } from '../../components/relative-time'
import { SearchField } from '../../components/search-field'
import { EmptyState, FaultState } from '../../components/states'
import { DriftBadge, StageBadge, StatusBadge } from '../../components/status'
import type { OverallDrift } from '../../components/status'
import { NONE } from '../../format'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { paths } from '../../routes'

const PAGE = 50
const STAGES = [
  { value: 'all', label: 'All' },
  { value: 'production', label: 'Production' },
  { value: 'staging', label: 'Staging' },
  { value: 'archived', label: 'Archived' },
] as const

type Row = {
  readonly deployment: Deployment
  readonly project: string
  readonly drift: OverallDrift | undefined
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    header: 'Name',
    render: ({ deployment }) => (
      <Link href={paths.deployment(deployment.id)} className="pl-row-name pl-truncate">
        {deployment.name}
      </Link>
    ),
  },
  {
    key: 'project',
    header: 'Project',
    render: ({ project }) => <span className="pl-quiet pl-cell pl-truncate">{project}</span>,
  },
  {
    key: 'model',
    header: 'Model',
    render: ({ deployment }) => (
      <span className="pl-cell pl-truncate">
        {deployment.modelName} <span className="pl-quiet">v{deployment.modelVersion}</span>
      </span>
    ),
  },
  { key: 'stage', header: 'Stage', render: ({ deployment }) => <StageBadge stage={deployment.stage} /> },
  { key: 'status', header: 'Status', render: ({ deployment }) => <StatusBadge deployment={deployment} /> },
  {
    key: 'traffic',
    header: 'Traffic',
    align: 'right',
    render: ({ deployment }) => `${deployment.trafficPercent}%`,
  },
  {
    key: 'drift',
    header: 'Drift',
    render: ({ deployment, drift }) =>
      drift === undefined ? (
        <span className="pl-quiet">{NONE}</span>
      ) : (
        <Link href={paths.drift(deployment.id)}>
          <span className="pl-hidden">Drift of {deployment.name}: </span>
          <DriftBadge status={drift} isPlain />
        </Link>
      ),
  },
  {
    key: 'created',
    header: 'Created',
    align: 'right',
    width: 130,
    render: ({ deployment }) => <RelativeTime at={deployment.createdAt} />,
  },
]

const toStage = (value: string): Stage | undefined =>
  value === 'production' || value === 'staging' || value === 'archived' ? value : undefined

/** Everything that is, or was, served. */
export function DeploymentsPage() {
  const projectId = usePreferences((state) => state.projectId)
  const [search, setSearch] = useState('')
  const [stageChoice, setStageChoice] = useState('all')
  const [offset, setOffset] = useState(0)
  const [isDeploying, deploying] = useDisclosure(false)
  const stage = toStage(stageChoice)
  const query = useQuery(
    reads.deployments({
      search,
      limit: PAGE,
      offset,
      ...(stage === undefined ? {} : { stage }),
      ...(projectId === null ? {} : { projectId }),
    }),
  )
  const rows = useRows(query.data?.items)
  const isFiltered = search !== '' || stage !== undefined
  return (
    <>
      <PageHeader
        name="Deployments"
        title="Deployments"
        actions={
          <Button leftSection={<IconPlus size={15} />} onClick={deploying.open}>
            New deployment
          </Button>
        }
      />
      <div className="pl-toolbar">
        <SearchField
          label="Search deployments"
          onSearch={(text) => {
            setSearch(text)
            setOffset(0)
          }}
        />
        <SegmentedControl
          size="xs"
          aria-label="Stage"
          data={[...STAGES]}
          value={stageChoice}
          onChange={(value) => {
            setStageChoice(value)
            setOffset(0)
          }}
        />
      </div>
      <Panel isFlush>
        {query.isError && query.data === undefined ? (
          <FaultState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <>
            <DataTable
              label="Deployments"
              columns={COLUMNS}
              rows={rows}
              rowKey={({ deployment }) => deployment.id}
              rowHref={({ deployment }) => paths.deployment(deployment.id)}
              empty={<NoDeployments isFiltered={isFiltered} onDeploy={deploying.open} />}
            />
            {query.data !== undefined && (
              <Pager
                total={query.data.total}
                limit={PAGE}
                offset={offset}
                onOffset={setOffset}
                unit="deployments"
              />
            )}
          </>
        )}
      </Panel>
      <DeployModal isOpen={isDeploying} onClose={deploying.close} />
    </>
  )
}

/** Puts the names of projects and the drift to the deployments. */
function useRows(deployments: readonly Deployment[] | undefined): readonly Row[] | undefined {
  const projects = useQuery(reads.projects()).data
  const overview = useQuery(reads.driftOverview()).data
  return useMemo(
    () =>
      deployments?.map((deployment) => ({
        deployment,
        project: projects?.items.find(({ id }) => id === deployment.projectId)?.name ?? NONE,
        drift: overview?.find((entry) => entry.deployment.id === deployment.id)?.drift.overallStatus,
      })),
    [deployments, projects, overview],
  )
}

function NoDeployments({
  isFiltered,
  onDeploy,
}: {
  readonly isFiltered: boolean
  readonly onDeploy: () => void
}) {
  if (isFiltered)
    return <EmptyState title="No deployment matches">Try another stage or other letters.</EmptyState>
  return (
    <EmptyState
      icon={<IconRocket size={22} stroke={1.5} />}
      title="Nothing is deployed yet"
      actions={
        <>
          <Button onClick={onDeploy}>Deploy a model</Button>
          <Button component={Link} href={paths.models} variant="default">
            Go to models
          </Button>
        </>
      }
    >
      A deployment answers predictions at an address of its own, keeps a log of them, and watches for drift.
    </EmptyState>
  )
}
