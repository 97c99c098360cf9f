import type { AlertMetric, Condition, Severity } from './alert-rule'
import type { Alert, NoticeKind } from './alert'

/** What a message says, as it was when it was queued; kept with the delivery. */
export type Notice = {
  readonly kind: NoticeKind
  readonly at: number
  readonly projectName: string
  readonly alert: Pick<
    Alert,
    | 'id'
    | 'projectId'
    | 'deploymentId'
    | 'deploymentName'
    | 'ruleId'
    | 'ruleName'
    | 'metric'
    | 'condition'
    | 'threshold'
    | 'value'
    | 'detail'
    | 'severity'
    | 'status'
    | 'openedAt'
    | 'resolvedAt'
  >
}

/** How each metric reads; the number's unit follows it. */
const METRIC_TEXT: Readonly<Record<AlertMetric, { readonly name: string; readonly unit: string }>> = {
  drift_psi: { name: 'Drift (PSI)', unit: '' },
  accuracy_degradation: { name: 'Loss of accuracy', unit: '' },
  error_rate: { name: 'Error rate', unit: ' %' },
  latency_p99: { name: 'Latency (p99)', unit: ' ms' },
  model_staleness: { name: 'Age of the model', unit: ' days' },
  prediction_anomaly: { name: 'Prediction drift (PSI)', unit: '' },
}

const SYMBOLS: Readonly<Record<Condition, string>> = {
  gt: '>',
  lt: '<',
  gte: '≥',
  lte: '≤',
  eq: '=',
  neq: '≠',
}

const HEADLINES: Readonly<Record<NoticeKind, string>> = {
  opened: 'Alert',
  reminder: 'Still alerting',
  escalated: 'Escalated',
  resolved: 'Resolved',
  test: 'Test',
}

const COLOURS: Readonly<Record<Severity, string>> = {
  info: '#3b6fd4',
  warning: '#b7791f',
  critical: '#c0362c',
}
const GOOD = '#2f855a'

const round = (value: number): string => String(Number(value.toPrecision(4)))
const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

/** `Error rate is 12 %, alert when > 5 %` */
export function describeValue({ alert }: Notice): string {
  const { name, unit } = METRIC_TEXT[alert.metric]
  const about = alert.detail === '' ? '' : ` (${alert.detail})`
  return `${name} is ${round(alert.value)}${unit}${about}, alert when ${SYMBOLS[alert.condition]} ${round(alert.threshold)}${unit}`
}

/** One line: `[critical] Alert: fraud errors – fraud-production`. */
export function writeSubject({ kind, alert }: Notice): string {
  return `[${alert.severity}] ${HEADLINES[kind]}: ${alert.ruleName} – ${alert.deploymentName}`.replaceAll(
    /[\r\n]+/g,
    ' ',
  )
}

const factsOf = (notice: Notice): readonly (readonly [string, string])[] => [
  ['Deployment', notice.alert.deploymentName],
  ['Project', notice.projectName],
  ['Rule', notice.alert.ruleName],
  ['Severity', notice.alert.severity],
  ['Opened', iso(notice.alert.openedAt)],
  ...(notice.alert.resolvedAt === null ? [] : [['Resolved', iso(notice.alert.resolvedAt)] as const]),
]

const NOTE_OF_TEST = 'This is a test. Nothing is wrong.'

export function writeText(notice: Notice): string {
  const facts = factsOf(notice).map(([name, value]) => `${name}: ${value}`)
  const note = notice.kind === 'test' ? [NOTE_OF_TEST, ''] : []
  return [...note, describeValue(notice), '', ...facts, ''].join('\n')
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

export function writeHtml(notice: Notice): string {
  const rows = factsOf(notice)
    .map(
      ([name, value]) =>
        `<tr><td style="color:#666;padding:2px 16px 2px 0">${name}</td><td>${escapeHtml(value)}</td></tr>`,
    )
    .join('')
  const note = notice.kind === 'test' ? `<p>${NOTE_OF_TEST}</p>` : ''
  return (
    `<div style="font-family:system-ui,sans-serif;font-size:14px;border-left:4px solid ${colourOf(notice)};padding-left:12px">` +
    `<h3 style="margin:0 0 8px">${escapeHtml(writeSubject(notice))}</h3>${note}` +
    `<p>${escapeHtml(describeValue(notice))}</p><table>${rows}</table></div>`
  )
}

const colourOf = ({ kind, alert }: Notice): string => (kind === 'resolved' ? GOOD : COLOURS[alert.severity])

/** Slack escapes three characters and reads the rest as its own markup. */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The body of a Slack incoming webhook: blocks, and a text for notifications. A header holds at most 150 characters. */
export function writeSlack(notice: Notice): object {
  const subject = writeSubject(notice)
  const text = `${notice.kind === 'test' ? `${NOTE_OF_TEST} ` : ''}${describeValue(notice)}`
  return {
    text: escapeSlack(`${subject}: ${text}`),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: subject.slice(0, 150), emoji: false } },
      { type: 'section', text: { type: 'mrkdwn', text: escapeSlack(text) } },
      {
        type: 'section',
        fields: factsOf(notice).map(([name, value]) => ({
          type: 'mrkdwn',
          text: `*${name}*\n${escapeSlack(value)}`,
        })),
      },
    ],
  }
}

/** The body of a generic webhook. */
export function writeWebhook(notice: Notice, deliveryId: string): object {
  const { alert } = notice
  return {
    event: `alert.${notice.kind}`,
    delivery_id: deliveryId,
    created_at: iso(notice.at),
    summary: `${writeSubject(notice)}: ${describeValue(notice)}`,
    alert: {
      id: alert.id,
      rule_id: alert.ruleId,
      rule_name: alert.ruleName,
      project_id: alert.projectId,
      project_name: notice.projectName,
      deployment_id: alert.deploymentId,
      deployment_name: alert.deploymentName,
      metric: alert.metric,
      condition: alert.condition,
      threshold: alert.threshold,
      value: alert.value,
      detail: alert.detail,
      severity: alert.severity,
      status: alert.status,
      opened_at: iso(alert.openedAt),
      resolved_at: alert.resolvedAt === null ? null : iso(alert.resolvedAt),
    },
  }
}
