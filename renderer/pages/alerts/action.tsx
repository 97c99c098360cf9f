import { ActionIcon, Button } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ComponentPropsWithRef } from 'react'

type ActionProps = Omit<ComponentPropsWithRef<'button'>, 'name' | 'color'> & {
  readonly label: string
  /** What is acted on, for those who do not see the row. */
  readonly name: string
  readonly icon: Icon
  /** In a row of a table: the icon alone, its label on hover. */
  readonly isCompact: boolean
  readonly isBusy?: boolean
  readonly isDestructive?: boolean
}

/** A button with an icon and a label, or the icon alone where there is no room. */
export function Action(props: ActionProps) {
  const {
    label,
    name,
    icon: Shown,
    isCompact,
    isBusy = false,
    isDestructive = false,
    disabled = false,
    ...rest
  } = props
  const said = { 'aria-label': `${label} ${name}`, loading: isBusy, disabled }
  if (isCompact) {
    return (
      <ActionIcon
        size="sm"
        variant="subtle"
        color={isDestructive ? 'red' : 'gray'}
        title={label}
        {...said}
        {...rest}
      >
        <Shown size={15} stroke={1.7} />
      </ActionIcon>
    )
  }
  return (
    <Button variant="default" leftSection={<Shown size={14} />} {...said} {...rest}>
      {label}
    </Button>
  )
}
