import { Button, Modal, TextInput } from '@mantine/core'
import { IconDatabase } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { ModelVersion } from '../../../main/core/models/model'
import { client, isAborted } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { notifyDone } from '../../components/notify'
import { reads } from '../../queries'
import { FileLine } from './file-line'
import { ACCEPTED } from './file-role'
import './register.css'
import { useTableFile } from './use-table-file'

type AddDataModalProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly version: ModelVersion
}

/** Gives a version that was registered without training data what it is compared with. */
export function AddDataModal({ isOpen, onClose, version }: AddDataModalProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`Add training data to version ${version.number}`}>
      <AddDataForm onClose={onClose} version={version} />
    </Modal>
  )
}

function AddDataForm({ onClose, version }: Omit<AddDataModalProps, 'isOpen'>) {
  const queries = useQueryClient()
  const { file, choose, remove } = useTableFile()
  const [target, setTarget] = useState('')
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const addition = useMutation({
    mutationFn: (sha256: string) => {
      const stop = new AbortController()
      running.current = stop
      return client.models.attachTrainingData(
        {
          id: version.id,
          file: sha256,
          name: file?.name ?? 'training.csv',
          targetColumn: target.trim() === '' ? null : target.trim(),
        },
        { signal: stop.signal },
      )
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: reads.profile(version.id).queryKey })
      notifyDone(`Version ${version.number} has training data now; monitoring begins.`)
      onClose()
    },
  })
  return (
    <form
      className="pl-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (file?.status === 'received') addition.mutate(file.sha256)
      }}
    >
      <p className="pl-quiet">
        They are what drift is measured against, and give examples and a background for explanations. They
        cannot be exchanged afterwards.
      </p>
      <ul className="pl-files">
        <FileLine
          title="Training data"
          missing=".csv with a header line"
          icon={IconDatabase}
          accept={ACCEPTED.training}
          file={file}
          onChoose={choose}
          onRemove={remove}
        />
      </ul>
      <TextInput
        label="Target column"
        placeholder="Found by itself where it can be"
        maxLength={255}
        value={target}
        onChange={(event) => setTarget(event.currentTarget.value)}
      />
      <FormFooter error={isAborted(addition.error) ? null : addition.error}>
        <Button variant="default" onClick={() => (addition.isPending ? running.current?.abort() : onClose())}>
          Cancel
        </Button>
        <Button type="submit" loading={addition.isPending} disabled={file?.status !== 'received'}>
          Add them
        </Button>
      </FormFooter>
    </form>
  )
}
