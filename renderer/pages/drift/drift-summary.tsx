import { Button, Progress } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { JobStatus } from '../../../main/core/jobs/job'
import type { DriftSnapshot } from '../../../main/core/monitoring/snapshot'
import { client } from '../../client'
import { Hint, Panel, Tile } from '../../components/layout'
import { notifyDone, notifyFault } from '../../components/notify'
import { RelativeTime } from '../../components/relative-time'
import { DriftBadge, StageBadge } from '../../components/status'
import { NONE, formatAbsolute, formatCount, formatDuration, formatPsi } from '../../format'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { explainStatus } from './explain-status'

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
      aside={<Recompute deploymentId={deployment.id} />}
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

/** Starts the comparison as a job, shows its progress, lets it be cancelled. */
function Recompute({ deploymentId }: { readonly deploymentId: string }) {
  const queries = useQueryClient()
  const [jobId, setJobId] = useState<string | null>(null)
  const start = useMutation({
    mutationFn: () => client.drift.run({ id: deploymentId }),
    onSuccess: (job) => setJobId(job.id),
    onError: (error) => notifyFault('Drift was not computed', error),
  })
  const cancel = useMutation({
    mutationFn: (id: string) => client.jobs.cancel({ id }),
    onError: (error) => notifyFault('The job was not cancelled', error),
  })
  // The live feed refreshes the job; the interval covers a feed that is reconnecting.
  const job = useQuery({
    ...reads.job(jobId ?? ''),
    enabled: jobId !== null,
    refetchInterval: ({ state }) => (hasEnded(state.data?.status) ? false : 2000),
  }).data
  const status = job?.status
  const failure = job?.error ?? 'The job failed.'
  useEffect(() => {
    if (!hasEnded(status)) return
    if (status === 'succeeded') notifyDone('Drift was computed.')
    if (status === 'failed') notifyFault('Drift was not computed', new Error(failure))
    void queries.invalidateQueries({ queryKey: ['drift', deploymentId] })
  }, [status, failure, queries, deploymentId])
  if (jobId !== null && !hasEnded(status)) {
    return (
      <span className="pl-job" role="status">
        <span className="pl-small">{job === undefined || job.message === '' ? 'Waiting' : job.message}</span>
        <Progress w={90} size={6} value={(job?.progress ?? 0) * 100} aria-label="Drift computation" />
        <Button size="xs" variant="default" onClick={() => cancel.mutate(jobId)}>
          Cancel
        </Button>
      </span>
    )
  }
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconRefresh size={14} />}
      loading={start.isPending}
      onClick={() => start.mutate()}
    >
      Recompute now
    </Button>
  )
}

function hasEnded(status: JobStatus | undefined): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}
