import { Button, Modal, NumberInput, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import type { Deployment, DeploymentEdit } from '../../../main/core/deployments/deployment'
import { client } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { showProblems } from '../../components/form-problems'
import { notifyDone } from '../../components/notify'

type EditModalProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly deployment: Deployment
}

/** Changes a deployment's name, its share of the traffic, and whether it is a shadow. */
export function EditModal({ isOpen, onClose, deployment }: EditModalProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`Edit ${deployment.name}`}>
      <EditForm onClose={onClose} deployment={deployment} />
    </Modal>
  )
}

function EditForm({ onClose, deployment }: Omit<EditModalProps, 'isOpen'>) {
  const { id, name, trafficPercent, isShadow, stage } = deployment
  const form = useForm({
    initialValues: { name, trafficPercent, isShadow },
    validate: {
      name: (value) => (value.trim() === '' ? 'Give the deployment a name' : null),
      trafficPercent: (share) => (share >= 1 && share <= 100 ? null : 'A whole number from 1 to 100'),
    },
  })
  const change = useMutation({
    mutationFn: (edit: DeploymentEdit) => client.deployments.edit({ id, ...edit }),
    onSuccess: (changed) => {
      notifyDone(`${changed.name} was changed.`)
      onClose()
    },
    onError: (error) => showProblems(form, error),
  })
  return (
    <form className="pl-form" onSubmit={form.onSubmit((edit) => change.mutate(edit))} noValidate>
      <TextInput label="Name" required data-autofocus maxLength={100} {...form.getInputProps('name')} />
      <NumberInput
        label="Traffic"
        description="Weight among the deployments that share the project's requests"
        suffix=" %"
        min={1}
        max={100}
        allowDecimal={false}
        disabled={form.values.isShadow}
        {...form.getInputProps('trafficPercent')}
      />
      {stage === 'staging' && (
        <Switch
          label="Shadow"
          description="Gets copies of the project's requests and logs its answers; callers never see them"
          {...form.getInputProps('isShadow', { type: 'checkbox' })}
        />
      )}
      <FormFooter error={change.error}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={change.isPending}>
          Save
        </Button>
      </FormFooter>
    </form>
  )
}
