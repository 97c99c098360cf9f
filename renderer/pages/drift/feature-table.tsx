import { Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconTargetArrow } from '@tabler/icons-react'
import { useState } from 'react'
import type { FeatureDrift } from '../../../main/core/monitoring/drift/evaluate'
import { PsiBar } from '../../components/charts/psi-bar'
import { DataTable } from '../../components/data-table'
import type { Column, SortState } from '../../components/data-table'
import { Panel } from '../../components/layout'
import { DriftBadge, driftTone } from '../../components/status'
import { NONE, formatNumber, formatQuantity, formatShare } from '../../format'

export type FeatureRow = {
  readonly key: string
  readonly isPrediction: boolean
  readonly drift: FeatureDrift
}
/** What a row is called: a prediction is more than one of the features. */
export function nameRow({ isPrediction, drift }: Pick<FeatureRow, 'isPrediction' | 'drift'>): string {
  if (!isPrediction) return drift.feature
  return drift.feature === 'prediction' ? 'Prediction' : `Prediction: ${drift.feature}`
}

type ColumnKey = 'feature' | 'psi' | 'status' | 'mean' | 'missing' | 'quality'

type FeatureTableProps = {
  readonly rows: readonly FeatureRow[]
  readonly selectedKey: string | null
  readonly onSelect: (key: string) => void
}

/** The prediction and the features with their scores; predictions stay on top whatever the order. */
export function FeatureTable({ rows, selectedKey, onSelect }: FeatureTableProps) {
  const [sort, setSort] = useState<SortState<ColumnKey>>({ key: 'psi', direction: 'desc' })
  const factor = sort.direction === 'asc' ? 1 : -1
  const sorted = rows.toSorted((left, right) => {
    if (left.isPrediction !== right.isPrediction) return left.isPrediction ? -1 : 1
    if (sort.key === 'feature') return factor * left.drift.feature.localeCompare(right.drift.feature)
    return factor * (left.drift.psi - right.drift.psi)
  })
  return (
    <Panel isFlush>
      <DataTable<FeatureRow, ColumnKey>
        label="Features and their drift"
        columns={createColumns(onSelect)}
        rows={sorted}
        rowKey={({ key }) => key}
        selectedKey={selectedKey}
        onSelect={({ key }) => onSelect(key)}
        sort={sort}
        onSort={setSort}
      />
    </Panel>
  )
}

function createColumns(onSelect: (key: string) => void): readonly Column<FeatureRow, ColumnKey>[] {
  return [
    {
      key: 'feature',
      header: 'Feature',
      isSortable: true,
      render: ({ key, isPrediction, drift }) => (
        <button
          type="button"
          className="pl-row-name pl-truncate pl-feature-name"
          onClick={() => onSelect(key)}
        >
          {isPrediction && <IconTargetArrow size={15} stroke={1.7} aria-hidden />}
          {nameRow({ isPrediction, drift })}
        </button>
      ),
    },
    {
      key: 'psi',
      header: 'PSI',
      isSortable: true,
      render: ({ drift }) =>
        drift.status === 'not_scored' ? (
          <span className="pl-quiet">{NONE}</span>
        ) : (
          <PsiBar psi={drift.psi} critical={drift.critical} tone={driftTone(drift.status)} />
        ),
    },
    { key: 'status', header: 'Status', render: ({ drift }) => <StatusCell drift={drift} /> },
    {
      key: 'mean',
      header: 'Mean (training)',
      align: 'right',
      render: ({ drift }) =>
        drift.reference.mean === undefined ? (
          <span className="pl-quiet">{NONE}</span>
        ) : (
          <>
            {formatNumber(drift.current.mean)}{' '}
            <span className="pl-quiet">({formatNumber(drift.reference.mean)})</span>
          </>
        ),
    },
    {
      key: 'missing',
      header: 'Missing (training)',
      align: 'right',
      render: ({ drift }) => (
        <>
          {formatShare(drift.current.missingShare)}{' '}
          <span className="pl-quiet">({formatShare(drift.reference.missingShare)})</span>
        </>
      ),
    },
    { key: 'quality', header: 'Data quality', render: ({ drift }) => <QualityCell drift={drift} /> },
  ]
}

function StatusCell({ drift }: { readonly drift: FeatureDrift }) {
  const badge = <DriftBadge status={drift.status} isPlain />
  if (drift.status !== 'insufficient_data') return badge
  const need =
    drift.requiredRows === null
      ? 'The training data are too few for a verdict.'
      : `${formatQuantity(drift.current.rows, 'row')} so far; a verdict needs ${drift.requiredRows}.`
  return (
    <Tooltip label={need}>
      <span tabIndex={0}>{badge}</span>
    </Tooltip>
  )
}

const KIND_NAMES: Record<FeatureDrift['dataQuality'][number]['kind'], string> = {
  missing: 'missing',
  unseen: 'unseen',
  non_finite: 'not finite',
  out_of_range: 'out of range',
}

function QualityCell({ drift }: { readonly drift: FeatureDrift }) {
  if (drift.dataQuality.length === 0) return <span className="pl-quiet">fine</span>
  return (
    <span className="pl-chips">
      {drift.dataQuality.map(({ kind, message }) => (
        <Tooltip key={kind} label={message} multiline w={300}>
          <span tabIndex={0} className="pl-quality">
            <IconAlertTriangle size={12} stroke={2} aria-hidden /> {KIND_NAMES[kind]}
          </span>
        </Tooltip>
      ))}
    </span>
  )
}
