import { Collapse, NumberInput, Select, Switch, TextInput, UnstyledButton } from '@mantine/core'
import { IconChevronRight, IconShieldLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeploymentPrivacy } from '../../main/core/deployments/deployment'
import { reads } from '../queries'
import './deploy-privacy.css'
import { PROFILE_LABELS } from './privacy-vocabulary'

/** What the form holds; `columns` as a person writes it: `mail: email, customer: name`. */
export type PrivacyChoice = Omit<DeploymentPrivacy, 'columnMap'> & { readonly columns: string }

export const NO_CHOICE: PrivacyChoice = {
  policyId: null,
  anonymizeLogs: false,
  anonymizeResponse: false,
  threshold: null,
  columns: '',
}

/** Reads `mail: email, customer: name`. */
export function readColumnMap(text: string): Readonly<Record<string, string>> {
  const pairs = text
    .split(/[,\n]/)
    .map((pair) => pair.split(':').map((part) => part.trim()))
    .filter(([column]) => column !== undefined && column !== '')
  return Object.fromEntries(pairs.map(([column = '', type = '']) => [column, type]))
}

/** Undefined when nothing is asked for, so that such a deployment says nothing about privacy. */
export function toPrivacy({ columns, ...choice }: PrivacyChoice): DeploymentPrivacy | undefined {
  const columnMap = readColumnMap(columns)
  const isAsked = choice.policyId !== null || choice.anonymizeLogs || choice.anonymizeResponse
  return isAsked ? { ...choice, columnMap } : undefined
}

type Props = {
  readonly projectId: string | undefined
  readonly value: PrivacyChoice
  readonly onChange: (value: PrivacyChoice) => void
}

/** The part of the deploy form about personal data, folded away until it is wanted. */
export function DeployPrivacy({ projectId, value, onChange }: Props) {
  const [isOpen, setOpen] = useState(false)
  const policies = useQuery({
    ...reads.policies({ limit: 500, ...(projectId === undefined ? {} : { projectId }) }),
    enabled: projectId !== undefined,
  })
  const change = (part: Partial<PrivacyChoice>): void => onChange({ ...value, ...part })
  const placeholder =
    projectId === undefined ? 'Choose a model first' : 'None: redact what is found by itself'
  const choices = (policies.data?.items ?? []).map(({ id, name, profile }) => ({
    value: id,
    label: `${name} (${PROFILE_LABELS[profile]})`,
  }))
  return (
    <div className="pl-fold">
      <UnstyledButton className="pl-fold-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <IconChevronRight size={14} className="pl-fold-arrow" data-open={isOpen || undefined} aria-hidden />
        <IconShieldLock size={15} stroke={1.6} aria-hidden />
        Privacy
        <span className="pl-quiet">{describeChoice(value)}</span>
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        <div className="pl-form pl-fold-body">
          <Select
            label="Policy"
            clearable
            searchable
            placeholder={placeholder}
            nothingFoundMessage="The project has no such policy"
            data={choices}
            value={value.policyId}
            onChange={(policyId) =>
              change({ policyId, ...(policyId === null ? {} : { anonymizeLogs: true }) })
            }
          />
          <Switch
            label="Anonymize the log"
            description="Records are kept as the policy leaves them; raw values never reach the disk"
            checked={value.anonymizeLogs}
            onChange={(event) => change({ anonymizeLogs: event.currentTarget.checked })}
          />
          <Switch
            label="Anonymize answers"
            description="Warnings and errors do not repeat what was sent"
            checked={value.anonymizeResponse}
            onChange={(event) => change({ anonymizeResponse: event.currentTarget.checked })}
          />
          <TextInput
            label="Known columns"
            description="Column and kind, e.g. mail: email, customer: name"
            value={value.columns}
            onChange={(event) => change({ columns: event.currentTarget.value })}
          />
          <NumberInput
            label="Confidence threshold"
            description="0 to 1; empty takes the policy's"
            min={0}
            max={1}
            step={0.05}
            decimalScale={2}
            value={value.threshold ?? ''}
            onChange={(threshold) => change({ threshold: typeof threshold === 'number' ? threshold : null })}
          />
        </div>
      </Collapse>
    </div>
  )
}

function describeChoice({ policyId, anonymizeLogs, anonymizeResponse }: PrivacyChoice): string {
  const parts = [anonymizeLogs && 'log', anonymizeResponse && 'answers'].filter((part) => part !== false)
  if (parts.length === 0) return policyId === null ? 'nothing is anonymized' : 'policy attached, not applied'
  return `${parts.join(' and ')} anonymized`
}
