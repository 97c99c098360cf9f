import { ActionIcon, Button, Switch } from '@mantine/core'
import { IconPencil, IconPlus, IconShieldLock, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Policy, Rule } from '../../../main/core/privacy/policy'
import { client } from '../../client'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { notifyFault } from '../../components/notify'
import { ACTION_LABELS, usePiiTypes } from '../../components/privacy-vocabulary'
import { EmptyState, FaultState } from '../../components/states'
import { reads } from '../../queries'
import { RuleModal } from './rule-modal'
import { describeConfig } from './rule-config'

/** Which rule is being edited: none, a new one, or an existing one. */
type Editing = { readonly rule: Rule | null } | null

/** What a policy does with each kind of personal data. */
export function RulesPanel({ policy }: { readonly policy: Policy }) {
  const rules = useQuery(reads.rules(policy.id))
  const { nameOf } = usePiiTypes()
  const [editing, setEditing] = useState<Editing>(null)
  const toggle = useMutation({
    mutationFn: ({ id, isEnabled }: Rule) => client.privacy.changeRule({ id, isEnabled: !isEnabled }),
    onError: (error) => notifyFault('The rule was not changed', error),
  })
  const removal = useMutation({
    mutationFn: ({ id }: Rule) => client.privacy.removeRule({ id }),
    onError: (error) => notifyFault('The rule was not deleted', error),
  })
  const columns = createColumns({
    nameOf,
    onEdit: (rule) => setEditing({ rule }),
    onToggle: (rule) => toggle.mutate(rule),
    onRemove: (rule) => removal.mutate(rule),
  })
  const add = (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setEditing({ rule: null })}>
      Add rule
    </Button>
  )
  return (
    <Panel title="Rules" isFlush aside={add}>
      {rules.isError && rules.data === undefined ? (
        <FaultState error={rules.error} onRetry={() => void rules.refetch()} />
      ) : (
        <DataTable
          label="Rules"
          columns={columns}
          rows={rules.data}
          rowKey={({ id }) => id}
          empty={
            <EmptyState icon={<IconShieldLock size={22} stroke={1.5} />} title="No rules" actions={add}>
              As long as there is none, everything that is found is redacted.
            </EmptyState>
          }
        />
      )}
      <RuleModal
        policyId={policy.id}
        taken={(rules.data ?? []).filter(({ isDefault }) => !isDefault).map(({ piiType }) => piiType)}
        editing={editing}
        onClose={() => setEditing(null)}
      />
    </Panel>
  )
}

type RowActions = {
  readonly nameOf: (type: string) => string
  readonly onEdit: (rule: Rule) => void
  readonly onToggle: (rule: Rule) => void
  readonly onRemove: (rule: Rule) => void
}

function createColumns({ nameOf, onEdit, onToggle, onRemove }: RowActions): readonly Column<Rule>[] {
  return [
    {
      key: 'type',
      header: 'Kind',
      render: ({ piiType, isEnabled }) => (
        <span className={isEnabled ? 'pl-row-name' : 'pl-quiet'}>{nameOf(piiType)}</span>
      ),
    },
    {
      key: 'action',
      header: 'Action',
      render: ({ action, config }) => (
        <>
          {ACTION_LABELS[action]} <span className="pl-quiet">{describeConfig(action, config)}</span>
        </>
      ),
    },
    {
      key: 'enabled',
      header: 'On',
      width: 60,
      render: (rule) => (
        <Switch
          size="xs"
          checked={rule.isEnabled}
          onChange={() => onToggle(rule)}
          aria-label={`Rule for ${nameOf(rule.piiType)}`}
        />
      ),
    },
    {
      key: 'actions',
      header: <span className="pl-hidden">Actions</span>,
      align: 'right',
      width: 96,
      render: (rule) => (
        <span className="pl-inline">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={`Edit the rule for ${nameOf(rule.piiType)}`}
            onClick={() => onEdit(rule)}
          >
            <IconPencil size={14} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="red"
            size="sm"
            aria-label={`Delete the rule for ${nameOf(rule.piiType)}`}
            onClick={() => onRemove(rule)}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </span>
      ),
    },
  ]
}
