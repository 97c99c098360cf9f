import * as z from 'zod'
import { WorkstationError } from '../../errors'
import type { MailServer } from '../../outbound/send-mail'
import type { Events } from '../events'
import type { Secrets } from '../secrets/secrets'
import type { WorkspaceFacts } from '../workspace-facts'

const PORT = 'expected a port from 1 to 65535'
const HOST = 'expected a host name or address, e.g. smtp.example.com'

const mailSchema = z.object({
  host: z
    .string(HOST)
    .trim()
    .min(1, HOST)
    .max(253)
    .regex(/^[a-z0-9.:_-]+$/i, HOST),
  port: z.number(PORT).int(PORT).min(1, PORT).max(65_535, PORT),
  secure: z.boolean('expected true or false').default(false),
  user: z.string().max(320).nullable().default(null),
  /** Absent: the stored one stays. */
  password: z.string().max(1000).nullish(),
  from: z
    .string()
    .trim()
    .max(320)
    .regex(
      /^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      'expected an address such as Plumbline <alerts@example.com>',
    ),
})

const ALLOWED_HOST =
  /^(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?)(:\d{1,5})?$|^[0-9a-f]*:[0-9a-f:.]+$/i

export const settingsChangeSchema = z.object({
  mail: mailSchema.nullish(),
  allowedHosts: z
    .array(
      z
        .string()
        .trim()
        .toLowerCase()
        .max(260)
        .regex(ALLOWED_HOST, 'expected a host name or address, with a port if wanted: chat.internal:8065'),
    )
    .max(100, 'at most 100 hosts')
    .optional(),
})

export type SettingsChange = z.output<typeof settingsChangeSchema>

/** How messages leave this computer; the password is never part of it. */
export type NotificationSettingsView = {
  readonly mail: (Omit<MailServer, 'password'> & { readonly hasPassword: boolean }) | null
  /** Hosts outside the public internet that webhooks may be sent to. */
  readonly allowedHosts: readonly string[]
}

type StoredMail = Omit<MailServer, 'password'> & { readonly sealedPassword: string | null }

const MAIL = 'notifications.mail'
const ALLOWED_HOSTS = 'notifications.allowed-hosts'

/** The mail server and the allowed webhook hosts of the workspace. */
export class NotificationSettings {
  private readonly facts: WorkspaceFacts
  private readonly secrets: Secrets
  private readonly events: Events

  constructor(facts: WorkspaceFacts, secrets: Secrets, events: Events) {
    this.facts = facts
    this.secrets = secrets
    this.events = events
  }

  get(): NotificationSettingsView {
    const mail = this.storedMail()
    if (mail === null) return { mail, allowedHosts: this.allowedHosts() }
    const { sealedPassword, ...shown } = mail
    return { mail: { ...shown, hasPassword: sealedPassword !== null }, allowedHosts: this.allowedHosts() }
  }

  /**
   * Changes what is named; `mail: null` removes the mail server.
   * @throws WorkstationError invalid when a stored password would be sent to another server than it was entered for.
   */
  update(change: SettingsChange): NotificationSettingsView {
    if (change.mail !== undefined) {
      const mail = change.mail === null ? null : this.seal(change.mail)
      this.facts.set(MAIL, JSON.stringify(mail))
    }
    if (change.allowedHosts !== undefined) {
      this.facts.set(ALLOWED_HOSTS, JSON.stringify([...new Set(change.allowedHosts)]))
    }
    this.events.emit({ type: 'notification-settings.changed' })
    return this.get()
  }

  private seal({ password, ...mail }: NonNullable<SettingsChange['mail']>): StoredMail {
    const user = mail.user === '' ? null : mail.user
    if (user === null) return { ...mail, user, sealedPassword: null }
    if (password !== undefined && password !== null && password !== '') {
      return { ...mail, user, sealedPassword: this.secrets.seal(password, MAIL) }
    }
    const before = this.storedMail()
    const isSameServer =
      before?.host === mail.host &&
      before.port === mail.port &&
      before.secure === mail.secure &&
      before.user === user
    if (isSameServer) return { ...mail, user, sealedPassword: before.sealedPassword }
    throw new WorkstationError('invalid', 'password: enter the password for this server and user', {
      problems: [{ field: 'password', message: 'enter the password for this server and user' }],
    })
  }

  private storedMail(): StoredMail | null {
    const text = this.facts.get(MAIL)
    return text === undefined ? null : (JSON.parse(text) as StoredMail | null)
  }

  /** The mail server with its password, for sending; null when none is set up. @throws WorkstationError not_ready */
  mailServer(): MailServer | null {
    const mail = this.storedMail()
    if (mail === null) return null
    const { sealedPassword, ...server } = mail
    return { ...server, password: sealedPassword === null ? null : this.secrets.open(sealedPassword, MAIL) }
  }

  allowedHosts(): readonly string[] {
    const text = this.facts.get(ALLOWED_HOSTS)
    return text === undefined ? [] : (JSON.parse(text) as string[])
  }
}
