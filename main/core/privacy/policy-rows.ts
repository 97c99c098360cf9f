import type { Database } from '../../store/database'
import type { PiiType } from './pii-type'
import { isPiiType } from './pii-type'
import type { Policy, PolicyQuery, PolicyStatus, PrivacyAction, Profile, Rule } from './policy'
import { ruleConfigSchema } from './policy'

type Row = {
  id: string
  project_id: string
  name: string
  description: string
  profile: Profile
  status: PolicyStatus
  auto_detect: number
  confidence_threshold: number
  rule_count: number
  deployment_count: number
  created_at: number
  updated_at: number
}

type RuleRow = {
  id: string
  policy_id: string
  pii_type: string
  action: PrivacyAction
  is_enabled: number
  config: string
  is_default: number
  created_at: number
}

const SELECT = `SELECT privacy_policy.*,
  (SELECT count(*) FROM privacy_rule WHERE privacy_rule.policy_id = privacy_policy.id) AS rule_count,
  (SELECT count(*) FROM deployment WHERE deployment.privacy_policy_id = privacy_policy.id AND deployment.stage <> 'archived')
    AS deployment_count
  FROM privacy_policy`

const toPolicy = (row: Row): Policy => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  profile: row.profile,
  status: row.status,
  settings: { autoDetect: row.auto_detect === 1, confidenceThreshold: row.confidence_threshold },
  ruleCount: row.rule_count,
  deploymentCount: row.deployment_count,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toRule = (row: RuleRow, piiType: PiiType): Rule => ({
  id: row.id,
  policyId: row.policy_id,
  piiType,
  action: row.action,
  isEnabled: row.is_enabled === 1,
  config: ruleConfigSchema.parse(JSON.parse(row.config)),
  isDefault: row.is_default === 1,
  createdAt: row.created_at,
})

export type PolicyRow = Omit<Policy, 'ruleCount' | 'deploymentCount'>

/** All SQL about privacy policies and their rules. */
export class PolicyRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  /** @param includesRemoved policies that archived deployments may still name, too */
  find(id: string, includesRemoved: boolean): Policy | undefined {
    const row = this.database.get<Row>(
      `${SELECT} WHERE privacy_policy.id = ? AND (? = 1 OR privacy_policy.removed_at IS NULL)`,
      [id, includesRemoved ? 1 : 0],
    )
    return row === undefined ? undefined : toPolicy(row)
  }

  list(query: PolicyQuery): { items: Policy[]; total: number } {
    const where = `removed_at IS NULL AND (?1 IS NULL OR project_id = ?1) AND (?2 IS NULL OR status = ?2)
      AND instr(lower(name), ?3) > 0`
    const filters = [query.projectId ?? null, query.status ?? null, query.search.toLowerCase()]
    const rows = this.database.all<Row>(
      `${SELECT} WHERE ${where} ORDER BY created_at DESC, id LIMIT ?4 OFFSET ?5`,
      [...filters, query.limit, query.offset],
    )
    const count = this.database.get<{ total: number }>(
      `SELECT count(*) AS total FROM privacy_policy WHERE ${where}`,
      filters,
    )
    return { items: rows.map(toPolicy), total: count?.total ?? 0 }
  }

  insert(policy: PolicyRow): void {
    this.database.run(
      `INSERT INTO privacy_policy (id, project_id, name, description, profile, status, auto_detect, confidence_threshold, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        policy.id,
        policy.projectId,
        policy.name,
        policy.description,
        policy.profile,
        policy.status,
        policy.settings.autoDetect ? 1 : 0,
        policy.settings.confidenceThreshold,
        policy.createdAt,
        policy.updatedAt,
      ],
    )
  }

  update(policy: PolicyRow): void {
    this.database.run(
      `UPDATE privacy_policy SET name = ?, description = ?, status = ?, auto_detect = ?, confidence_threshold = ?, updated_at = ?
       WHERE id = ?`,
      [
        policy.name,
        policy.description,
        policy.status,
        policy.settings.autoDetect ? 1 : 0,
        policy.settings.confidenceThreshold,
        policy.updatedAt,
        policy.id,
      ],
    )
  }

  /** Hides a policy; its rules stay, for deployments that production may be rolled back to. */
  remove(id: string, at: number): void {
    this.database.run('UPDATE privacy_policy SET removed_at = ? WHERE id = ?', [at, id])
  }

  /** Names of the deployments that use a policy and are not archived. */
  deploymentsOf(id: string): string[] {
    return this.database
      .all<{ name: string }>(
        `SELECT name FROM deployment WHERE privacy_policy_id = ? AND stage <> 'archived' ORDER BY log_key`,
        [id],
      )
      .map(({ name }) => name)
  }

  rules(policyId: string): Rule[] {
    return this.database
      .all<RuleRow>('SELECT * FROM privacy_rule WHERE policy_id = ? ORDER BY position', [policyId])
      .flatMap((row) => (isPiiType(row.pii_type) ? toRule(row, row.pii_type) : []))
  }

  findRule(id: string): Rule | undefined {
    const row = this.database.get<RuleRow>('SELECT * FROM privacy_rule WHERE id = ?', [id])
    return row !== undefined && isPiiType(row.pii_type) ? toRule(row, row.pii_type) : undefined
  }

  insertRule(rule: Rule): void {
    this.database.run(
      `INSERT INTO privacy_rule (id, policy_id, pii_type, action, is_enabled, config, is_default, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        rule.id,
        rule.policyId,
        rule.piiType,
        rule.action,
        rule.isEnabled ? 1 : 0,
        JSON.stringify(rule.config),
        rule.isDefault ? 1 : 0,
        rule.createdAt,
      ],
    )
  }

  updateRule(rule: Rule): void {
    this.database.run(
      'UPDATE privacy_rule SET pii_type = ?, action = ?, is_enabled = ?, config = ?, is_default = ? WHERE id = ?',
      [
        rule.piiType,
        rule.action,
        rule.isEnabled ? 1 : 0,
        JSON.stringify(rule.config),
        rule.isDefault ? 1 : 0,
        rule.id,
      ],
    )
  }

  removeRule(id: string): void {
    this.database.run('DELETE FROM privacy_rule WHERE id = ?', [id])
  }

  touch(policyId: string, at: number): void {
    this.database.run('UPDATE privacy_policy SET updated_at = ? WHERE id = ?', [at, policyId])
  }
}
