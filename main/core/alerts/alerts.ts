import { resolveBySystem } from '../../outbound/guarded-target'
import type { Resolver } from '../../outbound/guarded-target'
import type { Database } from '../../store/database'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import type { Models } from '../models/models'
import type { Monitoring } from '../monitoring/monitoring'
import type { Page } from '../page'
import type { Predictions } from '../predictions/predictions'
import type { Projects } from '../projects/projects'
import type { Secrets } from '../secrets/secrets'
import type { WorkspaceFacts } from '../workspace-facts'
import type { Alert, AlertDetail, AlertQuery, Mute } from './alert'
import { AlertLives } from './alert-lives'
import { AlertRules } from './alert-rules'
import type { StoredRule } from './alert-rule-rows'
import type { TestResult } from './deliveries'
import { Deliveries } from './deliveries'
import type { Metrics } from './measure'
import { NotificationSettings } from './notification-settings'
import type { DesktopNotifier } from './send-notice'
import { Watch } from './watch'

/** What alerts take from the world outside; a test brings its own. */
export type AlertsWorld = {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly random: () => number
  /** Finds the addresses of webhook hosts. */
  readonly resolve: Resolver
  /** Ground truth; without it rules on accuracy have no number. */
  readonly metrics: Metrics
}

export const REAL_WORLD: AlertsWorld = {
  now: () => Date.now(),
  random: () => Math.random(),
  resolve: resolveBySystem,
  metrics: { accuracy: () => null },
}

export type AlertsOptions = {
  readonly database: Database
  readonly facts: WorkspaceFacts
  readonly events: Events
  readonly secrets: Secrets
  readonly projects: Projects
  readonly models: Models
  readonly deployments: Deployments
  readonly predictions: Predictions
  readonly monitoring: Monitoring
  readonly world: AlertsWorld
}

const LOOK_EVERY_MS = 30_000
/** Predictions that arrive within this time share one look. */
const GATHER_MS = 1_000

/** Watches rules, opens and resolves alerts, and sends word of them. */
export class Alerts {
  readonly rules: AlertRules
  readonly settings: NotificationSettings
  private readonly lives: AlertLives
  private readonly deliveries: Deliveries
  private readonly watch: Watch
  private readonly events: Events
  private readonly deployments: Deployments
  private readonly now: () => number
  private readonly asked = new Set<string>()
  private gathering: NodeJS.Timeout | undefined
  private timer: NodeJS.Timeout | undefined
  private unsubscribe: () => void = () => undefined
  private ticking: Promise<void> = Promise.resolve()
  private isClosed = false

  constructor(options: AlertsOptions) {
    const { world, ...rest } = options
    const shared = { ...rest, now: world.now }
    this.events = options.events
    this.deployments = options.deployments
    this.now = world.now
    this.settings = new NotificationSettings(options.facts, options.secrets, options.events)
    this.deliveries = new Deliveries({ ...shared, ...world, settings: this.settings })
    this.lives = new AlertLives({ ...shared, deliveries: this.deliveries })
    this.rules = new AlertRules({ ...shared, lives: this.lives })
    this.watch = new Watch({ ...shared, metrics: world.metrics, rules: this.rules, lives: this.lives })
  }

  /** Begins to watch, and takes up what a former process had still to send. */
  start(): void {
    this.unsubscribe = this.events.subscribe((event) => {
      if (event.type === 'predictions.recorded') this.lookSoon(event.deploymentId)
      if (event.type === 'alert-rule.changed') this.lookSoon(null)
    })
    this.timer = setInterval(() => this.tickQuietly(), LOOK_EVERY_MS).unref()
    this.lookSoon(null)
  }

  /** Looks at everything and sends what is due; resolves when both are done. */
  tick(): Promise<void> {
    return this.run(undefined)
  }

  private run(deploymentIds: ReadonlySet<string> | undefined): Promise<void> {
    if (this.isClosed) return Promise.resolve()
    const done = this.watch.look(deploymentIds).then(() => this.deliveries.work())
    this.ticking = done.catch(() => undefined)
    return done
  }

  private tickQuietly(deploymentIds?: ReadonlySet<string>): void {
    this.run(deploymentIds).catch((error: unknown) => this.events.report(error))
  }

  /** @param deploymentId null: every rule */
  private lookSoon(deploymentId: string | null): void {
    this.asked.add(deploymentId ?? '')
    this.gathering ??= setTimeout(() => {
      const ids = new Set(this.asked)
      this.asked.clear()
      this.gathering = undefined
      this.tickQuietly(ids.has('') ? undefined : ids)
    }, GATHER_MS).unref()
  }

  /** Lets messages be shown on this computer's desktop. */
  connectDesktop(desktop: DesktopNotifier): void {
    this.deliveries.connectDesktop(desktop)
  }

  /** Open ones first, the worst and newest of each state first. */
  list(query: AlertQuery): Page<Alert> {
    return { ...this.lives.rows.list(query), limit: query.limit, offset: query.offset }
  }

  /** How many wait for someone, in a project or in all. */
  countOpen(projectId: string | null): number {
    return this.lives.rows.countOpen(projectId)
  }

  /** An alert with its history and every message about it. @throws WorkstationError not_found */
  get(id: string): AlertDetail {
    return {
      alert: this.lives.get(id),
      events: this.lives.rows.events(id),
      deliveries: this.deliveries.list(id),
    }
  }

  /** Says that someone takes care: no reminders, no escalation. @throws WorkstationError not_found, conflict */
  acknowledge(id: string, actor: string, note = ''): Alert {
    return this.lives.acknowledge(id, actor, note)
  }

  /** Ends an alert by hand. @throws WorkstationError not_found */
  resolve(id: string, actor: string, note = ''): Alert {
    return this.lives.resolve(id, actor, note)
  }

  /** Silences an alert for a while. @throws WorkstationError not_found, conflict */
  mute(id: string, mute: Mute, actor: string): Alert {
    return this.lives.mute(id, mute, actor)
  }

  /** Sends a test to every channel of a rule, once, and reports. @throws WorkstationError not_found or not_ready */
  async test(ruleId: string): Promise<readonly TestResult[]> {
    const { rule, channels } = this.rules.channelsOf(ruleId)
    const alert = this.inventAlert(rule)
    return this.deliveries.test(channels, this.lives.writeNotice(alert, 'test'))
  }

  /** An alert as the rule would open it, with its threshold as the value. */
  private inventAlert(rule: StoredRule): Alert {
    const { deploymentId } = rule
    return {
      id: rule.id,
      projectId: rule.projectId,
      deploymentId: deploymentId ?? '',
      deploymentName: deploymentId === null ? 'every deployment' : this.deployments.get(deploymentId).name,
      ruleId: rule.id,
      ruleName: rule.name,
      metric: rule.metric,
      condition: rule.condition,
      threshold: rule.threshold,
      value: rule.threshold,
      detail: rule.feature ?? '',
      severity: rule.severity,
      status: 'open',
      openedAt: this.now(),
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      resolvedBy: null,
      escalatedAt: null,
      notifiedAt: null,
      mutedUntil: null,
      recoveringSince: null,
      isOver: false,
    }
  }

  /** Stops watching and sending; what was not sent stays in the queue for the next start. */
  async close(): Promise<void> {
    this.isClosed = true
    this.unsubscribe()
    clearInterval(this.timer)
    clearTimeout(this.gathering)
    await this.deliveries.close()
    await this.ticking
  }
}
