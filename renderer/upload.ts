import { readFault } from './client'
import type { Fault } from './client'

/** A file the workstation has received. */
export type ReceivedFile = { readonly sha256: string; readonly size: number }

/** A running upload: `done` rejects with a {@link UploadRefusal}, also after `cancel`. */
export type Upload = { readonly done: Promise<ReceivedFile>; readonly cancel: () => void }

/** Why a file was not taken; code `CANCELLED` when the person stopped it. */
export class UploadRefusal extends Error {
  readonly code: string

  constructor(fault: Pick<Fault, 'code' | 'message'>) {
    super(fault.message)
    this.name = 'UploadRefusal'
    this.code = fault.code
  }
}

/**
 * Sends a file to the workstation, which holds it to the limit of its kind. `onProgress` hears the share that was sent (0 to 1), or null while the carrier
 * does not say: custom schemes report nothing until the body is through.
 */
export function uploadFile(
  file: File,
  kind: 'model' | 'data',
  onProgress: (share: number | null) => void,
): Upload {
  const request = new XMLHttpRequest()
  const done = new Promise<ReceivedFile>((resolve, reject) => {
    const refuse = (code: string, message: string): void => reject(new UploadRefusal({ code, message }))
    request.upload.onprogress = (event) => {
      onProgress(event.lengthComputable && event.total > 0 ? event.loaded / event.total : null)
    }
    request.onload = () => {
      const answer = parseJson(request.responseText)
      if (request.status === 201 && isReceivedFile(answer)) return resolve(answer)
      const { code, message } = readRefusal(answer, request.status)
      refuse(code, message)
    }
    request.onerror = () => refuse('OFFLINE', readFault(new TypeError('upload failed')).message)
    request.onabort = () => refuse('CANCELLED', 'Upload cancelled.')
    request.open('PUT', `/ui/uploads?kind=${kind}`)
    request.withCredentials = true
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    onProgress(null)
    request.send(file)
  })
  return { done, cancel: () => request.abort() }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isReceivedFile(value: unknown): value is ReceivedFile {
  return typeof value === 'object' && value !== null && 'sha256' in value && 'size' in value
}

function readRefusal(answer: unknown, status: number): { readonly code: string; readonly message: string } {
  if (typeof answer === 'object' && answer !== null && 'error' in answer) {
    const { error } = answer
    if (typeof error === 'object' && error !== null && 'message' in error) {
      return { code: 'code' in error ? String(error.code) : 'INVALID', message: String(error.message) }
    }
  }
  if (status === 413)
    return { code: 'TOO_LARGE', message: 'The file is larger than this workstation accepts.' }
  return { code: 'INTERNAL', message: `The workstation refused the file (status ${status}).` }
}
