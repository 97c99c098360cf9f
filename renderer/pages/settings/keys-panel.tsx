import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ApiKey } from '../../../main/core/access/access'
import { client } from '../../client'
import { confirm } from '../../components/confirm'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { notifyDone, notifyFault } from '../../components/notify'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, FaultState } from '../../components/states'
import { reads } from '../../queries'
import { CreateKeyModal } from './create-key-modal'

/** The API keys of this workstation. */
export function KeysPanel() {
  const keys = useQuery(reads.keys())
  const [isCreating, creation] = useDisclosure(false)
  const revocation = useMutation({
    mutationFn: (key: ApiKey) => client.access.revokeKey({ id: key.id }),
    onSuccess: (_, key) => notifyDone(`The key ${key.name} was revoked.`),
    onError: (error, key) => notifyFault(`The key ${key.name} was not revoked`, error),
  })
  const askToRevoke = (key: ApiKey): void =>
    confirm({
      title: `Revoke ${key.name}?`,
      action: 'Revoke key',
      children: (
        <p>
          Scripts that use the key <code>{key.prefix}…</code> are refused from then on. It cannot be undone.
        </p>
      ),
      onConfirm: () => revocation.mutate(key),
    })
  return (
    <Panel
      title="API keys"
      isFlush
      aside={
        <Button size="xs" leftSection={<IconPlus size={14} />} onClick={creation.open}>
          Create key
        </Button>
      }
    >
      {keys.isError && keys.data === undefined ? (
        <FaultState error={keys.error} onRetry={() => void keys.refetch()} />
      ) : (
        <DataTable
          label="API keys"
          columns={createColumns(askToRevoke)}
          rows={keys.data}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={<IconKey size={22} stroke={1.5} />} title="No API keys">
              Scripts call this workstation with a key. This window needs none.
            </EmptyState>
          }
        />
      )}
      <CreateKeyModal isOpen={isCreating} onClose={creation.close} />
    </Panel>
  )
}

function createColumns(onRevoke: (key: ApiKey) => void): readonly Column<ApiKey>[] {
  return [
    { key: 'name', header: 'Name', render: ({ name }) => <strong>{name}</strong> },
    { key: 'prefix', header: 'Begins with', render: ({ prefix }) => <code>{prefix}…</code> },
    { key: 'scopes', header: 'May', render: ({ scopes }) => scopes.join(', ') },
    {
      key: 'used',
      header: 'Last used',
      render: ({ lastUsedAt }) =>
        lastUsedAt === null ? <span className="pl-quiet">never</span> : <RelativeTime at={lastUsedAt} />,
    },
    { key: 'created', header: 'Created', render: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    {
      key: 'actions',
      header: <span className="pl-hidden">Actions</span>,
      align: 'right',
      render: (key) => (
        <Button
          size="xs"
          variant="subtle"
          color="red"
          c="var(--pl-bad)"
          onClick={() => onRevoke(key)}
          aria-label={`Revoke ${key.name}`}
        >
          Revoke
        </Button>
      ),
    },
  ]
}
