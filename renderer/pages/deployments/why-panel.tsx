import { Loader, NumberInput, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ModelVersion } from '../../../main/core/models/model'
import { ChartFrame, LegendItem } from '../../components/charts/chart-frame'
import { formatChange, Waterfall } from '../../components/charts/waterfall'
import type { WaterfallStep } from '../../components/charts/waterfall'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { FaultNotice } from '../../components/form-footer'
import type { SentRecord } from '../../components/json'
import { formatNumber } from '../../format'
import { reads } from '../../queries'
import type { Answers } from '../../client'
import { describeMethod, describeSpace, toSteps } from './explanation-text'

type Explained = Answers['deployments']['explain']

type WhyPanelProps = {
  readonly deploymentId: string
  readonly version: ModelVersion
  /** The records that were answered. */
  readonly records: readonly SentRecord[]
}

type Line = WaterfallStep & { readonly isTotal?: true }

const COLUMNS: readonly Column<Line>[] = [
  { key: 'feature', header: 'Feature', render: ({ label }) => label },
  {
    key: 'contribution',
    header: 'Contribution',
    align: 'right',
    render: ({ change, error, isTotal }) => {
      if (isTotal) return <strong>{formatNumber(change)}</strong>
      return error === null ? formatChange(change) : `${formatChange(change)} ± ${formatNumber(error)}`
    },
  },
]

/** Which features moved an answer away from the model's average, and how far. */
export function WhyPanel({ deploymentId, version, records }: WhyPanelProps) {
  const [number, setNumber] = useState(1)
  const [explainedClass, setExplainedClass] = useState<string | undefined>(undefined)
  const index = Math.min(number, records.length) - 1
  const record = records[index]
  const explained = useQuery(reads.explanation(deploymentId, record ?? {}, explainedClass))
  return (
    <section className="pl-why" aria-label="Why this answer">
      <div className="pl-why-choice">
        {records.length > 1 && (
          <NumberInput
            size="xs"
            label="Record"
            min={1}
            max={records.length}
            value={index + 1}
            onChange={(entered) => setNumber(Math.max(1, Math.round(Number(entered) || 1)))}
          />
        )}
        <ClassSelect explained={explained.data} chosen={explainedClass} onChoose={setExplainedClass} />
      </div>
      {explained.isPending && <Loader size="sm" aria-label="Explaining" />}
      {explained.isError && <FaultNotice error={explained.error} />}
      {explained.data !== undefined && record !== undefined && (
        <Contributions explained={explained.data} record={record} version={version} />
      )}
    </section>
  )
}

/** Chooses the class to explain; */
function ClassSelect(props: {
  readonly explained: Explained | undefined
  readonly chosen: string | undefined
  readonly onChoose: (label: string | undefined) => void
}) {
  // What was offered stays while another class is being explained.
  const [known, setKnown] = useState<readonly string[]>([])
  const classes = props.explained?.classes ?? known
  if (props.explained !== undefined && props.explained.classes !== known) setKnown(props.explained.classes)
  if (classes.length < 2) return null
  const [explanation] = props.explained?.explanations ?? []
  return (
    <Select
      size="xs"
      label="Explained class"
      allowDeselect={false}
      data={[...classes]}
      value={props.chosen ?? explanation?.explainedClass ?? null}
      onChange={(label) => props.onChoose(label ?? undefined)}
    />
  )
}

function Contributions(props: {
  readonly explained: Explained
  readonly record: SentRecord
  readonly version: ModelVersion
}) {
  const { explained, record, version } = props
  const [explanation] = explained.explanations
  if (explanation === undefined) return null
  const labels = explained.features.map((name) => `${name} = ${describeValue(record[name])}`)
  const steps = toSteps(explanation, labels)
  const start = { label: 'Average', value: explanation.bias }
  const end = { label: 'This answer', value: explanation.margin }
  const [strongest] = steps
  const space = describeSpace(explanation, version.signature.classLabels.length, version.targetColumn)
  return (
    <>
      <p className="pl-quiet pl-small">{space}</p>
      <ChartFrame
        legend={
          <>
            <LegendItem tone="current">raises</LegendItem>
            <LegendItem tone="reference">lowers</LegendItem>
          </>
        }
        chart={
          <Waterfall
            start={start}
            steps={steps}
            end={end}
            label={`From ${formatNumber(start.value)} on average to ${formatNumber(end.value)} for this record${strongest === undefined ? '' : `; ${strongest.label} moves it most, by ${formatChange(strongest.change)}`}`}
          />
        }
        table={
          <DataTable
            label="Contributions"
            columns={COLUMNS}
            rows={[
              ...steps,
              { label: 'Average (BiasTerm)', change: start.value, error: null, isTotal: true },
              { label: 'This answer (margin)', change: end.value, error: null, isTotal: true },
            ]}
            rowKey={({ label }) => label}
          />
        }
      />
      <p className="pl-quiet pl-small">{describeMethod(explanation)}</p>
    </>
  )
}

const describeValue = (value: SentRecord[string] | undefined): string =>
  value === undefined || value === null
    ? 'missing'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
