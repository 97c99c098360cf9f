import { Button, Progress, Select, TextInput, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { ModelVersion } from '../../../main/core/models/model'
import { client, isAborted } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { showProblems } from '../../components/form-problems'
import { Panel } from '../../components/layout'
import { notifyDone } from '../../components/notify'
import { formatShare } from '../../format'
import { subscribeToEvents } from '../../live'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { useRegistrationFiles } from './registration-files'

type Stage = { readonly stage: string; readonly fraction: number }
type Values = {
  projectId: string
  name: string
  description: string
  algorithm: string
  targetColumn: string
}

/** Stands for "let the workstation find the target column". */
const AUTOMATIC = '(automatic)'

/** Names a model and registers it; stays as it is when the workstation refuses. */
export function RegisterForm({ onRegistered }: { readonly onRegistered: (version: ModelVersion) => void }) {
  const { model, training } = useRegistrationFiles((state) => state.files)
  const isReady = model?.status === 'received' && training?.status === 'received'
  const preferred = usePreferences((state) => state.projectId)
  const projects = useQuery(reads.projects())
  const inspection = useQuery({
    ...reads.inspection({
      modelFile: model?.status === 'received' ? model.sha256 : '',
      ...(training?.status === 'received' ? { trainingFile: training.sha256 } : {}),
    }),
    enabled: model?.status === 'received',
  })
  const data = inspection.data?.data ?? null
  const found = data === null ? null : data.targetColumn
  const [progress, setProgress] = useState<Stage | null>(null)
  const proposed = useRef('')
  const running = useRef<AbortController | null>(null)
  const form = useForm<Values>({
    initialValues: {
      projectId: preferred ?? '',
      name: '',
      description: '',
      algorithm: '',
      targetColumn: AUTOMATIC,
    },
    validate: {
      projectId: (id) => (id === '' ? 'Choose a project' : null),
      name: (name) => (name.trim() === '' ? 'Give the model a name' : null),
    },
  })
  const { getValues, setFieldValue } = form

  const firstProject = projects.data?.items[0]?.id
  useEffect(() => {
    if (getValues().projectId === '' && firstProject !== undefined) setFieldValue('projectId', firstProject)
  }, [firstProject, getValues, setFieldValue])
  const fileName = model?.name
  useEffect(() => {
    // A name that somebody typed is theirs; a proposed one follows the file.
    if (fileName === undefined || !['', proposed.current].includes(getValues().name)) return
    proposed.current = fileName.replace(/\.onnx$/i, '')
    setFieldValue('name', proposed.current)
  }, [fileName, getValues, setFieldValue])
  // Files that were looked into again may have other columns.
  useEffect(() => setFieldValue('targetColumn', AUTOMATIC), [data, setFieldValue])
  useEffect(() => () => running.current?.abort(), [])

  const registration = useMutation({
    mutationFn: async (values: Values) => {
      if (model?.status !== 'received' || training?.status !== 'received')
        throw new Error('Add both files first.')
      const registrationId = crypto.randomUUID()
      const stop = new AbortController()
      running.current = stop
      const unsubscribe = subscribeToEvents((event) => {
        if (event.type === 'registration.progress' && event.registrationId === registrationId)
          setProgress(event)
      })
      try {
        const { targetColumn, ...details } = values
        return await client.models.register(
          {
            ...details,
            targetColumn: targetColumn === AUTOMATIC ? null : targetColumn,
            modelFile: model.sha256,
            modelFileName: model.name,
            trainingFile: training.sha256,
            trainingFileName: training.name,
            registrationId,
          },
          { signal: stop.signal },
        )
      } finally {
        unsubscribe()
        running.current = null
        setProgress(null)
      }
    },
    onSuccess: (version) => {
      notifyDone('The model was registered.')
      onRegistered(version)
    },
    onError: (error) => showProblems(form, error),
  })
  const wasCancelled = registration.isError && isAborted(registration.error)

  return (
    <Panel title="Details">
      <form className="pl-form" onSubmit={form.onSubmit((values) => registration.mutate(values))} noValidate>
        <Select
          label="Project"
          required
          allowDeselect={false}
          disabled={registration.isPending}
          data={(projects.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('projectId')}
        />
        <TextInput
          label="Name"
          description="An existing name gets a new version"
          required
          maxLength={100}
          disabled={registration.isPending}
          {...form.getInputProps('name')}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxRows={6}
          maxLength={2000}
          disabled={registration.isPending}
          {...form.getInputProps('description')}
        />
        <div className="pl-pair">
          <TextInput
            label="Algorithm"
            maxLength={100}
            placeholder={inspection.data?.suggestedAlgorithm ?? 'From the graph'}
            disabled={registration.isPending}
            {...form.getInputProps('algorithm')}
          />
          <Select
            label="Target column"
            searchable
            allowDeselect={false}
            disabled={registration.isPending || data === null}
            data={[
              {
                value: AUTOMATIC,
                label: found === null ? 'Find it' : `${found} (found)`,
              },
              ...(data?.columns ?? []).map(({ name }) => ({ value: name, label: name })),
            ]}
            {...form.getInputProps('targetColumn')}
          />
        </div>
        {registration.isPending && (
          <div className="pl-registering" role="status">
            <div>
              <span>{progress?.stage ?? 'Starting'}…</span>
              <span className="pl-quiet pl-number">{formatShare(progress?.fraction ?? 0)}</span>
            </div>
            <Progress value={(progress?.fraction ?? 0) * 100} size={6} aria-label="Registration" />
          </div>
        )}
        <FormFooter error={wasCancelled ? null : registration.error}>
          {registration.isPending ? (
            <Button variant="default" onClick={() => running.current?.abort()}>
              Cancel
            </Button>
          ) : (
            <Button type="submit" disabled={!isReady || inspection.isError}>
              Register model
            </Button>
          )}
        </FormFooter>
        {wasCancelled && <p className="pl-quiet">The registration was cancelled; nothing was kept.</p>}
      </form>
    </Panel>
  )
}
