import { Button, Progress, Select, TextInput, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { ModelVersion } from '../../../main/core/models/model'
import { isAborted } from '../../client'
import { FormFooter } from '../../components/form-footer'
import { showProblems } from '../../components/form-problems'
import { Panel } from '../../components/layout'
import { notifyDone } from '../../components/notify'
import { formatShare } from '../../format'
import { usePreferences } from '../../preferences'
import { reads } from '../../queries'
import { MismatchDialog } from './mismatch-dialog'
import type { FileState } from './registration-files'
import { useRegistrationFiles } from './registration-files'
import { readMismatch, useRegistration } from './use-registration'

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
  const { files, runsCode } = useRegistrationFiles()
  const { model, training, verification } = files
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
  const proposed = useRef('')
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
    proposed.current = fileName.replace(/\.(onnx|pkl|pickle|sav|joblib|json|ubj|model|txt|gz|z)$/i, '')
    setFieldValue('name', proposed.current)
  }, [fileName, getValues, setFieldValue])
  // Files that were looked into again may have other columns.
  useEffect(() => setFieldValue('targetColumn', AUTOMATIC), [data, setFieldValue])

  const { registration, progress, cancel } = useRegistration({
    onRegistered: (version) => {
      notifyDone('The model was registered.')
      onRegistered(version)
    },
    onRefused: (error) => showProblems(form, error),
  })
  const register = ({ targetColumn, ...details }: Values, allowsMismatch = false): void =>
    registration.mutate({
      ...details,
      targetColumn: targetColumn === AUTOMATIC ? null : targetColumn,
      allowsMismatch,
    })
  const mismatch = readMismatch(registration.error)
  const isShown = registration.isError && !isAborted(registration.error) && mismatch === null
  const isHere = model?.status === 'received' && [training, verification].every(isSettled)
  const canBeServed = inspection.data?.refusal === null || runsCode

  return (
    <Panel title="Details">
      <form className="pl-form" onSubmit={form.onSubmit((values) => register(values))} noValidate>
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
        <FormFooter error={isShown ? registration.error : null}>
          {registration.isPending ? (
            <Button variant="default" onClick={cancel}>
              Cancel
            </Button>
          ) : (
            <Button type="submit" disabled={!isHere || !canBeServed || inspection.isError}>
              {runsCode ? 'Run its code and register' : 'Register model'}
            </Button>
          )}
        </FormFooter>
        {registration.isError && isAborted(registration.error) && (
          <p className="pl-quiet">The registration was cancelled; nothing was kept.</p>
        )}
      </form>
      <MismatchDialog
        verification={mismatch}
        onClose={registration.reset}
        onAccept={() => register(form.getValues(), true)}
      />
    </Panel>
  )
}

/** Whether a file that may be left out is absent, or here. */
const isSettled = (file: FileState | null): boolean => file === null || file.status === 'received'
