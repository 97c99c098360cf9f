import type { AlertMetric, ChannelType, Condition } from '../../../main/core/alerts/alert-rule'
import type { AlertEventType, DeliveryStatus, NoticeKind } from '../../../main/core/alerts/alert'
import { formatNumber } from '../../format'

type MetricText = {
  readonly label: string
  /** Follows a number of this metric. */
  readonly unit: string
  /** What the number is and when it exists. */
  readonly explanation: string
  readonly threshold: number
  readonly hasWindow: boolean
}

/** How each metric reads, and a threshold to begin with. */
export const METRICS: Readonly<Record<AlertMetric, MetricText>> = {
  drift_psi: {
    label: 'Drift (PSI)',
    unit: '',
    explanation:
      'PSI of the worst feature that has enough data, over the last seven days. From 0.25 on it is high.',
    threshold: 0.25,
    hasWindow: false,
  },
  error_rate: {
    label: 'Error rate',
    unit: ' %',
    explanation: 'Share of the predictions in the window that failed, refused inputs included.',
    threshold: 5,
    hasWindow: true,
  },
  latency_p99: {
    label: 'Latency (p99)',
    unit: ' ms',
    explanation: 'Ninety-nine of a hundred answered predictions in the window were faster. Within 8 %.',
    threshold: 500,
    hasWindow: true,
  },
  model_staleness: {
    label: 'Age of the model',
    unit: ' days',
    explanation: 'Whole days since the served version was registered.',
    threshold: 90,
    hasWindow: false,
  },
  prediction_anomaly: {
    label: 'Prediction drift (PSI)',
    unit: '',
    explanation:
      'PSI of the model’s own answers against its answers on the training data, over the last seven days.',
    threshold: 0.25,
    hasWindow: false,
  },
  accuracy_degradation: {
    label: 'Loss of accuracy',
    unit: '',
    explanation:
      'Accuracy on the training data minus accuracy on ground truth: 0.05 are five points. Silent without ground truth.',
    threshold: 0.05,
    hasWindow: false,
  },
}

export const SYMBOLS: Readonly<Record<Condition, string>> = {
  gt: '>',
  gte: '≥',
  lt: '<',
  lte: '≤',
  eq: '=',
  neq: '≠',
}

export const CONDITION_CHOICES: readonly { readonly value: Condition; readonly label: string }[] = [
  { value: 'gt', label: '> above' },
  { value: 'gte', label: '≥ at or above' },
  { value: 'lt', label: '< below' },
  { value: 'lte', label: '≤ at or below' },
  { value: 'eq', label: '= exactly' },
  { value: 'neq', label: '≠ other than' },
]

export const CHANNELS: Readonly<Record<ChannelType, string>> = {
  email: 'E-mail',
  slack: 'Slack',
  webhook: 'Webhook',
  desktop: 'Desktop',
}

export const EVENTS: Readonly<Record<AlertEventType, string>> = {
  opened: 'Opened',
  notified: 'Sent word',
  acknowledged: 'Acknowledged',
  escalated: 'Escalated',
  muted: 'Muted',
  unmuted: 'Unmuted',
  resolved: 'Resolved',
}

export const NOTICES: Readonly<Record<NoticeKind, string>> = {
  opened: 'Opened',
  reminder: 'Reminder',
  escalated: 'Escalated',
  resolved: 'Resolved',
  test: 'Test',
}

export const DELIVERIES: Readonly<
  Record<DeliveryStatus, { readonly label: string; readonly tone: 'good' | 'bad' | 'watch' | 'neutral' }>
> = {
  pending: { label: 'Waiting', tone: 'watch' },
  sent: { label: 'Sent', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  skipped: { label: 'Not sent', tone: 'neutral' },
}

/** A number with the unit of its metric. */
export function formatMetric(metric: AlertMetric, value: number): string {
  return `${formatNumber(value)}${METRICS[metric].unit}`
}

/** `Error rate > 5 %` */
export function describeCondition(rule: {
  readonly metric: AlertMetric
  readonly condition: Condition
  readonly threshold: number
  readonly feature?: string | null
}): string {
  const about = rule.feature === null || rule.feature === undefined ? '' : ` of ${rule.feature}`
  return `${METRICS[rule.metric].label}${about} ${SYMBOLS[rule.condition]} ${formatMetric(rule.metric, rule.threshold)}`
}
