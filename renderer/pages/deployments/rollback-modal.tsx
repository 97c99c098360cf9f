import { Button, Modal, Radio } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Deployment } from '../../../main/core/deployments/deployment'
import { client } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { TextSkeleton } from '../../components/layout'
import { notifyDone } from '../../components/notify'
import { formatAbsolute } from '../../format'
import { reads } from '../../queries'
import { paths } from '../../routes'

type RollbackModalProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly deployment: Deployment
}

/** Picks the archived deployment that production goes back to. */
export function RollbackModal({ isOpen, onClose, deployment }: RollbackModalProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Roll production back">
      <RollbackForm onClose={onClose} deployment={deployment} />
    </Modal>
  )
}

function RollbackForm({ onClose, deployment }: Omit<RollbackModalProps, 'isOpen'>) {
  const [, navigate] = useLocation()
  const { projectId } = deployment
  const archived = useQuery(reads.deployments({ projectId, stage: 'archived', limit: 200 }))
  const production = useQuery(reads.deployments({ projectId, stage: 'production', limit: 1 }))
  const [chosen, setChosen] = useState<string | null>(deployment.stage === 'archived' ? deployment.id : null)
  const rollback = useMutation({
    mutationFn: (toDeployment: string) =>
      client.deployments.rollback({ id: deployment.id, target: { toDeployment } }),
    onSuccess: (restored) => {
      notifyDone(`Production was rolled back to ${restored.name}.`)
      onClose()
      navigate(paths.deployment(restored.id))
    },
  })
  if (archived.data === undefined) return <TextSkeleton lines={4} />
  const current = production.data?.items[0]
  const targets = archived.data.items
  if (targets.length === 0) {
    return (
      <div className="pl-form">
        <p>
          This project has no archived deployment to go back to. One appears when a deployment takes the place
          of another in production.
        </p>
        <div className="pl-form-buttons">
          <Button variant="default" onClick={onClose} data-autofocus>
            Close
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
        if (chosen !== null) rollback.mutate(chosen)
      }}
    >
      <Radio.Group label="Go back to" value={chosen} onChange={setChosen}>
        <div className="pl-choices">
          {targets.map((target) => (
            <Radio
              key={target.id}
              value={target.id}
              label={target.name}
              description={`${target.modelName} v${target.modelVersion}, archived ${formatAbsolute(target.updatedAt)}`}
            />
          ))}
        </div>
      </Radio.Group>
      {current !== undefined && (
        <p className="pl-quiet">
          <strong>{current.name}</strong>, in production now, will be archived.
        </p>
      )}
      <FormFooter error={rollback.error}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={chosen === null} loading={rollback.isPending}>
          Roll back
        </Button>
      </FormFooter>
    </form>
  )
}
