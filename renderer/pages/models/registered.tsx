import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCircleCheck, IconRocket } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { ModelVersion } from '../../../main/core/models/model'
import { DeployModal } from '../../components/deploy-modal'
import { PageHeader, Panel } from '../../components/layout'
import { EmptyState } from '../../components/states'
import { reads } from '../../queries'
import { paths } from '../../routes'
import { SelfTestLine } from './self-test-line'
import { VerificationResult } from './verification-result'
import { VersionBadges } from './version-badges'

type RegisteredProps = { readonly version: ModelVersion; readonly onAnother: () => void }

/** The end of a registration: what was accepted, and the way on to a deployment. */
export function Registered({ version, onAnother }: RegisteredProps) {
  const [isDeploying, deployment] = useDisclosure(false)
  const model = useQuery(reads.model(version.modelId))
  const name = model.data?.name ?? 'The model'
  return (
    <>
      <PageHeader
        name="Model registered"
        title="Model registered"
        trail={{ label: 'Models', href: paths.models }}
      />
      <Panel>
        <EmptyState
          icon={<IconCircleCheck size={22} stroke={1.6} className="pl-good" />}
          title={`${name} v${version.number} is ready to serve`}
          actions={
            <>
              <Button
                leftSection={<IconRocket size={15} />}
                onClick={deployment.open}
                disabled={model.data === undefined}
                data-autofocus
              >
                Deploy it
              </Button>
              <Button component={Link} href={paths.model(version.modelId)} variant="default">
                Open the model
              </Button>
              <Button variant="subtle" color="gray" onClick={onAnother}>
                Register another
              </Button>
            </>
          }
        >
          <VersionBadges version={version} />
          <p>
            <SelfTestLine selfTest={version.selfTest} isMadeUp={version.trainingFile === null} />
          </p>
          {version.selfTest.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </EmptyState>
      </Panel>
      {version.verification !== null && (
        <Panel title="Verification">
          <VerificationResult verification={version.verification} />
        </Panel>
      )}
      {model.data !== undefined && (
        <DeployModal
          isOpen={isDeploying}
          onClose={deployment.close}
          model={model.data}
          version={{ id: version.id, number: version.number }}
        />
      )}
    </>
  )
}
