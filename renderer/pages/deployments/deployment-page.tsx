import { Alert, Tabs } from '@mantine/core'
import { IconAlertTriangle, IconArchive } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { Deployment } from '../../../main/core/deployments/deployment'
import { Panel, TextSkeleton } from '../../components/layout'
import { FaultState, SubjectFault } from '../../components/states'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { CompareTab } from './compare-tab'
import { DeploymentHeader } from './deployment-header'
import { DriftTab } from './drift-tab'
import { HistoryTab } from './history-tab'
import { ImportanceTab } from './importance-tab'
import { LogTab } from './log-tab'
import { QualityTab } from './quality-tab'
import { TrafficTab } from './traffic-tab'
import { TryIt } from './try-it'

const TABS = [
  { value: 'try', label: 'Try it' },
  { value: 'log', label: 'Log' },
  { value: 'traffic', label: 'Traffic' },
  { value: 'compare', label: 'Compare' },
  { value: 'drift', label: 'Drift' },
  { value: 'quality', label: 'Quality' },
  { value: 'importance', label: 'Importance' },
  { value: 'history', label: 'History' },
] as const

/** One deployment: call it, read its log, see its traffic, its drift and its history. */
export function DeploymentPage({ id, tab }: { readonly id: string; readonly tab: string }) {
  const query = useQuery(reads.deployment(id))
  const [, navigate] = useLocation()
  if (query.isError && query.data === undefined) {
    return (
      <SubjectFault
        error={query.error}
        what="Deployment"
        back={paths.deployments}
        backLabel="Go to deployments"
        onRetry={() => void query.refetch()}
      />
    )
  }
  if (query.data === undefined) return <TextSkeleton lines={5} />
  const deployment = query.data
  return (
    <>
      <DeploymentHeader deployment={deployment} />
      <ServiceNotice deployment={deployment} />
      <Tabs
        value={tab}
        onChange={(value) => navigate(paths.deployment(id, value ?? 'try'), { replace: true })}
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
          <Tabs.Panel value="try">
            <TryTab deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="log">
            <LogTab deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="traffic">
            <TrafficTab deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="compare">
            <CompareTab deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="drift">
            <DriftTab deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="quality">
            <QualityTab deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="importance">
            <ImportanceTab deployment={deployment} />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <HistoryTab deployment={deployment} />
          </Tabs.Panel>
        </div>
      </Tabs>
    </>
  )
}

/** Says why a deployment does not answer; silent when it does. */
function ServiceNotice({ deployment }: { readonly deployment: Deployment }) {
  if (deployment.status === 'failed') {
    return (
      <Alert
        color="red"
        variant="light"
        icon={<IconAlertTriangle size={16} />}
        title="This deployment does not answer"
      >
        {deployment.failure ?? 'Its model could not be loaded.'}
      </Alert>
    )
  }
  if (deployment.stage !== 'archived') return null
  return (
    <Alert color="gray" variant="light" icon={<IconArchive size={16} />} title="This deployment is archived">
      It does not answer predictions. Its log stays, and production can be rolled back to it.
    </Alert>
  )
}

function TryTab({ deployment }: { readonly deployment: Deployment }) {
  const versions = useQuery(reads.versions(deployment.modelId))
  const version = versions.data?.find(({ id }) => id === deployment.modelVersionId)
  if (version !== undefined) return <TryIt deployment={deployment} version={version} />
  if (versions.isError) return <FaultState error={versions.error} onRetry={() => void versions.refetch()} />
  return (
    <Panel>
      <TextSkeleton lines={6} />
    </Panel>
  )
}
