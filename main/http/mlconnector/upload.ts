import { extname } from 'node:path'
import type { FileKind } from '../../core/models/model-file'
import { describeBytes } from '../../core/artifacts/artifacts'
import { WorkstationError } from '../../errors'
import type { Settings } from '../../settings'
import type { CallContext, Reply } from '../dialect'
import { pathParameter } from '../dialect'
import type { ReceivedFile } from '../multipart'
import { receiveMultipart } from '../multipart'
import { MISSING, readInput } from './read-input'
import { orNotFound, toFile } from './translate'
import { uploadFields } from './wire'

const MAX_TEXT_BYTES = 16 * 1024 * 1024
const MAX_NAME = 255

/** By ending, for parts that do not say what they are. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.txt': 'text/plain',
  '.py': 'text/x-python',
  '.json': 'application/json',
  '.yml': 'application/yaml',
  '.yaml': 'application/yaml',
  '.toml': 'application/toml',
}
const BINARY = 'application/octet-stream'
/** What a part is taken for that says nothing, and what clients say of files that they do not know. */
const UNSAID = ['text/plain', BINARY]

const limitOf = (kind: FileKind, settings: Settings): number => {
  if (kind === 'model') return settings.maxModelBytes
  return kind === 'data' ? settings.maxDataBytes : MAX_TEXT_BYTES
}

function checkSize({ size }: ReceivedFile, kind: FileKind, settings: Settings): void {
  const limit = limitOf(kind, settings)
  if (size <= limit) return
  throw new WorkstationError('too_large', `a file of kind "${kind}" may have ${describeBytes(limit)} at most`)
}

function contentTypeOf({ name, contentType }: ReceivedFile): string {
  if (!UNSAID.includes(contentType)) return contentType
  return CONTENT_TYPES[extname(name).toLowerCase()] ?? BINARY
}

/** `POST /model/{model_id}/upload`, multipart/form-data: the part `file` and the field `file_kind`, in either order. */
export async function uploadFile(context: CallContext): Promise<Reply> {
  const { core, settings, request, caller } = context
  const { maxModelBytes, maxDataBytes } = settings
  const form = await receiveMultipart(request, core.artifacts, {
    file: Math.max(maxModelBytes, maxDataBytes),
  })
  const { file } = form.files
  try {
    const id = pathParameter(request, 'model_id')
    orNotFound('No model details found', () => core.models.get(id))
    const { file_kind: kind } = readInput(uploadFields, form.fields, 'body')
    if (file === undefined)
      throw new WorkstationError('invalid', 'file: send the file as a part named "file"', {
        problems: [{ field: 'body.file', message: MISSING }],
      })
    checkSize(file, kind, settings)
    const upload = { kind, file, name: file.name.slice(-MAX_NAME), contentType: contentTypeOf(file) }
    const taken = await core.modelUploads.take(id, upload, { actor: caller.name, signal: context.signal() })
    return {
      status: 201,
      body: {
        ...toFile(taken.file),
        version: taken.version?.number ?? null,
        ...(taken.warnings.length === 0 ? {} : { warnings: taken.warnings }),
      },
    }
  } catch (error) {
    if (file !== undefined) core.artifacts.release([file.sha256])
    throw error
  }
}
