import { Alert, Button, Modal, NumberInput, SegmentedControl, Select, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { NewDeployment } from '../../main/core/deployments/deployment'
import type { Model } from '../../main/core/models/model'
import { client } from '../client'
import { usePreferences } from '../preferences'
import { reads } from '../queries'
import { paths } from '../routes'
import { DeployPrivacy, NO_CHOICE, toPrivacy } from './deploy-privacy'
import { FormFooter } from './form-footer'
import { showProblems } from './form-problems'
import { notifyDone } from './notify'

type DeployModalProps = {
  readonly isOpen: boolean
  readonly onClose: () => void
  /** The model to deploy; asked for when absent. */
  readonly model?: Model
  /** One version of it; the newest when absent. */
  readonly version?: { readonly id: string; readonly number: number }
}

/** Asks how a model is to be served, and serves it. */
export function DeployModal({ isOpen, onClose, model, version }: DeployModalProps) {
  const number = version?.number ?? model?.latestVersion
  const title = model === undefined ? 'New deployment' : `Deploy ${model.name} v${number}`
  return (
    <Modal opened={isOpen} onClose={onClose} title={title}>
      <DeployForm onClose={onClose} model={model} version={version} />
    </Modal>
  )
}

type FormProps = {
  readonly onClose: () => void
  readonly model: DeployModalProps['model'] | undefined
  readonly version: DeployModalProps['version'] | undefined
}

function DeployForm({ onClose, model, version }: FormProps) {
  const [, navigate] = useLocation()
  const projectId = usePreferences((state) => state.projectId)
  const models = useQuery({
    ...reads.models({
      limit: 500,
      sort: 'name',
      direction: 'asc',
      ...(projectId === null ? {} : { projectId }),
    }),
    enabled: model === undefined,
  })
  const form = useForm({
    initialValues: {
      model: model?.id ?? '',
      name: model?.name ?? '',
      stage: 'staging',
      trafficPercent: 100,
      isShadow: false,
    },
    validate: {
      model: (id) => (id === '' ? 'Choose a model' : null),
      name: (name) => (name.trim() === '' ? 'Give the deployment a name' : null),
      trafficPercent: (share) => (share >= 1 && share <= 100 ? null : 'A whole number from 1 to 100'),
    },
  })
  const [privacyChoice, setPrivacyChoice] = useState(NO_CHOICE)
  const { values } = form
  const chosen = model ?? models.data?.items.find(({ id }) => id === values.model)
  const production = useQuery({
    ...reads.deployments({ stage: 'production', limit: 500, ...(chosen && { projectId: chosen.projectId }) }),
    enabled: chosen !== undefined && values.stage === 'production',
  })
  const replaced = values.stage === 'production' ? production.data?.items[0] : undefined
  const creation = useMutation({
    mutationFn: (input: NewDeployment) => client.deployments.create(input),
    onSuccess: (deployment) => {
      notifyDone(`${deployment.name} was deployed to ${deployment.stage}.`)
      onClose()
      navigate(paths.deployment(deployment.id))
    },
    onError: (error) => showProblems(form, error),
  })
  const submit = form.onSubmit(({ name, stage, trafficPercent, isShadow }) => {
    if (chosen === undefined) return
    const privacy = toPrivacy(privacyChoice)
    creation.mutate({
      projectId: chosen.projectId,
      model: version?.id ?? chosen.id,
      name,
      stage: stage === 'production' ? 'production' : 'staging',
      trafficPercent,
      isShadow: isShadow && stage === 'staging',
      ...(privacy === undefined ? {} : { privacy }),
    })
  })
  return (
    <form className="pl-form" onSubmit={submit} noValidate>
      {model === undefined && (
        <Select
          label="Model"
          required
          searchable
          data-autofocus
          placeholder={models.data?.total === 0 ? 'No model is registered yet' : 'Choose a model'}
          nothingFoundMessage="No model has that name"
          data={(models.data?.items ?? [])
            .filter(({ versionCount }) => versionCount > 0)
            .map(({ id, name }) => ({ value: id, label: name }))}
          value={values.model === '' ? null : values.model}
          onChange={(id) => {
            form.setFieldValue('model', id ?? '')
            const named = models.data?.items.find((entry) => entry.id === id)
            if (named !== undefined && values.name === '') form.setFieldValue('name', named.name)
          }}
          error={form.errors['model']}
        />
      )}
      <TextInput
        label="Name"
        required
        data-autofocus={model !== undefined || undefined}
        maxLength={100}
        {...form.getInputProps('name')}
      />
      <div>
        <div className="mantine-InputWrapper-label" id="deploy-stage">
          Stage
        </div>
        <SegmentedControl
          fullWidth
          aria-labelledby="deploy-stage"
          data={[
            { value: 'staging', label: 'Staging' },
            { value: 'production', label: 'Production' },
          ]}
          {...form.getInputProps('stage')}
        />
      </div>
      {replaced !== undefined && (
        <Alert color="yellow" variant="light" icon={<IconArrowsExchange size={16} />}>
          <strong>{replaced.name}</strong> is in production now and will be archived. You can roll back to it.
        </Alert>
      )}
      <NumberInput
        label="Traffic"
        description="Weight among the deployments that share the project's requests"
        suffix=" %"
        min={1}
        max={100}
        allowDecimal={false}
        {...form.getInputProps('trafficPercent')}
      />
      {values.stage === 'staging' && (
        <Switch
          label="Shadow"
          description="Gets copies of the project's requests and logs its answers; callers never see them"
          {...form.getInputProps('isShadow', { type: 'checkbox' })}
        />
      )}
      <DeployPrivacy projectId={chosen?.projectId} value={privacyChoice} onChange={setPrivacyChoice} />
      <FormFooter error={creation.error}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={creation.isPending}>
          Deploy
        </Button>
      </FormFooter>
    </form>
  )
}
