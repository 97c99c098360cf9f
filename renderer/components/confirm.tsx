import { modals } from '@mantine/modals'
import type { ReactNode } from 'react'

type Question = {
  readonly title: string
  readonly children: ReactNode
  /** The verb on the button, e.g. "Delete model". */
  readonly action: string
  readonly isDestructive?: boolean
  readonly onConfirm: () => void
}

/** Asks before something that cannot simply be undone. Escape and "Cancel" do nothing. */
export function confirm({ title, children, action, isDestructive = true, onConfirm }: Question): void {
  modals.openConfirmModal({
    title,
    children,
    labels: { confirm: action, cancel: 'Cancel' },
    confirmProps: isDestructive ? { color: 'red.8' } : {},
    // A destructive answer is never one stray Enter away.
    cancelProps: { 'data-autofocus': true },
    onConfirm,
  })
}
