import * as z from 'zod'
import { ALERT_STATUSES, NOTICE_KINDS } from '../../core/alerts/alert'
import { ALERT_METRICS, CHANNEL_TYPES, CONDITIONS, SEVERITIES } from '../../core/alerts/alert-rule'
import { okReply } from './replies'

/** Schemas of what is answered about alert rules and alerts. */

const time = z.string().meta({ format: 'date-time', examples: ['2026-02-28T14:30:00Z'] })
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullable()
const count = z.number().int().min(0)
const text = z.string()

const channel = z.object({
  id: text,
  type: z.enum(CHANNEL_TYPES),
  config: z.object({
    to: z.array(text).optional(),
    url: maybe(text).optional(),
    webhook_url: maybe(text).optional(),
    secret: text.optional().meta({ description: 'hidden, but in the answer of the call that made it' }),
  }),
})

export const alertRule = z.object({
  id: text,
  project_id: text,
  deployment_id: maybe(text),
  name: text,
  metric: z.enum(ALERT_METRICS),
  feature: maybe(text),
  condition: z.enum(CONDITIONS),
  threshold: z.number(),
  severity: z.enum(SEVERITIES),
  channels: z.array(channel),
  enabled: z.boolean(),
  cooldown_minutes: count,
  escalation_minutes: maybe(count),
  escalation_severity: maybe(z.enum(SEVERITIES)),
  window_minutes: count,
  minimum_requests: count,
  muted_until: maybe(time),
  created_at: time,
  updated_at: time,
})

export const createdAlertRule = alertRule.extend({ alert_rule_id: text })
export const alertRuleReply = z.object({ alert_rule: alertRule })

export const alert = z.object({
  id: text,
  project_id: text,
  deployment_id: text,
  deployment_name: text,
  rule_id: maybe(text),
  rule_name: text,
  metric: z.enum(ALERT_METRICS),
  condition: z.enum(CONDITIONS),
  threshold: z.number(),
  value: z.number(),
  detail: text,
  severity: z.enum(SEVERITIES),
  status: z.enum(ALERT_STATUSES),
  opened_at: time,
  acknowledged_at: maybe(time),
  acknowledged_by: maybe(text),
  resolved_at: maybe(time),
  resolved_by: maybe(text),
  escalated_at: maybe(time),
  last_notified_at: maybe(time),
  muted_until: maybe(time),
})

const deliveryStatus = z.enum(['pending', 'sent', 'failed', 'skipped'])

const delivery = z.object({
  id: text,
  kind: z.enum(NOTICE_KINDS),
  channel: z.enum(CHANNEL_TYPES),
  target: text,
  status: deliveryStatus,
  attempts: z.array(
    z.object({
      number: count,
      at: time,
      duration_ms: count,
      status_code: maybe(z.number().int()),
      error: maybe(text),
    }),
  ),
  max_attempts: count,
  next_attempt_at: maybe(time),
  created_at: time,
  finished_at: maybe(time),
})

export const alertReply = z.object({
  alert: alert.extend({
    history: z.array(z.object({ type: text, actor: text, note: text, value: maybe(z.number()), at: time })),
    deliveries: z.array(delivery),
  }),
})

export const changedAlert = okReply.extend({ alert })

export const testReport = z.object({
  ok: z.boolean(),
  results: z.array(
    z.object({
      channel_id: text,
      channel: z.enum(CHANNEL_TYPES),
      target: text,
      status: deliveryStatus,
      status_code: maybe(z.number().int()),
      error: maybe(text),
      duration_ms: count,
      delivery_id: text,
    }),
  ),
})

export const notificationSettings = z.object({
  smtp: maybe(
    z.object({
      host: text,
      port: count,
      secure: z.boolean(),
      user: maybe(text),
      password: maybe(text).meta({ description: 'hidden; null when there is none' }),
      from: text,
    }),
  ),
  allowed_hosts: z.array(text),
})
