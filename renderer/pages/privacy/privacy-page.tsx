import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconShieldLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { Policy } from '../../../main/core/privacy/policy'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { PageHeader, Panel } from '../../components/layout'
import { Pager } from '../../components/pager'
import { PROFILE_LABELS } from '../../components/privacy-vocabulary'
import { RelativeTime } from '../../components/relative-time'
import { SearchField } from '../../components/search-field'
import { EmptyState, FaultState } from '../../components/states'
import { PolicyBadge } from '../../components/status'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { CreatePolicyModal } from './create-policy-modal'
import './privacy.css'

const PAGE = 50

const COLUMNS: readonly Column<Policy>[] = [
  {
    key: 'name',
    header: 'Name',
    render: ({ id, name }) => (
      <Link href={paths.policy(id)} className="pl-row-name pl-truncate">
        {name}
      </Link>
    ),
  },
  { key: 'profile', header: 'Profile', render: ({ profile }) => PROFILE_LABELS[profile] },
  { key: 'status', header: 'Status', render: ({ status }) => <PolicyBadge status={status} /> },
  { key: 'rules', header: 'Rules', align: 'right', render: ({ ruleCount }) => ruleCount },
  { key: 'used', header: 'Deployments', align: 'right', render: ({ deploymentCount }) => deploymentCount },
  {
    key: 'threshold',
    header: 'Confidence from',
    align: 'right',
    render: ({ settings }) => settings.confidenceThreshold,
  },
  {
    key: 'updated',
    header: 'Changed',
    align: 'right',
    width: 130,
    render: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
  },
]

/** The privacy policies of the project. */
export function PrivacyPage() {
  const projectId = usePreferences((state) => state.projectId)
  const [search, setSearch] = useState('')
  const [offset, setOffset] = useState(0)
  const [isCreating, creation] = useDisclosure(false)
  const query = useQuery(
    reads.policies({ search, limit: PAGE, offset, ...(projectId === null ? {} : { projectId }) }),
  )
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={creation.open}>
      New policy
    </Button>
  )
  return (
    <>
      <PageHeader name="Privacy" title="Privacy" actions={create} />
      <div className="pl-toolbar">
        <SearchField
          label="Search policies"
          onSearch={(text) => {
            setSearch(text)
            setOffset(0)
          }}
        />
      </div>
      <Panel isFlush>
        {query.isError && query.data === undefined ? (
          <FaultState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <DataTable
            label="Privacy policies"
            columns={COLUMNS}
            rows={query.data?.items}
            rowKey={({ id }) => id}
            rowHref={({ id }) => paths.policy(id)}
            empty={
              search === '' ? (
                <EmptyState
                  icon={<IconShieldLock size={22} stroke={1.5} />}
                  title="No privacy policies"
                  actions={create}
                >
                  A policy says what happens to e-mail addresses, card numbers and other personal data before
                  records reach the log. Make one from a profile and attach it to a deployment.
                </EmptyState>
              ) : (
                <EmptyState title="No policy has that name">Try another search.</EmptyState>
              )
            }
          />
        )}
        <Pager
          total={query.data?.total ?? 0}
          limit={PAGE}
          offset={offset}
          onOffset={setOffset}
          unit="policies"
        />
      </Panel>
      <CreatePolicyModal isOpen={isCreating} onClose={creation.close} />
    </>
  )
}
