import { useState } from 'react'
import type { AlertDetail } from '../../../main/core/alerts/alert'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { NONE, formatAbsolute, formatDuration } from '../../format'
import { DeliveryBadge } from './alert-badges'
import { CHANNELS, NOTICES } from './alert-texts'

type Delivery = AlertDetail['deliveries'][number]

/** Every message about an alert; choosing one shows its attempts. */
export function DeliveryTable({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  const [selected, setSelected] = useState<string | null>(null)
  const toggle = (id: string): void => setSelected((current) => (current === id ? null : id))
  const columns: readonly Column<Delivery>[] = [
    {
      key: 'kind',
      header: 'Message',
      render: ({ id, kind }) => (
        <button
          type="button"
          className="pl-alert-toggle"
          aria-expanded={selected === id}
          onClick={() => toggle(id)}
        >
          {NOTICES[kind]}
        </button>
      ),
    },
    { key: 'channel', header: 'Channel', render: ({ channelType }) => CHANNELS[channelType] },
    {
      key: 'target',
      header: 'To',
      render: ({ target }) => <span className="pl-cell pl-truncate">{target}</span>,
    },
    { key: 'status', header: 'Status', render: ({ status }) => <DeliveryBadge status={status} /> },
    {
      key: 'attempts',
      header: 'Attempts',
      align: 'right',
      render: ({ attempts, maxAttempts }) => `${attempts} of ${maxAttempts}`,
    },
  ]
  return (
    <DataTable
      label="Messages"
      columns={columns}
      rows={deliveries.toReversed()}
      rowKey={({ id }) => id}
      onSelect={({ id }) => toggle(id)}
      selectedKey={selected}
      renderDetail={(delivery) => (delivery.id === selected ? <Attempts delivery={delivery} /> : null)}
    />
  )
}

function Attempts({ delivery }: { readonly delivery: Delivery }) {
  return (
    <div className="pl-attempts">
      <ol>
        {delivery.log.map((attempt) => (
          <li key={attempt.number}>
            <span className="pl-number">{formatAbsolute(attempt.at)}</span>
            <span className="pl-number">{formatDuration(attempt.durationMs)}</span>
            <span className="pl-number">{attempt.statusCode ?? NONE}</span>
            <span>{attempt.error ?? 'taken'}</span>
          </li>
        ))}
      </ol>
      {delivery.nextAttemptAt !== null && (
        <p className="pl-quiet">Next attempt at {formatAbsolute(delivery.nextAttemptAt)}.</p>
      )}
      <p className="pl-quiet">
        Queued at {formatAbsolute(delivery.createdAt)}, idempotency key <code>{delivery.id}</code>
      </p>
    </div>
  )
}
