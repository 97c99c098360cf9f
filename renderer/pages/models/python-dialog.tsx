import { Alert, Button, Checkbox, Modal } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PythonOffer } from '../../../main/core/models/python-conversion'
import { CopyIcon } from '../../components/copy-button'
import { FaultNotice } from '../../components/form-footer'
import { FactList, TextSkeleton } from '../../components/layout'
import { reads } from '../../queries'

type PythonDialogProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly fileName: string
  /** What the file mentions that a model does not need, as Python would write it. */
  readonly dangers: readonly string[]
  readonly onConfirm: () => void
}

/** Asks before code of a file is run: what that means here, in which Python, and what that lacks. */
export function PythonDialog({ isOpen, onClose, ...rest }: PythonDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`Run the code in ${rest.fileName}?`} size="lg">
      <Question {...rest} onClose={onClose} />
    </Modal>
  )
}

function Question({ onClose, onConfirm, dangers }: Omit<PythonDialogProps, 'isOpen'>) {
  const offer = useQuery(reads.pythonOffer())
  const [isTrusted, setIsTrusted] = useState(false)
  const canRun = offer.data?.install === null
  return (
    <div className="pl-form">
      {offer.isPending && <TextSkeleton lines={5} />}
      {offer.isError && <FaultNotice title="There is no Python to run it with" error={offer.error} />}
      {offer.data !== undefined && <Meaning offer={offer.data} dangers={dangers} />}
      {canRun && (
        <Checkbox
          label="I trust where this file comes from"
          checked={isTrusted}
          onChange={(event) => setIsTrusted(event.currentTarget.checked)}
        />
      )}
      <div className="pl-form-buttons">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        {canRun ? (
          <Button color="red.8" disabled={!isTrusted} onClick={onConfirm}>
            Convert with Python
          </Button>
        ) : (
          <Button loading={offer.isFetching} onClick={() => void offer.refetch()}>
            Check again
          </Button>
        )}
      </div>
    </div>
  )
}

function Meaning({ offer, dangers }: { readonly offer: PythonOffer; readonly dangers: readonly string[] }) {
  return (
    <>
      <Alert
        color={offer.isSandboxed ? 'yellow' : 'red'}
        variant="light"
        icon={<IconAlertTriangle size={16} />}
        title={offer.isSandboxed ? 'It runs in a sandbox' : 'It runs without a sandbox'}
      >
        {offer.warning}
        {dangers.length > 0 && (
          <ul className="pl-dangers">
            {dangers.map((danger) => (
              <li key={danger}>
                <code>{danger}</code>
              </li>
            ))}
          </ul>
        )}
      </Alert>
      <FactList
        isProse
        facts={[
          { label: 'Python', value: offer.version },
          { label: 'Interpreter', value: <code>{offer.executable}</code> },
          {
            label: 'Packages',
            value: (
              <ul className="pl-packages">
                {Object.entries(offer.packages).map(([name, version]) => (
                  <li key={name} className={version === null ? 'pl-chip pl-bad' : 'pl-chip'}>
                    {name} {version ?? 'is missing'}
                  </li>
                ))}
              </ul>
            ),
          },
        ]}
      />
      {offer.install !== null && (
        <div>
          <p>Install what is missing into this Python first:</p>
          <div className="pl-command">
            <code>{offer.install}</code>
            <CopyIcon value={offer.install} what="command" />
          </div>
        </div>
      )}
    </>
  )
}
