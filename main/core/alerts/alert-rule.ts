import * as z from 'zod'
import type { Problem } from '../../errors'

export const ALERT_METRICS = [
  'drift_psi',
  'accuracy_degradation',
  'error_rate',
  'latency_p99',
  'model_staleness',
  'prediction_anomaly',
] as const
export type AlertMetric = (typeof ALERT_METRICS)[number]

export const CONDITIONS = ['gt', 'lt', 'gte', 'lte', 'eq', 'neq'] as const
export type Condition = (typeof CONDITIONS)[number]

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

export const CHANNEL_TYPES = ['email', 'slack', 'webhook', 'desktop'] as const
export type ChannelType = (typeof CHANNEL_TYPES)[number]

/** A channel as it may be shown: addresses of mail boxes in clear, everything that opens a door hidden. */
export type MaskedChannel = {
  readonly id: string
  readonly type: ChannelType
  readonly to: readonly string[]
  readonly url: string | null
  readonly hasSecret: boolean
}

const LONGEST_URL = 2000

const emailAddress = z.email('expected an e-mail address such as team@example.com').max(254)

/** A channel as it is given. A url or secret that is absent or masked keeps what the channel with this id had. */
export const channelInputSchema = z.discriminatedUnion(
  'type',
  [
    z.object({
      id: z.string().max(100).optional(),
      type: z.literal('email'),
      to: z
        .array(emailAddress)
        .min(1, 'expected at least one e-mail address')
        .max(50, 'at most 50 addresses'),
    }),
    z.object({
      id: z.string().max(100).optional(),
      type: z.literal('slack'),
      url: z.string().max(LONGEST_URL).optional(),
    }),
    z.object({
      id: z.string().max(100).optional(),
      type: z.literal('webhook'),
      url: z.string().max(LONGEST_URL).optional(),
      secret: z.string().min(8, 'a signing secret has at least 8 characters').max(500).optional(),
    }),
    z.object({ id: z.string().max(100).optional(), type: z.literal('desktop') }),
  ],
  'expected type "email", "slack", "webhook" or "desktop"',
)

export type ChannelInput = z.output<typeof channelInputSchema>

/** What is watched, when it is worth an alert, and who hears of it. Times in minutes, as the settings name them. */
export type AlertRule = {
  readonly id: string
  readonly projectId: string
  /** One deployment; null watches every serving deployment of the project, each by itself. */
  readonly deploymentId: string | null
  readonly name: string
  readonly metric: AlertMetric
  /** Of `drift_psi`: this feature alone; null takes the worst one. */
  readonly feature: string | null
  readonly condition: Condition
  readonly threshold: number
  readonly severity: Severity
  readonly channels: readonly MaskedChannel[]
  readonly enabled: boolean
  readonly cooldownMinutes: number
  readonly escalationMinutes: number | null
  readonly escalationSeverity: Severity | null
  /** Of `error_rate` and `latency_p99`: how far back. */
  readonly windowMinutes: number
  /** Of `error_rate` and `latency_p99`: with fewer in the window there is no number, hence no alert. */
  readonly minimumRequests: number
  readonly mutedUntil: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

const minutes = (expected: string) => z.number(expected).int(expected).min(1, expected).max(1440, expected)
const MINUTES = 'expected a whole number of minutes from 1 to 1440'
const REQUESTS = 'expected a whole number from 1 to 1,000,000'

const fields = {
  deploymentId: z.string().min(1).max(100).nullable(),
  name: z.string('expected a name').trim().min(1, 'give the rule a name').max(100, 'at most 100 characters'),
  metric: z.enum(ALERT_METRICS, `expected one of ${ALERT_METRICS.join(', ')}`),
  feature: z.string().min(1).max(200).nullable(),
  condition: z.enum(CONDITIONS, `expected one of ${CONDITIONS.join(', ')}`),
  threshold: z.number('expected a number'),
  severity: z.enum(SEVERITIES, `expected one of ${SEVERITIES.join(', ')}`),
  channels: z.array(channelInputSchema, 'expected a list of channels').max(20, 'at most 20 channels'),
  enabled: z.boolean('expected true or false'),
  cooldownMinutes: minutes(MINUTES),
  escalationMinutes: minutes(MINUTES).nullable(),
  escalationSeverity: z.enum(['warning', 'critical'], 'expected "warning" or "critical"').nullable(),
  windowMinutes: minutes(MINUTES),
  minimumRequests: z.number(REQUESTS).int(REQUESTS).min(1, REQUESTS).max(1_000_000, REQUESTS),
  mutedUntil: z.number().nullable(),
}

export const newRuleSchema = z.object({
  ...fields,
  deploymentId: fields.deploymentId.default(null),
  feature: fields.feature.default(null),
  severity: fields.severity.default('warning'),
  channels: fields.channels.default([]),
  enabled: fields.enabled.default(true),
  cooldownMinutes: fields.cooldownMinutes.default(60),
  escalationMinutes: fields.escalationMinutes.default(null),
  escalationSeverity: fields.escalationSeverity.default(null),
  windowMinutes: fields.windowMinutes.default(15),
  minimumRequests: fields.minimumRequests.default(10),
  mutedUntil: fields.mutedUntil.default(null),
})
export type NewRule = z.output<typeof newRuleSchema>

export const ruleChangeSchema = z.object(fields).partial()
export type RuleChange = z.output<typeof ruleChangeSchema>

export const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity)

