import { Alert, Button, Progress } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { client } from '../../client'
import { notifyFault } from '../../components/notify'
import { formatShare } from '../../format'
import { reads } from '../../queries'

/** How far the job that computes an importance is, and the way to stop it; what went wrong when it failed. */
export function ImportanceJob({ jobId }: { readonly jobId: string }) {
  const { data: job } = useQuery(reads.job(jobId))
  const cancel = useMutation({
    mutationFn: () => client.jobs.cancel({ id: jobId }),
    onError: (error) => notifyFault('The computation was not cancelled', error),
  })
  if (job?.status === 'failed') {
    return (
      <Alert
        color="red"
        variant="light"
        icon={<IconAlertTriangle size={16} />}
        title="The importance could not be computed"
      >
        {job.error}
      </Alert>
    )
  }
  if (job?.status !== 'queued' && job?.status !== 'running') return null
  return (
    <div className="pl-importance-job" role="status" aria-label="Computing the importance">
      <span>
        {job.status === 'queued' ? 'Waiting for other jobs…' : `Explaining… ${formatShare(job.progress)}`}
        {job.message !== '' && job.status === 'running' && <span className="pl-quiet"> {job.message}</span>}
      </span>
      <Progress value={job.progress * 100} aria-label="Progress of the computation" />
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => cancel.mutate()}
        loading={cancel.isPending || cancel.isSuccess}
      >
        Cancel
      </Button>
    </div>
  )
}
