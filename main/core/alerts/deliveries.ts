import { describeError } from '../../errors'
import type { Resolver } from '../../outbound/guarded-target'
import type { Database } from '../../store/database'
import type { Events } from '../events'
import { newId } from '../identifiers'
import type { Secrets } from '../secrets/secrets'
import type { AlertDetail, DeliveryAttempt, DeliveryStatus } from './alert'
import type { ChannelType } from './alert-rule'
import type { Channel } from './channel'
import { describeChannel } from './channel'
import type { StoredDelivery } from './delivery-rows'
import { DeliveryRows } from './delivery-rows'
import type { Notice } from './notice'
import type { NotificationSettings } from './notification-settings'
import type { DesktopNotifier, Outcome } from './send-notice'
import { sendNotice } from './send-notice'

export type DeliveriesOptions = {
  readonly database: Database
  readonly secrets: Secrets
  readonly settings: NotificationSettings
  readonly events: Events
  readonly resolve: Resolver
  /** Epoch milliseconds. */
  readonly now: () => number
  /** 0 to 1, for the jitter. */
  readonly random: () => number
}

/** With the doubling below, about an hour from the first attempt to the last. */
export const MAX_ATTEMPTS = 8
const FIRST_DELAY_MS = 30_000
const LONGEST_DELAY_MS = 60 * 60_000
const AT_ONCE = 4
const PURPOSE = 'alert-delivery'

/** What a test message came to, per channel. */
export type TestResult = {
  readonly channelId: string
  readonly type: ChannelType
  readonly target: string
  readonly status: DeliveryStatus
  readonly statusCode: number | null
  readonly error: string | null
  readonly durationMs: number
  readonly deliveryId: string
}

/**
 * The queue of messages: rows, so that it survives the process, handed over at least once. A process that ends between
 * an attempt and its entry sends the message again, with the same idempotency key.
 */
export class Deliveries {
  private readonly options: DeliveriesOptions
  private readonly rows: DeliveryRows
  private readonly stop = new AbortController()
  private desktop: DesktopNotifier | undefined
  private working: Promise<void> = Promise.resolve()

  constructor(options: DeliveriesOptions) {
    this.options = options
    this.rows = new DeliveryRows(options.database)
  }

  /** Brings the desktop that messages are shown on. */
  connectDesktop(desktop: DesktopNotifier): void {
    this.desktop = desktop
  }

  /** Queues a message for each channel; part of the caller's transaction. */
  enqueue(channels: readonly Channel[], notice: Notice): void {
    for (const channel of channels) this.insert(channel, notice, { nextAttemptAt: this.options.now() })
  }

  private insert(
    channel: Channel,
    notice: Notice,
    { nextAttemptAt, maxAttempts = MAX_ATTEMPTS }: { nextAttemptAt: number | null; maxAttempts?: number },
  ): StoredDelivery {
    const id = newId()
    const delivery: StoredDelivery = {
      id,
      alertId: notice.kind === 'test' ? null : notice.alert.id,
      kind: notice.kind,
      channelType: channel.type,
      target: describeChannel(channel),
      sealedChannel: this.options.secrets.seal(JSON.stringify(channel), `${PURPOSE} ${id}`),
      notice: JSON.stringify(notice),
      status: 'pending',
      attempts: 0,
      maxAttempts,
      nextAttemptAt,
      createdAt: this.options.now(),
      finishedAt: null,
    }
    this.rows.insert(delivery)
    return delivery
  }

  /** Sends a test to each channel now, once, and tells what happened. */
  test(channels: readonly Channel[], notice: Notice): Promise<readonly TestResult[]> {
    return Promise.all(
      channels.map(async (channel) => {
        // Without a time for its next attempt the queue leaves it alone.
        const delivery = this.insert(channel, notice, { nextAttemptAt: null, maxAttempts: 1 })
        const { attempt, status } = await this.attempt(delivery)
        return {
          channelId: channel.id,
          type: channel.type,
          target: delivery.target,
          status,
          statusCode: attempt.statusCode,
          error: attempt.error,
          durationMs: attempt.durationMs,
          deliveryId: delivery.id,
        }
      }),
    )
  }

  /** Hands over what is due; resolves when nothing is due any more. */
  work(): Promise<void> {
    const before = this.working.catch(() => undefined)
    this.working = before.then(() => this.workThrough())
    return this.working
  }

  private async workThrough(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const due = this.rows.due(this.options.now(), AT_ONCE)
      if (due.length === 0) return
      await Promise.all(due.map((delivery) => this.attempt(delivery)))
    }
  }

  private async attempt(
    delivery: StoredDelivery,
  ): Promise<{ readonly attempt: DeliveryAttempt; readonly status: DeliveryStatus }> {
    const startedAt = performance.now()
    const at = this.options.now()
    const outcome = await this.send(delivery, at)
    const attempt: DeliveryAttempt = {
      number: delivery.attempts + 1,
      at,
      durationMs: performance.now() - startedAt,
      statusCode: outcome.statusCode,
      error: outcome.is === 'sent' ? null : outcome.error.slice(0, 500),
    }
    // An attempt that the end of the process cut short is made again at the next start.
    if (this.stop.signal.aborted && outcome.is !== 'sent') return { attempt, status: 'pending' }
    const after = this.planNext(delivery, attempt.number, outcome)
    this.rows.keepAttempt(delivery.id, attempt, after)
    if (delivery.alertId !== null) {
      this.options.events.emit({ type: 'alert.changed', alertId: delivery.alertId })
    }
    return { attempt, status: after.status }
  }

  private async send(delivery: StoredDelivery, now: number): Promise<Outcome> {
    try {
      const { secrets, settings, resolve } = this.options
      const channel = JSON.parse(secrets.open(delivery.sealedChannel, `${PURPOSE} ${delivery.id}`)) as Channel
      const message = { notice: JSON.parse(delivery.notice) as Notice, deliveryId: delivery.id }
      const context = { settings, resolve, desktop: this.desktop, now, signal: this.stop.signal }
      return await sendNotice(channel, message, context)
    } catch (error) {
      return { is: 'never', statusCode: null, error: describeError(error) }
    }
  }

  private planNext(
    delivery: StoredDelivery,
    number: number,
    outcome: Outcome,
  ): { status: DeliveryStatus; nextAttemptAt: number | null; finishedAt: number | null } {
    const now = this.options.now()
    if (outcome.is === 'later' && number < delivery.maxAttempts) {
      const wait = Math.max(outcome.waitMs, backOff(number, this.options.random()))
      return { status: 'pending', nextAttemptAt: now + wait, finishedAt: null }
    }
    const status = outcome.is === 'sent' ? 'sent' : outcome.is === 'nowhere' ? 'skipped' : 'failed'
    return { status, nextAttemptAt: null, finishedAt: now }
  }

  /** Everything that was sent about an alert, with every attempt. */
  list(alertId: string): AlertDetail['deliveries'] {
    return this.rows.list(alertId).map(({ sealedChannel: _channel, notice: _notice, ...delivery }) => ({
      ...delivery,
      log: this.rows.log(delivery.id),
    }))
  }

  /** Stops what is under way; it stays in the queue. */
  async close(): Promise<void> {
    this.stop.abort()
    await this.working.catch(() => undefined)
  }
}

/**
 * The pause after a failed attempt: 30 s, doubled each time up to an hour, of which half is left to chance, so that
 * messages that failed together do not come back together.
 */
export function backOff(attempt: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1))
  return Math.round(full * (0.5 + random / 2))
}
