import { Button, Switch } from '@mantine/core'
import { IconBell, IconPencil, IconSend, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AlertRule } from '../../../main/core/alerts/alert-rule'
import { client } from '../../client'
import { confirm } from '../../components/confirm'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { notifyDone, notifyFault } from '../../components/notify'
import { EmptyState, FaultState } from '../../components/states'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { Action } from './action'
import { MutedMark, SeverityBadge } from './alert-badges'
import { CHANNELS, describeCondition } from './alert-texts'
import { RuleModal } from './rule-modal'
import { TestModal } from './test-modal'

type Row = { readonly rule: AlertRule; readonly deployment: string }

/** The alert rules: switch, test, change, delete. */
export function RuleList({ onCreateRule }: { readonly onCreateRule: () => void }) {
  const projectId = usePreferences((state) => state.projectId)
  const rules = useQuery(reads.alertRules(projectId))
  const deployments = useQuery(reads.deployments({ limit: 500 }))
  const [edited, setEdited] = useState<AlertRule | null>(null)
  const [tested, setTested] = useState<AlertRule | null>(null)
  const rows = rules.data?.items.map((rule): Row => {
    const named = deployments.data?.items.find(({ id }) => id === rule.deploymentId)
    return { rule, deployment: rule.deploymentId === null ? 'Every deployment' : (named?.name ?? '…') }
  })
  return (
    <>
      <Panel isFlush>
        {rules.isError && rules.data === undefined ? (
          <FaultState error={rules.error} onRetry={() => void rules.refetch()} />
        ) : (
          <DataTable
            label="Alert rules"
            columns={createColumns({ onEdit: setEdited, onTest: setTested })}
            rows={rows}
            rowKey={({ rule }) => rule.id}
            empty={
              <EmptyState
                icon={<IconBell size={22} stroke={1.5} />}
                title="No rules yet"
                actions={<Button onClick={onCreateRule}>Create a rule</Button>}
              >
                A rule watches a number and sends word when it meets a condition.
              </EmptyState>
            }
          />
        )}
      </Panel>
      {edited !== null && <RuleModal isOpen onClose={() => setEdited(null)} rule={edited} />}
      {tested !== null && <TestModal rule={tested} onClose={() => setTested(null)} />}
    </>
  )
}

type Handlers = {
  readonly onEdit: (rule: AlertRule) => void
  readonly onTest: (rule: AlertRule) => void
}

function createColumns(handlers: Handlers): readonly Column<Row>[] {
  return [
    { key: 'enabled', header: 'On', width: 60, render: ({ rule }) => <RuleSwitch rule={rule} /> },
    {
      key: 'name',
      header: 'Rule',
      render: ({ rule }) => (
        <span className="pl-inline">
          <strong className="pl-truncate pl-cell">{rule.name}</strong>
          <MutedMark until={rule.mutedUntil} />
        </span>
      ),
    },
    { key: 'condition', header: 'Condition', render: ({ rule }) => describeCondition(rule) },
    {
      key: 'deployment',
      header: 'Deployment',
      render: ({ deployment }) => <span className="pl-cell pl-truncate">{deployment}</span>,
    },
    { key: 'severity', header: 'Severity', render: ({ rule }) => <SeverityBadge severity={rule.severity} /> },
    {
      key: 'channels',
      header: 'Channels',
      render: ({ rule }) =>
        rule.channels.length === 0 ? (
          <span className="pl-quiet">only this page</span>
        ) : (
          rule.channels.map(({ type }) => CHANNELS[type]).join(', ')
        ),
    },
    {
      key: 'actions',
      header: <span className="pl-hidden">Actions</span>,
      align: 'right',
      render: ({ rule }) => <RuleActions rule={rule} {...handlers} />,
    },
  ]
}

function RuleSwitch({ rule }: { readonly rule: AlertRule }) {
  const switching = useMutation({
    mutationFn: (enabled: boolean) => client.alertRules.update({ id: rule.id, change: { enabled } }),
    onError: (error) => notifyFault(`The rule ${rule.name} was not changed`, error),
  })
  return (
    <Switch
      size="xs"
      aria-label={`Watch ${rule.name}`}
      checked={switching.isPending ? switching.variables : rule.enabled}
      onChange={(event) => switching.mutate(event.currentTarget.checked)}
    />
  )
}

function RuleActions({ rule, onEdit, onTest }: Handlers & { readonly rule: AlertRule }) {
  const removal = useMutation({
    mutationFn: () => client.alertRules.remove({ id: rule.id }),
    onSuccess: () => notifyDone(`The rule ${rule.name} was deleted.`),
    onError: (error) => notifyFault(`The rule ${rule.name} was not deleted`, error),
  })
  const askToRemove = (): void =>
    confirm({
      title: `Delete ${rule.name}?`,
      action: 'Delete rule',
      children: <p>Its alerts end and stay in the history.</p>,
      onConfirm: () => removal.mutate(),
    })
  const { name } = rule
  return (
    <span className="pl-alert-actions">
      <Action
        label="Test"
        name={name}
        icon={IconSend}
        isCompact
        disabled={rule.channels.length === 0}
        onClick={() => onTest(rule)}
      />
      <Action label="Change" name={name} icon={IconPencil} isCompact onClick={() => onEdit(rule)} />
      <Action
        label="Delete"
        name={name}
        icon={IconTrash}
        isCompact
        isDestructive
        isBusy={removal.isPending}
        onClick={askToRemove}
      />
    </span>
  )
}
