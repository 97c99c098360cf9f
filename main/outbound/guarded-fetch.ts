import { Agent as HttpAgent, request as openHttp } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as openHttps } from 'node:https'
import { WorkstationError, describeError } from '../errors'
import type { GuardedTarget, Resolver } from './guarded-target'
import { guardTarget, pinAddresses } from './guarded-target'

export type GuardedFetch = {
  readonly url: string
  /** Hosts that may lie outside the public internet. */
  readonly allowedHosts: readonly string[]
  readonly resolve: Resolver
  /** For everything together: resolving, connecting, reading. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads what lies at an address that someone else chose, and hands the bytes to `take` as they come. Connects only to
 * addresses that were checked a moment before, follows no redirect, uses no proxy and keeps no connection.
 * @throws WorkstationError forbidden or invalid when the target is refused or answers something else than 200;
 * not_ready when it cannot be reached or is not done in time; what `take` throws.
 */
export async function fetchGuarded<Taken>(
  fetch: GuardedFetch,
  take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>,
): Promise<Taken> {
  const limit = AbortSignal.timeout(fetch.timeoutMs)
  const signal = fetch.signal === undefined ? limit : AbortSignal.any([fetch.signal, limit])
  try {
    const target = await guardTarget(fetch.url, fetch)
    signal.throwIfAborted()
    return await take(await open(target, signal))
  } catch (error) {
    if (limit.aborted)
      throw new WorkstationError('not_ready', `no answer within ${fetch.timeoutMs / 1000} s`, {
        cause: error,
      })
    if (error instanceof WorkstationError) throw error
    throw new WorkstationError('not_ready', describeError(error) || 'the connection failed', { cause: error })
  }
}

function open(target: GuardedTarget, signal: AbortSignal): Promise<IncomingMessage> {
  const isSecure = target.url.protocol === 'https:'
  const options: RequestOptions = {
    agent: isSecure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false }),
    lookup: pinAddresses(target),
    headers: { Accept: 'text/csv, text/plain;q=0.9, */*;q=0.1', 'User-Agent': 'Plumbline' },
    signal,
  }
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: IncomingMessage): void => {
      if (answer.statusCode === 200) return resolve(answer)
      answer.destroy()
      reject(new WorkstationError('invalid', `it answers ${answer.statusCode ?? 0} instead of 200`))
    }
    const request = isSecure
      ? openHttps(target.url, options, onAnswer)
      : openHttp(target.url, options, onAnswer)
    request.on('error', reject)
    request.end()
  })
}
