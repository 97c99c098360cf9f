import { Alert, Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertCircle, IconTerminal2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ModelInspection } from '../../../main/core/models/model'
import { readFault } from '../../client'
import { reads } from '../../queries'
import { PythonDialog } from './python-dialog'
import { useRegistrationFiles } from './registration-files'

/** Why a file cannot be converted, and the ways out; among them the person's own Python, where there is one. */
export function Refusal({ inspection }: { readonly inspection: ModelInspection }) {
  const { refusal, mayRunCode } = inspection
  const runsCode = useRegistrationFiles((state) => state.runsCode)
  if (refusal === null) return null
  if (runsCode && mayRunCode) return <AgreedToRun />
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertCircle size={16} />}
      title="This file cannot be converted"
      role="alert"
    >
      {refusal.message}
      {mayRunCode && <WayOut inspection={inspection} />}
    </Alert>
  )
}

function WayOut({ inspection }: { readonly inspection: ModelInspection }) {
  const offer = useQuery(reads.pythonOffer())
  const [isAsking, question] = useDisclosure(false)
  const model = useRegistrationFiles((state) => state.files.model)
  const allowCode = useRegistrationFiles((state) => state.allowCode)
  if (offer.isPending) return null
  if (offer.isError) return <p className="pl-quiet">For that, {readFault(offer.error).message}.</p>
  const names = inspection.contents?.pickle.globals ?? []
  const dangers = names.flatMap(({ verdict, calls, module, name }) =>
    verdict === 'dangerous' ? [calls[0] ?? `${module}.${name}`] : [],
  )
  return (
    <div className="pl-way-out">
      <Button variant="default" size="xs" leftSection={<IconTerminal2 size={14} />} onClick={question.open}>
        Convert with Python…
      </Button>
      <span className="pl-quiet pl-small">
        Python {offer.data.version}, {offer.data.isSandboxed ? 'in a sandbox' : 'without a sandbox'}
      </span>
      <PythonDialog
        isOpen={isAsking}
        onClose={question.close}
        fileName={model?.name ?? 'this file'}
        dangers={dangers}
        onConfirm={() => {
          question.close()
          allowCode(true)
        }}
      />
    </div>
  )
}

function AgreedToRun() {
  const allowCode = useRegistrationFiles((state) => state.allowCode)
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconTerminal2 size={16} />}
      title="Python will run this file's code to convert it"
    >
      It is run when you register the model, not before. What comes out is tried and verified like any other.
      <div className="pl-way-out">
        <Button variant="default" size="xs" onClick={() => allowCode(false)}>
          Do not run it
        </Button>
      </div>
    </Alert>
  )
}
