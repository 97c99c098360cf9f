import { Button, Checkbox, Modal, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import type { Scope } from '../../../main/core/access/access'
import { client } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { showProblems } from '../../components/form-problems'
import { SecretText } from './first-key-banner'

const SCOPES: readonly { readonly value: Scope; readonly label: string; readonly description: string }[] = [
  { value: 'read', label: 'Read', description: 'See models, deployments, logs and drift' },
  { value: 'predict', label: 'Predict', description: 'Ask deployments for predictions' },
  { value: 'write', label: 'Write', description: 'Register, deploy, promote, roll back and delete' },
  { value: 'admin', label: 'Admin', description: 'Manage keys and settings' },
]

type CreateKeyModalProps = { readonly isOpen: boolean; readonly onClose: () => void }

/** Makes an API key and shows it this once. */
export function CreateKeyModal({ isOpen, onClose }: CreateKeyModalProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Create an API key" closeOnClickOutside={false}>
      <CreateKeyForm onClose={onClose} />
    </Modal>
  )
}

function CreateKeyForm({ onClose }: { readonly onClose: () => void }) {
  const form = useForm<{ name: string; scopes: Scope[] }>({
    initialValues: { name: '', scopes: ['read', 'write', 'predict'] },
    validate: {
      name: (name) => (name.trim() === '' ? 'Give the key a name' : null),
      scopes: (scopes) => (scopes.length === 0 ? 'Choose at least one scope' : null),
    },
  })
  const creation = useMutation({
    mutationFn: (values: { name: string; scopes: Scope[] }) => client.access.createKey(values),
    onError: (error) => showProblems(form, error),
  })
  if (creation.data !== undefined) {
    return (
      <div className="pl-form" role="status">
        <p>
          This is the key <strong>{creation.data.key.name}</strong>. Copy it now: it is not kept in clear and
          cannot be shown again.
        </p>
        <div>
          <SecretText secret={creation.data.secret} />
        </div>
        <div className="pl-form-buttons">
          <Button onClick={onClose} data-autofocus>
            I have copied it
          </Button>
        </div>
      </div>
    )
  }
  return (
    <form className="pl-form" onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
      <TextInput
        label="Name"
        description="Where the key is used, e.g. the name of a script"
        required
        data-autofocus
        maxLength={100}
        {...form.getInputProps('name')}
      />
      <Checkbox.Group label="May" {...form.getInputProps('scopes')}>
        <div className="pl-scopes">
          {SCOPES.map((scope) => (
            <Checkbox
              key={scope.value}
              value={scope.value}
              label={scope.label}
              description={scope.description}
            />
          ))}
        </div>
      </Checkbox.Group>
      <FormFooter error={creation.error}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={creation.isPending}>
          Create key
        </Button>
      </FormFooter>
    </form>
  )
}
