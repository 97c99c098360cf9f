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
  DeploymentChange,
  DeploymentEdit,
  DeploymentPrivacy,
  DeploymentQuery,
  NewDeployment,
  RollbackTarget,
} from './deployment'
import { deploymentPrivacySchema } from './deployment'
import { checkPromotable } from './check-promotable'
import { DeploymentRows } from './deployment-rows'
import { describeEdit } from './describe-edit'
import { DeploymentLedger } from './deployment-ledger'
import { HeldModels } from './held-models'
import type { VersionSwitch } from './switch-version'
import { switchVersion } from './switch-version'
import { chooseDeployment } from './traffic'

export type DeploymentsOptions = {
  readonly database: Database
  readonly events: Events
  readonly projects: Projects
  readonly models: Models
  readonly pool: InferencePool
}

/** Refuses privacy settings that a deployment of a project cannot have. */
export type PrivacyCheck = (projectId: string, privacy: DeploymentPrivacy) => void

/** What is served: stages, promotion, rollback, and whether the model behind a deployment is loaded. */
export class Deployments {
  private readonly projects: Projects
  private readonly models: Models
  private readonly held: HeldModels
  private readonly rows: DeploymentRows
  private readonly ledger: DeploymentLedger
  /** Projects whose production deployment is being changed. */
  private readonly changing = new Set<string>()
  private checkSettings: PrivacyCheck = () => undefined

  constructor(options: DeploymentsOptions) {
    const { database, events } = options
    this.projects = options.projects
    this.models = options.models
    this.held = new HeldModels(options.pool, options.models)
    this.rows = new DeploymentRows(database)
    this.ledger = new DeploymentLedger({ database, events, rows: this.rows, held: this.held })
  }

