import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { LogFilter } from '../../../main/core/predictions/log-filter'

const MINUTE = 60_000

const SPANS = [
  { value: 'all', label: 'All time' },
  { value: '15', label: 'Last 15 minutes' },
  { value: '60', label: 'Last hour' },
  { value: '1440', label: 'Last 24 hours' },
  { value: '10080', label: 'Last 7 days' },
  { value: 'custom', label: 'From … to …' },
]

type Times = Pick<LogFilter, 'since' | 'until'>

/** A span of the last minutes, or one between two times; all time at first. */
export function LogTimeFilter({ onChange }: { readonly onChange: (times: Times) => void }) {
  const [span, setSpan] = useState('all')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const report = (since: string, until: string): void => {
    const sinceAt = Date.parse(since)
    const untilAt = Date.parse(until)
    onChange({
      ...(Number.isNaN(sinceAt) ? {} : { since: sinceAt }),
      ...(Number.isNaN(untilAt) ? {} : { until: untilAt }),
    })
  }
  const choose = (value: string): void => {
    setSpan(value)
    if (value === 'all') onChange({})
    else if (value === 'custom') report(from, to)
    else onChange({ since: Date.now() - Number(value) * MINUTE })
  }
  return (
    <>
      <Select
        aria-label="Time"
        w={180}
        allowDeselect={false}
        data={SPANS}
        value={span}
        onChange={(value) => value !== null && choose(value)}
      />
      {span === 'custom' && (
        <>
          <TextInput
            type="datetime-local"
            aria-label="From"
            value={from}
            onChange={(event) => {
              setFrom(event.currentTarget.value)
              report(event.currentTarget.value, to)
            }}
          />
          <span className="pl-quiet">to</span>
          <TextInput
            type="datetime-local"
            aria-label="To"
            value={to}
            onChange={(event) => {
              setTo(event.currentTarget.value)
              report(from, event.currentTarget.value)
            }}
          />
        </>
      )}
    </>
  )
}
