import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express'
import express from 'express'
import type { Logger } from 'pino'
import { describeBytes } from '../core/artifacts/artifacts'
import { describeError, WorkstationError } from '../errors'
import type { Dialect, Route } from './dialect'
import { send } from './dialect'
import { DIALECTS } from './dialects'
import { createDocuments } from './documents'
import { sendFile } from './file-reply'
import { authenticate, guardOrigin, requireScope } from './guard'
import { isPlainJson, readPlainJson } from './read-json'
import type { BrowserDoorOptions } from './ui/browser-door'
import { createBrowserDoor } from './ui/browser-door'

export type ServerOptions = Omit<BrowserDoorOptions, 'port'> & {
  readonly log: Logger
  readonly version: string
  readonly isReady: () => boolean
}

export type LocalServer = {
  readonly url: string
  readonly port: number
  /** Stops listening and waits until the requests under way are answered. */
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'
const PORTS_TRIED = 50
/** How long requests under way may take to be answered once the server closes. */
const ANSWER_WITHIN_MS = 10_000
const TIDY_EVERY_MS = 50

type ReadBody = (
  request: Request,
  response: Response,
  asked: { readonly route: Route; readonly dialect: Dialect },
) => Promise<void>

/**
 * Reads a JSON body into `request.body`; other types are left for the route to read or refuse. Express's parser sees
 * to compressed bodies and other alphabets; for plain ones, it would be a tenth of the time of a prediction.
 */
function createBodyReader(maxBytes: number): ReadBody {
  const parse = express.json({ limit: maxBytes, strict: false, type: ['application/json', '+json'] })
  return async (request, response, { route: { parseText }, dialect }) => {
    const isUntyped = dialect.readsUntypedJson === true && request.headers['content-type'] === undefined
    if (isPlainJson(request) || isUntyped) {
      request.body = await readPlainJson(request, maxBytes, parseText)
      return
    }
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) => {
        if (error === undefined) resolve()
        else reject(readParserError(error))
      })
    })
  }
}

function toHandler(
  route: Route,
  dialect: Dialect,
  options: ServerOptions & { readonly readBody: ReadBody },
): RequestHandler {
  const { core, settings, log, readBody } = options
  return async (request, response) => {
    try {
      const caller = authenticate(request, core.keys, settings.trustLocal)
      requireScope(caller, route.scope)
      await readBody(request, response, { route, dialect })
      const reply = await route.handle({
        core,
        settings,
        caller,
        request,
        signal: () => abortWith(response),
      })
      if ('file' in reply) await sendFile(response, reply.file)
      else send(response, reply)
    } catch (error) {
      refuse({ request, response, error, dialect, log })
    }
  }
}

/** A signal that aborts when the client goes away before it was answered. */
function abortWith(response: Response): AbortSignal {
  const abort = new AbortController()
  const onClose = (): void => {
    if (!response.writableFinished) abort.abort()
  }
  if (response.destroyed) onClose()
  else response.on('close', onClose)
  return abort.signal
}

type Refusal = {
  readonly request: Request
  readonly response: Response
  readonly error: unknown
  readonly dialect: Dialect
  readonly log: Logger
}

function refuse({ request, response, error, dialect, log }: Refusal): void {
  if (response.headersSent || response.destroyed) return
  const reply = dialect.toError(error)
  if (reply.status >= 500)
    log.error({ err: error, method: request.method, path: request.path }, 'request failed')
  if (reply.status === 401) response.setHeader('WWW-Authenticate', dialect.challenge)
  if (reply.status === 413) response.setHeader('Connection', 'close')
  if (reply.status === 503) response.setHeader('Retry-After', '1')
  send(response, reply)
}

const dialectOf = (path: string): Dialect | undefined =>
  DIALECTS.find((dialect) => dialect.bases.some((base) => path === base || path.startsWith(`${base}/`)))

/** Routes of all dialects; predictions first, because Express tries one path after the other. */
function listRoutes(): { readonly dialect: Dialect; readonly route: Route }[] {
  const all = DIALECTS.flatMap((dialect) => dialect.routes.map((route) => ({ dialect, route })))
  const isPrediction = ({ route }: { route: Route }): boolean => /predict$/.test(route.path)
  return [...all.filter(isPrediction), ...all.filter((each) => !isPrediction(each))]
}

