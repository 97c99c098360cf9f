import { ActionIcon, Button, Menu, Progress } from '@mantine/core'
import { IconDownload, IconFileExport, IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import * as z from 'zod'
import type { Deployment } from '../../../main/core/deployments/deployment'
import type { Job } from '../../../main/core/jobs/job'
import type { ExportFormat } from '../../../main/core/predictions/log-export'
import type { LogFilter } from '../../../main/core/predictions/log-filter'
import { client } from '../../client'
import { notifyFault } from '../../components/notify'
import { formatBytes, formatCount, formatShare } from '../../format'
import { reads } from '../../queries'

const FORMATS: readonly { readonly format: ExportFormat; readonly label: string; readonly note: string }[] = [
  { format: 'csv', label: 'CSV', note: 'for spreadsheets' },
  { format: 'jsonl', label: 'JSON Lines', note: 'inputs as they were sent' },
  { format: 'parquet', label: 'Parquet', note: 'typed columns, small' },
]

const doneSchema = z.object({ file: z.string(), rows: z.number(), bytes: z.number() })

type LogExportProps = { readonly deployment: Deployment; readonly filter: LogFilter }

/** Writes what the filters show to a file in the background, and hands it out when it is done. */
export function LogExport({ deployment, filter }: LogExportProps) {
  const [jobId, setJobId] = useState<string | null>(null)
  const start = useMutation({
    mutationFn: (format: ExportFormat) => client.deployments.exportLog({ id: deployment.id, format, filter }),
    onSuccess: (job) => setJobId(job.id),
    onError: (error) => notifyFault('The export was not started', error),
  })
  const isFiltered = Object.keys(filter).length > 0
  return (
    <div className="pl-log-export">
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconFileExport size={15} />} loading={start.isPending}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{isFiltered ? 'What the filters show' : 'The whole log'}</Menu.Label>
          {FORMATS.map(({ format, label, note }) => (
            <Menu.Item
              key={format}
              rightSection={<span className="pl-quiet">{note}</span>}
              onClick={() => start.mutate(format)}
            >
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {jobId !== null && <ExportStatus jobId={jobId} onClose={() => setJobId(null)} />}
    </div>
  )
}

function ExportStatus({ jobId, onClose }: { readonly jobId: string; readonly onClose: () => void }) {
  const { data: job } = useQuery(reads.job(jobId))
  const cancel = useMutation({
    mutationFn: () => client.jobs.cancel({ id: jobId }),
    onError: (error) => notifyFault('The export was not cancelled', error),
  })
  const isOver = job !== undefined && job.status !== 'queued' && job.status !== 'running'
  return (
    <div className="pl-log-export-status" role="status" aria-label="Export">
      {job !== undefined && <ExportText job={job} />}
      {isOver ? (
        <ActionIcon variant="subtle" color="gray" aria-label="Close the export" onClick={onClose}>
          <IconX size={14} />
        </ActionIcon>
      ) : (
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => cancel.mutate()}
          loading={cancel.isPending || cancel.isSuccess}
        >
          Cancel export
        </Button>
      )}
    </div>
  )
}

function ExportText({ job }: { readonly job: Job }) {
  switch (job.status) {
    case 'queued':
      return <span>Waiting for other jobs…</span>
    case 'running':
      return (
        <span className="pl-log-export-progress">
          Writing… {formatShare(job.progress)}
          <Progress value={job.progress * 100} aria-label="Progress of the export" />
        </span>
      )
    case 'succeeded': {
      const done = doneSchema.safeParse(job.result).data
      if (done === undefined) return <span>Done</span>
      return (
        <>
          <span>
            {formatCount(done.rows)} lines, {formatBytes(done.bytes)}
          </span>
          <Button
            component="a"
            href={`/ui/exports/${job.id}`}
            download={done.file}
            size="compact-sm"
            leftSection={<IconDownload size={14} />}
          >
            Download
          </Button>
        </>
      )
    }
    case 'failed':
      return <span className="pl-bad">Failed: {job.error}</span>
    case 'cancelled':
      return <span>Cancelled</span>
  }
}
