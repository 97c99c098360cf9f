import { Agent as HttpAgent, request as openHttp } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as openHttps } from 'node:https'
import { WorkstationError, describeError } from '../errors'
import type { GuardedTarget, Resolver } from './guarded-target'
import { guardTarget, pinAddresses } from './guarded-target'

export type GuardedPost = {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** Hosts that may lie outside the public internet. */
  readonly allowedHosts: readonly string[]
  readonly resolve: Resolver
  /** For everything together: resolving, connecting, sending, reading the answer. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export type PostAnswer = {
  readonly status: number
  /** The beginning of the answer. */
  readonly text: string
  /** What a busy receiver asked for (`Retry-After` in seconds, RFC 9110 §10.2.3). */
  readonly retryAfterMs: number | null
}

const MAX_ANSWER_BYTES = 64 * 1024

/**
 * Posts JSON to an address that someone else chose. Connects only to addresses that were checked a moment before, so a
 * name that changes its mind between the check and the connection gains nothing; follows no redirect, uses no proxy
 * and keeps no connection.
 * @throws WorkstationError forbidden or invalid when the target is refused; not_ready when it cannot be reached or does
 * not answer in time.
 */
export async function postGuarded(post: GuardedPost): Promise<PostAnswer> {
  const limit = AbortSignal.timeout(post.timeoutMs)
  const signal = AbortSignal.any([post.signal, limit])
  try {
    const target = await raceAbort(guardTarget(post.url, post), signal)
    return await send(target, post, signal)
  } catch (error) {
    if (limit.aborted) {
      throw new WorkstationError('not_ready', `no answer within ${post.timeoutMs / 1000} s`, { cause: error })
    }
    if (error instanceof WorkstationError) throw error
    throw new WorkstationError('not_ready', describeError(error) || 'the connection failed', { cause: error })
  }
}

function send(target: GuardedTarget, post: GuardedPost, signal: AbortSignal): Promise<PostAnswer> {
  const isSecure = target.url.protocol === 'https:'
  const body = Buffer.from(post.body)
  const options: RequestOptions = {
    method: 'POST',
    agent: isSecure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }),
    lookup: pinAddresses(target),
    headers: {
      ...post.headers,
      'Content-Type': 'application/json',
      'Content-Length': String(body.byteLength),
      'User-Agent': 'Plumbline',
    },
    signal,
  }
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: IncomingMessage): void => {
      readBeginning(answer).then((text) => {
        resolve({
          status: answer.statusCode ?? 0,
          text,
          retryAfterMs: readRetryAfter(answer.headers['retry-after']),
        })
      }, reject)
    }
    const request = isSecure
      ? openHttps(target.url, options, onAnswer)
      : openHttp(target.url, options, onAnswer)
    request.on('error', reject)
    request.end(body)
  })
}

/** Reads an answer up to the limit and drops the rest with the connection. */
async function readBeginning(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size >= MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8', 0, MAX_ANSWER_BYTES)
}

function readRetryAfter(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : null
}

function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new WorkstationError('not_ready', 'stopped'))
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
