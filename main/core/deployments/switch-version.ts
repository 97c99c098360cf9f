import { WorkstationError } from '../../errors'
import type { Models } from '../models/models'
import type { Deployment } from './deployment'
import { isServing } from './deployment'
import type { DeploymentLedger } from './deployment-ledger'
import type { DeploymentRows } from './deployment-rows'
import type { HeldModels } from './held-models'

export type SwitchTools = {
  readonly models: Models
  readonly held: HeldModels
  readonly rows: DeploymentRows
  readonly ledger: DeploymentLedger
}

export type VersionSwitch = {
  readonly id: string
  readonly versionId: string
  readonly actor: string
  /** Also brings an archived deployment back, in staging. */
  readonly revives?: boolean
}

/**
 * Loads a version for a deployment, then changes it in one transaction. The log goes on; drift starts anew, because
 * what is counted is kept by version.
 */
export async function switchVersion(tools: SwitchTools, change: VersionSwitch): Promise<Deployment> {
  const { models, held, rows, ledger } = tools
  const { id, actor, revives = false } = change
  const before = ledger.get(id)
  const version = models.version(change.versionId)
  const isArchived = before.stage === 'archived'
  if (isArchived && !revives) throw new WorkstationError('conflict', 'the deployment is archived')
  if (isServing(before) && before.modelVersionId === version.id) return before
  const failure = await held.swap(id, version)
  if (failure !== null && isServing(before)) {
    throw new WorkstationError(
      'not_ready',
      `${before.name} stays on version ${before.modelVersion}: version ${version.number} could not be loaded: ${failure}`,
    )
  }
  ledger.settle(() => {
    const current = ledger.get(id)
    if ((current.stage === 'archived') !== isArchived) {
      void held.release(id)
      throw new WorkstationError('conflict', `${current.name} was changed meanwhile`)
    }
    rows.setVersion(id, version.id)
    const moved = `version ${current.modelVersion} → ${version.number}`
    return ledger.take(current, {
      action: failure === null ? (isServing(before) ? 'changed' : 'recovered') : 'failed',
      actor,
      stage: isArchived ? 'staging' : current.stage,
      status: failure === null ? 'active' : 'failed',
      failure,
      note: failure ?? (version.id === current.modelVersionId ? '' : moved),
    })
  })
  return ledger.get(id)
}
