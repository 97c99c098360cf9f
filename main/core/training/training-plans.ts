import { describeError } from '../../errors'
import type { Events } from '../events'
import type { Models } from '../models/models'
import type { Monitoring } from '../monitoring/monitoring'
import type { NewTraining, StoredPlan, Training, TrainingPlanInput, TrainingTrigger } from './training'
import { nextDue, planSchema } from './training'
import type { TrainingRows } from './training-rows'

export type PlansOptions = {
  readonly rows: TrainingRows
  readonly events: Events
  readonly models: Models
  readonly monitoring: Monitoring
  readonly start: (input: NewTraining, trigger: TrainingTrigger) => Promise<Training>
}

const LOOK_EVERY_MS = 30_000
const DAY_MS = 24 * 3600_000
const DRIFT_LOOK_EVERY_MS = 60_000

/** When models are trained by themselves: by the clock, and when their data have drifted. */
export class TrainingPlans {
  private readonly options: PlansOptions
  private readonly lookedAt = new Map<string, number>()
  private timer: NodeJS.Timeout | undefined
  private unsubscribe: () => void = () => undefined

  constructor(options: PlansOptions) {
    this.options = options
  }

  /** Runs once what came due while the workstation was closed, then looks at the clock and at drift. */
  begin(): void {
    void this.look(Date.now())
    this.timer = setInterval(() => void this.look(Date.now()), LOOK_EVERY_MS)
    this.timer.unref()
    this.unsubscribe = this.options.events.subscribe((event) => {
      if (event.type === 'drift.changed') this.lookAtDrift(event.deploymentId, Date.now())
    })
  }

  close(): void {
    clearInterval(this.timer)
    this.unsubscribe()
  }

  /** A model's plan; null without one. @throws WorkstationError not_found */
  get(modelId: string): StoredPlan | null {
    return this.options.rows.plan(this.options.models.get(modelId).id)
  }

  /** Keeps a plan in the place of the former one; null for none. @throws WorkstationError not_found */
  set(modelId: string, given: TrainingPlanInput | null, now = Date.now()): StoredPlan | null {
    const { id } = this.options.models.get(modelId)
    if (given === null) this.options.rows.removePlan(id)
    else {
      const plan = planSchema.parse(given)
      this.options.rows.setPlan(id, plan, nextDue(plan, now))
    }
    this.options.events.emit({ type: 'training.changed', trainingId: '', modelId: id })
    return this.options.rows.plan(id)
  }

  /** Starts the trainings that are due, each once however often it was missed. */
  async look(now: number): Promise<void> {
    for (const stored of this.options.rows.plans()) {
      if (stored.dueAt === null || stored.dueAt > now) continue
      const { modelId, driftAt } = stored
      this.options.rows.notePlan({ modelId, driftAt, dueAt: nextDue(stored.plan, now), failure: null })
      await this.run(stored, 'schedule')
    }
  }

  /** A drift that is high starts a training, at most once a day for a model. */
  private lookAtDrift(deploymentId: string, now: number): void {
    const plans = this.options.rows.plans().filter(({ plan }) => plan.retrainOnDrift)
    if (plans.length === 0 || now - (this.lookedAt.get(deploymentId) ?? 0) < DRIFT_LOOK_EVERY_MS) return
    this.lookedAt.set(deploymentId, now)
    const drift = this.options.monitoring.drift(deploymentId)
    const { modelId } = this.options.models.version(drift.modelVersionId)
    const stored = plans.find((each) => each.modelId === modelId)
    if (stored === undefined || drift.overallStatus !== 'high') return
    if (stored.driftAt !== null && now - stored.driftAt < DAY_MS) return
    const { dueAt } = stored
    this.options.rows.notePlan({ modelId, dueAt, driftAt: now, failure: null })
    void this.run(stored, 'drift')
  }

  private async run({ modelId, plan }: StoredPlan, trigger: TrainingTrigger): Promise<void> {
    try {
      await this.options.start({ ...plan, modelId }, trigger)
    } catch (error) {
      const stored = this.options.rows.plan(modelId)
      if (stored !== null) this.options.rows.notePlan({ ...stored, failure: describeError(error) })
    }
  }
}
