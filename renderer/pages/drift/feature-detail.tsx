import { IconAlertTriangle } from '@tabler/icons-react'
import type { FeatureDrift } from '../../../main/core/monitoring/drift/evaluate'
import { ChartFrame, LegendItem } from '../../components/charts/chart-frame'
import { PairedBars } from '../../components/charts/paired-bars'
import { DataTable } from '../../components/data-table'
import type { Column } from '../../components/data-table'
import { FactList, Panel } from '../../components/layout'
import { DriftBadge } from '../../components/status'
import { formatCount, formatPsi, formatQuantity, formatShare } from '../../format'
import { listStatistics } from './statistics'

type Bin = FeatureDrift['distribution'][number]

const COLUMNS: readonly Column<Bin>[] = [
  { key: 'label', header: 'Bin', render: (bin) => bin.label },
  { key: 'reference', header: 'In training', align: 'right', render: (bin) => formatShare(bin.reference) },
  { key: 'current', header: 'Now', align: 'right', render: (bin) => formatShare(bin.current) },
  {
    key: 'change',
    header: 'Change',
    align: 'right',
    render: (bin) => {
      const points = (bin.current - bin.reference) * 100
      return `${points > 0 ? '+' : ''}${points.toFixed(1)} pts`
    },
  },
]

/** One feature: its two distributions side by side, its statistics, and the faults of its data. */
export function FeatureDetail({ drift, name }: { readonly drift: FeatureDrift; readonly name: string }) {
  return (
    <Panel title={name} aside={<DriftBadge status={drift.status} />}>
      <div className="pl-stack">
        {drift.status === 'insufficient_data' && (
          <p className="pl-shortage">
            {drift.requiredRows === null
              ? 'The training data are too few for a verdict.'
              : `${formatQuantity(drift.current.rows, 'row')} so far; about ${formatCount(drift.requiredRows)} are needed for a verdict.`}
          </p>
        )}
        {drift.distribution.length > 0 && (
          <ChartFrame
            legend={
              <>
                <LegendItem tone="reference">Training ({formatCount(drift.reference.rows)})</LegendItem>
                <LegendItem tone="current">Now ({formatCount(drift.current.rows)})</LegendItem>
              </>
            }
            chart={
              <PairedBars
                bins={drift.distribution}
                label={`${name}: share of rows per bin in training and now; PSI ${formatPsi(drift.psi)}`}
              />
            }
            table={
              <DataTable
                label={`Distribution of ${name}`}
                columns={COLUMNS}
                rows={drift.distribution}
                rowKey={(bin) => bin.label}
              />
            }
          />
        )}
        {drift.dataQuality.map((finding) => (
          <p key={finding.kind} className="pl-finding">
            <IconAlertTriangle size={14} stroke={1.8} aria-hidden /> {finding.message}
          </p>
        ))}
        <FactList columns="auto" facts={listStatistics(drift)} />
      </div>
    </Panel>
  )
}
