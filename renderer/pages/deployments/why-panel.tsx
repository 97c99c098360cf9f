import { Loader, NumberInput } from '@mantine/core'
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
  const index = Math.min(number, records.length) - 1
  const record = records[index]
  const explained = useQuery(reads.explanation(deploymentId, record ?? {}))
  return (
    <section className="pl-why" aria-label="Why this answer">
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
      {explained.isPending && <Loader size="sm" aria-label="Explaining" />}
      {explained.isError && <FaultNotice error={explained.error} />}
      {explained.data !== undefined && record !== undefined && (
        <Contributions explained={explained.data} record={record} version={version} />
      )}
    </section>
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
