import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import { isUniqueViolation } from '../../store/database'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { Page, PageRequest } from '../page'
import type { Projects } from '../projects/projects'
import type { PiiType } from './pii-type'
import { PII_KINDS } from './pii-type'
import type { NewPolicy, NewRule, Policy, PolicyChange, PolicyQuery, Rule, RuleChange } from './policy'
import { PolicyRows } from './policy-rows'
import { PROFILE_RULES, PROFILE_SETTINGS } from './profiles'

export type PoliciesOptions = {
  readonly database: Database
  readonly events: Events
  readonly projects: Projects
}

/** Policies of projects, and the rules in them. */
export class Policies {
  private readonly database: Database
  private readonly events: Events
  private readonly projects: Projects
  private readonly rows: PolicyRows

  constructor({ database, events, projects }: PoliciesOptions) {
    this.database = database
    this.events = events
    this.projects = projects
    this.rows = new PolicyRows(database)
  }

  /** @throws WorkstationError not_found */
  get(id: string): Policy {
    return this.find(id, false)
  }

  /** A policy that a deployment names; also one that was removed since. @throws WorkstationError not_found */
  getAttached(id: string): Policy {
    return this.find(id, true)
  }

  private find(id: string, includesRemoved: boolean): Policy {
    const policy = this.rows.find(id, includesRemoved)
    if (policy === undefined) throw new WorkstationError('not_found', `no privacy policy with id ${id}`)
    return policy
  }

  list(query: PolicyQuery): Page<Policy> {
    return { ...this.rows.list(query), limit: query.limit, offset: query.offset }
  }

  /**
   * Makes a policy with the rules of its profile.
   * @throws WorkstationError not_found without such a project; conflict when the project has a policy of that name.
   */
  create(input: NewPolicy): Policy {
    const { id: projectId } = this.projects.get(input.projectId)
    const at = Date.now()
    const id = newId()
    const standard = PROFILE_SETTINGS[input.profile]
    return this.write(id, input.name, () => {
      this.rows.insert({
        id,
        projectId,
        name: input.name,
        description: input.description,
        profile: input.profile,
        status: input.status,
        settings: {
          autoDetect: input.settings.autoDetect ?? standard.autoDetect,
          confidenceThreshold: input.settings.confidenceThreshold ?? standard.confidenceThreshold,
        },
        createdAt: at,
        updatedAt: at,
      })
      for (const rule of PROFILE_RULES[input.profile]) {
        this.rows.insertRule({
          ...rule,
          id: newId(),
          policyId: id,
          isEnabled: true,
          isDefault: true,
          createdAt: at,
        })
      }
    })
  }

  /** @throws WorkstationError not_found; conflict when the name is taken. */
  update(id: string, change: PolicyChange): Policy {
    const policy = this.get(id)
    const name = change.name ?? policy.name
    return this.write(id, name, () =>
      this.rows.update({
        ...policy,
        name,
        description: change.description ?? policy.description,
        status: change.status ?? policy.status,
        settings: {
          autoDetect: change.settings?.autoDetect ?? policy.settings.autoDetect,
          confidenceThreshold: change.settings?.confidenceThreshold ?? policy.settings.confidenceThreshold,
        },
        updatedAt: Date.now(),
      }),
    )
  }

  /** @throws WorkstationError not_found; conflict while a deployment that answers uses it. */
  remove(id: string): { readonly id: string } {
    const policy = this.get(id)
    const users = this.rows.deploymentsOf(id)
    if (users.length > 0) {
      throw new WorkstationError(
        'conflict',
        `"${policy.name}" is used by ${users.map((name) => `"${name}"`).join(', ')}; deactivate that first`,
      )
    }
    this.rows.remove(id, Date.now())
    this.events.emit({ type: 'privacy.changed', policyId: id })
    return { id }
  }

  private write(id: string, name: string, change: () => void): Policy {
    try {
      this.database.transaction(change)
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new WorkstationError(
        'conflict',
        `name: the project has a policy named "${name}" already; choose another name`,
      )
    }
    this.events.emit({ type: 'privacy.changed', policyId: id })
    return this.get(id)
  }

  /** All rules of a policy, removed policies included. */
  rules(policyId: string): readonly Rule[] {
    return this.rows.rules(policyId)
  }

  /** @throws WorkstationError not_found */
  listRules(policyId: string, { limit, offset }: PageRequest): Page<Rule> {
    const rules = this.rows.rules(this.get(policyId).id)
    return { items: rules.slice(offset, offset + limit), total: rules.length, limit, offset }
  }

  /**
   * Adds a rule; it takes the place of the one that came with the profile for the same kind.
   * @throws WorkstationError not_found; conflict when a person has made a rule for that kind already.
   */
  addRule(policyId: string, input: NewRule): Rule {
    const policy = this.get(policyId)
    const rule: Rule = {
      ...input,
      id: newId(),
      policyId: policy.id,
      isDefault: false,
      createdAt: Date.now(),
    }
    return this.writeRule(rule, () => {
      const former = this.rows.rules(policyId).find(({ piiType }) => piiType === rule.piiType)
      if (former !== undefined && !former.isDefault) throw refuseSecondRule(rule.piiType)
      if (former !== undefined) this.rows.removeRule(former.id)
      this.rows.insertRule(rule)
    })
  }

  /** @param policyId the policy that the rule is expected in, if any @throws WorkstationError not_found, conflict */
  changeRule(id: string, change: RuleChange, policyId?: string): Rule {
    const rule = this.rule(id, policyId)
    const changed: Rule = {
      ...rule,
      piiType: change.piiType ?? rule.piiType,
      action: change.action ?? rule.action,
      isEnabled: change.isEnabled ?? rule.isEnabled,
      config: change.config ?? rule.config,
      isDefault: false,
    }
    return this.writeRule(changed, () => {
      const others = this.rows.rules(rule.policyId).filter((other) => other.id !== id)
      if (others.some(({ piiType }) => piiType === changed.piiType)) throw refuseSecondRule(changed.piiType)
      this.rows.updateRule(changed)
    })
  }

  /** @throws WorkstationError not_found */
  removeRule(id: string, policyId?: string): { readonly id: string } {
    const rule = this.rule(id, policyId)
    this.writeRule(rule, () => this.rows.removeRule(id))
    return { id }
  }

  private rule(id: string, policyId: string | undefined): Rule {
    const rule = this.rows.findRule(id)
    if (rule === undefined || (policyId !== undefined && rule.policyId !== policyId)) {
      throw new WorkstationError('not_found', `no rule with id ${id}`)
    }
    this.get(rule.policyId)
    return rule
  }

  private writeRule(rule: Rule, change: () => void): Rule {
    this.database.transaction(() => {
      change()
      this.rows.touch(rule.policyId, Date.now())
    })
    this.events.emit({ type: 'privacy.changed', policyId: rule.policyId })
    return rule
  }
}

const refuseSecondRule = (type: PiiType): WorkstationError =>
  new WorkstationError(
    'conflict',
    `pii_type: the policy has a rule for ${type} (${PII_KINDS[type].label}) already; change that one`,
  )
