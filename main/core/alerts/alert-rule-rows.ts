import type { Database } from '../../store/database'
import type { AlertMetric, AlertRule, Condition, Severity } from './alert-rule'

/** A rule as it is stored: its channels are one sealed text. */
export type StoredRule = Omit<AlertRule, 'channels'> & { readonly sealedChannels: string }

type Row = {
  id: string
  project_id: string
  deployment_id: string | null
  name: string
  metric: AlertMetric
  feature: string | null
  condition: Condition
  threshold: number
  severity: Severity
  channels: string
  enabled: number
  cooldown_minutes: number
  escalation_minutes: number | null
  escalation_severity: Severity | null
  window_minutes: number
  minimum_requests: number
  muted_until: number | null
  created_at: number
  updated_at: number
}

const toRule = (row: Row): StoredRule => ({
  id: row.id,
  projectId: row.project_id,
  deploymentId: row.deployment_id,
  name: row.name,
  metric: row.metric,
  feature: row.feature,
  condition: row.condition,
  threshold: row.threshold,
  severity: row.severity,
  sealedChannels: row.channels,
  enabled: row.enabled === 1,
  cooldownMinutes: row.cooldown_minutes,
  escalationMinutes: row.escalation_minutes,
  escalationSeverity: row.escalation_severity,
  windowMinutes: row.window_minutes,
  minimumRequests: row.minimum_requests,
  mutedUntil: row.muted_until,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const UPSERT = `INSERT INTO alert_rule (id, project_id, deployment_id, name, metric, feature, condition, threshold, severity,
    channels, enabled, cooldown_minutes, escalation_minutes, escalation_severity, window_minutes, minimum_requests,
    muted_until, created_at, updated_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET deployment_id = excluded.deployment_id, name = excluded.name, metric = excluded.metric,
    feature = excluded.feature, condition = excluded.condition, threshold = excluded.threshold, severity = excluded.severity,
    channels = excluded.channels, enabled = excluded.enabled, cooldown_minutes = excluded.cooldown_minutes,
    escalation_minutes = excluded.escalation_minutes, escalation_severity = excluded.escalation_severity,
    window_minutes = excluded.window_minutes, minimum_requests = excluded.minimum_requests,
    muted_until = excluded.muted_until, updated_at = excluded.updated_at`

/** All SQL about alert rules. */
export class AlertRuleRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  find(id: string): StoredRule | undefined {
    const row = this.database.get<Row>('SELECT * FROM alert_rule WHERE id = ?', [id])
    return row === undefined ? undefined : toRule(row)
  }

  list(query: { projectId: string | null; limit: number; offset: number }): {
    items: StoredRule[]
    total: number
  } {
    const where = '(?1 IS NULL OR project_id = ?1)'
    const rows = this.database.all<Row>(
      `SELECT * FROM alert_rule WHERE ${where} ORDER BY created_at DESC, id LIMIT ?2 OFFSET ?3`,
      [query.projectId, query.limit, query.offset],
    )
    const count = this.database.get<{ total: number }>(
      `SELECT count(*) AS total FROM alert_rule WHERE ${where}`,
      [query.projectId],
    )
    return { items: rows.map(toRule), total: count?.total ?? 0 }
  }

  /** Rules that are switched on. */
  enabled(): StoredRule[] {
    return this.database
      .all<Row>('SELECT * FROM alert_rule WHERE enabled = 1 ORDER BY created_at, id')
      .map(toRule)
  }

  save(rule: StoredRule): void {
    this.database.run(UPSERT, [
      rule.id,
      rule.projectId,
      rule.deploymentId,
      rule.name,
      rule.metric,
      rule.feature,
      rule.condition,
      rule.threshold,
      rule.severity,
      rule.sealedChannels,
      rule.enabled ? 1 : 0,
      rule.cooldownMinutes,
      rule.escalationMinutes,
      rule.escalationSeverity,
      rule.windowMinutes,
      rule.minimumRequests,
      rule.mutedUntil,
      rule.createdAt,
      rule.updatedAt,
    ])
  }

  remove(id: string): void {
    this.database.run('DELETE FROM alert_rule WHERE id = ?', [id])
  }
}
