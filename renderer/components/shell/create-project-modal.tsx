import { Button, Modal, TextInput, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { client } from '../../client'
import { showProblems } from '../form-problems'
import { FormFooter } from '../form-footer'
import { notifyDone } from '../notify'

type CreateProjectModalProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onCreated: (projectId: string) => void
}

/** Asks for a new project's name. */
export function CreateProjectModal({ isOpen, onClose, onCreated }: CreateProjectModalProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Create a project">
      <CreateProjectForm onClose={onClose} onCreated={onCreated} />
    </Modal>
  )
}

function CreateProjectForm({ onClose, onCreated }: Omit<CreateProjectModalProps, 'isOpen'>) {
  const form = useForm({
    initialValues: { name: '', description: '' },
    validate: { name: (name) => (name.trim() === '' ? 'Give the project a name' : null) },
  })
  const creation = useMutation({
    mutationFn: (values: { name: string; description: string }) => client.projects.create(values),
    onSuccess: (project) => {
      notifyDone(`Project ${project.name} was created.`)
      onCreated(project.id)
      onClose()
    },
    onError: (error) => showProblems(form, error),
  })
  return (
    <form className="pl-form" onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
      <TextInput label="Name" required data-autofocus maxLength={100} {...form.getInputProps('name')} />
      <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
      <FormFooter error={creation.error}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={creation.isPending}>
          Create project
        </Button>
      </FormFooter>
    </form>
  )
}
