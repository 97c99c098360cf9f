import { ActionIcon, Button, CopyButton as Copy, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** An icon that copies `value`; `what` names it for screen readers, e.g. "address". */
export function CopyIcon({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <Copy value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={`Copy ${what}`}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copy>
  )
}

/** The same as a button with words. */
export function CopyTextButton({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <Copy value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size="xs"
          onClick={copy}
          leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        >
          {copied ? 'Copied' : label}
        </Button>
      )}
    </Copy>
  )
}

/** The first characters of a long hash or identifier, with the whole of it on the clipboard. */
export function ShortHash({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <span className="pl-inline">
      <Tooltip label={value}>
        <code>{value.slice(0, 10)}</code>
      </Tooltip>
      <CopyIcon value={value} what={what} />
    </span>
  )
}
