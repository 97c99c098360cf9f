import { WorkstationError } from '../../errors'
import type { InferencePool } from '../../inference/pool'
import type { Database } from '../../store/database'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { Models } from '../models/models'
import type { ModelVersion } from '../models/model'
import type { Page } from '../page'
import type { Projects } from '../projects/projects'
import type {
  Deployment,
  DeploymentAction,
  DeploymentChange,
  DeploymentQuery,
  DeploymentStatus,
  NewDeployment,
  RollbackTarget,
  Stage,
} from './deployment'
import { isServing } from './deployment'
import { DeploymentRows } from './deployment-rows'
import { HeldModels } from './held-models'

export type DeploymentsOptions = {
  readonly database: Database
  readonly events: Events
  readonly projects: Projects
  readonly models: Models
  readonly pool: InferencePool
}

type Step = {
  readonly action: DeploymentAction
  readonly actor: string
  readonly stage: Stage
  readonly status: DeploymentStatus
  readonly failure?: string | null
  readonly note?: string
}

/** What is served: stages, promotion, rollback, and whether the model behind a deployment is loaded. */
export class Deployments {
  private readonly database: Database
  private readonly events: Events
  private readonly projects: Projects
  private readonly models: Models
  private readonly held: HeldModels
  private readonly rows: DeploymentRows
  /** Serving deployments as they were last read, for the predict path; emptied by every change. */
  private readonly published = new Map<string, Deployment>()
  private readonly touched = new Set<string>()

  constructor(options: DeploymentsOptions) {
    this.database = options.database
    this.events = options.events
    this.projects = options.projects
    this.models = options.models
    this.held = new HeldModels(options.pool, options.models)
    this.rows = new DeploymentRows(options.database)
    this.events.subscribe((event) => {
      if (event.type === 'model.changed') this.published.clear()
    })
  }

  /** Loads the models of everything that serves; one that fails is marked so and does not keep the others back. */
  async start(): Promise<void> {
    await Promise.all(
      this.rows.unarchived().map(async (deployment) => {
        const failure = await this.held.hold(deployment.id, this.models.version(deployment.modelVersionId))
        const status = failure === null ? 'active' : 'failed'
        if (status === deployment.status && failure === deployment.failure) return
        const action = failure === null ? 'recovered' : 'failed'
        this.settle(() =>
          this.take(deployment, {
            action,
            actor: 'plumbline',
            stage: deployment.stage,
            status,
            failure,
            note: failure ?? '',
          }),
        )
      }),
    )
  }

  /** @throws WorkstationError not_found */
  get(id: string): Deployment {
    const deployment = this.published.get(id) ?? this.rows.find(id)
    if (deployment === undefined) throw new WorkstationError('not_found', `no deployment with id ${id}`)
    if (isServing(deployment)) this.published.set(id, deployment)
    return deployment
  }

  list(query: DeploymentQuery): Page<Deployment> {
    return { ...this.rows.list(query), limit: query.limit, offset: query.offset }
  }

  /** Everything that is not archived. */
  unarchived(): readonly Deployment[] {
    return this.rows.unarchived()
  }

  /** Who changed a deployment, when, from what to what; newest first. @throws WorkstationError not_found */
  history(id: string): readonly DeploymentChange[] {
    return this.rows.history(this.get(id).id)
  }

  /**
   * Serves a model. A production deployment takes the place of the project's former one, which is archived.
   * In staging, a model that does not load makes a `failed` deployment with the reason; it never replaces a working one.
   * @throws WorkstationError not_found; mismatch when the model belongs to another project; not_ready when it
   * cannot be loaded and production was asked for.
   */
  async create(input: NewDeployment, actor: string, id = newId()): Promise<Deployment> {
    const project = this.projects.get(input.projectId)
    const version = this.versionOf(input.model, project.id)
    const failure = await this.held.hold(id, version)
    if (failure !== null && input.stage === 'production') {
      throw new WorkstationError(
        'not_ready',
        `the model could not be loaded, so production stays as it is: ${failure}`,
      )
    }
    try {
      return this.insert({ input, version, failure, actor, id })
    } catch (error) {
      await this.held.release(id)
      throw error
    }
  }

  private insert(accepted: {
    readonly input: NewDeployment
    readonly version: ModelVersion
    readonly failure: string | null
    readonly actor: string
    readonly id: string
  }): Deployment {
    const { input, version, failure, actor, id } = accepted
    const project = this.projects.get(input.projectId)
    const at = Date.now()
    return this.settle(() => {
      // Loading took a while, in which the model may have been removed.
      this.models.version(version.id)
      if (input.stage === 'production') this.archiveProduction(project.id, actor, `replaced by ${input.name}`)
      this.rows.insert({
        id,
        projectId: project.id,
        modelVersionId: version.id,
        name: input.name,
        stage: input.stage,
        status: failure === null ? 'active' : 'failed',
        failure,
        trafficPercent: input.trafficPercent,
        createdAt: at,
        updatedAt: at,
      })
      const note = failure ?? ''
      this.rows.record({
        deploymentId: id,
        action: failure === null ? 'created' : 'failed',
        actor,
        from: null,
        to: input.stage,
        note,
        at,
      })
      return this.get(id)
    })
  }

