import { randomBytes } from 'node:crypto'
import { WorkstationError } from '../../errors'
import type { Deployments } from '../deployments/deployments'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { Page } from '../page'
import type { Projects } from '../projects/projects'
import type { Secrets } from '../secrets/secrets'
import type { Database } from '../../store/database'
import type { AlertLives } from './alert-lives'
import { openChannels } from './alert-lives'
import type { AlertRule, MaskedChannel, NewRule, RuleChange } from './alert-rule'
import { completeEscalation, findContradictions } from './alert-rule'
import type { StoredRule } from './alert-rule-rows'
import { AlertRuleRows } from './alert-rule-rows'
import type { Channel } from './channel'
import { completeChannels, maskChannel } from './channel'

export type AlertRulesOptions = {
  readonly database: Database
  readonly events: Events
  readonly projects: Projects
  readonly deployments: Deployments
  readonly secrets: Secrets
  readonly lives: AlertLives
  readonly now: () => number
}

/** A rule that was saved, and the signing secrets that were made for it: shown here and nowhere else. */
export type SavedRule = {
  readonly rule: AlertRule
  readonly newSecrets: readonly { readonly channelId: string; readonly secret: string }[]
}

/** What a rule watches; when one of these changes, its alerts speak of something else. */
const DEFINITION = [
  'deploymentId',
  'metric',
  'feature',
  'condition',
  'threshold',
  'windowMinutes',
  'minimumRequests',
] as const

/** Alert rules: create, read, change, delete. */
export class AlertRules {
  private readonly options: AlertRulesOptions
  private readonly rows: AlertRuleRows

  constructor(options: AlertRulesOptions) {
    this.options = options
    this.rows = new AlertRuleRows(options.database)
  }

  /** @throws WorkstationError not_found for the project or deployment; invalid naming each field; mismatch. */
  create(projectId: string, input: NewRule): SavedRule {
    const project = this.options.projects.get(projectId)
    const now = this.options.now()
    const { channels, ...fields } = input
    const rule = { ...fields, id: newId(), projectId: project.id, createdAt: now, updatedAt: now }
    return this.save(rule, channels, [])
  }

  /** @throws WorkstationError like create */
  update(id: string, change: RuleChange): SavedRule {
    const stored = this.find(id)
    const { sealedChannels: _sealed, ...before } = stored
    const { channels, ...fields } = change
    const named = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
    // Without minutes there is nothing to escalate to.
    const cleared = change.escalationMinutes === null ? { escalationSeverity: null } : {}
    const after: Omit<StoredRule, 'sealedChannels'> = {
      ...before,
      ...cleared,
      ...named,
      updatedAt: this.options.now(),
    }
    const saved = this.save(after, channels, this.readChannels(stored))
    if (!after.enabled && before.enabled) this.options.lives.endAllOf(id, 'the rule was switched off')
    else if (DEFINITION.some((field) => before[field] !== after[field])) {
      this.options.lives.endAllOf(id, 'the rule was changed')
    }
    return saved
  }

  private save(
    given: Omit<StoredRule, 'sealedChannels'>,
    inputs: NewRule['channels'] | undefined,
    stored: readonly Channel[],
  ): SavedRule {
    const rule = completeEscalation(given)
    const problems = findContradictions(rule)
    if (problems.length > 0) {
      const message = problems.map((problem) => `${problem.field}: ${problem.message}`).join('; ')
      throw new WorkstationError('invalid', message, { problems })
    }
    this.checkDeployment(rule)
    const made: string[] = []
    const newSecret = (): string => {
      const secret = `whsec_${randomBytes(24).toString('base64url')}`
      made.push(secret)
      return secret
    }
    const channels =
      inputs === undefined ? [...stored] : completeChannels(inputs, { stored, newId, newSecret })
    const sealedChannels = this.options.secrets.seal(JSON.stringify(channels), `alert-rule ${rule.id}`)
    this.rows.save({ ...rule, sealedChannels })
    this.options.events.emit({ type: 'alert-rule.changed', ruleId: rule.id })
    const newSecrets = channels.flatMap((channel) =>
      channel.type === 'webhook' && made.includes(channel.secret)
        ? [{ channelId: channel.id, secret: channel.secret }]
        : [],
    )
    return { rule: { ...rule, channels: channels.map(maskChannel) }, newSecrets }
  }

  private checkDeployment({ deploymentId, projectId }: Pick<StoredRule, 'deploymentId' | 'projectId'>): void {
    if (deploymentId === null) return
    if (this.options.deployments.get(deploymentId).projectId === projectId) return
    throw new WorkstationError('mismatch', `the deployment ${deploymentId} belongs to another project`)
  }

  private find(id: string): StoredRule {
    const rule = this.rows.find(id)
    if (rule === undefined) throw new WorkstationError('not_found', `no alert rule with id ${id}`)
    return rule
  }

  /** Channels whose key is lost are none: they have to be entered again. */
  private readChannels(rule: StoredRule): Channel[] {
    try {
      return openChannels(this.options.secrets, rule)
    } catch (error) {
      this.options.events.report(error)
      return []
    }
  }

  private show(stored: StoredRule): AlertRule {
    const { sealedChannels: _sealed, ...rule } = stored
    const channels: MaskedChannel[] = this.readChannels(stored).map(maskChannel)
    return { ...rule, channels }
  }

  /** @throws WorkstationError not_found */
  get(id: string): AlertRule {
    return this.show(this.find(id))
  }

  /** Newest first; of one project, or of all when null. @throws WorkstationError not_found */
  list(query: { projectId: string | null; limit: number; offset: number }): Page<AlertRule> {
    if (query.projectId !== null) this.options.projects.get(query.projectId)
    const { items, total } = this.rows.list(query)
    return { items: items.map((rule) => this.show(rule)), total, limit: query.limit, offset: query.offset }
  }

  /** A rule with its channels in clear, for sending. @throws WorkstationError not_found or not_ready */
  channelsOf(id: string): { readonly rule: StoredRule; readonly channels: readonly Channel[] } {
    const rule = this.find(id)
    return { rule, channels: openChannels(this.options.secrets, rule) }
  }

  enabled(): readonly StoredRule[] {
    return this.rows.enabled()
  }

  /** Deletes a rule; its alerts are ended and stay in the history. @throws WorkstationError not_found */
  remove(id: string): { readonly id: string } {
    this.find(id)
    this.options.lives.endAllOf(id, 'the rule was deleted')
    this.rows.remove(id)
    this.options.events.emit({ type: 'alert-rule.changed', ruleId: id })
    return { id }
  }
}
