import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChecklist, IconDatabasePlus } from '@tabler/icons-react'
import type { ModelVersion } from '../../../main/core/models/model'
import { AddDataModal } from './add-data-modal'
import './inside.css'
import { VerificationResult } from './verification-result'
import { VerifyModal } from './verify-modal'

type VersionEvidenceProps = {
  readonly version: ModelVersion
  /** With the whole comparison, and not only the buttons. */
  readonly isWhole?: boolean
}

/** How a version compares with its original, and what can still be added to it. */
export function VersionEvidence({ version, isWhole = false }: VersionEvidenceProps) {
  const [isVerifying, verify] = useDisclosure(false)
  const [isAdding, add] = useDisclosure(false)
  const { verification, conversion, trainingFile } = version
  return (
    <div className="pl-stack">
      {isWhole && verification !== null && <VerificationResult verification={verification} />}
      {isWhole && verification === null && (
        <p className="pl-quiet">
          {conversion === null
            ? 'Nobody compared the answers with known ones yet.'
            : "Converted, not verified: nobody compared its answers with the original's yet."}
        </p>
      )}
      <div className="pl-evidence-actions">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconChecklist size={14} />}
          onClick={verify.open}
          aria-label={`Verify version ${version.number}`}
        >
          Verify…
        </Button>
        {trainingFile === null && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDatabasePlus size={14} />}
            onClick={add.open}
            aria-label={`Add training data to version ${version.number}`}
          >
            Add training data
          </Button>
        )}
      </div>
      <VerifyModal isOpen={isVerifying} onClose={verify.close} version={version} />
      <AddDataModal isOpen={isAdding} onClose={add.close} version={version} />
    </div>
  )
}
