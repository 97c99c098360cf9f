import { Menu } from '@mantine/core'
import { IconBellOff, IconCheck, IconEye } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { Alert, Mute } from '../../../main/core/alerts/alert'
import { client } from '../../client'
import { notifyDone, notifyFault } from '../../components/notify'
import { useNow } from '../../components/relative-time'
import { Action } from './action'

const PAUSES = [
  { label: 'For an hour', minutes: 60 },
  { label: 'For eight hours', minutes: 8 * 60 },
  { label: 'For a day', minutes: 24 * 60 },
  { label: 'For a week', minutes: 7 * 24 * 60 },
] as const

type AlertActionsProps = { readonly alert: Alert; readonly isCompact?: boolean }

/** What a person can do about an alert; nothing once it is resolved. */
export function AlertActions({ alert, isCompact = false }: AlertActionsProps) {
  const { id } = alert
  const now = useNow()
  const fail = (error: unknown): void => notifyFault(`The alert ${alert.ruleName} was not changed`, error)
  const acknowledgement = useMutation({
    mutationFn: () => client.alerts.acknowledge({ id }),
    onError: fail,
    onSuccess: () => notifyDone('Acknowledged: no reminders, no escalation.'),
  })
  const resolution = useMutation({
    mutationFn: () => client.alerts.resolve({ id }),
    onError: fail,
    onSuccess: () => notifyDone(`${alert.ruleName} was resolved.`),
  })
  const muting = useMutation({
    mutationFn: (mute: Mute) => client.alerts.mute({ id, mute }),
    onError: fail,
    onSuccess: (muted) => notifyDone(muted.mutedUntil === null ? 'No longer muted.' : 'Muted.'),
  })
  if (alert.status === 'resolved') return null
  const isMuted = alert.mutedUntil !== null && alert.mutedUntil > now
  const name = `${alert.ruleName}, ${alert.deploymentName}`
  return (
    <span className="pl-alert-actions">
      {alert.status === 'open' && (
        <Action
          label="Acknowledge"
          name={name}
          icon={IconEye}
          isCompact={isCompact}
          isBusy={acknowledgement.isPending}
          onClick={() => acknowledgement.mutate()}
        />
      )}
      <Action
        label="Resolve"
        name={name}
        icon={IconCheck}
        isCompact={isCompact}
        isBusy={resolution.isPending}
        onClick={() => resolution.mutate()}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <Action
            label="Mute"
            name={name}
            icon={IconBellOff}
            isCompact={isCompact}
            isBusy={muting.isPending}
          />
        </Menu.Target>
        <Menu.Dropdown>
          {PAUSES.map(({ label, minutes }) => (
            <Menu.Item key={minutes} onClick={() => muting.mutate({ minutes })}>
              {label}
            </Menu.Item>
          ))}
          {isMuted && <Menu.Item onClick={() => muting.mutate({ until: null })}>No longer</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </span>
  )
}
