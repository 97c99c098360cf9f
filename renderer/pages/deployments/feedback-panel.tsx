import { Alert, Button, FileButton, Progress } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Job } from '../../../main/core/jobs/job'
import type { FeedbackReport } from '../../../main/core/predictions/feedback-upload'
import { client } from '../../client'
import { DataTable } from '../../components/data-table'
import { FileDropArea } from '../../components/file-drop-area'
import { FaultNotice } from '../../components/form-footer'
import { Panel, Tile } from '../../components/layout'
import { notifyFault } from '../../components/notify'
import { formatCount, formatQuantity, formatShare } from '../../format'
import { reads } from '../../queries'
import { uploadFile } from '../../upload'

type FeedbackPanelProps = { readonly deploymentId: string; readonly keyColumns: readonly string[] }

/** Takes a CSV file of labels, shows how far it was read, and reports what became of its lines. */
export function FeedbackPanel({ deploymentId, keyColumns }: FeedbackPanelProps) {
  const [share, setShare] = useState<number | null>(null)
  const sending = useMutation({
    mutationFn: async (file: File) => {
      const { sha256 } = await uploadFile(file, 'data', setShare).done
      return client.quality.upload({ id: deploymentId, file: sha256, name: file.name })
    },
  })
  const job = useQuery({ ...reads.job(sending.data?.id ?? ''), enabled: sending.data !== undefined })
  const send = (file: File | null | undefined): void => {
    if (file !== null && file !== undefined && !sending.isPending) sending.mutate(file)
  }
  const columns = ['prediction_id', ...keyColumns]
  return (
    <Panel title="Send labels">
      <FileDropArea hint="Drop a CSV file of labels" onFiles={([file]) => send(file)}>
        <FileButton accept=".csv,.tsv,.txt" onChange={send}>
          {(props) => (
            <button type="button" className="pl-drop-zone" {...props}>
              <IconUpload size={20} stroke={1.5} aria-hidden />
              <span>
                Drop a CSV file of labels here, or <u>choose one</u>
              </span>
              <span className="pl-quiet pl-small">
                Columns: {columns.map((name) => `"${name}"`).join(' or ')}, "actual", and if known
                "observed_at"
              </span>
            </button>
          )}
        </FileButton>
        {sending.isPending && (
          <Progress
            size={5}
            value={(share ?? 1) * 100}
            animated={share === null}
            aria-label="Sending the file"
          />
        )}
        {sending.isError && <FaultNotice error={sending.error} title="The file was not taken" />}
        {job.data !== undefined && <JobState job={job.data} />}
      </FileDropArea>
    </Panel>
  )
}

const isReport = (result: unknown): result is FeedbackReport =>
  typeof result === 'object' && result !== null && 'refused_rows' in result

function JobState({ job }: { readonly job: Job }) {
  const cancel = useMutation({
    mutationFn: () => client.jobs.cancel({ id: job.id }),
    onError: (error) => notifyFault('The job was not cancelled', error),
  })
  if (job.status === 'failed') {
    return (
      <Alert color="red" variant="light" role="alert" title="The file could not be read to its end">
        {job.error}
      </Alert>
    )
  }
  if (job.status === 'cancelled') {
    return <p className="pl-quiet">Cancelled. Labels that had been read by then are kept.</p>
  }
  if (job.status === 'succeeded') return isReport(job.result) ? <Report report={job.result} /> : null
  return (
    <div className="pl-feedback-progress">
      <Progress size={5} value={job.progress * 100} aria-label="Reading labels" />
      <span className="pl-quiet pl-small pl-number">
        {job.status === 'queued' ? 'Waiting its turn' : `${formatShare(job.progress)} · ${job.message}`}
      </span>
      <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel
      </Button>
    </div>
  )
}

function Report({ report }: { readonly report: FeedbackReport }) {
  const unseen = Object.entries(report.unseen_labels)
  return (
    <div className="pl-stack" role="status">
      <div className="pl-tiles">
        <Tile label="Lines" value={formatCount(report.rows)} note={report.file} />
        <Tile label="Matched" value={formatCount(report.matched)} />
        <Tile label="Waiting for a prediction" value={formatCount(report.waiting)} />
        <Tile label="Refused" value={formatCount(report.refused)} />
      </div>
      {unseen.length > 0 && (
        <p className="pl-quiet">
          Labels the model does not know, counted as errors:{' '}
          {unseen.map(([label, rows]) => `${label} (${formatQuantity(rows, 'row')})`).join(', ')}.
        </p>
      )}
      {report.waiting > 0 && (
        <p className="pl-quiet">
          No prediction yet for line {report.waiting_lines.slice(0, 20).join(', ')}
          {report.waiting > 20 ? ` and ${formatCount(report.waiting - 20)} more` : ''}; such labels are kept
          for 30 days.
        </p>
      )}
      {report.refused > 0 && (
        <div className="pl-chart-table">
          <DataTable
            label="Refused lines"
            columns={[
              {
                key: 'line',
                header: 'Line',
                align: 'right',
                width: 80,
                render: ({ line }) => formatCount(line),
              },
              { key: 'message', header: 'What was wrong', render: ({ message }) => message },
            ]}
            rows={report.refused_rows.slice(0, 200)}
            rowKey={({ line }) => String(line)}
          />
        </div>
      )}
    </div>
  )
}
