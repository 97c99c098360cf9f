import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Alert, AlertDetail } from '../../../main/core/alerts/alert'
import { FactList, PageHeader, Panel, TextSkeleton } from '../../components/layout'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, SubjectFault } from '../../components/states'
import { NONE, formatAbsolute } from '../../format'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { AlertActions } from './alert-actions'
import { AlertStatusBadge, SeverityBadge } from './alert-badges'
import { EVENTS, METRICS, describeCondition, formatMetric } from './alert-texts'
import { DeliveryTable } from './delivery-table'
import './alerts.css'

/** One alert: what it says, what happened to it, and every message about it. */
export function AlertPage({ id }: { readonly id: string }) {
  const query = useQuery(reads.alert(id))
  if (query.isError && query.data === undefined) {
    return (
      <SubjectFault
        error={query.error}
        what="Alert"
        back={paths.alerts}
        backLabel="Go to alerts"
        onRetry={() => void query.refetch()}
      />
    )
  }
  if (query.data === undefined) return <TextSkeleton lines={6} />
  const { alert, events, deliveries } = query.data
  return (
    <>
      <PageHeader
        name={alert.ruleName}
        title={alert.ruleName}
        trail={{ label: 'Alerts', href: paths.alerts }}
        facts={
          <>
            <SeverityBadge severity={alert.severity} />
            <AlertStatusBadge alert={alert} />
            <Link href={paths.deployment(alert.deploymentId)}>{alert.deploymentName}</Link>
          </>
        }
        actions={<AlertActions alert={alert} />}
      />
      <div className="pl-overview pl-alert-overview">
        <div className="pl-stack">
          <Panel title="Messages" isFlush>
            {deliveries.length === 0 ? (
              <EmptyState title="Nothing was sent">
                The rule has no channel, or was silent: muted, or within its cool-down.
              </EmptyState>
            ) : (
              <DeliveryTable deliveries={deliveries} />
            )}
          </Panel>
          <Panel title="History">
            <History events={events} alert={alert} />
          </Panel>
        </div>
        <Panel title="Facts">
          <Facts alert={alert} />
        </Panel>
      </div>
    </>
  )
}

function Facts({ alert }: { readonly alert: Alert }) {
  const moment = (at: number | null): string => (at === null ? NONE : formatAbsolute(at))
  const by = (who: string | null): string => (who === null ? '' : ` by ${who}`)
  return (
    <FactList
      facts={[
        { label: 'Condition', value: describeCondition(alert) },
        {
          label: 'Newest value',
          value: formatMetric(alert.metric, alert.value),
          hint: METRICS[alert.metric].explanation,
        },
        ...(alert.detail === '' ? [] : [{ label: 'About', value: alert.detail }]),
        { label: 'Opened', value: moment(alert.openedAt) },
        { label: 'Acknowledged', value: `${moment(alert.acknowledgedAt)}${by(alert.acknowledgedBy)}` },
        { label: 'Escalated', value: moment(alert.escalatedAt) },
        { label: 'Resolved', value: `${moment(alert.resolvedAt)}${by(alert.resolvedBy)}` },
        ...(alert.mutedUntil === null ? [] : [{ label: 'Muted until', value: moment(alert.mutedUntil) }]),
      ]}
    />
  )
}

function History({ events, alert }: { readonly events: AlertDetail['events']; readonly alert: Alert }) {
  return (
    <ol className="pl-alert-history">
      {events.toReversed().map((event) => (
        <li key={`${event.at} ${event.type} ${event.note}`}>
          <strong>{EVENTS[event.type]}</strong>
          <span className="pl-quiet">by {event.actor}</span>
          {event.value !== null && (
            <span className="pl-quiet pl-number">at {formatMetric(alert.metric, event.value)}</span>
          )}
          <span className="pl-wrap">{event.note}</span>
          <span className="pl-quiet pl-alert-time">
            <RelativeTime at={event.at} />
          </span>
        </li>
      ))}
    </ol>
  )
}
