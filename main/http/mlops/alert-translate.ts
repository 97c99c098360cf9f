import type * as z from 'zod'
import type { Alert, AlertDetail, Mute } from '../../core/alerts/alert'
import type { AlertRule, MaskedChannel, NewRule, RuleChange } from '../../core/alerts/alert-rule'
import type { SavedRule } from '../../core/alerts/alert-rules'
import type { TestResult } from '../../core/alerts/deliveries'
import type { NotificationSettingsView, SettingsChange } from '../../core/alerts/notification-settings'
import type { changeRuleBody, createRuleBody, muteBody, notificationSettingsBody } from './alert-wire'
import { toTime } from './translate'

/** Stands for a secret that is set. */
const HIDDEN = '••••••••'

const toTimeOrNull = (at: number | null): string | null => (at === null ? null : toTime(at))

export const fromNewRule = (body: z.output<typeof createRuleBody>): NewRule => ({
  name: body.name,
  deploymentId: body.deployment_id,
  metric: body.metric,
  feature: body.feature,
  condition: body.condition,
  threshold: body.threshold,
  severity: body.severity,
  channels: body.channels,
  enabled: body.enabled,
  cooldownMinutes: body.cooldown_minutes,
  escalationMinutes: body.escalation_minutes,
  escalationSeverity: body.escalation_severity,
  windowMinutes: body.window_minutes,
  minimumRequests: body.minimum_requests,
  mutedUntil: body.muted_until,
})

export const fromRuleChange = (body: z.output<typeof changeRuleBody>): RuleChange => ({
  name: body.name,
  deploymentId: body.deployment_id,
  metric: body.metric,
  feature: body.feature,
  condition: body.condition,
  threshold: body.threshold,
  severity: body.severity,
  channels: body.channels,
  enabled: body.enabled,
  cooldownMinutes: body.cooldown_minutes,
  escalationMinutes: body.escalation_minutes,
  escalationSeverity: body.escalation_severity,
  windowMinutes: body.window_minutes,
  minimumRequests: body.minimum_requests,
  mutedUntil: body.muted_until,
})

/** With both given, the time wins. */
export const fromMute = (body: z.output<typeof muteBody>): Mute =>
  body.until === undefined && body.minutes !== undefined
    ? { minutes: body.minutes }
    : { until: body.until ?? null }

/** A masked password is the stored one. */
export function fromSettings(body: z.output<typeof notificationSettingsBody>): SettingsChange {
  const { smtp, allowed_hosts: allowedHosts } = body
  const isMasked = smtp?.password?.includes('•') === true
  return {
    ...(smtp === undefined ? {} : { mail: isMasked && smtp !== null ? { ...smtp, password: null } : smtp }),
    ...(allowedHosts === undefined ? {} : { allowedHosts }),
  }
}

function toChannel(channel: MaskedChannel, secret: string | undefined): object {
  const { id, type, to, url } = channel
  const configs = {
    email: { to },
    slack: { webhook_url: url },
    webhook: { url, secret: secret ?? HIDDEN },
    desktop: {},
  }
  return { id, type, config: configs[type] }
}

export const toRule = (rule: AlertRule, newSecrets: SavedRule['newSecrets'] = []): object => ({
  id: rule.id,
  project_id: rule.projectId,
  deployment_id: rule.deploymentId,
  name: rule.name,
  metric: rule.metric,
  feature: rule.feature,
  condition: rule.condition,
  threshold: rule.threshold,
  severity: rule.severity,
  channels: rule.channels.map((channel) =>
    toChannel(channel, newSecrets.find(({ channelId }) => channelId === channel.id)?.secret),
  ),
  enabled: rule.enabled,
  cooldown_minutes: rule.cooldownMinutes,
  escalation_minutes: rule.escalationMinutes,
  escalation_severity: rule.escalationSeverity,
  window_minutes: rule.windowMinutes,
  minimum_requests: rule.minimumRequests,
  muted_until: toTimeOrNull(rule.mutedUntil),
  created_at: toTime(rule.createdAt),
  updated_at: toTime(rule.updatedAt),
})

export const toAlert = (alert: Alert): object => ({
  id: alert.id,
  project_id: alert.projectId,
  deployment_id: alert.deploymentId,
  deployment_name: alert.deploymentName,
  rule_id: alert.ruleId,
  rule_name: alert.ruleName,
  metric: alert.metric,
  condition: alert.condition,
  threshold: alert.threshold,
  value: alert.value,
  detail: alert.detail,
  severity: alert.severity,
  status: alert.status,
  opened_at: toTime(alert.openedAt),
  acknowledged_at: toTimeOrNull(alert.acknowledgedAt),
  acknowledged_by: alert.acknowledgedBy,
  resolved_at: toTimeOrNull(alert.resolvedAt),
  resolved_by: alert.resolvedBy,
  escalated_at: toTimeOrNull(alert.escalatedAt),
  last_notified_at: toTimeOrNull(alert.notifiedAt),
  muted_until: toTimeOrNull(alert.mutedUntil),
})

export const toAlertDetail = ({ alert, events, deliveries }: AlertDetail): object => ({
  ...toAlert(alert),
  history: events.map(({ type, actor, note, value, at }) => ({ type, actor, note, value, at: toTime(at) })),
  deliveries: deliveries.map((delivery) => ({
    id: delivery.id,
    kind: delivery.kind,
    channel: delivery.channelType,
    target: delivery.target,
    status: delivery.status,
    attempts: delivery.log.map((attempt) => ({
      number: attempt.number,
      at: toTime(attempt.at),
      duration_ms: Math.round(attempt.durationMs),
      status_code: attempt.statusCode,
      error: attempt.error,
    })),
    max_attempts: delivery.maxAttempts,
    next_attempt_at: toTimeOrNull(delivery.nextAttemptAt),
    created_at: toTime(delivery.createdAt),
    finished_at: toTimeOrNull(delivery.finishedAt),
  })),
})

export const toTestReport = (results: readonly TestResult[]): object => ({
  ok: results.every(({ status }) => status === 'sent'),
  results: results.map((result) => ({
    channel_id: result.channelId,
    channel: result.type,
    target: result.target,
    status: result.status,
    status_code: result.statusCode,
    error: result.error,
    duration_ms: Math.round(result.durationMs),
    delivery_id: result.deliveryId,
  })),
})

export const toSettings = ({ mail, allowedHosts }: NotificationSettingsView): object => ({
  smtp:
    mail === null
      ? null
      : {
          host: mail.host,
          port: mail.port,
          secure: mail.secure,
          user: mail.user,
          password: mail.hasPassword ? HIDDEN : null,
          from: mail.from,
        },
  allowed_hosts: allowedHosts,
})
