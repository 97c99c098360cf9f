import { Button, Loader, Modal } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { AlertRule } from '../../../main/core/alerts/alert-rule'
import { client } from '../../client'
import { FaultNotice } from '../../components/form-footer'
import { formatDuration } from '../../format'
import { DeliveryBadge } from './alert-badges'
import { CHANNELS } from './alert-texts'

/** Sends a test to every channel of a rule and shows what became of it. */
export function TestModal({ rule, onClose }: { readonly rule: AlertRule; readonly onClose: () => void }) {
  const test = useMutation({ mutationFn: (id: string) => client.alertRules.test({ id }) })
  const { mutate } = test
  useEffect(() => mutate(rule.id), [mutate, rule.id])
  return (
    <Modal opened onClose={onClose} title={`Test of ${rule.name}`}>
      <div className="pl-form" aria-live="polite" aria-busy={test.isPending}>
        {test.isPending && (
          <p className="pl-inline">
            <Loader size="xs" /> Sending to {rule.channels.length}{' '}
            {rule.channels.length === 1 ? 'channel' : 'channels'}…
          </p>
        )}
        {test.isError && <FaultNotice error={test.error} />}
        {test.data !== undefined && (
          <ul className="pl-test-results">
            {test.data.map((result) => (
              <li key={result.deliveryId}>
                <strong>{CHANNELS[result.type]}</strong>
                <span className="pl-truncate">{result.target}</span>
                <DeliveryBadge status={result.status} />
                <p className="pl-quiet">{result.error ?? `Taken in ${formatDuration(result.durationMs)}`}</p>
              </li>
            ))}
          </ul>
        )}
        <div className="pl-form-buttons">
          <Button variant="default" loading={test.isPending} onClick={() => mutate(rule.id)}>
            Send again
          </Button>
          <Button onClick={onClose}>Close</Button>
        </div>
      </div>
    </Modal>
  )
}