  private versionOf(reference: string, projectId: string): ModelVersion {
    const version = this.models.resolve(reference)
    const model = this.models.get(version.modelId)
    if (model.projectId === projectId) return version
    throw new WorkstationError(
      'mismatch',
      `model_id: model ${reference} belongs to another project; register it in this one`,
    )
  }

  /**
   * Makes a staging deployment the project's production deployment; the former one is archived.
   * @throws WorkstationError not_found; conflict when it is archived, failed or was changed meanwhile.
   */
  promote(id: string, actor: string): Deployment {
    return this.settle(() => {
      const deployment = this.get(id)
      if (deployment.stage === 'production') return deployment
      if (deployment.stage === 'archived') {
        throw new WorkstationError('conflict', 'the deployment is archived; roll back to it instead')
      }
      if (deployment.status !== 'active') {
        throw new WorkstationError(
          'conflict',
          `the deployment is ${deployment.status} and cannot answer: ${deployment.failure ?? ''}`,
        )
      }
      this.archiveProduction(deployment.projectId, actor, `replaced by ${deployment.name}`)
      return this.take(deployment, { action: 'promoted', actor, stage: 'production', status: 'active' })
    })
  }

  /** Takes a deployment out of service; one that is archived already stays so. @throws WorkstationError not_found */
  deactivate(id: string, actor: string): Deployment {
    return this.settle(() => {
      const current = this.get(id)
      if (current.stage === 'archived') return current
      return this.take(current, { action: 'deactivated', actor, stage: 'archived', status: 'inactive' })
    })
  }

  /**
   * Brings production back to an archived deployment, or to a model, which gets a new production deployment.
   * @param id any deployment of the project
   * @throws WorkstationError not_found; conflict when the target is not archived or of another project; not_ready
   * when its model cannot be loaded, and then production stays as it is.
   */
  async rollback(id: string, target: RollbackTarget, actor: string): Promise<Deployment> {
    const { projectId, name } = this.get(id)
    if (target.toDeployment === undefined) {
      const version = this.versionOf(target.toModel ?? '', projectId)
      const model = this.models.get(version.modelId)
      const input = {
        projectId,
        model: version.id,
        name: `${model.name} v${version.number}`,
        stage: 'production',
      } as const
      return this.create({ ...input, trafficPercent: 100 }, actor)
    }
    const archived = this.rows.find(target.toDeployment)
    if (archived === undefined) {
      throw new WorkstationError(
        'not_found',
        `to_deployment_id: no deployment with id ${target.toDeployment}`,
      )
    }
    if (archived.projectId !== projectId) {
      throw new WorkstationError(
        'conflict',
        `to_deployment_id: ${archived.name} belongs to another project than ${name}`,
      )
    }
    if (archived.stage !== 'archived') {
      throw new WorkstationError(
        'conflict',
        `to_deployment_id: ${archived.name} is in ${archived.stage}, not archived`,
      )
    }
    const failure = await this.held.hold(archived.id, this.models.version(archived.modelVersionId))
    if (failure !== null) {
      throw new WorkstationError(
        'not_ready',
        `${archived.name} could not be loaded, so production stays as it is: ${failure}`,
      )
    }
    return this.settle(() => {
      if (this.rows.find(archived.id)?.stage !== 'archived') {
        throw new WorkstationError('conflict', `${archived.name} was changed meanwhile`)
      }
      this.archiveProduction(projectId, actor, `rolled back to ${archived.name}`)
      return this.take(archived, { action: 'rolled_back', actor, stage: 'production', status: 'active' })
    })
  }

  private archiveProduction(projectId: string, actor: string, note: string): void {
    const current = this.rows.production(projectId)
    if (current !== undefined)
      this.take(current, { action: 'archived', actor, stage: 'archived', status: 'inactive', note })
  }

  /** One change of a deployment with its line in the history. */
  private take(deployment: Deployment, step: Step): Deployment {
    const at = Date.now()
    const { action, actor, stage, status, failure = null, note = '' } = step
    this.database.transaction(() => {
      this.rows.change(deployment.id, { stage, status, failure, at })
      this.rows.record({
        deploymentId: deployment.id,
        action,
        actor,
        from: deployment.stage,
        to: stage,
        note,
        at,
      })
    })
    this.touched.add(deployment.id)
    return { ...deployment, stage, status, failure, updatedAt: at }
  }

  /** Runs a change in one transaction; once it is kept, frees the models that nobody serves any more and tells the listeners. */
  private settle(change: () => Deployment): Deployment {
    this.touched.clear()
    try {
      const deployment = this.database.transaction(change)
      this.touched.add(deployment.id)
      this.published.clear()
      for (const id of this.touched) this.publish(id)
      return deployment
    } catch (error) {
      this.published.clear()
      throw error
    }
  }

  private publish(id: string): void {
    if (this.rows.find(id)?.stage === 'archived') void this.held.release(id)
    this.events.emit({ type: 'deployment.changed', deploymentId: id })
  }
}
