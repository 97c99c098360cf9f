import { ActionIcon, Button, Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconArrowBackUp,
  IconArrowUpRight,
  IconDots,
  IconPencil,
  IconPlayerStop,
  IconShieldLock,
} from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Deployment } from '../../../main/core/deployments/deployment'
import { client } from '../../client'
import { confirm } from '../../components/confirm'
import { CopyIcon } from '../../components/copy-button'
import { PageHeader } from '../../components/layout'
import { notifyDone, notifyFault } from '../../components/notify'
import { RelativeTime } from '../../components/relative-time'
import { StageBadge, StatusBadge } from '../../components/status'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { EditModal } from './edit-modal'
import { RollbackModal } from './rollback-modal'

/** What a deployment is, and what can be done with it now. */
export function DeploymentHeader({ deployment }: { readonly deployment: Deployment }) {
  const [isRollingBack, rollback] = useDisclosure(false)
  const [isEditing, edit] = useDisclosure(false)
  const { promote, deactivate } = useActions(deployment)
  const isArchived = deployment.stage === 'archived'
  return (
    <>
      <PageHeader
        name={deployment.name}
        title={deployment.name}
        trail={{ label: 'Deployments', href: paths.deployments }}
        facts={
          <>
            <StageBadge stage={deployment.stage} />
            <StatusBadge deployment={deployment} />
            <span>
              Model{' '}
              <Link href={paths.model(deployment.modelId)}>
                {deployment.modelName} v{deployment.modelVersion}
              </Link>
            </span>
            <span className="pl-number">
              {deployment.isShadow ? 'Shadow: copies only' : `${deployment.trafficPercent}% traffic`}
            </span>
            <PrivacyFact deployment={deployment} />
            <span>
              Created <RelativeTime at={deployment.createdAt} />
            </span>
            <span className="pl-inline">
              <code>{deployment.id.slice(0, 8)}…</code>
              <CopyIcon value={deployment.id} what="deployment id" />
            </span>
          </>
        }
        actions={
          <>
            {!isArchived && (
              <Menu position="bottom-end" width={200}>
                <Menu.Target>
                  <ActionIcon
                    variant="default"
                    size={30}
                    aria-label="More actions"
                    loading={deactivate.isPending}
                  >
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item leftSection={<IconPencil size={15} />} onClick={edit.open}>
                    Edit
                  </Menu.Item>
                  <Menu.Item
                    leftSection={<IconPlayerStop size={15} />}
                    color="red"
                    onClick={() => askToDeactivate(deployment, () => deactivate.mutate())}
                  >
                    Deactivate
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
            <Button variant="default" leftSection={<IconArrowBackUp size={15} />} onClick={rollback.open}>
              Roll back
            </Button>
            {deployment.stage === 'staging' && !deployment.isShadow && (
              <PromoteButton deployment={deployment} promote={promote} />
            )}
          </>
        }
      />
      <EditModal isOpen={isEditing} onClose={edit.close} deployment={deployment} />
      <RollbackModal isOpen={isRollingBack} onClose={rollback.close} deployment={deployment} />
    </>
  )
}

/** What happens to personal data here; silent when nothing does. */
function PrivacyFact({ deployment: { privacy } }: { readonly deployment: Deployment }) {
  const { policyId, anonymizeLogs, anonymizeResponse } = privacy
  const policy = useQuery({ ...reads.policy(policyId ?? ''), enabled: policyId !== null })
  if (policyId === null && !anonymizeLogs && !anonymizeResponse) return null
  const parts = [anonymizeLogs && 'log', anonymizeResponse && 'answers'].filter((part) => part !== false)
  return (
    <span className="pl-inline">
      <IconShieldLock size={14} stroke={1.7} aria-hidden />
      {policyId === null ? (
        'Redacts what is found'
      ) : (
        <Link href={paths.policy(policyId)}>{policy.data?.name ?? 'Privacy policy'}</Link>
      )}
      <span>({parts.length === 0 ? 'not applied' : `in the ${parts.join(' and ')}`})</span>
    </span>
  )
}

type Action = { readonly mutate: () => void; readonly isPending: boolean }

function useActions(deployment: Deployment): { readonly promote: Action; readonly deactivate: Action } {
  const { id, name } = deployment
  const promote = useMutation({
    mutationFn: () => client.deployments.promote({ id }),
    onSuccess: () => notifyDone(`${name} is in production.`),
    onError: (error) => notifyFault(`${name} was not promoted`, error),
  })
  const deactivate = useMutation({
    mutationFn: () => client.deployments.deactivate({ id }),
    onSuccess: () => notifyDone(`${name} was deactivated and archived.`),
    onError: (error) => notifyFault(`${name} was not deactivated`, error),
  })
  return { promote, deactivate }
}

function PromoteButton({
  deployment,
  promote,
}: {
  readonly deployment: Deployment
  readonly promote: Action
}) {
  const production = useQuery(
    reads.deployments({ projectId: deployment.projectId, stage: 'production', limit: 500 }),
  )
  const current = production.data?.items[0]
  const ask = (): void =>
    confirm({
      title: `Promote ${deployment.name} to production?`,
      action: 'Promote',
      isDestructive: false,
      children:
        current === undefined ? (
          <p>Nothing is in production in this project, so nothing is archived.</p>
        ) : (
          <p>
            <strong>{current.name}</strong> ({current.modelName} v{current.modelVersion}) is in production
            now. It will be archived and stop answering; you can roll back to it.
          </p>
        ),
      onConfirm: promote.mutate,
    })
  return (
    <Button
      leftSection={<IconArrowUpRight size={15} />}
      onClick={ask}
      loading={promote.isPending}
      disabled={production.isPending}
    >
      Promote
    </Button>
  )
}

function askToDeactivate(deployment: Deployment, onConfirm: () => void): void {
  confirm({
    title: `Deactivate ${deployment.name}?`,
    action: 'Deactivate',
    children: (
      <p>
        {deployment.name} will be archived: it stops answering at once
        {deployment.stage === 'production' && ', and its project has nothing in production then'}. Its log and
        its history stay, and production can be rolled back to it.
      </p>
    ),
    onConfirm,
  })
}
