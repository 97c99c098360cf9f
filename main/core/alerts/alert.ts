import * as z from 'zod'
import type { AlertMetric, ChannelType, Condition, Severity } from './alert-rule'
import { SEVERITIES } from './alert-rule'

export const ALERT_STATUSES = ['open', 'acknowledged', 'resolved'] as const
export type AlertStatus = (typeof ALERT_STATUSES)[number]

/** One stretch of time in which a rule's condition held for a deployment; keeps what the rule said when it opened. */
export type Alert = {
  readonly id: string
  readonly projectId: string
  readonly deploymentId: string
  readonly deploymentName: string
  /** Null when the rule was deleted. */
  readonly ruleId: string | null
  readonly ruleName: string
  readonly metric: AlertMetric
  readonly condition: Condition
  readonly threshold: number
  /** The newest value, and what it is about, e.g. the name of the worst feature; '' when there is nothing to add. */
  readonly value: number
  readonly detail: string
  /** Rises when the alert escalates. */
  readonly severity: Severity
  readonly status: AlertStatus
  readonly openedAt: number
  readonly acknowledgedAt: number | null
  readonly acknowledgedBy: string | null
  readonly resolvedAt: number | null
  /** Who resolved it; null for the workstation itself. */
  readonly resolvedBy: string | null
  readonly escalatedAt: number | null
  readonly notifiedAt: number | null
  readonly mutedUntil: number | null
  /** Since when the value is clearly on the good side. */
  readonly recoveringSince: number | null
  /** Of a resolved alert: whether the condition has been over since, so that a new alert may open at once. */
  readonly isOver: boolean
}

export type AlertEventType =
  'opened' | 'notified' | 'acknowledged' | 'escalated' | 'muted' | 'unmuted' | 'resolved'

/** One line of an alert's history. */
export type AlertEvent = {
  readonly type: AlertEventType
  readonly actor: string
  readonly note: string
  readonly value: number | null
  readonly at: number
}

export const NOTICE_KINDS = ['opened', 'reminder', 'escalated', 'resolved', 'test'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** `skipped`: there was nothing to send with, e.g. no desktop. `failed`: given up. */
export type DeliveryStatus = 'pending' | 'sent' | 'failed' | 'skipped'

/** One message on its way to one channel. Its id is the idempotency key that the receiver gets with every attempt. */
export type Delivery = {
  readonly id: string
  readonly alertId: string | null
  readonly kind: NoticeKind
  readonly channelType: ChannelType
  /** Where it goes, masked. */
  readonly target: string
  readonly status: DeliveryStatus
  readonly attempts: number
  readonly maxAttempts: number
  readonly nextAttemptAt: number | null
  readonly createdAt: number
  readonly finishedAt: number | null
}

/** One try to hand a message over. */
export type DeliveryAttempt = {
  readonly number: number
  readonly at: number
  readonly durationMs: number
  /** HTTP status or SMTP code; null when there was no answer. */
  readonly statusCode: number | null
  /** Why it failed; null when it did not. */
  readonly error: string | null
}

/** Everything about one alert. */
export type AlertDetail = {
  readonly alert: Alert
  readonly events: readonly AlertEvent[]
  readonly deliveries: readonly (Delivery & { readonly log: readonly DeliveryAttempt[] })[]
}

/** For how long to be silent: until a time (epoch milliseconds; null: no longer), or from now on. */
export const muteSchema = z.union(
  [z.object({ until: z.number().nullable() }), z.object({ minutes: z.number().int().min(1).max(43_200) })],
  'expected until, a time or null, or minutes from 1 to 43200',
)

export type Mute = z.output<typeof muteSchema>

export const alertQuerySchema = z.object({
  projectId: z.string().optional(),
  deploymentId: z.string().optional(),
  ruleId: z.string().optional(),
  /** `unresolved` is open and acknowledged together. */
  status: z.enum([...ALERT_STATUSES, 'unresolved']).optional(),
  severity: z.enum(SEVERITIES).optional(),
  limit: z.number().int().min(1).max(500).default(50),
  offset: z.number().int().min(0).default(0),
})

export type AlertQuery = z.output<typeof alertQuerySchema>