type Escalation = Pick<AlertRule, 'severity' | 'escalationMinutes' | 'escalationSeverity'>

/** Fills in the severity to escalate to: the next one above the rule's, when only the minutes are given. */
export function completeEscalation<Rule extends Escalation>(rule: Rule): Rule {
  if (rule.escalationMinutes === null || rule.escalationSeverity !== null) return rule
  return { ...rule, escalationSeverity: SEVERITIES[rankOf(rule.severity) + 1] ?? null }
}

/** What is wrong with a rule although each of its fields is fine by itself. */
export function findContradictions(rule: Escalation & Pick<AlertRule, 'metric' | 'feature'>): Problem[] {
  const { severity, escalationMinutes, escalationSeverity } = rule
  const problems: Problem[] = []
  if (escalationSeverity !== null && escalationMinutes === null) {
    problems.push({
      field: 'escalation_minutes',
      message: 'expected the minutes after which the alert escalates, 1 to 1440',
    })
  }
  if (escalationMinutes !== null && severity === 'critical') {
    problems.push({
      field: 'escalation_minutes',
      message: 'a critical rule has no higher severity to escalate to',
    })
  } else if (escalationSeverity !== null && rankOf(escalationSeverity) <= rankOf(severity)) {
    problems.push({
      field: 'escalation_severity',
      message: `expected a higher severity than the rule's own (${severity})`,
    })
  }
  if (rule.feature !== null && rule.metric !== 'drift_psi') {
    problems.push({ field: 'feature', message: 'only a rule on drift_psi watches a feature' })
  }
  return problems
}

/** Numbers that are measured, not counted, are equal when they agree to nine digits. */
const isEqual = (value: number, threshold: number): boolean =>
  Math.abs(value - threshold) <= 1e-9 * Math.max(1, Math.abs(value), Math.abs(threshold))

export function holds(condition: Condition, value: number, threshold: number): boolean {
  switch (condition) {
    case 'gt':
      return value > threshold && !isEqual(value, threshold)
    case 'lt':
      return value < threshold && !isEqual(value, threshold)
    case 'gte':
      return value >= threshold || isEqual(value, threshold)
    case 'lte':
      return value <= threshold || isEqual(value, threshold)
    case 'eq':
      return isEqual(value, threshold)
    case 'neq':
      return !isEqual(value, threshold)
  }
}

/** How far a value has to be on the good side of its threshold before an alert may resolve, as a share of it. */
export const RECOVERY_MARGIN = 0.05

/** Whether a value is clearly on the good side: the condition is over by 5 % of the threshold. `eq` and `neq` have no margin. */
export function hasRecovered(condition: Condition, value: number, threshold: number): boolean {
  const margin = Math.abs(threshold) * RECOVERY_MARGIN
  if (condition === 'gt' || condition === 'gte') return !holds(condition, value, threshold - margin)
  if (condition === 'lt' || condition === 'lte') return !holds(condition, value, threshold + margin)
  return !holds(condition, value, threshold)
}
