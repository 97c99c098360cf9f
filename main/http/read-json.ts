import type { IncomingMessage } from 'node:http'
import { describeBytes } from '../core/artifacts/artifacts'
import { WorkstationError } from '../errors'

const PLAIN_JSON = /^application\/json(?:; ?charset="?utf-8"?)?$/i
const BYTE_ORDER_MARK = 0xfeff

/** Whether a body is JSON in UTF-8 as it stands: what nearly every caller sends, and what can be read without a parser's ado. */
export function isPlainJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type']
  return type !== undefined && headers['content-encoding'] === undefined && PLAIN_JSON.test(type)
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

const tooLarge = (maxBytes: number): WorkstationError =>
  new WorkstationError('too_large', `the body is larger than the limit of ${describeBytes(maxBytes)}`)

function parse(text: string, read: (text: string) => unknown): unknown {
  if (text === '') return {}
  try {
    return read(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text)
  } catch (error) {
    throw new WorkstationError(
      'invalid',
      `body: not valid JSON (${error instanceof Error ? error.message : String(error)})`,
    )
  }
}

/**
 * The JSON value of a plain body; `{}` for an empty one.
 * @throws WorkstationError too_large beyond `maxBytes`, before the rest is read; invalid for malformed JSON or a body
 * that breaks off.
 */
export function readPlainJson(
  request: IncomingMessage,
  maxBytes: number,
  read: (text: string) => unknown = JSON.parse,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      reject(tooLarge(maxBytes))
      return
    }
    const chunks: Buffer[] = []
    let bytes = 0
    const stop = (): void => {
      request.off('data', onData)
      request.off('end', onEnd)
      request.off('error', onBroken)
      request.off('close', onBroken)
    }
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
      else {
        stop()
        request.pause()
        reject(tooLarge(maxBytes))
      }
    }
    const onEnd = (): void => {
      stop()
      const [only] = chunks
      const text =
        only !== undefined && chunks.length === 1 ? only.toString() : Buffer.concat(chunks).toString()
      try {
        resolve(parse(text, read))
      } catch (error) {
        reject(asError(error))
      }
    }
    const onBroken = (): void => {
      stop()
      reject(new WorkstationError('invalid', 'body: the request broke off before it was complete'))
    }
    request.on('data', onData)
    request.on('end', onEnd)
    request.on('error', onBroken)
    request.on('close', onBroken)
  })
}
