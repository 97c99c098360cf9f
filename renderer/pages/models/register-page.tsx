import { Button } from '@mantine/core'
import { IconDatabase, IconTopologyStar3 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { ModelVersion } from '../../../main/core/models/model'
import { FileDropArea } from '../../components/file-drop-area'
import { FaultNotice } from '../../components/form-footer'
import { PageHeader, Panel, TextSkeleton } from '../../components/layout'
import { EmptyState } from '../../components/states'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { FilePicker } from './file-picker'
import { InspectionPanels } from './inspection-panels'
import './register.css'
import { RegisterForm } from './register-form'
import { Registered } from './registered'
import { useRegistrationFiles } from './registration-files'

/** From a file to a registered model: send, look inside, name, verify, register. */
export function RegisterPage() {
  const { files, complaint, add, reset } = useRegistrationFiles()
  const [accepted, setAccepted] = useState<ModelVersion | null>(null)
  const workspace = useQuery(reads.workspace())
  const limits = workspace.data?.limits
  if (accepted !== null) return <Registered version={accepted} onAnother={() => setAccepted(null)} />
  return (
    <FileDropArea
      onFiles={(dropped) => void add(dropped, limits)}
      hint="Drop the model, its training data, rows to verify with"
    >
      <PageHeader
        name="Register model"
        title="Register model"
        trail={{ label: 'Models', href: paths.models }}
        actions={
          <Button component={Link} href={paths.models} variant="default" onClick={reset}>
            Discard
          </Button>
        }
      />
      <div className="pl-register">
        <div className="pl-stack">
          <FilePicker complaint={complaint} limits={limits} />
          <RegisterForm
            onRegistered={(version) => {
              reset()
              setAccepted(version)
            }}
          />
        </div>
        <Inspection
          modelFile={files.model?.status === 'received' ? files.model.sha256 : null}
          trainingFile={files.training?.status === 'received' ? files.training.sha256 : null}
        />
      </div>
    </FileDropArea>
  )
}

type InspectionProps = { readonly modelFile: string | null; readonly trainingFile: string | null }

function Inspection({ modelFile, trainingFile }: InspectionProps) {
  const inspection = useQuery({
    ...reads.inspection({ modelFile: modelFile ?? '', ...(trainingFile === null ? {} : { trainingFile }) }),
    enabled: modelFile !== null,
  })
  if (modelFile === null) {
    return (
      <Panel>
        <EmptyState
          icon={
            trainingFile === null ? (
              <IconTopologyStar3 size={22} stroke={1.5} />
            ) : (
              <IconDatabase size={22} stroke={1.5} />
            )
          }
          title={trainingFile === null ? 'Nothing to look into yet' : 'The training data are here'}
        >
          {trainingFile === null
            ? 'Once the model is here, this shows what is inside without running it: estimators, parameters, columns, classes, and how the training data reach it.'
            : 'Add the model to see how their columns reach it.'}
        </EmptyState>
      </Panel>
    )
  }
  if (inspection.isPending) {
    return (
      <Panel title="Looking inside">
        <TextSkeleton lines={7} />
      </Panel>
    )
  }
  if (inspection.isError) return <FaultNotice title="This file cannot be served" error={inspection.error} />
  return <InspectionPanels inspection={inspection.data} />
}
