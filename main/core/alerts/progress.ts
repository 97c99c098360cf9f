/** What follows from one look at a rule's number: pure, so that the whole life of an alert can be read in one place. */
import type { Alert } from './alert'
import type { AlertRule } from './alert-rule'
import { hasRecovered, holds } from './alert-rule'

/** A number of a rule for one deployment; `value` is null when there is none, and `detail` then says why. */
export type Measurement = { readonly value: number | null; readonly detail: string }

/** How long the number has to stay on the good side before an alert resolves by itself. */
export const RECOVERY_MS = 2 * 60_000

const MINUTE_MS = 60_000

/** What is to be done, in this order. */
export type Step =
  | { readonly do: 'open' }
  | { readonly do: 'update' }
  | { readonly do: 'recovering'; readonly since: number | null }
  | { readonly do: 'allow-again' }
  | { readonly do: 'escalate' }
  | { readonly do: 'remind' }
  | { readonly do: 'resolve' }

export type Situation = {
  readonly rule: Pick<
    AlertRule,
    'condition' | 'threshold' | 'cooldownMinutes' | 'escalationMinutes' | 'escalationSeverity' | 'mutedUntil'
  >
  /** The newest alert of this rule and deployment, resolved or not. */
  readonly latest: Alert | undefined
  /** When this rule last sent a message about this deployment. */
  readonly lastNoticeAt: number | null
  readonly measurement: Measurement
  readonly now: number
}

/**
 * The steps that a new number calls for. No number changes nothing: neither does it open nor resolve. An alert that a
 * person resolved does not open again before the condition was over once, or the cool-down has passed.
 */
export function decideSteps(situation: Situation): readonly Step[] {
  const { rule, latest, measurement, now } = situation
  const { value } = measurement
  const isUnderWay = latest !== undefined && latest.status !== 'resolved'
  if (value === null) return isUnderWay ? escalation(situation, latest) : []
  const isMet = holds(rule.condition, value, rule.threshold)
  if (isUnderWay) {
    if (!isMet && hasRecovered(rule.condition, value, rule.threshold)) return recover(latest, now)
    const steps: Step[] = [{ do: 'update' }]
    if (latest.recoveringSince !== null) steps.push({ do: 'recovering', since: null })
    return [...steps, ...escalation(situation, latest), ...reminder(situation, latest, isMet)]
  }
  if (!isMet) return latest !== undefined && !latest.isOver ? [{ do: 'allow-again' }] : []
  return isHeldBack(latest, rule.cooldownMinutes, now) ? [] : [{ do: 'open' }]
}

function recover(alert: Alert, now: number): Step[] {
  if (alert.recoveringSince === null) return [{ do: 'update' }, { do: 'recovering', since: now }]
  if (now - alert.recoveringSince < RECOVERY_MS) return [{ do: 'update' }]
  return [{ do: 'update' }, { do: 'resolve' }]
}

function isHeldBack(latest: Alert | undefined, cooldownMinutes: number, now: number): boolean {
  if (latest === undefined || latest.isOver || latest.resolvedAt === null) return false
  return now - latest.resolvedAt < cooldownMinutes * MINUTE_MS
}

/** True while neither the rule nor the alert is muted. */
export function isAudible(
  rule: Pick<AlertRule, 'mutedUntil'>,
  alert: Pick<Alert, 'mutedUntil'> | undefined,
  now: number,
): boolean {
  return (rule.mutedUntil ?? 0) <= now && (alert?.mutedUntil ?? 0) <= now
}

function escalation({ rule, now }: Situation, alert: Alert): Step[] {
  const isDue =
    alert.status === 'open' &&
    alert.escalatedAt === null &&
    rule.escalationMinutes !== null &&
    rule.escalationSeverity !== null &&
    now - alert.openedAt >= rule.escalationMinutes * MINUTE_MS &&
    isAudible(rule, alert, now)
  return isDue ? [{ do: 'escalate' }] : []
}

function reminder(situation: Situation, alert: Alert, isMet: boolean): Step[] {
  const { rule, now } = situation
  if (!isMet || alert.status !== 'open' || !isAudible(rule, alert, now)) return []
  if (escalation(situation, alert).length > 0) return []
  return isCooledDown(situation) ? [{ do: 'remind' }] : []
}

/** Whether the rule may send another message about this deployment. */
export function isCooledDown({
  rule,
  lastNoticeAt,
  now,
}: Pick<Situation, 'rule' | 'lastNoticeAt' | 'now'>): boolean {
  return lastNoticeAt === null || now - lastNoticeAt >= rule.cooldownMinutes * MINUTE_MS
}
