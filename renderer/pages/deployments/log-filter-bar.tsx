import { Autocomplete, Button, NumberInput, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilterOff } from '@tabler/icons-react'
import { useState } from 'react'
import type { LogFilter } from '../../../main/core/predictions/log-filter'
import type { Signature } from '../../../main/core/signatures/signature'
import { LogTimeFilter } from './log-time-filter'

const STATUSES = [
  { value: 'any', label: 'Any status' },
  { value: 'ok', label: 'Answered' },
  { value: 'error', label: 'Failed' },
  { value: '422', label: '422 refused input' },
  { value: '500', label: '500 failed' },
  { value: '503', label: '503 not ready' },
]

const TYPING_MS = 350

/** What the fields hold, as typed; times apart, which count from the moment they are chosen. */
type Fields = {
  readonly status: string
  readonly prediction: string
  readonly predictionMin: string | number
  readonly predictionMax: string | number
  readonly feature: string
  readonly value: string
  readonly min: string | number
  readonly max: string | number
}

const EMPTY: Fields = {
  status: 'any',
  prediction: '',
  predictionMin: '',
  predictionMax: '',
  feature: '',
  value: '',
  min: '',
  max: '',
}

type Times = Pick<LogFilter, 'since' | 'until'>
type Known = Pick<Signature, 'task' | 'features' | 'classLabels'>

const isNumeric = (signature: Known | undefined, feature: string): boolean => {
  const type = signature?.features.find(({ name }) => name === feature)?.type
  return type === 'number' || type === 'integer'
}

function toFilter(fields: Fields, times: Times, signature: Known | undefined): LogFilter {
  const numberOf = (value: string | number): number | undefined =>
    typeof value === 'number' ? value : undefined
  const status = fields.status
  const filter: LogFilter = {
    ...times,
    status: status === 'any' ? undefined : status === 'ok' || status === 'error' ? status : Number(status),
    prediction: fields.prediction === '' ? undefined : fields.prediction,
    predictionMin: numberOf(fields.predictionMin),
    predictionMax: numberOf(fields.predictionMax),
  }
  const feature = fields.feature.trim()
  if (feature === '') return withoutGaps(filter)
  const [min, max] = [numberOf(fields.min), numberOf(fields.max)]
  if (isNumeric(signature, feature) && (min !== undefined || max !== undefined))
    return withoutGaps({ ...filter, feature, min, max })
  return withoutGaps(fields.value === '' ? filter : { ...filter, feature, value: fields.value })
}

const withoutGaps = (filter: LogFilter): LogFilter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))

type LogFilterBarProps = {
  readonly signature: Known | undefined
  readonly onChange: (filter: LogFilter) => void
}

/** Narrows the log down by time, status, answer and one column of the inputs. */
export function LogFilterBar({ signature, onChange }: LogFilterBarProps) {
  const [fields, setFields] = useState(EMPTY)
  const [times, setTimes] = useState<Times>({})
  const [turn, setTurn] = useState(0)
  const report = useDebouncedCallback(onChange, TYPING_MS)
  const edit = (change: Partial<Fields>): void => {
    const next = { ...fields, ...change }
    setFields(next)
    report(toFilter(next, times, signature))
  }
  const clear = (): void => {
    setFields(EMPTY)
    setTimes({})
    // The field of times holds its own texts, and begins anew.
    setTurn(turn + 1)
    report({})
  }
  const isTouched = fields !== EMPTY || Object.keys(times).length > 0
  return (
    <div className="pl-log-filter" role="search" aria-label="Filter the log">
      <LogTimeFilter
        key={turn}
        onChange={(next) => {
          setTimes(next)
          report(toFilter(fields, next, signature))
        }}
      />
      <Select
        aria-label="Status"
        w={160}
        allowDeselect={false}
        data={STATUSES}
        value={fields.status}
        onChange={(status) => status !== null && edit({ status })}
      />
      <AnswerFields signature={signature} fields={fields} onEdit={edit} />
      <FeatureFields signature={signature} fields={fields} onEdit={edit} />
      {isTouched && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconFilterOff size={14} />}
          onClick={clear}
        >
          Clear filters
        </Button>
      )}
    </div>
  )
}

type FieldsProps = {
  readonly signature: Known | undefined
  readonly fields: Fields
  readonly onEdit: (change: Partial<Fields>) => void
}

function AnswerFields({ signature, fields, onEdit }: FieldsProps) {
  if (signature?.task === 'regression') {
    return (
      <Bounds
        what="answer"
        min={fields.predictionMin}
        max={fields.predictionMax}
        onMin={(predictionMin) => onEdit({ predictionMin })}
        onMax={(predictionMax) => onEdit({ predictionMax })}
      />
    )
  }
  return (
    <Autocomplete
      aria-label="Answer"
      placeholder="Any answer"
      w={130}
      data={[...(signature?.classLabels ?? [])]}
      value={fields.prediction}
      onChange={(prediction) => onEdit({ prediction })}
    />
  )
}

function FeatureFields({ signature, fields, onEdit }: FieldsProps) {
  const isNumber = isNumeric(signature, fields.feature.trim())
  return (
    <>
      <Autocomplete
        aria-label="Input column"
        placeholder="Any input column"
        w={170}
        data={(signature?.features ?? []).map(({ name }) => name)}
        value={fields.feature}
        onChange={(feature) => onEdit({ feature, value: '', min: '', max: '' })}
      />
      {isNumber && (
        <Bounds
          what={fields.feature}
          min={fields.min}
          max={fields.max}
          onMin={(min) => onEdit({ min })}
          onMax={(max) => onEdit({ max })}
        />
      )}
      {!isNumber && fields.feature.trim() !== '' && (
        <TextInput
          aria-label={`Value of ${fields.feature}`}
          placeholder="is …"
          w={150}
          value={fields.value}
          onChange={(event) => onEdit({ value: event.currentTarget.value })}
        />
      )}
    </>
  )
}

function Bounds(props: {
  readonly what: string
  readonly min: string | number
  readonly max: string | number
  readonly onMin: (value: string | number) => void
  readonly onMax: (value: string | number) => void
}) {
  return (
    <>
      <NumberInput
        aria-label={`Smallest ${props.what}`}
        placeholder="at least"
        w={100}
        hideControls
        value={props.min}
        onChange={props.onMin}
      />
      <NumberInput
        aria-label={`Largest ${props.what}`}
        placeholder="at most"
        w={100}
        hideControls
        value={props.max}
        onChange={props.onMax}
      />
    </>
  )
}
