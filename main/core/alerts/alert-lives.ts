import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import type { Deployment } from '../deployments/deployment'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { Projects } from '../projects/projects'
import type { Secrets } from '../secrets/secrets'
import type { Alert, AlertEventType, Mute, NoticeKind } from './alert'
import type { StoredRule } from './alert-rule-rows'
import { AlertRows } from './alert-rows'
import type { Channel } from './channel'
import type { Deliveries } from './deliveries'
import type { Notice } from './notice'
import { isAudible, isCooledDown } from './progress'

export type AlertLivesOptions = {
  readonly database: Database
  readonly events: Events
  readonly projects: Projects
  readonly deliveries: Deliveries
  readonly secrets: Secrets
  readonly now: () => number
}

/** Who acts when nobody does. */
const WORKSTATION = 'plumbline'

type Entry = { readonly type: AlertEventType; readonly actor: string; readonly note: string }

/** The channels of a rule in clear. @throws WorkstationError not_ready when they cannot be read */
export function openChannels(secrets: Secrets, rule: StoredRule): Channel[] {
  return JSON.parse(secrets.open(rule.sealedChannels, `alert-rule ${rule.id}`)) as Channel[]
}

/** Every change of an alert: the row, its history and the messages about it in one transaction. */
export class AlertLives {
  readonly rows: AlertRows
  private readonly options: AlertLivesOptions

  constructor(options: AlertLivesOptions) {
    this.rows = new AlertRows(options.database)
    this.options = options
  }

  private change(alert: Alert, entry: Entry | null, also: () => void = () => undefined): Alert {
    const { database, events, now } = this.options
    database.transaction(() => {
      this.rows.update(alert)
      if (entry !== null) this.rows.record(alert.id, { ...entry, value: alert.value, at: now() })
      also()
    })
    events.emit({ type: 'alert.changed', alertId: alert.id })
    // Read again: a message that was queued along with the change has left its time on the row.
    return this.get(alert.id)
  }

