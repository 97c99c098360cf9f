import type { Database } from '../../store/database'
import type { Delivery, DeliveryAttempt, DeliveryStatus, NoticeKind } from './alert'
import type { ChannelType } from './alert-rule'

/** A delivery with what it takes to carry it out: the sealed channel and the message. */
export type StoredDelivery = Delivery & { readonly sealedChannel: string; readonly notice: string }

type Row = {
  id: string
  alert_id: string | null
  kind: NoticeKind
  channel_type: ChannelType
  target: string
  channel: string
  notice: string
  status: DeliveryStatus
  attempts: number
  max_attempts: number
  next_attempt_at: number | null
  created_at: number
  finished_at: number | null
}

type AttemptRow = {
  number: number
  at: number
  duration_ms: number
  status_code: number | null
  error: string | null
}

const toDelivery = (row: Row): StoredDelivery => ({
  id: row.id,
  alertId: row.alert_id,
  kind: row.kind,
  channelType: row.channel_type,
  target: row.target,
  sealedChannel: row.channel,
  notice: row.notice,
  status: row.status,
  attempts: row.attempts,
  maxAttempts: row.max_attempts,
  nextAttemptAt: row.next_attempt_at,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
})

/** All SQL of the queue of messages and its log. */
export class DeliveryRows {
  private readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  insert(delivery: StoredDelivery): void {
    this.database.run(
      `INSERT INTO alert_delivery (id, alert_id, kind, channel_type, target, channel, notice, status, attempts, max_attempts,
         next_attempt_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        delivery.id,
        delivery.alertId,
        delivery.kind,
        delivery.channelType,
        delivery.target,
        delivery.sealedChannel,
        delivery.notice,
        delivery.status,
        delivery.attempts,
        delivery.maxAttempts,
        delivery.nextAttemptAt,
        delivery.createdAt,
      ],
    )
  }

  /** Messages whose time has come, the longest waiting first. */
  due(now: number, limit: number): StoredDelivery[] {
    return this.database
      .all<Row>(
        `SELECT * FROM alert_delivery WHERE status = 'pending' AND next_attempt_at <= ? ORDER BY next_attempt_at, rowid LIMIT ?`,
        [now, limit],
      )
      .map(toDelivery)
  }

  /** Keeps an attempt and what became of its delivery, together; nothing when its alert was deleted meanwhile. */
  keepAttempt(
    id: string,
    attempt: DeliveryAttempt,
    after: Pick<Delivery, 'status' | 'nextAttemptAt' | 'finishedAt'>,
  ): void {
    this.database.transaction(() => {
      if (this.database.get('SELECT 1 FROM alert_delivery WHERE id = ?', [id]) === undefined) return
      this.database.run(
        'INSERT INTO alert_delivery_attempt (delivery_id, number, at, duration_ms, status_code, error) VALUES (?, ?, ?, ?, ?, ?)',
        [id, attempt.number, attempt.at, attempt.durationMs, attempt.statusCode, attempt.error],
      )
      this.database.run(
        'UPDATE alert_delivery SET status = ?, attempts = ?, next_attempt_at = ?, finished_at = ? WHERE id = ?',
        [after.status, attempt.number, after.nextAttemptAt, after.finishedAt, id],
      )
    })
  }

  /** Everything that was sent about an alert, oldest first. */
  list(alertId: string): StoredDelivery[] {
    return this.database
      .all<Row>('SELECT * FROM alert_delivery WHERE alert_id = ? ORDER BY created_at, rowid LIMIT 500', [
        alertId,
      ])
      .map(toDelivery)
  }

  log(deliveryId: string): DeliveryAttempt[] {
    return this.database
      .all<AttemptRow>('SELECT * FROM alert_delivery_attempt WHERE delivery_id = ? ORDER BY number', [
        deliveryId,
      ])
      .map((row) => ({
        number: row.number,
        at: row.at,
        durationMs: row.duration_ms,
        statusCode: row.status_code,
        error: row.error,
      }))
  }
}
