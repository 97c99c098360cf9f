import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import type { Events } from '../events'
import type { Deployment, DeploymentAction, DeploymentStatus, Stage } from './deployment'
import { isServing } from './deployment'
import type { DeploymentRows } from './deployment-rows'
import type { HeldModels } from './held-models'

export type LedgerOptions = {
  readonly database: Database
  readonly events: Events
  readonly rows: DeploymentRows
  readonly held: HeldModels
}

/** A change of one deployment, as its history tells it. */
export type Step = {
  readonly action: DeploymentAction
  readonly actor: string
  readonly stage: Stage
  readonly status: DeploymentStatus
  readonly failure?: string | null
  readonly note?: string
}

/** The state of all deployments: read fast on the predict path, changed in transactions that leave a history. */
export class DeploymentLedger {
  private readonly database: Database
  private readonly events: Events
  private readonly rows: DeploymentRows
  private readonly held: HeldModels
  /** Serving deployments as they were last read, for the predict path; emptied by every change. */
  private readonly published = new Map<string, Deployment>()
  private readonly sharing = new Map<string, readonly Deployment[]>()
  private readonly touched = new Set<string>()

  constructor(options: LedgerOptions) {
    this.database = options.database
    this.events = options.events
    this.rows = options.rows
    this.held = options.held
    this.events.subscribe((event) => {
      if (event.type === 'model.changed') this.forget()
    })
  }

  /** @throws WorkstationError not_found */
  get(id: string): Deployment {
    const deployment = this.published.get(id) ?? this.rows.find(id)
    if (deployment === undefined) throw new WorkstationError('not_found', `no deployment with id ${id}`)
    if (isServing(deployment)) this.published.set(id, deployment)
    return deployment
  }

  /** The deployments of a project that answer, shadows included. */
  serving(projectId: string): readonly Deployment[] {
    const known = this.sharing.get(projectId)
    if (known !== undefined) return known
    const found = this.rows.serving(projectId)
    this.sharing.set(projectId, found)
    return found
  }

  /** Changes stage and status of one deployment, with a line in its history. Within `settle`. */
  take(deployment: Deployment, step: Step): Deployment {
    const at = Date.now()
    const { action, actor, stage, status, failure = null, note = '' } = step
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
    this.touched.add(deployment.id)
    return { ...deployment, stage, status, failure, updatedAt: at }
  }

  /** Archives the project's production deployment, if it has one. Within `settle`. */
  archiveProduction(projectId: string, actor: string, note: string): void {
    const current = this.rows.production(projectId)
    if (current === undefined) return
    this.take(current, { action: 'archived', actor, stage: 'archived', status: 'inactive', note })
  }

  /** Runs a change in one transaction; once it is kept, frees the models that nobody serves any more and tells the listeners. */
  settle(change: () => Deployment): Deployment {
    this.touched.clear()
    try {
      const deployment = this.database.transaction(change)
      this.touched.add(deployment.id)
      this.forget()
      for (const id of this.touched) this.publish(id)
      return deployment
    } catch (error) {
      this.forget()
      throw error
    }
  }

  private forget(): void {
    this.published.clear()
    this.sharing.clear()
  }

  private publish(id: string): void {
    if (this.rows.find(id)?.stage === 'archived') void this.held.release(id)
    this.events.emit({ type: 'deployment.changed', deploymentId: id })
  }
}
