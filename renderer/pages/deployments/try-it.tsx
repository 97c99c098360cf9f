import { Button, JsonInput, Kbd, Menu, SegmentedControl } from '@mantine/core'
import { getHotkeyHandler, useOs } from '@mantine/hooks'
import { IconRowInsertBottom } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { ModelVersion } from '../../../main/core/models/model'
import { client, readFault } from '../../client'
import { CopyTextButton } from '../../components/copy-button'
import { FaultNotice } from '../../components/form-footer'
import type { SentRecord } from '../../components/json'
import { Panel } from '../../components/layout'
import { reads } from '../../queries'
import { AnswerPanel } from './answer-panel'
import './deployments.css'
import { FeatureField } from './feature-field'
import { readRecords, toRecord, writeCurl } from './record-text'
import type { FieldValues } from './record-text'
import { WhyPanel } from './why-panel'

type TryItProps = { readonly deployment: Deployment; readonly version: ModelVersion }
type Mode = 'form' | 'json'

/** Calls a deployment with a record that was typed, picked from the training data, or written as JSON. */
export function TryIt({ deployment, version }: TryItProps) {
  const { features } = version.signature
  const [mode, setMode] = useState<Mode>('form')
  const [values, setValues] = useState<FieldValues>({})
  const [text, setText] = useState('')
  const profile = useQuery(reads.profile(version.id))
  const isMac = useOs() === 'macos'
  const isServing = deployment.status === 'active' && deployment.stage !== 'archived'
  const prediction = useMutation({
    mutationFn: (records: SentRecord[]) => client.deployments.predict({ id: deployment.id, records }),
  })
  const read = mode === 'form' ? { records: [toRecord(values)], fault: null } : readRecords(text)
  const faults = findFieldFaults(prediction.error)

  const changeMode = (next: string): void => {
    if (next === 'json') setText(JSON.stringify(toRecord(values), null, 2))
    else if (read.records?.length === 1) setValues(read.records[0] ?? {})
    setMode(next === 'json' ? 'json' : 'form')
  }
  const fill = (record: SentRecord): void => {
    prediction.reset()
    setValues(record)
    setText(JSON.stringify(record, null, 2))
  }
  const submit = (): void => {
    if (read.records !== null && isServing && !prediction.isPending) prediction.mutate(read.records)
  }
  const hasOwnPlace = mode === 'form' && features.some(({ name }) => faults.has(name))

  return (
    <div className="pl-try">
      <Panel
        title="Record"
        aside={
          <>
            <ExampleMenu deploymentId={deployment.id} onPick={fill} />
            <SegmentedControl
              size="xs"
              aria-label="How the record is written"
              value={mode}
              onChange={changeMode}
              data={[
                { value: 'form', label: 'Form' },
                { value: 'json', label: 'JSON' },
              ]}
            />
          </>
        }
      >
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
          onKeyDown={getHotkeyHandler([['mod+Enter', submit]])}
        >
          {mode === 'form' ? (
            <div className="pl-try-fields">
              {features.map((feature) => (
                <FeatureField
                  key={feature.name}
                  feature={feature}
                  profile={profile.data?.features.features.find(({ name }) => name === feature.name)}
                  value={values[feature.name]}
                  onChange={(value) => setValues((current) => ({ ...current, [feature.name]: value }))}
                  fault={faults.get(feature.name)}
                />
              ))}
            </div>
          ) : (
            <JsonInput
              label="One record, or a list of records"
              autosize
              minRows={10}
              maxRows={24}
              formatOnBlur
              value={text}
              onChange={setText}
              error={text === '' ? undefined : read.fault}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.75rem' } }}
            />
          )}
          {prediction.isError && !hasOwnPlace && (
            <div className="pl-try-fault">
              <FaultNotice error={prediction.error} />
            </div>
          )}
          <div className="pl-try-foot">
            <span className="pl-quiet pl-small">
              <Kbd size="xs">{isMac ? '⌘' : 'Ctrl'}</Kbd> <Kbd size="xs">Enter</Kbd> predicts
            </span>
            <Button
              type="submit"
              loading={prediction.isPending}
              disabled={!isServing || (mode === 'json' && read.records === null)}
            >
              Predict
            </Button>
          </div>
        </form>
      </Panel>
      <div className="pl-stack">
        <AnswerPanel
          result={prediction.data}
          target={version.targetColumn}
          why={
            <WhyPanel deploymentId={deployment.id} version={version} records={prediction.variables ?? []} />
          }
        />
        <CurlPanel deploymentId={deployment.id} records={read.records ?? [{}]} />
      </div>
    </div>
  )
}

/** The faults that name a feature: `inputs.amount`, or `inputs[0].amount` in a list. */
function findFieldFaults(error: unknown): ReadonlyMap<string, string> {
  if (error === null) return new Map()
  return new Map(
    readFault(error).problems.map(({ field, message }) => [
      field.replace(/^inputs(\[\d+\])?\./, ''),
      message,
    ]),
  )
}

type ExampleMenuProps = {
  readonly deploymentId: string
  readonly onPick: (record: SentRecord) => void
}

function ExampleMenu({ deploymentId, onPick }: ExampleMenuProps) {
  const examples = useQuery(reads.examples(deploymentId))
  const rows = examples.data ?? []
  return (
    <Menu position="bottom-end" width={420}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRowInsertBottom size={14} />}
          disabled={rows.length === 0}
          loading={examples.isLoading}
        >
          Fill from training row
        </Button>
      </Menu.Target>
      <Menu.Dropdown className="pl-example-menu">
        {rows.map((row, index) => (
          <Menu.Item key={index} onClick={() => onPick(row)}>
            <code className="pl-truncate pl-example">
              {Object.entries(row)
                .map(([name, value]) => `${name}=${String(value)}`)
                .join('  ')}
            </code>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function CurlPanel(props: { readonly deploymentId: string; readonly records: SentRecord[] }) {
  const workspace = useQuery(reads.workspace())
  const command = writeCurl({ url: workspace.data?.url ?? location.origin, ...props })
  return (
    <Panel title="The same call from a terminal" aside={<CopyTextButton value={command} label="Copy" />}>
      <pre className="pl-curl" tabIndex={0} aria-label="curl command">
        {command}
      </pre>
    </Panel>
  )
}
