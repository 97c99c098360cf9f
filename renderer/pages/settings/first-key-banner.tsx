import { Alert } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { CopyIcon } from '../../components/copy-button'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import './settings.css'

/** The key that was made on the first start, as long as it can still be shown. */
export function FirstKeyBanner() {
  const workspace = useQuery(reads.workspace())
  const hasSeen = usePreferences((state) => state.hasSeenFirstKey)
  const dismiss = usePreferences((state) => state.dismissFirstKey)
  const key = workspace.data?.firstKey ?? null
  if (key === null || hasSeen) return null
  return (
    <Alert
      color="indigo"
      variant="light"
      icon={<IconKey size={16} />}
      title="Your first API key"
      withCloseButton
      closeButtonLabel="Put the key away"
      onClose={dismiss}
    >
      <p>
        Keep it now: it is shown only until Plumbline closes. It may do everything; make narrower keys for
        scripts.
      </p>
      <SecretText secret={key} />
    </Alert>
  )
}

/** A secret with a button that copies it. */
export function SecretText({ secret }: { readonly secret: string }) {
  return (
    <span className="pl-secret">
      <code>{secret}</code>
      <CopyIcon value={secret} what="key" />
    </span>
  )
}