/** Words what Express and its parsers throw about a request as our own errors. */
function readParserError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const type = 'type' in error ? error.type : undefined
  if (type === 'entity.too.large') {
    const limit =
      'limit' in error && typeof error.limit === 'number' ? ` of ${describeBytes(error.limit)}` : ''
    return new WorkstationError('too_large', `the body is larger than the limit${limit}`)
  }
  if (type === 'entity.parse.failed')
    return new WorkstationError('invalid', `body: not valid JSON (${error.message})`)
  if (typeof type === 'string') return new WorkstationError('invalid', `body: ${error.message}`)
  const isOfTheRequest = 'status' in error && typeof error.status === 'number' && error.status < 500
  return isOfTheRequest
    ? new WorkstationError('invalid', `the request cannot be read: ${error.message}`)
    : error
}

function createApp(options: ServerOptions, port: () => number): Express {
  const { log, settings } = options
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('case sensitive routing', true)
  app.use(guardOrigin(port))
  app.use((_request, response, next) => {
    response.setHeader('X-Content-Type-Options', 'nosniff')
    next()
  })
  const readBody = createBodyReader(settings.maxJsonBytes)
  for (const { dialect, route } of listRoutes())
    app[route.method](route.path, toHandler(route, dialect, { ...options, readBody }))
  app.get('/health', (_request, response) => void response.type('text/plain').send('OK'))
  app.get('/ready', (_request, response) => {
    const isReady = options.isReady()
    response.status(isReady ? 200 : 503).json({ ready: isReady })
  })

  app.use(createDocuments(options))
  app.use(createBrowserDoor({ ...options, port }))

  app.use((request: Request, response: Response) => {
    const dialect = dialectOf(request.path)
    const error = new WorkstationError('not_found', `nothing answers ${request.method} ${request.path}`)
    if (dialect === undefined) response.status(404).json({ detail: error.message })
    else refuse({ request, response, error, dialect, log })
  })
  // Express knows an error handler by its four parameters.
  const onError: ErrorRequestHandler = (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown)
    const error = readParserError(thrown)
    const dialect = dialectOf(request.path)
    if (dialect !== undefined) return refuse({ request, response, error, dialect, log })
    const isOurs = error instanceof WorkstationError
    if (!isOurs) log.error({ err: error, path: request.path }, 'request failed')
    response
      .status(isOurs ? 400 : 500)
      .json({ detail: isOurs ? describeError(error) : 'the workstation failed to answer; its log says why' })
  }
  app.use(onError)
  return app
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

/** Listens on the wanted port; on the next free one when it is taken and was not asked for by name. */
async function listenNear(server: Server, wanted: number, isNamed: boolean): Promise<number> {
  for (let port = wanted; ; port++) {
    try {
      return await listen(server, port)
    } catch (error) {
      if (!isTaken(error)) throw error
      if (isNamed)
        throw new WorkstationError(
          'conflict',
          `port ${port} is taken by another program; choose another with --port`,
        )
      if (port >= wanted + PORTS_TRIED)
        throw new WorkstationError('conflict', `ports ${wanted} to ${port} are all taken`)
    }
  }
}

/**
 * Opens the local API and the browser's door on the loopback interface.
 * @throws WorkstationError conflict when the port that was asked for by name is taken.
 */
export async function openServer(options: ServerOptions): Promise<LocalServer> {
  let port = -1
  let isClosing = false
  const app = createApp(options, () => port)
  const server = createServer((request, response) => {
    // A client that keeps its connection busy would hold up the end.
    if (isClosing) response.shouldKeepAlive = false
    app(request, response)
  })
  // A large batch may take long to answer; a client that sends nothing may not hold a connection for ever.
  server.requestTimeout = 15 * 60_000
  server.headersTimeout = 30_000
  server.keepAliveTimeout = 65_000
  const { settings, log } = options
  port = await listenNear(server, settings.port, settings.named.has('port'))
  if (settings.port !== 0 && port !== settings.port) log.warn(`port ${settings.port} is taken; using ${port}`)
  return {
    url: `http://${LOOPBACK}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        isClosing = true
        // Connections whose last answer is out fall idle one by one.
        const tidying = setInterval(() => server.closeIdleConnections(), TIDY_EVERY_MS)
        setTimeout(() => server.closeAllConnections(), ANSWER_WITHIN_MS).unref()
        server.close(() => {
          clearInterval(tidying)
          resolve()
        })
      }),
  }
}
