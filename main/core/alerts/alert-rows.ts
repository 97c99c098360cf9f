import type { Database } from '../../store/database'
import type { Alert, AlertEvent, AlertEventType, AlertQuery, AlertStatus } from './alert'
import type { AlertMetric, Condition, Severity } from './alert-rule'

type Row = {
  id: string
  project_id: string
  deployment_id: string
  deployment_name: string
  rule_id: string | null
  rule_name: string
  metric: AlertMetric
  condition: Condition
  threshold: number
  value: number
  detail: string
  severity: Severity
  status: AlertStatus
  opened_at: number
  acknowledged_at: number | null
  acknowledged_by: string | null
  resolved_at: number | null
  resolved_by: string | null
  escalated_at: number | null
  notified_at: number | null
  muted_until: number | null
  recovering_since: number | null
  is_over: number
}

type EventRow = { type: AlertEventType; actor: string; note: string; value: number | null; at: number }

const SELECT =
  'SELECT alert.*, deployment.name AS deployment_name FROM alert JOIN deployment ON deployment.id = alert.deployment_id'

const toAlert = (row: Row): Alert => ({
  id: row.id,
  projectId: row.project_id,
  deploymentId: row.deployment_id,
  deploymentName: row.deployment_name,
  ruleId: row.rule_id,
  ruleName: row.rule_name,
  metric: row.metric,
  condition: row.condition,
  threshold: row.threshold,
  value: row.value,
  detail: row.detail,
  severity: row.severity,
  status: row.status,
  openedAt: row.opened_at,
  acknowledgedAt: row.acknowledged_at,
  acknowledgedBy: row.acknowledged_by,
  resolvedAt: row.resolved_at,
  resolvedBy: row.resolved_by,
  escalatedAt: row.escalated_at,
  notifiedAt: row.notified_at,
  mutedUntil: row.muted_until,
  recoveringSince: row.recovering_since,
  isOver: row.is_over === 1,
})

const WHERE = `(?1 IS NULL OR alert.project_id = ?1) AND (?2 IS NULL OR alert.deployment_id = ?2)
  AND (?3 IS NULL OR alert.rule_id = ?3) AND (?4 IS NULL OR alert.severity = ?4)
  AND (?5 IS NULL OR alert.status = ?5 OR (?5 = 'unresolved' AND alert.status <> 'resolved'))`

/** All SQL about alerts and their history. */
export class AlertRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  find(id: string): Alert | undefined {
    const row = this.database.get<Row>(`${SELECT} WHERE alert.id = ?`, [id])
    return row === undefined ? undefined : toAlert(row)
  }

  /** Open ones first, then acknowledged ones, the worst and newest of each first. */
  list(query: AlertQuery): { items: Alert[]; total: number } {
    const filters = [
      query.projectId ?? null,
      query.deploymentId ?? null,
      query.ruleId ?? null,
      query.severity ?? null,
      query.status ?? null,
    ]
    const rows = this.database.all<Row>(
      `${SELECT} WHERE ${WHERE} ORDER BY
        CASE alert.status WHEN 'open' THEN 0 WHEN 'acknowledged' THEN 1 ELSE 2 END,
        CASE WHEN alert.status = 'resolved' THEN 0 ELSE
          CASE alert.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END END,
        alert.opened_at DESC, alert.id LIMIT ?6 OFFSET ?7`,
      [...filters, query.limit, query.offset],
    )
    const count = this.database.get<{ total: number }>(
      `SELECT count(*) AS total FROM alert WHERE ${WHERE}`,
      filters,
    )
    return { items: rows.map(toAlert), total: count?.total ?? 0 }
  }

  /** The newest alert of a rule for a deployment. */
  latest(ruleId: string, deploymentId: string): Alert | undefined {
    const row = this.database.get<Row>(
      `${SELECT} WHERE alert.rule_id = ? AND alert.deployment_id = ? ORDER BY alert.opened_at DESC, alert.rowid DESC LIMIT 1`,
      [ruleId, deploymentId],
    )
    return row === undefined ? undefined : toAlert(row)
  }

  /** When a rule last sent a message about a deployment, other than that it is over. */
  lastNoticeAt(ruleId: string, deploymentId: string): number | null {
    const row = this.database.get<{ at: number | null }>(
      'SELECT max(notified_at) AS at FROM alert WHERE rule_id = ? AND deployment_id = ?',
      [ruleId, deploymentId],
    )
    return row?.at ?? null
  }

  /** Alerts that are not resolved: of one rule, or all. */
  underWay(ruleId: string | null): Alert[] {
    return this.database
      .all<Row>(`${SELECT} WHERE alert.status <> 'resolved' AND (?1 IS NULL OR alert.rule_id = ?1)`, [ruleId])
      .map(toAlert)
  }

  countOpen(projectId: string | null): number {
    const row = this.database.get<{ total: number }>(
      `SELECT count(*) AS total FROM alert WHERE status = 'open' AND (?1 IS NULL OR project_id = ?1)`,
      [projectId],
    )
    return row?.total ?? 0
  }

  insert(alert: Alert): void {
    this.database.run(
      `INSERT INTO alert (id, project_id, deployment_id, rule_id, rule_name, metric, condition, threshold, value, detail,
         severity, status, opened_at, is_over) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        alert.id,
        alert.projectId,
        alert.deploymentId,
        alert.ruleId,
        alert.ruleName,
        alert.metric,
        alert.condition,
        alert.threshold,
        alert.value,
        alert.detail,
        alert.severity,
        alert.status,
        alert.openedAt,
        alert.isOver ? 1 : 0,
      ],
    )
  }

  /** Writes everything of an alert that changes in its life. */
  update(alert: Alert): void {
    this.database.run(
      `UPDATE alert SET value = ?, detail = ?, severity = ?, status = ?, acknowledged_at = ?, acknowledged_by = ?,
         resolved_at = ?, resolved_by = ?, escalated_at = ?, notified_at = ?, muted_until = ?, recovering_since = ?,
         is_over = ? WHERE id = ?`,
      [
        alert.value,
        alert.detail,
        alert.severity,
        alert.status,
        alert.acknowledgedAt,
        alert.acknowledgedBy,
        alert.resolvedAt,
        alert.resolvedBy,
        alert.escalatedAt,
        alert.notifiedAt,
        alert.mutedUntil,
        alert.recoveringSince,
        alert.isOver ? 1 : 0,
        alert.id,
      ],
    )
  }

  record(alertId: string, event: AlertEvent): void {
    this.database.run(
      'INSERT INTO alert_event (alert_id, type, actor, note, value, at) VALUES (?, ?, ?, ?, ?, ?)',
      [alertId, event.type, event.actor, event.note, event.value, event.at],
    )
  }

  /** An alert's history, oldest first. */
  events(alertId: string): AlertEvent[] {
    return this.database.all<EventRow>(
      'SELECT type, actor, note, value, at FROM alert_event WHERE alert_id = ? ORDER BY id LIMIT 1000',
      [alertId],
    )
  }
}
