import { Button, Modal } from '@mantine/core'
import type { Verification } from '../../../main/core/models/model'
import { VerificationResult } from './verification-result'

type MismatchDialogProps = {
  /** The comparison that failed; null while there is none. */
  readonly verification: Verification | null
  readonly onClose: () => void
  readonly onAccept: () => void
}

/** Asks before a model is registered that does not answer what the original answered. */
export function MismatchDialog({ verification, onClose, onAccept }: MismatchDialogProps) {
  return (
    <Modal
      opened={verification !== null}
      onClose={onClose}
      size="xl"
      title="The answers differ from the original's"
    >
      {verification !== null && (
        <div className="pl-form">
          <VerificationResult verification={verification} />
          <p className="pl-quiet">
            Nothing is registered yet. Check that the rows are in the original&apos;s columns and units, and
            that their predictions are of this very model.
          </p>
          <div className="pl-form-buttons">
            <Button variant="default" onClick={onClose} data-autofocus>
              Cancel
            </Button>
            <Button
              color="red.8"
              onClick={() => {
                onClose()
                onAccept()
              }}
            >
              Register anyway
            </Button>
          </div>
        </div>
      )}
    </Modal>
  )
}
