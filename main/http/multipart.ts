import busboy from 'busboy'
import type { Request } from 'express'
import type { Artifact, Artifacts } from '../core/artifacts/artifacts'
import { WorkstationError, describeError } from '../errors'

export type ReceivedFile = Artifact & {
  readonly name: string
  /** As the part says; `text/plain` when it says nothing. */
  readonly contentType: string
}

export type ReceivedForm = {
  readonly fields: { readonly [name: string]: string }
  /** Files by the name of their part. */
  readonly files: { readonly [part: string]: ReceivedFile | undefined }
}

const MAX_FIELD_BYTES = 64 * 1024
const MAX_FIELDS = 50

/**
 * Streams a multipart form into the artifact store, in whatever order its parts come.
 * @param limits largest size in bytes per part that may carry a file
 * @throws WorkstationError unsupported when it is no multipart form; invalid for an unexpected or broken part;
 * too_large. Files that were received until then are removed.
 */
export async function receiveMultipart(
  request: Request,
  artifacts: Artifacts,
  limits: { readonly [part: string]: number },
): Promise<ReceivedForm> {
  const fields = new Map<string, string>()
  const files = new Map<string, ReceivedFile>()
  const receiving: Promise<void>[] = []
  const seen = new Set<string>()
  let failure: Error | undefined
  const parser = createParser(request, Object.keys(limits).length)
  const fail = (error: unknown): void => {
    failure ??= error instanceof Error ? error : new Error(describeError(error))
    request.unpipe(parser)
    request.resume()
    parser.destroy()
  }
  await new Promise<void>((resolve) => {
    parser.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) fail(new WorkstationError('too_large', `${name}: at most ${MAX_FIELD_BYTES} bytes`))
      fields.set(name, value)
    })
    parser.on('file', (part, stream, { filename, mimeType }) => {
      // A stream without a listener would end the process when the form breaks off; the parser reports why it does.
      stream.on('error', () => undefined)
      const maxBytes = Object.hasOwn(limits, part) ? limits[part] : undefined
      if (maxBytes === undefined || seen.has(part)) {
        stream.resume()
        fail(
          new WorkstationError(
            'invalid',
            `unexpected file part "${part}"; expected one of ${Object.keys(limits).join(', ')}, each once`,
          ),
        )
        return
      }
      seen.add(part)
      const received = artifacts.receive(stream, { maxBytes }).then(
        (artifact) =>
          void files.set(part, {
            ...artifact,
            name: filename === undefined || filename === '' ? part : filename,
            contentType: mimeType,
          }),
        (error: unknown) => {
          stream.resume()
          fail(error)
        },
      )
      receiving.push(received)
    })
    parser.on('fieldsLimit', () => fail(new WorkstationError('invalid', `at most ${MAX_FIELDS} fields`)))
    parser.on('filesLimit', () => fail(new WorkstationError('invalid', 'too many file parts')))
    parser.on('error', (error) =>
      fail(new WorkstationError('invalid', `the form could not be read: ${describeError(error)}`)),
    )
    parser.on('close', resolve)
    request.on('aborted', () => fail(new WorkstationError('invalid', 'the upload was cut off')))
    request.pipe(parser)
  })
  await Promise.all(receiving)
  if (failure !== undefined) {
    artifacts.release([...files.values()].map((file) => file.sha256))
    throw failure
  }
  return { fields: Object.fromEntries(fields), files: Object.fromEntries(files) }
}

function createParser(request: Request, files: number): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      limits: { fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, files, headerPairs: 50 },
    })
  } catch (error) {
    throw new WorkstationError('unsupported', `send multipart/form-data: ${describeError(error)}`)
  }
}
