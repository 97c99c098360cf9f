import { FileButton } from '@mantine/core'
import { IconChecklist, IconDatabase, IconTopologyStar3, IconUpload } from '@tabler/icons-react'
import type { WorkspaceInformation } from '../../../main/ipc/workspace-information'
import { Panel } from '../../components/layout'
import { formatBytes } from '../../format'
import { FileLine } from './file-line'
import { ACCEPTED } from './file-role'
import { useRegistrationFiles } from './registration-files'

type FilePickerProps = {
  readonly complaint: string | null
  readonly limits: WorkspaceInformation['limits'] | undefined
}

const ROLES = [
  { role: 'model', title: 'Model', missing: 'missing', icon: IconTopologyStar3 },
  { role: 'training', title: 'Training data', missing: 'optional', icon: IconDatabase },
  { role: 'verification', title: 'Rows to verify with', missing: 'optional', icon: IconChecklist },
] as const

/** The files of a registration: chosen or dropped, on their way, here, or refused. */
export function FilePicker({ complaint, limits }: FilePickerProps) {
  const { files, add, put, remove } = useRegistrationFiles()
  const hasNone = Object.values(files).every((file) => file === null)
  const lacksData = files.model?.status === 'received' && files.training === null
  return (
    <Panel title="Files">
      {hasNone && (
        <FileButton
          multiple
          accept={`${ACCEPTED.model},${ACCEPTED.training}`}
          onChange={(chosen) => void add(chosen, limits)}
        >
          {(props) => (
            <button type="button" className="pl-drop-zone" {...props}>
              <IconUpload size={20} stroke={1.5} aria-hidden />
              <span>
                Drop a model here, and its training data if you have them, or <u>choose the files</u>
              </span>
              <span className="pl-quiet pl-small">
                ONNX, pickle, joblib, XGBoost or LightGBM up to {formatBytes(limits?.maxModelBytes ?? 0)};
                .csv with a header line up to {formatBytes(limits?.maxDataBytes ?? 0)}
              </span>
            </button>
          )}
        </FileButton>
      )}
      {!hasNone && (
        <ul className="pl-files">
          {ROLES.map(({ role, ...about }) => (
            <FileLine
              key={role}
              {...about}
              accept={ACCEPTED[role]}
              file={files[role]}
              onChoose={(file) => put(role, file, limits)}
              onRemove={() => remove(role)}
            />
          ))}
        </ul>
      )}
      {lacksData && (
        <p className="pl-quiet pl-small pl-files-note">
          Without training data there is no drift and no quality estimate, examples are made up, and some
          explanations have nothing to compare with. They can be added later, on the model's page.
        </p>
      )}
      {complaint !== null && (
        <p className="pl-file-reason" role="alert">
          {complaint}
        </p>
      )}
    </Panel>
  )
}