  /** Opens an alert; says so unless the rule is muted or spoke about this deployment a short while ago. */
  open(rule: StoredRule, deployment: Deployment, measurement: { value: number; detail: string }): Alert {
    const { database, events, now } = this.options
    const at = now()
    const alert: Alert = {
      id: newId(),
      projectId: rule.projectId,
      deploymentId: deployment.id,
      deploymentName: deployment.name,
      ruleId: rule.id,
      ruleName: rule.name,
      metric: rule.metric,
      condition: rule.condition,
      threshold: rule.threshold,
      ...measurement,
      severity: rule.severity,
      status: 'open',
      openedAt: at,
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
    const lastNoticeAt = this.rows.lastNoticeAt(rule.id, deployment.id)
    const mayNotify = isAudible(rule, undefined, at) && isCooledDown({ rule, lastNoticeAt, now: at })
    database.transaction(() => {
      this.rows.insert(alert)
      this.rows.record(alert.id, { type: 'opened', actor: WORKSTATION, note: '', value: alert.value, at })
      if (mayNotify) this.notify(rule, alert, 'opened')
    })
    events.emit({ type: 'alert.changed', alertId: alert.id })
    return alert
  }

  /** Queues messages about an alert and writes down that it was spoken of. */
  private notify(rule: StoredRule, alert: Alert, kind: NoticeKind): void {
    const { deliveries, secrets, now } = this.options
    const channels = openChannels(secrets, rule)
    const told = kind === 'resolved' ? alert : { ...alert, notifiedAt: now() }
    deliveries.enqueue(channels, this.writeNotice(told, kind))
    this.rows.update(told)
    const note = channels.length === 0 ? `${kind}, but the rule has no channel` : kind
    this.rows.record(alert.id, { type: 'notified', actor: WORKSTATION, note, value: alert.value, at: now() })
  }

  writeNotice(alert: Alert, kind: NoticeKind): Notice {
    const project = this.options.projects.get(alert.projectId)
    return { kind, at: this.options.now(), projectName: project.name, alert }
  }

  /** Keeps the newest value; silent when nothing changed. */
  update(alert: Alert, { value, detail }: { readonly value: number; readonly detail: string }): Alert {
    if (value === alert.value && detail === alert.detail) return alert
    return this.change({ ...alert, value, detail }, null)
  }

  setRecovering(alert: Alert, since: number | null): Alert {
    return this.change({ ...alert, recoveringSince: since }, null)
  }

  /** Lets the next alert of the rule open at once, because the condition has been over since this one was resolved. */
  markOver(alert: Alert): Alert {
    return this.change({ ...alert, isOver: true }, null)
  }

  escalate(rule: StoredRule, alert: Alert): Alert {
    const severity = rule.escalationSeverity ?? alert.severity
    const escalated = { ...alert, severity, escalatedAt: this.options.now() }
    const entry = { type: 'escalated' as const, actor: WORKSTATION, note: `${alert.severity} → ${severity}` }
    return this.change(escalated, entry, () => this.notify(rule, escalated, 'escalated'))
  }

  /** Says again, or for the first time, that an alert is open. */
  remind(rule: StoredRule, alert: Alert): Alert {
    const kind = alert.notifiedAt === null ? 'opened' : 'reminder'
    return this.change(alert, null, () => this.notify(rule, alert, kind))
  }

  /** Ends an alert because its condition is over; tells those who were told that it began. */
  recover(rule: StoredRule, alert: Alert): Alert {
    const now = this.options.now()
    const over: Alert = { ...alert, status: 'resolved', resolvedAt: now, isOver: true, recoveringSince: null }
    const entry = { type: 'resolved' as const, actor: WORKSTATION, note: 'the condition is over' }
    return this.change(over, entry, () => {
      if (alert.notifiedAt !== null && isAudible(rule, alert, now)) this.notify(rule, over, 'resolved')
    })
  }

  /** Ends an alert for another reason, without a message. `actor` null: the workstation itself. */
  end(alert: Alert, note: string, actor: string | null = null): Alert {
    const over: Alert = {
      ...alert,
      status: 'resolved',
      resolvedAt: this.options.now(),
      resolvedBy: actor,
      // A person who resolves an alert does not want it back while nothing changes.
      isOver: actor === null,
      recoveringSince: null,
    }
    return this.change(over, { type: 'resolved', actor: actor ?? WORKSTATION, note })
  }

  /** @throws WorkstationError not_found */
  get(id: string): Alert {
    const alert = this.rows.find(id)
    if (alert === undefined) throw new WorkstationError('not_found', `no alert with id ${id}`)
    return alert
  }

  /** Says that someone takes care; again is fine. @throws WorkstationError not_found; conflict when it is resolved. */
  acknowledge(id: string, actor: string, note: string): Alert {
    const alert = this.get(id)
    if (alert.status === 'acknowledged') return alert
    if (alert.status === 'resolved') throw new WorkstationError('conflict', 'the alert is resolved already')
    const seen: Alert = {
      ...alert,
      status: 'acknowledged',
      acknowledgedAt: this.options.now(),
      acknowledgedBy: actor,
    }
    return this.change(seen, { type: 'acknowledged', actor, note })
  }

  /** Ends an alert by hand; again is fine. @throws WorkstationError not_found */
  resolve(id: string, actor: string, note: string): Alert {
    const alert = this.get(id)
    return alert.status === 'resolved' ? alert : this.end(alert, note, actor)
  }

  /**
   * Silences an alert until a time (null: no longer).
   * @throws WorkstationError not_found; conflict when it is resolved.
   */
  mute(id: string, mute: Mute, actor: string): Alert {
    const alert = this.get(id)
    const until = 'until' in mute ? mute.until : this.options.now() + mute.minutes * 60_000
    if (alert.status === 'resolved') throw new WorkstationError('conflict', 'the alert is resolved already')
    const note = until === null ? '' : `until ${new Date(until).toISOString()}`
    return this.change(
      { ...alert, mutedUntil: until },
      { type: until === null ? 'unmuted' : 'muted', actor, note },
    )
  }

  /** Ends everything that is under way for a rule that is no longer what it was. */
  endAllOf(ruleId: string, note: string): void {
    for (const alert of this.rows.underWay(ruleId)) this.end(alert, note)
  }
}
