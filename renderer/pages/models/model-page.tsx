import { ActionIcon, Button, Menu, Tabs } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDots, IconPencil, IconRocket, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import type { Model, ModelVersion } from '../../../main/core/models/model'
import { client } from '../../client'
import { confirm } from '../../components/confirm'
import { DeployModal } from '../../components/deploy-modal'
import { PageHeader, Panel, TextSkeleton } from '../../components/layout'
import { notifyDone, notifyFault } from '../../components/notify'
import { RelativeTime } from '../../components/relative-time'
import { EmptyState, FaultState, SubjectFault } from '../../components/states'
import { formatQuantity } from '../../format'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { EditModelModal } from './edit-model-modal'
import { ModelDeployments } from './model-deployments'
import { ModelOverview } from './model-overview'
import { ModelVersions } from './model-versions'
import { GraphFacts, ValueTable } from './graph-facts'
import { VersionBadges } from './version-badges'

const TABS = [
  { value: 'overview', label: 'Overview' },
  { value: 'versions', label: 'Versions' },
  { value: 'graph', label: 'Graph' },
  { value: 'deployments', label: 'Deployments' },
] as const

/** One model: what it takes and answers, its versions, its graph, where it is deployed. */
export function ModelPage({ id, tab }: { readonly id: string; readonly tab: string }) {
  const model = useQuery(reads.model(id))
  const versions = useQuery(reads.versions(id))
  const [, navigate] = useLocation()
  if (model.isError && model.data === undefined) {
    return (
      <SubjectFault
        error={model.error}
        what="Model"
        back={paths.models}
        backLabel="Go to models"
        onRetry={() => void model.refetch()}
      />
    )
  }
  if (model.data === undefined) return <TextSkeleton lines={5} />
  const latest = versions.data?.[0]
  const isEmpty = versions.data?.length === 0
  return (
    <>
      <ModelHeader model={model.data} latest={latest} />
      <Tabs
        value={tab}
        onChange={(value) => navigate(paths.model(id, value ?? 'overview'), { replace: true })}
        keepMounted={false}
      >
        <Tabs.List>
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <div className="pl-tab-body">
          <Tabs.Panel value="overview">
            <WithLatest
              latest={latest}
              isEmpty={isEmpty}
              error={versions.error}
              onRetry={() => void versions.refetch()}
            >
              {(version) => <ModelOverview model={model.data} version={version} />}
            </WithLatest>
          </Tabs.Panel>
          <Tabs.Panel value="versions">
            <ModelVersions model={model.data} versions={versions.data} />
          </Tabs.Panel>
          <Tabs.Panel value="graph">
            <WithLatest
              latest={latest}
              isEmpty={isEmpty}
              error={versions.error}
              onRetry={() => void versions.refetch()}
            >
              {(version) => <GraphTab version={version} />}
            </WithLatest>
          </Tabs.Panel>
          <Tabs.Panel value="deployments">
            <ModelDeployments model={model.data} />
          </Tabs.Panel>
        </div>
      </Tabs>
    </>
  )
}

type WithLatestProps = {
  readonly latest: ModelVersion | undefined
  /** Whether the model has no version at all. */
  readonly isEmpty: boolean
  readonly error: unknown
  readonly onRetry: () => void
  readonly children: (version: ModelVersion) => ReactNode
}

function WithLatest({ latest, isEmpty, error, onRetry, children }: WithLatestProps) {
  if (latest !== undefined) return children(latest)
  if (isEmpty) {
    return (
      <EmptyState title="No file yet">
        This model was described over the API; it shows what it takes and answers once its file is uploaded.
      </EmptyState>
    )
  }
  if (error !== null) return <FaultState error={error} onRetry={onRetry} />
  return (
    <Panel>
      <TextSkeleton lines={6} />
    </Panel>
  )
}

function ModelFacts({ model, task }: { readonly model: Model; readonly task: string }) {
  return (
    <>
      <span>{model.algorithm}</span>
      <span className="pl-capital">{task}</span>
      <span className="pl-number">{formatQuantity(model.featureCount, 'feature')}</span>
      <span className="pl-number">{formatQuantity(model.versionCount, 'version')}</span>
    </>
  )
}

function GraphTab({ version }: { readonly version: ModelVersion }) {
  return (
    <div className="pl-stack">
      <Panel title="Graph" aside={`v${version.number}`}>
        <GraphFacts graph={version.graph} />
      </Panel>
      <div className="pl-two">
        <Panel title="Inputs" isFlush>
          <ValueTable label="Graph inputs" values={version.graph.inputs} />
        </Panel>
        <Panel title="Outputs" isFlush>
          <ValueTable label="Graph outputs" values={version.graph.outputs} />
        </Panel>
      </div>
    </div>
  )
}

function ModelHeader({
  model,
  latest,
}: {
  readonly model: Model
  readonly latest: ModelVersion | undefined
}) {
  const [, navigate] = useLocation()
  const [isDeploying, deployment] = useDisclosure(false)
  const [isEditing, edit] = useDisclosure(false)
  const removal = useMutation({
    mutationFn: () => client.models.remove({ id: model.id }),
    onSuccess: () => {
      notifyDone(`${model.name} was deleted.`)
      navigate(paths.models)
    },
    onError: (error) => notifyFault(`${model.name} was not deleted`, error),
  })
  const askToRemove = (): void =>
    confirm({
      title: `Delete ${model.name}?`,
      action: 'Delete model',
      children: (
        <p>
          This deletes {formatQuantity(model.versionCount, 'version')} with their files and their archived
          deployments. It cannot be undone.
        </p>
      ),
      onConfirm: () => removal.mutate(),
    })
  return (
    <>
      <PageHeader
        name={model.name}
        title={model.name}
        trail={{ label: 'Models', href: paths.models }}
        facts={
          <>
            {latest !== undefined && <VersionBadges version={latest} />}
            {model.task === null ? <span>No file yet</span> : <ModelFacts model={model} task={model.task} />}
            <span>
              Updated <RelativeTime at={model.updatedAt} />
            </span>
          </>
        }
        actions={
          <>
            <Menu position="bottom-end" width={180}>
              <Menu.Target>
                <ActionIcon variant="default" size={30} aria-label="More actions" loading={removal.isPending}>
                  <IconDots size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconPencil size={15} />} onClick={edit.open}>
                  Rename or describe
                </Menu.Item>
                <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={askToRemove}>
                  Delete
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <Button
              leftSection={<IconRocket size={15} />}
              onClick={deployment.open}
              disabled={model.versionCount === 0}
            >
              Deploy
            </Button>
          </>
        }
      />
      {model.description !== '' && <p className="pl-description">{model.description}</p>}
      <EditModelModal isOpen={isEditing} onClose={edit.close} model={model} />
      <DeployModal
        isOpen={isDeploying}
        onClose={deployment.close}
        model={model}
        {...(latest === undefined ? {} : { version: { id: latest.id, number: latest.number } })}
      />
    </>
  )
}
