import { connect } from 'node:net'
import type { Socket } from 'node:net'

export type Target = {
  readonly url: string
  readonly path: string
  readonly body: string
  readonly key?: string
}

export type LoadResult = {
  readonly requests: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const HEADER_END = Buffer.from('\r\n\r\n')

function writeRequest({ url, path, body, key }: Target): Buffer {
  const { host } = new URL(url)
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(key === undefined ? [] : [`Authorization: Bearer ${key}`]),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}

/** Bytes of the first whole response in the buffer, or 0 while it is incomplete. Throws when it is not a 200. */
function measureResponse(buffer: Buffer): number {
  const end = buffer.indexOf(HEADER_END)
  if (end < 0) return 0
  const head = buffer.toString('latin1', 0, end)
  const length = /content-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`a response without Content-Length: ${head}`)
  const total = end + HEADER_END.length + Number(length)
  if (buffer.length < total) return 0
  if (!head.startsWith('HTTP/1.1 200'))
    throw new Error(`unexpected answer: ${buffer.toString('utf8', 0, total)}`)
  return total
}

/**
 * Keeps `connections` kept-alive connections busy for a time, one request in flight on each. Plain sockets, because
 * a client library would take more of the two cores than either server.
 */
export async function generateLoad(
  target: Target,
  connections: number,
  seconds: number,
): Promise<LoadResult> {
  const { hostname, port } = new URL(target.url)
  const request = writeRequest(target)
  const latencies: number[] = []
  const startedAt = performance.now()
  const until = startedAt + seconds * 1000
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket: Socket = connect(Number(port), hostname)
      socket.setNoDelay(true)
      let buffer = Buffer.alloc(0)
      let sentAt = 0
      const send = (): void => {
        sentAt = performance.now()
        socket.write(request)
      }
      socket.on('connect', send)
      socket.on('error', reject)
      socket.on('data', (chunk) => {
        buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk])
        try {
          const size = measureResponse(buffer)
          if (size === 0) return
          buffer = buffer.subarray(size)
        } catch (error) {
          socket.destroy()
          return reject(error instanceof Error ? error : new Error(String(error)))
        }
        const now = performance.now()
        latencies.push(now - sentAt)
        if (now < until) return send()
        socket.destroy()
        resolve()
      })
    })
  await Promise.all(Array.from({ length: connections }, run))
  const elapsed = (performance.now() - startedAt) / 1000
  latencies.sort((left, right) => left - right)
  const quantile = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0
  return {
    requests: latencies.length,
    perSecond: latencies.length / elapsed,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  }
}
