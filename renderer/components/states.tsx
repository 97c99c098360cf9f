import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCloudOff, IconInbox } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { readFault } from '../client'
import './states.css'

type StateProps = {
  readonly icon?: ReactNode
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

/** Says what there is not, and what to do about it. */
export function EmptyState({ icon, title, children, actions }: StateProps) {
  return (
    <div className="pl-state">
      <div className="pl-state-icon" aria-hidden>
        {icon ?? <IconInbox size={22} stroke={1.5} />}
      </div>
      <p className="pl-state-title">{title}</p>
      {children !== undefined && <div className="pl-state-text">{children}</div>}
      {actions !== undefined && <div className="pl-state-actions">{actions}</div>}
    </div>
  )
}

/** A read that failed: the reason in words, and another try. */
export function FaultState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const fault = readFault(error)
  const isOffline = fault.code === 'OFFLINE'
  return (
    <div role="alert">
      <EmptyState
        icon={
          isOffline ? <IconCloudOff size={22} stroke={1.5} /> : <IconAlertTriangle size={22} stroke={1.5} />
        }
        title={isOffline ? 'No connection to the workstation' : 'This could not be loaded'}
        actions={
          onRetry !== undefined && (
            <Button variant="default" onClick={onRetry}>
              Try again
            </Button>
          )
        }
      >
        {fault.message}
      </EmptyState>
    </div>
  )
}

/** A page for an address that leads nowhere (any more). */
export function NotFoundState(props: {
  readonly what: string
  readonly back: string
  readonly backLabel: string
}) {
  return (
    <EmptyState
      title={`${props.what} not found`}
      actions={
        <Button component={Link} href={props.back} variant="default">
          {props.backLabel}
        </Button>
      }
    >
      It may have been deleted, or the address is not complete.
    </EmptyState>
  )
}

/** The state of a page that shows one thing: not found, or failed. */
export function SubjectFault(props: {
  readonly error: unknown
  readonly what: string
  readonly back: string
  readonly backLabel: string
  readonly onRetry: () => void
}) {
  if (readFault(props.error).code === 'NOT_FOUND') return <NotFoundState {...props} />
  return <FaultState error={props.error} onRetry={props.onRetry} />
}
