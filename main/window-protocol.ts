/** `app://plumbline/`: serves the built renderer to the window and takes its uploads; no file:// anywhere. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, join, relative, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import type { Privileges } from 'electron'
import { RENDERER_HEADERS } from './http/content-security'
import { attachmentHeaders } from './http/file-reply'
import { EXPORTS_PATH, findExport } from './http/ui/exports'
import { receiveUpload, UPLOAD_PATH } from './http/ui/uploads'
import type { Settings } from './settings'
import type { Workstation } from './workstation'

export const APP_SCHEME = 'app'
/** Origin of our own pages, as Electron's `senderFrame.origin` spells it. */
export const APP_ORIGIN = `${APP_SCHEME}://plumbline`

/** To be registered before `ready`: makes the scheme a secure origin of its own, with fetch. */
export const APP_PRIVILEGES: Privileges = {
  standard: true,
  secure: true,
  supportFetchAPI: true,
  codeCache: true,
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.md': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

type AppProtocol = {
  /** Folder of the built renderer. */
  readonly directory: string
  /** Address of the development server that holds the renderer instead; never set in a packaged application. */
  readonly developmentUrl?: string
  readonly workstation: Pick<Workstation, 'core'>
  readonly settings: Pick<Settings, 'maxModelBytes' | 'maxDataBytes'>
}

/** Answers one request of the window. Never throws: whatever goes wrong is a status of its own. */
export async function answerAppRequest(request: Request, app: AppProtocol): Promise<Response> {
  const url = new URL(request.url)
  if (url.host !== new URL(APP_ORIGIN).host) return refuse(404, 'not found')
  if (url.pathname === UPLOAD_PATH) return answerUpload(request, url, app)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'method not allowed')
  if (url.pathname.startsWith(EXPORTS_PATH)) return answerExport(request, url, app)
  // Hot replacement needs inline scripts and a socket of its own, so the policy does not apply there.
  if (app.developmentUrl !== undefined) return fetch(new URL(url.pathname + url.search, app.developmentUrl))
  return answerFile(request, url, app.directory)
}

async function answerUpload(
  request: Request,
  url: URL,
  { workstation, settings }: AppProtocol,
): Promise<Response> {
  if (request.method !== 'PUT') return refuse(405, 'method not allowed')
  const stream = request.body === null ? Readable.from([]) : readBody(request.body)
  const reply = await receiveUpload(workstation.core, stream, {
    kind: url.searchParams.get('kind'),
    settings,
  })
  return Response.json(reply.body, { status: reply.status, headers: RENDERER_HEADERS })
}

function answerExport(request: Request, url: URL, { workstation }: AppProtocol): Response {
  const found = findExport(workstation.core, url.pathname)
  if (!('file' in found)) return refuse(found.status, found.text)
  const headers = { ...RENDERER_HEADERS, ...attachmentHeaders(found.file) }
  if (request.method === 'HEAD') return new Response(null, { headers })
  const stream = Readable.toWeb(createReadStream(found.file.path))
  return new Response(stream as ReadableStream<Uint8Array>, { headers })
}

/** The body chunk by chunk; what is left of it is given up when the reader stops early. */
async function* readBody(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel()
  }
}

async function answerFile(request: Request, url: URL, directory: string): Promise<Response> {
  const path = locate(url.pathname, directory)
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined)
  if (path === undefined || found === undefined || !found.isFile()) return refuse(404, 'not found')
  const headers = {
    ...RENDERER_HEADERS,
    'Content-Type': CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
    'Content-Length': String(found.size),
    'Cache-Control': 'no-cache',
  }
  if (request.method === 'HEAD') return new Response(null, { headers })
  return new Response(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>, { headers })
}

/** The file that a path names; undefined when it is not inside `directory` or is not plainly spelled. */
function locate(pathname: string, directory: string): string | undefined {
  let name: string
  try {
    name = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  // Decoded once: a percent sign that is left over, a backslash or a NUL is an attempt, not a file of ours.
  if (/[%\\\0]/.test(name)) return undefined
  const path = resolve(join(directory, name === '/' ? 'index.html' : name))
  const inside = relative(directory, path)
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) ? undefined : path
}

function refuse(status: number, text: string): Response {
  return new Response(text, {
    status,
    headers: { ...RENDERER_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' },
  })
}
