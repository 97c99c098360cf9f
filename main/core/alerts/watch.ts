import type { Deployment } from '../deployments/deployment'
import { isServing } from '../deployments/deployment'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import type { Alert } from './alert'
import type { AlertLives } from './alert-lives'
import type { StoredRule } from './alert-rule-rows'
import type { AlertRules } from './alert-rules'
import type { Sources } from './measure'
import { measure } from './measure'
import { decideSteps } from './progress'
import type { Measurement, Step } from './progress'

export type WatchOptions = Sources & {
  readonly rules: AlertRules
  readonly lives: AlertLives
  readonly deployments: Deployments
  readonly events: Events
  readonly now: () => number
}

/** The main thread is given back after this long, so that predictions are answered in between. */
const SLICE_MS = 5

/** Looks at the rules' numbers and carries out what follows from them. */
export class Watch {
  private readonly options: WatchOptions
  private looking: Promise<void> = Promise.resolve()

  constructor(options: WatchOptions) {
    this.options = options
  }

  /** Looks at all rules, or at those that concern some deployments; one look at a time. */
  look(deploymentIds?: ReadonlySet<string>): Promise<void> {
    this.looking = this.looking.then(() => this.lookNow(deploymentIds))
    return this.looking
  }

  private async lookNow(deploymentIds: ReadonlySet<string> | undefined): Promise<void> {
    const rules = this.options.rules.enabled()
    if (rules.length === 0) return
    const deployments = this.options.deployments.unarchived()
    if (deploymentIds === undefined) this.endUnserved(deployments)
    const isConcerned = (deployment: Deployment): boolean =>
      isServing(deployment) && (deploymentIds?.has(deployment.id) ?? true)
    let since = performance.now()
    for (const rule of rules) {
      for (const deployment of deployments) {
        if (!isConcerned(deployment) || !isCovered(rule, deployment)) continue
        this.lookAt(rule, deployment)
        if (performance.now() - since < SLICE_MS) continue
        await new Promise((resolve) => setImmediate(resolve))
        since = performance.now()
      }
    }
  }

  /** Alerts of deployments that were archived are over: nobody asks them any more. */
  private endUnserved(unarchived: readonly Deployment[]): void {
    const ids = new Set(unarchived.map(({ id }) => id))
    for (const alert of this.options.lives.rows.underWay(null)) {
      if (!ids.has(alert.deploymentId)) this.options.lives.end(alert, 'the deployment no longer serves')
    }
  }

  private lookAt(rule: StoredRule, deployment: Deployment): void {
    const { lives, events, now } = this.options
    try {
      const at = now()
      const measurement = measure(rule, deployment, { ...this.options, now: at })
      const latest = lives.rows.latest(rule.id, deployment.id)
      const lastNoticeAt = lives.rows.lastNoticeAt(rule.id, deployment.id)
      const steps = decideSteps({ rule, latest, lastNoticeAt, measurement, now: at })
      this.carryOut(steps, { rule, deployment, latest, measurement })
    } catch (error) {
      // One rule that cannot be looked at does not keep the others waiting.
      events.report(error)
    }
  }

  private carryOut(
    steps: readonly Step[],
    context: {
      readonly rule: StoredRule
      readonly deployment: Deployment
      readonly latest: Alert | undefined
      readonly measurement: Measurement
    },
  ): void {
    const { lives } = this.options
    const { rule, deployment, measurement } = context
    const { value, detail } = measurement
    let alert = context.latest
    for (const step of steps) {
      if (step.do === 'open') {
        if (value !== null) alert = lives.open(rule, deployment, { value, detail })
      } else if (alert === undefined) continue
      else if (step.do === 'update') {
        if (value !== null) alert = lives.update(alert, { value, detail })
      } else if (step.do === 'recovering') alert = lives.setRecovering(alert, step.since)
      else if (step.do === 'allow-again') alert = lives.markOver(alert)
      else if (step.do === 'escalate') alert = lives.escalate(rule, alert)
      else if (step.do === 'remind') alert = lives.remind(rule, alert)
      else alert = lives.recover(rule, alert)
    }
  }
}

function isCovered(rule: StoredRule, deployment: Deployment): boolean {
  return rule.projectId === deployment.projectId && (rule.deploymentId ?? deployment.id) === deployment.id
}
