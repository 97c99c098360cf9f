import { Button, Progress } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Job, JobStatus } from '../../../main/core/jobs/job'
import { client } from '../../client'
import { notifyDone, notifyFault } from '../../components/notify'
import { reads } from '../../queries'

type JobButtonProps = {
  readonly deploymentId: string
  readonly label: string
  /** What the job computes, for its progress bar. */
  readonly name: string
  readonly done: string
  readonly fault: string
  readonly start: () => Promise<Job>
}

/** Starts a comparison as a job, shows its progress, lets it be cancelled. */
export function JobButton({ deploymentId, label, name, done, fault, start }: JobButtonProps) {
  const queries = useQueryClient()
  const [jobId, setJobId] = useState<string | null>(null)
  const starting = useMutation({
    mutationFn: start,
    onSuccess: (job) => setJobId(job.id),
    onError: (error) => notifyFault(fault, error),
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
    if (status === 'succeeded') notifyDone(done)
    if (status === 'failed') notifyFault(fault, new Error(failure))
    void queries.invalidateQueries({ queryKey: ['drift', deploymentId] })
  }, [status, failure, done, fault, queries, deploymentId])
  if (jobId !== null && !hasEnded(status)) {
    return (
      <span className="pl-job" role="status">
        <span className="pl-small">{job === undefined || job.message === '' ? 'Waiting' : job.message}</span>
        <Progress w={90} size={6} value={(job?.progress ?? 0) * 100} aria-label={name} />
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
      loading={starting.isPending}
      onClick={() => starting.mutate()}
    >
      {label}
    </Button>
  )
}

function hasEnded(status: JobStatus | undefined): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}
