import type {
  AlertMetric,
  AlertRule,
  ChannelInput,
  ChannelType,
  Condition,
  NewRule,
  Severity,
} from '../../../main/core/alerts/alert-rule'
import { METRICS } from './alert-texts'

/** A channel while it is edited. `id` names the stored one whose hidden parts stay when they are not typed anew. */
export type ChannelDraft = {
  readonly key: string
  readonly id: string | null
  readonly type: ChannelType
  readonly to: string
  readonly url: string
  readonly secret: string
}

/** A rule while it is edited. */
export type RuleDraft = {
  projectId: string
  name: string
  deploymentId: string | null
  metric: AlertMetric
  feature: string
  condition: Condition
  threshold: number | string
  severity: Severity
  windowMinutes: number | string
  minimumRequests: number | string
  cooldownMinutes: number | string
  doesEscalate: boolean
  escalationMinutes: number | string
  escalationSeverity: 'warning' | 'critical'
  channels: ChannelDraft[]
}

export function createChannel(type: ChannelType): ChannelDraft {
  return { key: crypto.randomUUID(), id: null, type, to: '', url: '', secret: '' }
}

export function createDraft(projectId: string): RuleDraft {
  return {
    projectId,
    name: '',
    deploymentId: null,
    metric: 'error_rate',
    feature: '',
    condition: 'gt',
    threshold: METRICS.error_rate.threshold,
    severity: 'warning',
    windowMinutes: 15,
    minimumRequests: 10,
    cooldownMinutes: 60,
    doesEscalate: false,
    escalationMinutes: 30,
    escalationSeverity: 'critical',
    channels: [],
  }
}

export function editDraft(rule: AlertRule): RuleDraft {
  return {
    ...createDraft(rule.projectId),
    name: rule.name,
    deploymentId: rule.deploymentId,
    metric: rule.metric,
    feature: rule.feature ?? '',
    condition: rule.condition,
    threshold: rule.threshold,
    severity: rule.severity,
    windowMinutes: rule.windowMinutes,
    minimumRequests: rule.minimumRequests,
    cooldownMinutes: rule.cooldownMinutes,
    doesEscalate: rule.escalationMinutes !== null,
    escalationMinutes: rule.escalationMinutes ?? 30,
    escalationSeverity: rule.escalationSeverity === 'warning' ? 'warning' : 'critical',
    channels: rule.channels.map((channel) => ({
      key: channel.id,
      id: channel.id,
      type: channel.type,
      to: channel.to.join(', '),
      url: channel.url ?? '',
      secret: '',
    })),
  }
}

const splitAddresses = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((address) => address.trim())
    .filter((address) => address !== '')

function toChannel({ id, type, to, url, secret }: ChannelDraft): ChannelInput {
  const known = id === null ? {} : { id }
  switch (type) {
    case 'email':
      return { ...known, type, to: splitAddresses(to) }
    case 'slack':
      return { ...known, type, url }
    case 'webhook':
      return { ...known, type, url, ...(secret === '' ? {} : { secret }) }
    case 'desktop':
      return { ...known, type }
  }
}

/** The rule that a draft stands for. */
export function toRule(draft: RuleDraft): Omit<NewRule, 'enabled' | 'mutedUntil'> {
  const feature = draft.feature.trim()
  return {
    name: draft.name.trim(),
    deploymentId: draft.deploymentId,
    metric: draft.metric,
    feature: draft.metric === 'drift_psi' && feature !== '' ? feature : null,
    condition: draft.condition,
    threshold: Number(draft.threshold),
    severity: draft.severity,
    windowMinutes: Number(draft.windowMinutes),
    minimumRequests: Number(draft.minimumRequests),
    cooldownMinutes: Number(draft.cooldownMinutes),
    escalationMinutes: draft.doesEscalate ? Number(draft.escalationMinutes) : null,
    escalationSeverity: draft.doesEscalate ? draft.escalationSeverity : null,
    channels: draft.channels.map(toChannel),
  }
}

const isMinutes = (value: number | string): boolean =>
  Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= 1440

/** What is wrong with a draft, by field. */
export function findFaults(draft: RuleDraft): Record<string, string> {
  const minutes = 'A whole number from 1 to 1440'
  const faults: Record<string, string> = {}
  if (draft.projectId === '') faults['projectId'] = 'Choose a project'
  if (draft.name.trim() === '') faults['name'] = 'Give the rule a name'
  if (draft.threshold === '' || !Number.isFinite(Number(draft.threshold))) faults['threshold'] = 'A number'
  if (!isMinutes(draft.windowMinutes)) faults['windowMinutes'] = minutes
  if (!isMinutes(draft.cooldownMinutes)) faults['cooldownMinutes'] = minutes
  if (draft.doesEscalate && !isMinutes(draft.escalationMinutes)) faults['escalationMinutes'] = minutes
  if (!(Number(draft.minimumRequests) >= 1)) faults['minimumRequests'] = 'At least 1'
  draft.channels.forEach((channel, index) => {
    if (channel.type === 'email' && splitAddresses(channel.to).length === 0) {
      faults[`channels.${index}.to`] = 'At least one address'
    }
    if ((channel.type === 'slack' || channel.type === 'webhook') && channel.url.trim() === '') {
      faults[`channels.${index}.url`] = 'The address to send to'
    }
  })
  return faults
}
