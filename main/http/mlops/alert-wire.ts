import * as z from 'zod'
import { ALERT_STATUSES } from '../../core/alerts/alert'
import {
  CHANNEL_TYPES,
  SEVERITIES,
  channelInputSchema,
  newRuleSchema,
  ruleChangeSchema,
} from '../../core/alerts/alert-rule'
import { settingsChangeSchema } from '../../core/alerts/notification-settings'
import { limit, offset, time } from './wire'

/** Schemas of alert rules, alerts and their settings. */

const text = z.string()
const listOfText = z.union([
  text.transform((value) => value.split(',').map((part) => part.trim())),
  z.array(text),
])

/** What a config may be called elsewhere; the first of each kind is the documented one. */
const config = z.object({
  to: listOfText.optional(),
  recipients: listOfText.optional(),
  addresses: listOfText.optional(),
  webhook_url: text.optional(),
  url: text.optional(),
  secret: text.nullish(),
})

/** `{type, config}`, where the core has one flat value; its complaints are told where the caller wrote the field. */
const channel = z
  .object({
    id: z.string().max(100).optional(),
    type: z.enum(CHANNEL_TYPES, `expected one of ${CHANNEL_TYPES.join(', ')}`),
    config: config.nullish().transform((given) => given ?? {}),
  })
  .transform(({ id, type, config }, context) => {
    const flat = channelInputSchema.safeParse({
      id,
      type,
      to: config.to ?? config.recipients ?? config.addresses ?? [],
      url: type === 'slack' ? (config.webhook_url ?? config.url) : (config.url ?? config.webhook_url),
      secret: config.secret ?? undefined,
    })
    if (flat.success) return flat.data
    for (const issue of flat.error.issues) {
      context.addIssue({ code: 'custom', path: ['config', ...issue.path], message: issue.message })
    }
    return z.NEVER
  })

const channels = z.array(channel, 'expected a list of channels').max(20, 'at most 20 channels')
const fresh = newRuleSchema.shape
const changed = ruleChangeSchema.shape

export const createRuleBody = z.object({
  name: fresh.name,
  deployment_id: fresh.deploymentId,
  metric: fresh.metric,
  feature: fresh.feature,
  condition: fresh.condition,
  threshold: fresh.threshold,
  severity: fresh.severity,
  channels: channels.default([]),
  enabled: fresh.enabled,
  cooldown_minutes: fresh.cooldownMinutes,
  escalation_minutes: fresh.escalationMinutes,
  escalation_severity: fresh.escalationSeverity,
  window_minutes: fresh.windowMinutes,
  minimum_requests: fresh.minimumRequests,
  muted_until: time.nullable().default(null),
})

export const changeRuleBody = z.object({
  name: changed.name,
  deployment_id: changed.deploymentId,
  metric: changed.metric,
  feature: changed.feature,
  condition: changed.condition,
  threshold: changed.threshold,
  severity: changed.severity,
  channels: channels.optional(),
  enabled: changed.enabled,
  cooldown_minutes: changed.cooldownMinutes,
  escalation_minutes: changed.escalationMinutes,
  escalation_severity: changed.escalationSeverity,
  window_minutes: changed.windowMinutes,
  minimum_requests: changed.minimumRequests,
  muted_until: time.nullable().optional(),
})

export const listRulesQuery = z.object({ limit: limit(500), offset })

export const listAlertsQuery = listRulesQuery.extend({
  status: z
    .enum([...ALERT_STATUSES, 'unresolved'], 'expected "open", "acknowledged", "resolved" or "unresolved"')
    .optional(),
  severity: z.enum(SEVERITIES, `expected one of ${SEVERITIES.join(', ')}`).optional(),
  deployment_id: z.string().optional(),
  rule_id: z.string().optional(),
})

export const noteBody = z.object({ note: z.string().max(2000, 'at most 2000 characters').default('') })

const MUTE_MINUTES = 'expected a whole number of minutes from 1 to 43200'

export const muteBody = z
  .object({
    until: time.nullish(),
    minutes: z
      .number(MUTE_MINUTES)
      .int(MUTE_MINUTES)
      .min(1, MUTE_MINUTES)
      .max(43_200, MUTE_MINUTES)
      .optional(),
  })
  .refine(({ until, minutes }) => until !== undefined || minutes !== undefined, {
    message: 'expected until, an ISO 8601 time or null to unmute, or minutes',
  })

const smtp = settingsChangeSchema.shape.mail

export const notificationSettingsBody = z.object({
  smtp,
  allowed_hosts: settingsChangeSchema.shape.allowedHosts,
})
