import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FeatureDrift } from '../../../main/core/monitoring/drift/evaluate'
import type { DriftSnapshot } from '../../../main/core/monitoring/snapshot'
import { Panel, TextSkeleton } from '../../components/layout'
import { EmptyState, SubjectFault } from '../../components/states'
import { formatQuantity } from '../../format'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { DriftSummary } from './drift-summary'
import { DriftTrend } from './drift-trend'
import { FeatureDetail } from './feature-detail'
import { FeatureTable, nameRow } from './feature-table'
import { MethodPanel } from './method-panel'

/** The drift of one deployment: verdict, predictions, features, one of them in detail, and the trend. */
export function DeploymentDrift({ id }: { readonly id: string }) {
  const drift = useQuery(reads.drift(id))
  const deployment = useQuery(reads.deployment(id))
  const [selected, setSelected] = useState<string | null>(null)
  const error = drift.error ?? deployment.error
  if (error !== null && (drift.data === undefined || deployment.data === undefined)) {
    return (
      <SubjectFault
        error={error}
        what="Deployment"
        back={paths.drift()}
        backLabel="Back to drift"
        onRetry={() => {
          void drift.refetch()
          void deployment.refetch()
        }}
      />
    )
  }
  if (drift.data === undefined || deployment.data === undefined) {
    return (
      <Panel>
        <TextSkeleton lines={10} />
      </Panel>
    )
  }
  const snapshot = drift.data
  return (
    <div className="pl-stack">
      <DriftSummary deployment={deployment.data} snapshot={snapshot} />
      {snapshot.overallStatus === 'unknown' ? (
        <Panel>
          <EmptyState
            title={
              snapshot.hasReference ? 'No predictions to compare yet' : 'No training data to compare with'
            }
          >
            {snapshot.hasReference ? (
              <>
                The reference of {formatQuantity(snapshot.referenceRows, 'training row')} is ready. Once the
                deployment has answered predictions, their inputs and answers are compared with it.
              </>
            ) : (
              'The model was registered without training data. Add them to its version, and drift is watched from then on.'
            )}
          </EmptyState>
        </Panel>
      ) : (
        <Comparison snapshot={snapshot} selected={selected} onSelect={setSelected} />
      )}
      <MethodPanel deploymentId={id} />
    </div>
  )
}

type ComparisonProps = {
  readonly snapshot: DriftSnapshot
  readonly selected: string | null
  readonly onSelect: (key: string) => void
}

/** The prediction comes first: that it drifts is what a reader acts on. */
function Comparison({ snapshot, selected, onSelect }: ComparisonProps) {
  const rows = [
    ...snapshot.predictions.map((drift) => ({
      key: `prediction ${drift.feature}`,
      isPrediction: true,
      drift,
    })),
    ...snapshot.features.map((drift) => ({ key: `feature ${drift.feature}`, isPrediction: false, drift })),
  ]
  const chosen = rows.find(({ key }) => key === selected) ?? findWorst(rows)
  return (
    <div className="pl-drift-compare">
      <FeatureTable rows={rows} selectedKey={chosen?.key ?? null} onSelect={onSelect} />
      <div className="pl-drift-trend">
        <DriftTrend id={snapshot.deploymentId} />
      </div>
      {chosen !== undefined && <FeatureDetail key={chosen.key} drift={chosen.drift} name={nameRow(chosen)} />}
    </div>
  )
}

type DriftRow = { readonly key: string; readonly isPrediction: boolean; readonly drift: FeatureDrift }

function findWorst(rows: readonly DriftRow[]): DriftRow | undefined {
  return rows.toSorted((left, right) => right.drift.psi - left.drift.psi)[0]
}
