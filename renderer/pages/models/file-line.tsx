import { ActionIcon, Button, FileButton, Progress } from '@mantine/core'
import { IconAlertCircle, IconCircleCheck, IconX } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { formatBytes, formatShare } from '../../format'
import type { FileState } from './registration-files'

type FileLineProps = {
  readonly title: string
  /** Stands where the size would be when there is no file yet. */
  readonly missing: string
  readonly icon: Icon
  readonly accept: string
  readonly file: FileState | null
  readonly onChoose: (file: File) => void
  readonly onRemove: () => void
}

/** One file that a form takes: to be chosen, on its way, here, or refused. */
export function FileLine(props: FileLineProps) {
  const { title, missing, icon: RoleIcon, accept, file, onChoose, onRemove } = props
  return (
    <li>
      <RoleIcon size={18} stroke={1.5} className="pl-quiet" aria-hidden />
      <div className="pl-file-body">
        <div className="pl-file-line">
          <span className="pl-truncate" title={file?.name}>
            {file?.name ?? title}
          </span>
          <span className="pl-quiet pl-small pl-number">
            {file === null ? missing : describeProgress(file)}
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
        <FileButton accept={accept} onChange={(chosen) => chosen !== null && onChoose(chosen)}>
          {({ onClick }) => (
            <Button
              variant="default"
              size="xs"
              onClick={onClick}
              aria-label={`Choose ${title.toLowerCase()}`}
            >
              Choose
            </Button>
          )}
        </FileButton>
      ) : (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={onRemove}
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
