import { createHmac } from 'node:crypto'
import { WorkstationError, assertNever, describeError } from '../../errors'
import type { Resolver } from '../../outbound/guarded-target'
import type { PostAnswer } from '../../outbound/guarded-post'
import { postGuarded } from '../../outbound/guarded-post'
import { MailFailure, sendMail } from '../../outbound/send-mail'
import type { Channel } from './channel'
import type { Notice } from './notice'
import { describeValue, writeHtml, writeSlack, writeSubject, writeText, writeWebhook } from './notice'
import type { NotificationSettings } from './notification-settings'

/** Shows a message on this computer's desktop; the shell that has one brings it. */
export type DesktopNotifier = {
  readonly show: (message: {
    readonly title: string
    readonly body: string
    readonly alertId: string
  }) => void
}

export type SendContext = {
  readonly settings: NotificationSettings
  readonly resolve: Resolver
  readonly desktop: DesktopNotifier | undefined
  readonly now: number
  readonly signal: AbortSignal
}

/** `later`: worth another try; `never`: would fail again; `nowhere`: this workstation has nothing to send it with. */
export type Outcome =
  | { readonly is: 'sent'; readonly statusCode: number | null }
  | {
      readonly is: 'later'
      readonly statusCode: number | null
      readonly error: string
      readonly waitMs: number
    }
  | { readonly is: 'never'; readonly statusCode: number | null; readonly error: string }
  | { readonly is: 'nowhere'; readonly statusCode: null; readonly error: string }

const TIMEOUT_MS = 10_000
const LONGEST_WAIT_MS = 60 * 60_000
/** Answers that speak of the moment, not of the request (RFC 9110 §15.5.9, RFC 6585 §4, RFC 8470 §5.2). */
const PASSING = [408, 425, 429]
/** A refused password may be put right in the settings meanwhile (RFC 4954 §6). */
const REFUSED_LOGIN = [530, 534, 535]

/** Hands a message to its channel once. Never throws: what went wrong is part of the outcome. */
export async function sendNotice(
  channel: Channel,
  message: { readonly notice: Notice; readonly deliveryId: string },
  context: SendContext,
): Promise<Outcome> {
  switch (channel.type) {
    case 'email':
      return sendByMail(channel.to, message, context)
    case 'slack':
      return post(channel.url, { ...message, body: JSON.stringify(writeSlack(message.notice)) }, context)
    case 'webhook':
      return post(
        channel.url,
        {
          ...message,
          body: JSON.stringify(writeWebhook(message.notice, message.deliveryId)),
          secret: channel.secret,
        },
        context,
      )
    case 'desktop':
      return showOnDesktop(message.notice, context.desktop)
    default:
      return assertNever(channel)
  }
}

/** `sha256=` and the hex HMAC-SHA-256 of the timestamp (Unix seconds), a dot and the body, as they are sent. */
export function signBody(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

type Letter = { readonly deliveryId: string; readonly body: string; readonly secret?: string }

async function post(url: string, letter: Letter, context: SendContext): Promise<Outcome> {
  const timestamp = String(Math.floor(context.now / 1000))
  const headers = {
    'Idempotency-Key': letter.deliveryId,
    'X-Plumbline-Timestamp': timestamp,
    ...(letter.secret === undefined
      ? {}
      : { 'X-Plumbline-Signature': signBody(letter.secret, timestamp, letter.body) }),
  }
  try {
    const answer = await postGuarded({
      url,
      body: letter.body,
      headers,
      allowedHosts: context.settings.allowedHosts(),
      resolve: context.resolve,
      timeoutMs: TIMEOUT_MS,
      signal: context.signal,
    })
    return judge(answer)
  } catch (error) {
    const isFinal = error instanceof WorkstationError && error.code !== 'not_ready'
    const what = { statusCode: null, error: describeError(error) }
    return isFinal ? { is: 'never', ...what } : { is: 'later', ...what, waitMs: 0 }
  }
}

function judge({ status, retryAfterMs }: PostAnswer): Outcome {
  if (status >= 200 && status < 300) return { is: 'sent', statusCode: status }
  if (status >= 300 && status < 400) {
    return { is: 'never', statusCode: status, error: `answered ${status}: redirects are not followed` }
  }
  const error = `answered ${status}`
  if (status < 500 && !PASSING.includes(status)) return { is: 'never', statusCode: status, error }
  return { is: 'later', statusCode: status, error, waitMs: Math.min(LONGEST_WAIT_MS, retryAfterMs ?? 0) }
}

async function sendByMail(
  to: readonly string[],
  { notice, deliveryId }: { readonly notice: Notice; readonly deliveryId: string },
  { settings, signal }: SendContext,
): Promise<Outcome> {
  try {
    const server = settings.mailServer()
    if (server === null) {
      return { is: 'nowhere', statusCode: null, error: 'no mail server is set up; name one in the settings' }
    }
    const mail = {
      to,
      subject: writeSubject(notice),
      text: writeText(notice),
      html: writeHtml(notice),
      messageId: `${deliveryId}@plumbline.local`,
    }
    const { response } = await sendMail(server, mail, { timeoutMs: TIMEOUT_MS, signal })
    return { is: 'sent', statusCode: Number(/^\d{3}/.exec(response)?.[0] ?? 250) }
  } catch (error) {
    const statusCode = error instanceof MailFailure ? error.smtpCode : null
    const isFinal = statusCode !== null && statusCode >= 500 && !REFUSED_LOGIN.includes(statusCode)
    const what = { statusCode, error: describeError(error) }
    return isFinal ? { is: 'never', ...what } : { is: 'later', ...what, waitMs: 0 }
  }
}

function showOnDesktop(notice: Notice, desktop: DesktopNotifier | undefined): Outcome {
  if (desktop === undefined) {
    return { is: 'nowhere', statusCode: null, error: 'no desktop: the workstation runs without a window' }
  }
  try {
    desktop.show({ title: writeSubject(notice), body: describeValue(notice), alertId: notice.alert.id })
    return { is: 'sent', statusCode: null }
  } catch (error) {
    return { is: 'never', statusCode: null, error: describeError(error) }
  }
}
