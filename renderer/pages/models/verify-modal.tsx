import { Button, Modal, TextInput } from '@mantine/core'
import { IconChecklist } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { ModelVersion } from '../../../main/core/models/model'
import { client, isAborted } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { FileLine } from './file-line'
import { ACCEPTED } from './file-role'
import './register.css'
import { useTableFile } from './use-table-file'
import { VerificationResult } from './verification-result'

type VerifyModalProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly version: ModelVersion
}

/** Compares a version's answers with the original's, which lie in a table. */
export function VerifyModal({ isOpen, onClose, version }: VerifyModalProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} size="xl" title={`Verify version ${version.number}`}>
      <VerifyForm onClose={onClose} version={version} />
    </Modal>
  )
}

function VerifyForm({ onClose, version }: Omit<VerifyModalProps, 'isOpen'>) {
  const { file, choose, remove } = useTableFile()
  const [column, setColumn] = useState('')
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const verification = useMutation({
    mutationFn: (sha256: string) => {
      const stop = new AbortController()
      running.current = stop
      return client.models.verify(
        {
          id: version.id,
          file: sha256,
          name: file?.name ?? 'rows.csv',
          predictionColumn: column.trim() === '' ? null : column.trim(),
        },
        { signal: stop.signal },
      )
    },
  })
  if (verification.data !== undefined) {
    return (
      <div className="pl-form">
        <VerificationResult verification={verification.data} />
        <div className="pl-form-buttons">
          <Button onClick={onClose} data-autofocus>
            Done
          </Button>
        </div>
      </div>
    )
  }
  return (
    <form
      className="pl-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (file?.status === 'received') verification.mutate(file.sha256)
      }}
    >
      <p className="pl-quiet">
        Rows with the columns of the model and the original&apos;s predictions: a column named{' '}
        <code>prediction</code>, and for classifiers <code>proba_</code> and a class if you like.
      </p>
      <ul className="pl-files">
        <FileLine
          title="Rows to verify with"
          missing=".csv"
          icon={IconChecklist}
          accept={ACCEPTED.verification}
          file={file}
          onChoose={choose}
          onRemove={remove}
        />
      </ul>
      <TextInput
        label="Column of predictions"
        placeholder="Found by its usual names"
        maxLength={255}
        value={column}
        onChange={(event) => setColumn(event.currentTarget.value)}
      />
      <FormFooter error={isAborted(verification.error) ? null : verification.error}>
        <Button
          variant="default"
          onClick={() => (verification.isPending ? running.current?.abort() : onClose())}
        >
          Cancel
        </Button>
        <Button type="submit" loading={verification.isPending} disabled={file?.status !== 'received'}>
          Verify
        </Button>
      </FormFooter>
    </form>
  )
}
