import { Button, Menu, ActionIcon } from '@mantine/core'
import { IconCircleCheck, IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { Policy, PolicyStatus } from '../../../main/core/privacy/policy'
import { client } from '../../client'
import { confirm } from '../../components/confirm'
import { CopyIcon } from '../../components/copy-button'
import { PageHeader, TextSkeleton } from '../../components/layout'
import { notifyDone, notifyFault } from '../../components/notify'
import { PROFILE_LABELS } from '../../components/privacy-vocabulary'
import { RelativeTime } from '../../components/relative-time'
import { SubjectFault } from '../../components/states'
import { PolicyBadge } from '../../components/status'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { PolicySettingsPanel } from './policy-settings'
import './privacy.css'
import { RulesPanel } from './rules-panel'
import { TryOut } from './try-out'

/** One policy: its rules, its settings, and what it does to a record. */
export function PolicyPage({ id }: { readonly id: string }) {
  const query = useQuery(reads.policy(id))
  if (query.isError && query.data === undefined) {
    return (
      <SubjectFault
        error={query.error}
        what="Policy"
        back={paths.privacy}
        backLabel="Go to privacy"
        onRetry={() => void query.refetch()}
      />
    )
  }
  if (query.data === undefined) return <TextSkeleton lines={5} />
  const policy = query.data
  return (
    <>
      <PolicyHeader policy={policy} />
      {policy.description !== '' && <p className="pl-description">{policy.description}</p>}
      <div className="pl-policy">
        <RulesPanel policy={policy} />
        <div className="pl-stack">
          <TryOut policy={policy} />
          <PolicySettingsPanel key={policy.updatedAt} policy={policy} />
        </div>
      </div>
    </>
  )
}

function PolicyHeader({ policy }: { readonly policy: Policy }) {
  const { id, name, status } = policy
  const [, navigate] = useLocation()
  const next: PolicyStatus = status === 'draft' ? 'active' : 'draft'
  const change = useMutation({
    mutationFn: () => client.privacy.updatePolicy({ id, status: next }),
    onSuccess: () => notifyDone(`${name} is ${next === 'active' ? 'active' : 'a draft'} now.`),
    onError: (error) => notifyFault(`${name} was not changed`, error),
  })
  const removal = useMutation({
    mutationFn: () => client.privacy.removePolicy({ id }),
    onSuccess: () => {
      notifyDone(`The policy ${name} was deleted.`)
      navigate(paths.privacy)
    },
    onError: (error) => notifyFault(`${name} was not deleted`, error),
  })
  const askToRemove = (): void =>
    confirm({
      title: `Delete ${name}?`,
      action: 'Delete policy',
      children: <p>What it has anonymized stays so. A policy that a deployment uses is not deleted.</p>,
      onConfirm: removal.mutate,
    })
  return (
    <PageHeader
      name={name}
      title={name}
      trail={{ label: 'Privacy', href: paths.privacy }}
      facts={
        <>
          <PolicyBadge status={status} />
          <span>{PROFILE_LABELS[policy.profile]} profile</span>
          <span className="pl-number">
            {policy.deploymentCount} {policy.deploymentCount === 1 ? 'deployment' : 'deployments'}
          </span>
          <span>
            Changed <RelativeTime at={policy.updatedAt} />
          </span>
          <span className="pl-inline">
            <code>{id.slice(0, 8)}…</code>
            <CopyIcon value={id} what="policy id" />
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
              <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={askToRemove}>
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <Button
            variant={status === 'draft' ? 'filled' : 'default'}
            leftSection={status === 'draft' ? <IconCircleCheck size={15} /> : <IconPencil size={15} />}
            loading={change.isPending}
            onClick={() => change.mutate()}
          >
            {status === 'draft' ? 'Mark as active' : 'Back to draft'}
          </Button>
        </>
      }
    />
  )
}
