import { Button, SegmentedControl, Select } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { Alert } from '../../../main/core/alerts/alert'
import type { Severity } from '../../../main/core/alerts/alert-rule'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { Pager } from '../../components/pager'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, FaultState } from '../../components/states'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { AlertActions } from './alert-actions'
import { AlertStatusBadge, SeverityBadge } from './alert-badges'
import { SYMBOLS, formatMetric } from './alert-texts'

const PAGE = 50
const STATUSES = [
  { value: 'unresolved', label: 'Unresolved' },
  { value: 'open', label: 'Open' },
  { value: 'acknowledged', label: 'Acknowledged' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'all', label: 'All' },
] as const
type StatusChoice = (typeof STATUSES)[number]['value']
const SEVERITIES: readonly { readonly value: Severity; readonly label: string }[] = [
  { value: 'critical', label: 'Critical' },
  { value: 'warning', label: 'Warning' },
  { value: 'info', label: 'Info' },
]

const COLUMNS: readonly Column<Alert>[] = [
  {
    key: 'severity',
    header: 'Severity',
    width: 110,
    render: ({ severity }) => <SeverityBadge severity={severity} />,
  },
  {
    key: 'rule',
    header: 'Alert',
    render: (alert) => (
      <Link href={paths.alert(alert.id)} className="pl-row-name pl-truncate">
        {alert.ruleName}
      </Link>
    ),
  },
  {
    key: 'deployment',
    header: 'Deployment',
    render: ({ deploymentName }) => <span className="pl-cell pl-truncate">{deploymentName}</span>,
  },
  {
    key: 'value',
    header: 'Value',
    render: (alert) => (
      <span className="pl-number">
        {formatMetric(alert.metric, alert.value)}{' '}
        <span className="pl-quiet">
          {SYMBOLS[alert.condition]} {formatMetric(alert.metric, alert.threshold)}
        </span>
      </span>
    ),
  },
  { key: 'status', header: 'Status', render: (alert) => <AlertStatusBadge alert={alert} /> },
  { key: 'opened', header: 'Opened', render: ({ openedAt }) => <RelativeTime at={openedAt} /> },
  {
    key: 'actions',
    header: <span className="pl-hidden">Actions</span>,
    align: 'right',
    render: (alert) => <AlertActions alert={alert} isCompact />,
  },
]

/** Alerts, those that wait for someone first. */
export function AlertList({ onCreateRule }: { readonly onCreateRule: () => void }) {
  const projectId = usePreferences((state) => state.projectId)
  const [status, setStatus] = useState<StatusChoice>('unresolved')
  const [severity, setSeverity] = useState<Severity | null>(null)
  const [offset, setOffset] = useState(0)
  const query = useQuery(
    reads.alerts({
      limit: PAGE,
      offset,
      ...(status === 'all' ? {} : { status }),
      ...(severity === null ? {} : { severity }),
      ...(projectId === null ? {} : { projectId }),
    }),
  )
  const rules = useQuery(reads.alertRules(projectId))
  return (
    <>
      <div className="pl-toolbar">
        <SegmentedControl
          size="xs"
          aria-label="Status"
          data={[...STATUSES]}
          value={status}
          onChange={(value) => {
            setStatus(STATUSES.find((choice) => choice.value === value)?.value ?? 'all')
            setOffset(0)
          }}
        />
        <Select
          size="xs"
          aria-label="Severity"
          placeholder="Any severity"
          clearable
          data={[...SEVERITIES]}
          value={severity}
          onChange={(value) => {
            setSeverity(SEVERITIES.find((choice) => choice.value === value)?.value ?? null)
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
              label="Alerts"
              columns={COLUMNS}
              rows={query.data?.items}
              rowKey={({ id }) => id}
              rowHref={({ id }) => paths.alert(id)}
              empty={<NoAlerts hasRules={(rules.data?.total ?? 1) > 0} onCreateRule={onCreateRule} />}
            />
            {query.data !== undefined && (
              <Pager
                total={query.data.total}
                limit={PAGE}
                offset={offset}
                onOffset={setOffset}
                unit={query.data.total === 1 ? 'alert' : 'alerts'}
              />
            )}
          </>
        )}
      </Panel>
    </>
  )
}

function NoAlerts({
  hasRules,
  onCreateRule,
}: {
  readonly hasRules: boolean
  readonly onCreateRule: () => void
}) {
  const icon = <IconBell size={22} stroke={1.5} />
  if (hasRules) {
    return (
      <EmptyState icon={icon} title="No alerts here">
        No rule has raised one that fits these filters.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={icon}
      title="Nothing is watched yet"
      actions={<Button onClick={onCreateRule}>Create a rule</Button>}
    >
      A rule watches a number, such as the error rate or drift, and sends word when it meets a condition.
    </EmptyState>
  )
}
