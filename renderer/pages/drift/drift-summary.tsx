import { Link } from 'wouter'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { DriftSnapshot } from '../../../main/core/monitoring/snapshot'
import { client } from '../../client'
import { Hint, Panel, Tile } from '../../components/layout'
import { RelativeTime } from '../../components/relative-time'
import { DriftBadge, StageBadge } from '../../components/status'
import { NONE, formatAbsolute, formatCount, formatDuration, formatPsi } from '../../format'
import { paths } from '../../routes'
import { explainStatus } from './explain-status'
import { JobButton } from './job-button'

const MEAN_PSI =
  'The mean PSI of the features with enough data. From 0.1 on it is moderate, from 0.25 on high, when a feature with that status stands behind it.'

type DriftSummaryProps = { readonly deployment: Deployment; readonly snapshot: DriftSnapshot }

/** The verdict on a deployment in words, what it rests on, and a way to compute it anew. */
export function DriftSummary({ deployment, snapshot }: DriftSummaryProps) {
  const { meanPsi, rows, referenceRows, windowStart, windowEnd, computedAt } = snapshot
  return (
    <Panel
      title={
        <span className="pl-inline pl-drift-title">
          <Link href={paths.deployment(deployment.id)}>{deployment.name}</Link>
          <StageBadge stage={deployment.stage} />
          <DriftBadge status={snapshot.overallStatus} />
        </span>
      }
      aside={
        <JobButton
          deploymentId={deployment.id}
          label="Recompute now"
          name="Drift computation"
          done="Drift was computed."
          fault="Drift was not computed"
          start={() => client.drift.run({ id: deployment.id })}
        />
      }
    >
      <div className="pl-stack">
        <p className="pl-drift-words">{explainStatus(snapshot)}</p>
        <div className="pl-tiles">
          <Tile
            label={
              <>
                Mean PSI <Hint label="mean PSI" text={MEAN_PSI} />
              </>
            }
            value={formatPsi(meanPsi)}
          />
          <Tile
            label="Rows compared"
            value={formatCount(rows)}
            note={`against ${formatCount(referenceRows)} in training`}
          />
          <Tile
            label="Window"
            value={
              windowStart === null || windowEnd === null
                ? NONE
                : formatDuration(Math.max(0, windowEnd - windowStart))
            }
            note={windowStart === null ? undefined : `from ${formatAbsolute(windowStart)}`}
          />
          <Tile label="Computed" value={computedAt === null ? NONE : <RelativeTime at={computedAt} />} />
        </div>
      </div>
    </Panel>
  )
}
