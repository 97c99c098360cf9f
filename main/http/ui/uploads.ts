/** A file that the interface hands over before it is registered; the same over the window's protocol and over HTTP. */
import type { Core } from '../../core/core'
import { type ErrorCode, WorkstationError } from '../../errors'
import { ERROR_STATUS } from '../../ipc/error-status'
import type { Settings } from '../../settings'

export const UPLOAD_PATH = '/ui/uploads'

export type UploadReply =
  | { readonly status: 201; readonly body: { readonly sha256: string; readonly size: number } }
  | {
      readonly status: number
      readonly body: { readonly error: { readonly code: ErrorCode; readonly message: string } }
    }

type UploadRequest = {
  /** The `kind` of the query, `model` or `data`; without it only the larger of the two limits can be held here. */
  readonly kind: string | null
  readonly settings: Pick<Settings, 'maxModelBytes' | 'maxDataBytes'>
}

/**
 * Stores the bytes of one uploaded file as an artifact, bounded by the limit of its kind.
 * Never throws: a refusal is a reply of its own, so that both doors answer alike.
 * @param stream the body as it arrives; read no further than the limit.
 */
export async function receiveUpload(
  core: Pick<Core, 'artifacts'>,
  stream: AsyncIterable<Uint8Array>,
  { kind, settings }: UploadRequest,
): Promise<UploadReply> {
  try {
    const { sha256, size } = await core.artifacts.receive(stream, { maxBytes: readLimit(kind, settings) })
    return { status: 201, body: { sha256, size } }
  } catch (error) {
    return refuse(error)
  }
}

function readLimit(kind: UploadRequest['kind'], settings: UploadRequest['settings']): number {
  if (kind === 'model') return settings.maxModelBytes
  if (kind === 'data') return settings.maxDataBytes
  if (kind === null || kind === '') return Math.max(settings.maxModelBytes, settings.maxDataBytes)
  throw new WorkstationError('invalid', `kind: expected model or data, got "${kind}"`)
}

function refuse(error: unknown): UploadReply {
  const known =
    error instanceof WorkstationError
      ? error
      : new WorkstationError('internal', 'The file could not be stored; try again', { cause: error })
  return { status: ERROR_STATUS[known.code], body: { error: { code: known.code, message: known.message } } }
}
