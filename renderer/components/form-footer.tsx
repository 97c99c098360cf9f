import { Alert } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { readFault } from '../client'

/** The end of a form: why it was refused, and its buttons. */
export function FormFooter({ error, children }: { readonly error: unknown; readonly children: ReactNode }) {
  return (
    <>
      {error !== null && error !== undefined && <FaultNotice error={error} />}
      <div className="pl-form-buttons">{children}</div>
    </>
  )
}

/** A refusal in words, announced when it appears. */
export function FaultNotice({ error, title }: { readonly error: unknown; readonly title?: string }) {
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle size={16} />} title={title} role="alert">
      {readFault(error).message}
    </Alert>
  )
}
