import { Button, JsonInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { PlacedFinding } from '../../../main/core/privacy/detect'
import type { Policy } from '../../../main/core/privacy/policy'
import { client } from '../../client'
import { FaultNotice } from '../../components/form-footer'
import { isRecord } from '../../components/json'
import type { SentRecord } from '../../components/json'
import { Panel } from '../../components/layout'
import { usePiiTypes } from '../../components/privacy-vocabulary'

const EXAMPLE = `{
  "customer_name": "Jane Miller",
  "email": "jane.miller@example.com",
  "note": "Call +1 415 555 2671, card 4111 1111 1111 1111",
  "dob": "1984-07-15",
  "client_ip": "203.0.113.42",
  "amount": 29.99
}`
const MOST_SHOWN = 100

/** Shows what a policy finds in a record and what it leaves of it. Nothing of it is kept. */
export function TryOut({ policy }: { readonly policy: Policy }) {
  const [text, setText] = useState(EXAMPLE)
  const { records, fault } = readText(text)
  const trial = useMutation({
    mutationFn: async (records: SentRecord[]) => {
      const input = { records, policyId: policy.id }
      const [detection, cleaned] = await Promise.all([
        client.privacy.detect(input),
        client.privacy.transform(input),
      ])
      return { findings: detection.findings, cleaned, records }
    },
  })
  return (
    <Panel title="Try it">
      <form
        className="pl-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (records !== null) trial.mutate(records)
        }}
      >
        <JsonInput
          label="One record, or a list of records"
          autosize
          minRows={6}
          maxRows={16}
          value={text}
          onChange={setText}
          error={fault}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.75rem' } }}
        />
        <div className="pl-form-buttons">
          <Button type="submit" size="xs" disabled={records === null} loading={trial.isPending}>
            Apply the policy
          </Button>
        </div>
      </form>
      {trial.isError && <FaultNotice error={trial.error} />}
      {trial.data !== undefined && (
        <div role="status" className="pl-trial">
          <Findings findings={trial.data.findings} records={trial.data.records} />
          <h3>What would be kept</h3>
          <pre className="pl-trial-result">
            {JSON.stringify(
              trial.data.cleaned.length === 1 ? trial.data.cleaned[0] : trial.data.cleaned,
              null,
              2,
            )}
          </pre>
        </div>
      )}
    </Panel>
  )
}

function readText(text: string): { readonly records: SentRecord[] | null; readonly fault: string | null } {
  try {
    const value: unknown = JSON.parse(text)
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    if (list.length > 0 && list.length <= 1000 && list.every(isRecord)) {
      return { records: list.filter(isRecord), fault: null }
    }
    return { records: null, fault: 'Expected an object like {"email": "…"}, or a list of up to 1,000.' }
  } catch (error) {
    return { records: null, fault: error instanceof Error ? error.message : 'This is not JSON.' }
  }
}

function Findings({
  findings,
  records,
}: {
  readonly findings: readonly PlacedFinding[]
  readonly records: readonly SentRecord[]
}) {
  const { nameOf } = usePiiTypes()
  if (findings.length === 0) return <p className="pl-quiet">Nothing personal was found.</p>
  return (
    <>
      <h3>
        {findings.length} {findings.length === 1 ? 'finding' : 'findings'}
      </h3>
      <ul className="pl-findings">
        {findings.slice(0, MOST_SHOWN).map((finding) => (
          <li key={`${finding.record} ${finding.column} ${finding.start} ${finding.piiType}`}>
            <span className="pl-chip">{finding.column}</span>
            <span>{nameOf(finding.piiType)}</span>
            <span className="pl-quiet pl-truncate">{quote(finding, records)}</span>
            <span className="pl-number pl-quiet">{Math.round(finding.confidence * 100)}%</span>
          </li>
        ))}
      </ul>
      {findings.length > MOST_SHOWN && <p className="pl-quiet">and {findings.length - MOST_SHOWN} more</p>}
    </>
  )
}

/** The words that were found, as far as they stand in a column at the top of a record. */
function quote({ record, column, start, end }: PlacedFinding, records: readonly SentRecord[]): string {
  const value = records[record]?.[column ?? '']
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  return String(value).slice(start, end)
}
