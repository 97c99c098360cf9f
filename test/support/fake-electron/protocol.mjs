// Custom schemes: `app://plumbline/x` is shown as `http://plumbline.app.localhost/x`, which Chromium takes for a
// secure origin, and which its resolver rules lead to a server in this process. Bodies stream both ways.
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const handlers = new Map()
const privileged = new Set()

export const protocol = {
  registerSchemesAsPrivileged(schemes) {
    for (const { scheme } of schemes) privileged.add(scheme)
  },
  handle(scheme, handler) {
    if (!privileged.has(scheme)) throw new Error(`${scheme}: not registered as privileged before ready`)
    handlers.set(scheme, handler)
  },
}

/** `app://plumbline/x` → what Chromium is given. */
export function toShown(text) {
  const [, scheme, host, rest] = /^([a-z]+):\/\/([^/?#]*)(.*)$/s.exec(text) ?? []
  return privileged.has(scheme) ? `http://${host}.${scheme}.localhost${rest}` : text
}

/** What Chromium says → `app://plumbline/x`. */
export function toReal(text) {
  const [, host, scheme, rest] = /^http:\/\/([^/?#]*)\.([a-z]+)\.localhost(.*)$/s.exec(text) ?? []
  return privileged.has(scheme) ? `${scheme}://${host}${rest}` : text
}

/** The origin as Electron spells it for a privileged scheme. */
export function toRealOrigin(text) {
  const url = URL.parse(text)
  return url === null ? 'null' : toReal(url.origin)
}

async function serve(incoming, outgoing) {
  const url = toReal(`http://${incoming.headers.host}${incoming.url}`)
  const handler = handlers.get(url.slice(0, url.indexOf(':')))
  if (handler === undefined) return outgoing.writeHead(502).end()
  const hasBody = !['GET', 'HEAD'].includes(incoming.method)
  const request = new Request(url, {
    method: incoming.method,
    headers: Object.entries(incoming.headers).filter(([, value]) => typeof value === 'string'),
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {}),
  })
  const response = await handler(request)
  outgoing.writeHead(response.status, [...response.headers].flat())
  if (response.body === null) outgoing.end()
  else await pipeline(Readable.fromWeb(response.body), outgoing)
}

/** Starts the server behind the schemes; resolves with its port. */
export function openProtocolServer() {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error) => {
      process.stderr.write(`protocol handler: ${error.stack}\n`)
      outgoing.destroy()
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port))
    server.unref()
  })
}
