import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import { newId } from '../identifiers'
import type { Models } from '../models/models'
import type { Deployment } from './deployment'
import type { Deployments } from './deployments'
import { ANYWHERE, findPlaces, LOCAL_OWNER } from './placement'
import type { PlacedDeployment, Placement } from './placement'
import { PlacementRows } from './placement-rows'

export type PlacementsOptions = {
  readonly database: Database
  readonly models: Models
  readonly deployments: Deployments
}

/** A deployment as its owner asks for it. */
export type PlaceOrder = {
  readonly modelId: string
  readonly owner: string
  readonly placement: Placement
  /** Null gets a new one. */
  readonly deploymentId: string | null
  readonly inferenceData: number
}

/** A deployment with who owns it and where it was to run. */
export type OwnedDeployment = { readonly deployment: Deployment; readonly placed: PlacedDeployment }

/** Deployments that have an owner and a place. */
export class Placements {
  private readonly rows: PlacementRows
  private readonly models: Models
  private readonly deployments: Deployments
  /** The order that is being carried out, by deployment: two for the same one wait for each other. */
  private readonly placing = new Map<string, Promise<unknown>>()

  constructor(options: PlacementsOptions) {
    this.rows = new PlacementRows(options.database)
    this.models = options.models
    this.deployments = options.deployments
  }

  /** @throws WorkstationError not_found, also for an archived deployment */
  get(deploymentId: string): OwnedDeployment {
    const deployment = this.deployments.get(deploymentId)
    if (deployment.stage === 'archived')
      throw new WorkstationError('not_found', `the deployment ${deploymentId} was removed`)
    return this.own(deployment)
  }

  /** What is not archived, the oldest first. */
  list(page: { readonly skip: number; readonly limit: number }): readonly OwnedDeployment[] {
    return this.rows.list(page.skip, page.limit).map((id) => this.own(this.deployments.get(id)))
  }

  /** The deployments of an owner, archived ones included. */
  owned(owner: string): readonly Deployment[] {
    return this.rows.owned(owner, LOCAL_OWNER).map((id) => this.deployments.get(id))
  }

  private own(deployment: Deployment): OwnedDeployment {
    const deploymentId = deployment.id
    const unclaimed = { deploymentId, owner: LOCAL_OWNER, placement: ANYWHERE, inferenceData: 0 }
    return { deployment, placed: this.rows.find(deploymentId) ?? unclaimed }
  }

  /**
   * Serves the newest version of a model. Ordered again by the same owner for the same model, a deployment is brought
   * up to date; one that nobody owns is claimed.
   * @throws WorkstationError not_found; conflict for a model without a file; invalid for an unknown place; mismatch when
   * the deployment belongs to another owner or serves another model.
   */
  deploy(order: PlaceOrder, actor: string): Promise<OwnedDeployment> {
    const id = order.deploymentId ?? newId()
    const turn = (this.placing.get(id) ?? Promise.resolve()).then(() => this.place(id, order, actor))
    const settled = turn.then(
      () => undefined,
      () => undefined,
    )
    this.placing.set(id, settled)
    void settled.then(() => {
      if (this.placing.get(id) === settled) this.placing.delete(id)
    })
    return turn
  }

  private async place(id: string, order: PlaceOrder, actor: string): Promise<OwnedDeployment> {
    const model = this.models.get(order.modelId)
    findPlaces(order.placement)
    const version = this.models.resolve(model.id)
    const known = order.deploymentId === null ? undefined : this.find(id)
    const isSameModel = known?.deployment.modelId === model.id
    if (known !== undefined && known.deployment.stage !== 'archived')
      this.checkOwner(known, { isSameModel, owner: order.owner })
    if (known !== undefined && isSameModel) {
      await this.deployments.switchVersion({ id, versionId: version.id, actor, revives: true })
    } else {
      if (known !== undefined) this.deployments.forget(id)
      const name = order.deploymentId === null ? model.name : id
      const { projectId } = model
      const input = { projectId, model: version.id, name: name.slice(0, 100), stage: 'staging' } as const
      await this.deployments.create(input, actor, id)
    }
    const { owner, placement, inferenceData } = order
    this.rows.put({ deploymentId: id, owner, placement, inferenceData })
    return this.get(id)
  }

  private find(id: string): OwnedDeployment | undefined {
    try {
      return this.own(this.deployments.get(id))
    } catch (error) {
      if (error instanceof WorkstationError && error.code === 'not_found') return undefined
      throw error
    }
  }

  private checkOwner(
    { deployment, placed }: OwnedDeployment,
    wanted: { readonly isSameModel: boolean; readonly owner: string },
  ): void {
    if (!wanted.isSameModel)
      throw new WorkstationError(
        'mismatch',
        `ML model deployment already running: ${deployment.id} serves the model ${deployment.modelId}; choose another deployment_id or delete it first`,
      )
    if (placed.owner === wanted.owner || this.rows.find(deployment.id) === undefined) return
    throw new WorkstationError(
      'mismatch',
      `ML model deployment already running: ${deployment.id} belongs to another owner; choose another deployment_id`,
    )
  }
}