  /** Loads the models of everything that serves; one that fails is marked so and does not keep the others back. */
  async start(): Promise<void> {
    await Promise.all(
      this.rows.unarchived().map(async (deployment) => {
        const failure = await this.held.hold(deployment.id, this.models.version(deployment.modelVersionId))
        const status = failure === null ? 'active' : 'failed'
        if (status === deployment.status && failure === deployment.failure) return
        const action = failure === null ? 'recovered' : 'failed'
        this.ledger.settle(() =>
          this.ledger.take(deployment, {
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

  /** Names who knows which privacy settings there can be. */
  checkPrivacy(check: PrivacyCheck): void {
    this.checkSettings = check
  }

  /** @throws WorkstationError not_found */
  get(id: string): Deployment {
    return this.ledger.get(id)
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
   * @throws WorkstationError not_found; mismatch when the model or the privacy policy belongs to another project;
   * invalid for a column mapped to no kind of personal data; not_ready when the model cannot be loaded and production
   * was asked for.
   */
  async create(input: NewDeployment, actor: string, id = newId()): Promise<Deployment> {
    const project = this.projects.get(input.projectId)
    if (input.isShadow === true && input.stage === 'production') {
      throw new WorkstationError(
        'invalid',
        'is_shadow: a production deployment answers, so it cannot be a shadow',
      )
    }
    const version = this.versionOf(input.model, project.id)
    const privacy = deploymentPrivacySchema.parse(input.privacy ?? {})
    this.checkSettings(project.id, privacy)
    const failure = await this.held.hold(id, version)
    if (failure !== null && input.stage === 'production') {
      throw new WorkstationError(
        'not_ready',
        `the model could not be loaded, so production stays as it is: ${failure}`,
      )
    }
    try {
      return this.insert({ input, privacy, version, failure, actor, id })
    } catch (error) {
      await this.held.release(id)
      throw error
    }
  }

  private insert(accepted: {
    readonly input: NewDeployment
    readonly privacy: DeploymentPrivacy
    readonly version: ModelVersion
    readonly failure: string | null
    readonly actor: string
    readonly id: string
  }): Deployment {
    const { input, privacy, version, failure, actor, id } = accepted
    const project = this.projects.get(input.projectId)
    const at = Date.now()
    return this.ledger.settle(() => {
      // Loading took a while, in which the model may have been removed.
      this.models.version(version.id)
      if (input.stage === 'production')
        this.ledger.archiveProduction(project.id, actor, `replaced by ${input.name}`)
      this.rows.insert({
        id,
        projectId: project.id,
        modelVersionId: version.id,
        name: input.name,
        stage: input.stage,
        status: failure === null ? 'active' : 'failed',
        failure,
        trafficPercent: input.trafficPercent ?? 100,
        isShadow: input.isShadow ?? false,
        privacy,
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
   * The deployment that answers a request of a project, by traffic percent and sticky by `key`.
   * @throws WorkstationError not_found; conflict when none of them answers.
   */
  route(projectId: string, key?: string): Deployment {
    const chosen = chooseDeployment(this.serving(projectId), key)
    if (chosen !== undefined) return chosen
    throw new WorkstationError(
      'conflict',
      'no deployment of this project answers; deploy a model or roll back',
    )
  }

  /** The deployments of a project that answer, shadows included. @throws WorkstationError not_found */
  serving(projectId: string): readonly Deployment[] {
    const serving = this.ledger.serving(projectId)
    if (serving.length === 0) this.projects.get(projectId)
    return serving
  }

  /**
   * Renames a deployment, changes its share of the traffic, or makes it a shadow (or no longer one).
   * @throws WorkstationError not_found; conflict for an archived one; invalid for a shadow in production.
   */
  edit(id: string, edit: DeploymentEdit, actor: string): Deployment {
    return this.ledger.settle(() => {
      const current = this.get(id)
      const {
        name = current.name,
        trafficPercent = current.trafficPercent,
        isShadow = current.isShadow,
      } = edit
      if (current.stage === 'archived') throw new WorkstationError('conflict', 'the deployment is archived')
      if (isShadow && current.stage === 'production') {
        throw new WorkstationError(
          'invalid',
          'is_shadow: a production deployment answers, so it cannot be a shadow',
        )
      }
      const at = Date.now()
      this.rows.edit(id, { name, trafficPercent, isShadow, at })
      const note = describeEdit(current, { name, trafficPercent, isShadow })
      this.rows.record({
        deploymentId: id,
        action: 'changed',
        actor,
        from: current.stage,
        to: current.stage,
        note,
        at,
      })
      return { ...current, name, trafficPercent, isShadow, updatedAt: at }
    })
  }

  /**
   * Makes a staging deployment the project's production deployment, once it has proved that it answers; the former
   * one is archived. While that goes on, every other change of the project's production is refused.
   * @throws WorkstationError not_found; conflict when it is archived, failed, a shadow, or another change is under way;
   * not_ready when it does not answer, and then production stays as it is.
   */
  async promote(id: string, actor: string): Promise<Deployment> {
    const { projectId, modelVersionId, stage } = this.get(id)
    if (stage === 'production') return this.get(id)
    return this.changeProduction(projectId, async () => {
      checkPromotable(this.get(id))
      const failure = await this.held.prove(this.models.version(modelVersionId))
      if (failure !== null) {
        throw new WorkstationError(
          'not_ready',
          `the model does not answer, so production stays as it is: ${failure}`,
        )
      }
      return this.ledger.settle(() => {
        const deployment = this.get(id)
        checkPromotable(deployment)
        this.ledger.archiveProduction(deployment.projectId, actor, `replaced by ${deployment.name}`)
        return this.ledger.take(deployment, {
          action: 'promoted',
          actor,
          stage: 'production',
          status: 'active',
        })
      })
    })
  }

  /** Runs a change of a project's production alone. @throws WorkstationError conflict while another one goes on. */
  private async changeProduction(projectId: string, change: () => Promise<Deployment>): Promise<Deployment> {
    if (this.changing.has(projectId)) {
      throw new WorkstationError(
        'conflict',
        'another change of the production deployment is under way; look and try again',
      )
    }
    this.changing.add(projectId)
    try {
      return await change()
    } finally {
      this.changing.delete(projectId)
    }
  }

  /**
   * Has a deployment serve another version of its model, without a request that fails: the new one is loaded first.
   * @throws WorkstationError not_found; not_ready when it does not load while the former one serves, which goes on.
   */
  switchVersion(change: VersionSwitch): Promise<Deployment> {
    const { models, held, rows, ledger } = this
    return switchVersion({ models, held, rows, ledger }, change)
  }

  /** Forgets an archived deployment, so that its id is free. @throws WorkstationError not_found */
  forget(id: string): void {
    if (this.get(id).stage === 'archived') this.rows.removeArchived(id)
  }

  /** Takes a deployment out of service; one that is archived already stays so. @throws WorkstationError not_found */
  deactivate(id: string, actor: string): Deployment {
    return this.ledger.settle(() => {
      const current = this.get(id)
      if (current.stage === 'archived') return current
      return this.ledger.take(current, {
        action: 'deactivated',
        actor,
        stage: 'archived',
        status: 'inactive',
      })
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
      // What production keeps out of its log stays out of it, whichever model answers.
      const { privacy } = this.rows.production(projectId) ?? this.get(id)
      return this.changeProduction(projectId, () => this.create({ ...input, privacy }, actor))
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
    return this.changeProduction(projectId, () => this.reactivate(archived, actor))
  }

  private async reactivate(archived: Deployment, actor: string): Promise<Deployment> {
    const { projectId } = archived
    const failure = await this.held.hold(archived.id, this.models.version(archived.modelVersionId))
    if (failure !== null) {
      throw new WorkstationError(
        'not_ready',
        `${archived.name} could not be loaded, so production stays as it is: ${failure}`,
      )
    }
    return this.ledger.settle(() => {
      if (this.rows.find(archived.id)?.stage !== 'archived') {
        throw new WorkstationError('conflict', `${archived.name} was changed meanwhile`)
      }
      this.ledger.archiveProduction(projectId, actor, `rolled back to ${archived.name}`)
      return this.ledger.take(archived, {
        action: 'rolled_back',
        actor,
        stage: 'production',
        status: 'active',
      })
    })
  }
}
