import { ActionIcon, Button, FileButton, Progress } from '@mantine/core'
import {
  IconAlertCircle,
  IconCircleCheck,
  IconDatabase,
  IconTopologyStar3,
  IconUpload,
  IconX,
} from '@tabler/icons-react'
import type { WorkspaceInformation } from '../../../main/ipc/workspace-information'
import { Panel } from '../../components/layout'
import { formatBytes, formatShare } from '../../format'
import { useRegistrationFiles } from './registration-files'
import type { FileRole, FileState } from './registration-files'

type FilePickerProps = {
  readonly complaint: string | null
  readonly limits: WorkspaceInformation['limits'] | undefined
}

const ROLES = {
  model: { title: 'Model', accept: '.onnx', icon: IconTopologyStar3 },
  training: { title: 'Training data', accept: '.csv,.tsv,.txt', icon: IconDatabase },
} as const

/** The two files of a registration: chosen or dropped, on their way, here, or refused. */
export function FilePicker({ complaint, limits }: FilePickerProps) {
  const { files, add } = useRegistrationFiles()
  const hasNone = files.model === null && files.training === null
  return (
    <Panel title="Files">
      {hasNone && (
        <FileButton multiple accept=".onnx,.csv,.tsv,.txt" onChange={(chosen) => add(chosen, limits)}>
          {(props) => (
            <button type="button" className="pl-drop-zone" {...props}>
              <IconUpload size={20} stroke={1.5} aria-hidden />
              <span>
                Drop a model and its training data here, or <u>choose the files</u>
              </span>
              <span className="pl-quiet pl-small">
                .onnx up to {formatBytes(limits?.maxModelBytes ?? 0)}, .csv with a header line up to{' '}
                {formatBytes(limits?.maxDataBytes ?? 0)}
              </span>
            </button>
          )}
        </FileButton>
      )}
      {!hasNone && (
        <ul className="pl-files">
          <FileRow role="model" file={files.model} limits={limits} />
          <FileRow role="training" file={files.training} limits={limits} />
        </ul>
      )}
      {complaint !== null && (
        <p className="pl-file-reason" role="alert">
          {complaint}
        </p>
      )}
    </Panel>
  )
}

type FileRowProps = {
  readonly role: FileRole
  readonly file: FileState | null
  readonly limits: FilePickerProps['limits']
}

function FileRow({ role, file, limits }: FileRowProps) {
  const { add, remove } = useRegistrationFiles()
  const about = ROLES[role]
  return (
    <li>
      <about.icon size={18} stroke={1.5} className="pl-quiet" aria-hidden />
      <div className="pl-file-body">
        <div className="pl-file-line">
          <span className="pl-truncate" title={file?.name}>
            {file?.name ?? about.title}
          </span>
          <span className="pl-quiet pl-small pl-number">
            {file === null ? 'missing' : describeProgress(file)}
          </span>
        </div>
        {file?.status === 'sending' && (
          <Progress
            size={4}
            value={(file.share ?? 1) * 100}
            animated={file.share === null}
            aria-label={`Sending ${file.name}`}
          />
        )}
        {file?.status === 'refused' && (
          <p className="pl-file-reason" role="alert">
            {file.reason}
          </p>
        )}
      </div>
      {file?.status === 'received' && <IconCircleCheck size={17} className="pl-good" aria-label="received" />}
      {file?.status === 'refused' && <IconAlertCircle size={17} className="pl-bad" aria-label="refused" />}
      {file === null ? (
        <FileButton accept={about.accept} onChange={(chosen) => chosen !== null && add([chosen], limits)}>
          {(props) => (
            <Button variant="default" size="xs" {...props}>
              Choose
            </Button>
          )}
        </FileButton>
      ) : (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={() => remove(role)}
          aria-label={file.status === 'sending' ? `Cancel sending ${file.name}` : `Remove ${file.name}`}
        >
          <IconX size={15} />
        </ActionIcon>
      )}
    </li>
  )
}

function describeProgress(file: FileState): string {
  if (file.status !== 'sending' || file.share === null) return formatBytes(file.size)
  return `${formatShare(file.share)} of ${formatBytes(file.size)}`
}
