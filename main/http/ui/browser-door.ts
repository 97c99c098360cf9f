import type { Request, Response, Router as ExpressRouter } from 'express'
import express from 'express'
import { RPCHandler } from '@orpc/server/node'
import type { Core } from '../../core/core'
import { describeError } from '../../errors'
import type { RouterContext } from '../../ipc/router'
import { router } from '../../ipc/router'
import type { Settings } from '../../settings'
import { RENDERER_HEADERS } from '../content-security'
import { sendFile } from '../file-reply'
import { EXPORTS_PATH, findExport } from './exports'
import { UPLOAD_PATH, receiveUpload } from './uploads'

export type BrowserDoorOptions = {
  readonly core: Core
  readonly settings: Settings
  readonly routerContext: RouterContext
  readonly rendererDirectory: string
  readonly port: () => number
}

const SESSION_SECONDS = 30 * 24 * 3600
const SIGN_IN_PATH = '/ui/sign-in'

/** The address that signs a browser in once. */
export function writeSignInUrl(url: string, core: Core): string {
  return `${url}${SIGN_IN_PATH}?token=${core.keys.createSignInToken()}`
}

function readCookie(request: Request, name: string): string | undefined {
  const pairs = request.headers.cookie?.split(';') ?? []
  const pair = pairs.map((text) => text.trim()).find((text) => text.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}

/**
 * The browser's way in: the renderer's files, a sign-in address that works once and becomes an HttpOnly cookie, the
 * interface's own verbs and its uploads. Cookies are named by port, as browsers share them between ports.
 */
export function createBrowserDoor(options: BrowserDoorOptions): ExpressRouter {
  const { core, settings } = options
  const door = express.Router({ caseSensitive: true })
  const cookieName = (): string => `plumbline_${options.port()}`
  const isSignedIn = (request: Request): boolean =>
    core.keys.hasSession(readCookie(request, cookieName()) ?? '')
  const refuse = (response: Response): void => {
    response.status(401).json({
      error: { code: 'unauthorized', message: 'Open the address printed in the terminal to sign in.' },
    })
  }

  door.get(SIGN_IN_PATH, (request, response) => {
    const { token } = request.query
    try {
      const session = core.keys.openSession(typeof token === 'string' ? token : '')
      const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_SECONDS}`
      response.setHeader('Set-Cookie', `${cookieName()}=${session}; ${attributes}`)
      response.setHeader('Referrer-Policy', 'no-referrer')
      response.redirect(303, '/')
    } catch (error) {
      if (isSignedIn(request)) return response.redirect(303, '/')
      response.status(401).type('text/plain').send(describeError(error))
    }
  })

  const rpc = new RPCHandler(router)
  door.use('/ui/rpc', async (request, response, next) => {
    if (!isSignedIn(request)) return refuse(response)
    // The handler matches the whole path, which Express has shortened for this mount.
    request.url = request.originalUrl
    const { matched } = await rpc.handle(request, response, {
      prefix: '/ui/rpc',
      context: options.routerContext,
    })
    if (!matched) next()
  })

  door.put(UPLOAD_PATH, async (request, response) => {
    if (!isSignedIn(request)) return refuse(response)
    const { kind } = request.query
    const reply = await receiveUpload(core, request, {
      kind: typeof kind === 'string' ? kind : null,
      settings,
    })
    // A refused upload may still be on its way; the connection is given up rather than drained.
    if (reply.status >= 400) response.setHeader('Connection', 'close')
    response.status(reply.status).json(reply.body)
  })

  door.get(`${EXPORTS_PATH}:job`, async (request, response) => {
    if (!isSignedIn(request)) return refuse(response)
    const found = findExport(core, request.path)
    if ('file' in found) await sendFile(response, found.file)
    else response.status(found.status).type('text/plain').send(found.text)
  })

  door.use(
    express.static(options.rendererDirectory, {
      index: 'index.html',
      setHeaders: (response) => {
        for (const [name, value] of Object.entries(RENDERER_HEADERS)) response.setHeader(name, value)
      },
    }),
  )
  return door
}
