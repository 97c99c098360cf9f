/** Real servers that take what the workstation sends: HTTP and SMTP on loopback. */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { onTestFinished } from 'vitest'

export type Received = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly json: Record<string, unknown>
}

export type HttpAnswer = {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

export type HttpReceiver = {
  readonly url: string
  readonly host: string
  readonly received: Received[]
}

const portOf = (server: { address(): AddressInfo | string | null }): number => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return address.port
}

const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

/** An HTTP server that keeps what it gets; `answer` decides what each request is told (200 when absent). */
export async function openHttpReceiver(
  answer: (received: Received, index: number) => HttpAnswer = () => ({ status: 200 }),
): Promise<HttpReceiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const got: Received = {
        path: request.url ?? '',
        headers: request.headers,
        body,
        json: JSON.parse(body) as Record<string, unknown>,
      }
      received.push(got)
      const told = answer(got, received.length - 1)
      response.writeHead(told.status, told.headers)
      response.end(told.body ?? 'ok')
    })
  })
  await listen(server)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${portOf(server)}`
  return { url: `http://${host}`, host, received }
}

export type ReceivedMail = {
  readonly from: string
  readonly to: readonly string[]
  readonly user: string | null
  readonly text: string
}

export type MailReceiver = { readonly port: number; readonly mails: ReceivedMail[] }

/** A mail server on loopback. With `user` and `password` it takes mail from that login only. */
export async function openMailReceiver(
  options: {
    readonly user?: string
    readonly password?: string
    /** What to say to the n-th mail (from 0); undefined takes it. */
    readonly refuse?: (index: number) => { readonly code: number; readonly message: string } | undefined
  } = {},
): Promise<MailReceiver> {
  const mails: ReceivedMail[] = []
  let offered = 0
  const server = new SMTPServer({
    authOptional: options.user === undefined,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth(auth, _session, callback) {
      const isRight = auth.username === options.user && auth.password === options.password
      if (isRight) callback(null, { user: auth.username ?? '' })
      else callback(Object.assign(new Error('wrong user or password'), { responseCode: 535 }))
    },
    onData(stream, session, callback) {
      let text = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => (text += chunk))
      stream.on('end', () => {
        const refusal = options.refuse?.(offered++)
        if (refusal !== undefined) {
          callback(Object.assign(new Error(refusal.message), { responseCode: refusal.code }))
          return
        }
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: typeof session.user === 'string' ? session.user : null,
          text,
        })
        callback()
      })
    },
  })
  // Clients that hang up in the middle are no news here.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port: portOf(server.server), mails }
}
