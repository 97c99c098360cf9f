import { createTransport } from 'nodemailer'

/** A mail server and who sends through it. */
export type MailServer = {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise STARTTLS when the server offers it. */
  readonly secure: boolean
  readonly user: string | null
  readonly password: string | null
  readonly from: string
}

export type Mail = {
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Without angle brackets; the same for every attempt, so that a mail box can tell a repetition. */
  readonly messageId: string
}

/** How a mail server took a mail; a code of 500 or more is final (RFC 5321 §4.2.1). */
export class MailFailure extends Error {
  readonly smtpCode: number | null

  constructor(message: string, smtpCode: number | null) {
    super(message)
    this.name = 'MailFailure'
    this.smtpCode = smtpCode
  }
}

const isLocal = (host: string): boolean => ['localhost', '127.0.0.1', '::1'].includes(host.toLowerCase())

/**
 * Hands a mail to a server. A password leaves this computer over TLS only.
 * @throws MailFailure when the server cannot be reached or refuses the mail for any of its recipients.
 */
export async function sendMail(
  server: MailServer,
  mail: Mail,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<{ readonly response: string }> {
  const { host, port, secure, user, password } = server
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: !secure && user !== null && !isLocal(host),
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const onAbort = (): void => transport.close()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const sent = await within(
      transport.sendMail({
        from: server.from,
        to: [...mail.to],
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        messageId: `<${mail.messageId}>`,
        headers: { 'X-Plumbline-Delivery': mail.messageId, 'Auto-Submitted': 'auto-generated' },
      }),
      timeoutMs,
      signal,
    )
    if (sent.rejected.length > 0) {
      throw new MailFailure(`the server refused ${sent.rejected.map(String).join(', ')}`, 550)
    }
    return { response: sent.response }
  } catch (error) {
    if (error instanceof MailFailure) throw error
    throw describeFailure(error)
  } finally {
    signal.removeEventListener('abort', onAbort)
    transport.close()
  }
}

function within<T>(work: Promise<T>, timeoutMs: number, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new MailFailure('stopped', null))
    const timer = setTimeout(
      () => reject(new MailFailure(`the mail server did not answer within ${timeoutMs / 1000} s`, null)),
      timeoutMs,
    )
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
  })
}

function describeFailure(error: unknown): MailFailure {
  if (!(error instanceof Error)) return new MailFailure(String(error), null)
  const code = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : null
  return new MailFailure(error.message, code)
}
