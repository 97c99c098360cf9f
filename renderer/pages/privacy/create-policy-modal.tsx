import { Button, Modal, Radio, Select, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { Profile } from '../../../main/core/privacy/policy'
import { client } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { showProblems } from '../../components/form-problems'
import { notifyDone } from '../../components/notify'
import { PROFILE_LABELS, PROFILE_NOTES } from '../../components/privacy-vocabulary'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { paths } from '../../routes'

type Props = { readonly isOpen: boolean; readonly onClose: () => void }
type Values = { projectId: string; name: string; description: string; profile: string }

const PROFILES: readonly Profile[] = ['gdpr', 'hipaa', 'pci_dss', 'ccpa', 'custom']

/** Makes a policy from a profile and opens it. */
export function CreatePolicyModal({ isOpen, onClose }: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="New privacy policy" size="lg">
      <CreatePolicyForm onClose={onClose} />
    </Modal>
  )
}

function CreatePolicyForm({ onClose }: { readonly onClose: () => void }) {
  const [, navigate] = useLocation()
  const chosen = usePreferences((state) => state.projectId)
  const projects = useQuery(reads.projects())
  const vocabulary = useQuery(reads.privacyVocabulary())
  const form = useForm<Values>({
    initialValues: { projectId: chosen ?? '', name: '', description: '', profile: 'gdpr' },
    validate: {
      projectId: (id) => (id === '' ? 'Choose a project' : null),
      name: (name) => (name.trim() === '' ? 'Give the policy a name' : null),
    },
  })
  const creation = useMutation({
    mutationFn: ({ profile, ...values }: Values) =>
      client.privacy.createPolicy({
        ...values,
        profile: PROFILES.find((each) => each === profile) ?? 'custom',
      }),
    onSuccess: (policy) => {
      notifyDone(`The policy ${policy.name} was made.`)
      onClose()
      navigate(paths.policy(policy.id))
    },
    onError: (error) => showProblems(form, error),
  })
  const countRules = (profile: Profile): number =>
    vocabulary.data?.profiles.find((each) => each.profile === profile)?.rules.length ?? 0
  return (
    <form className="pl-form" onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
      {chosen === null && (
        <Select
          label="Project"
          required
          searchable
          data={(projects.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={form.values.projectId === '' ? null : form.values.projectId}
          onChange={(id) => form.setFieldValue('projectId', id ?? '')}
          error={form.errors['projectId']}
        />
      )}
      <TextInput label="Name" required data-autofocus maxLength={100} {...form.getInputProps('name')} />
      <Radio.Group label="Profile" {...form.getInputProps('profile')}>
        <div className="pl-profiles">
          {PROFILES.map((profile) => (
            <Radio
              key={profile}
              value={profile}
              label={`${PROFILE_LABELS[profile]}${countRules(profile) > 0 ? ` · ${countRules(profile)} rules` : ''}`}
              description={PROFILE_NOTES[profile]}
            />
          ))}
        </div>
      </Radio.Group>
      <Textarea
        label="Description"
        autosize
        minRows={2}
        maxLength={2000}
        {...form.getInputProps('description')}
      />
      <FormFooter error={creation.error}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={creation.isPending}>
          Create policy
        </Button>
      </FormFooter>
    </form>
  )
}
