import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'

/** A field that reports what is searched for once typing pauses. */
export function SearchField({
  label,
  onSearch,
}: {
  readonly label: string
  readonly onSearch: (text: string) => void
}) {
  const [text, setText] = useState('')
  const report = useDebouncedCallback(onSearch, 180)
  const change = (value: string): void => {
    setText(value)
    report(value.trim())
  }
  return (
    <TextInput
      type="search"
      w={260}
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && change('')}
      leftSection={<IconSearch size={14} />}
      rightSection={
        text !== '' && <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} />
      }
    />
  )
}
