import { Button, Modal, TextInput, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import type { Model } from '../../../main/core/models/model'
import { client } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { showProblems } from '../../components/form-problems'
import { notifyDone } from '../../components/notify'

type EditModelModalProps = { readonly isOpen: boolean; readonly onClose: () => void; readonly model: Model }

/** Renames or describes a model. */
export function EditModelModal({ isOpen, onClose, model }: EditModelModalProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`Edit ${model.name}`}>
      <EditModelForm onClose={onClose} model={model} />
    </Modal>
  )
}

function EditModelForm({ onClose, model }: Omit<EditModelModalProps, 'isOpen'>) {
  const form = useForm({
    initialValues: { name: model.name, description: model.description },
    validate: { name: (name) => (name.trim() === '' ? 'Give the model a name' : null) },
  })
  const change = useMutation({
    mutationFn: (values: { name: string; description: string }) =>
      client.models.update({ id: model.id, ...values }),
    onSuccess: () => {
      notifyDone('The model was changed.')
      onClose()
    },
    onError: (error) => showProblems(form, error),
  })
  return (
    <form className="pl-form" onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <TextInput label="Name" required data-autofocus maxLength={100} {...form.getInputProps('name')} />
      <Textarea
        label="Description"
        autosize
        minRows={3}
        maxRows={10}
        maxLength={2000}
        {...form.getInputProps('description')}
      />
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
