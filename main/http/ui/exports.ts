/** Exported files for the interface, which has no API key; the same over the window's protocol and over HTTP. */
import type { Core } from '../../core/core'
import type { ExportedFile } from '../../core/predictions/log-export'
import { WorkstationError } from '../../errors'
import { ERROR_STATUS } from '../../ipc/error-status'

export const EXPORTS_PATH = '/ui/exports/'

export type ExportReply = { readonly file: ExportedFile } | { readonly status: number; readonly text: string }

/** The file of the job that a path below `/ui/exports/` names. Never throws: a refusal is a reply of its own. */
export function findExport(core: Pick<Core, 'logExports'>, pathname: string): ExportReply {
  try {
    return { file: core.logExports.file(pathname.slice(EXPORTS_PATH.length)) }
  } catch (error) {
    const known =
      error instanceof WorkstationError ? error : new WorkstationError('internal', 'the file cannot be read')
    return { status: ERROR_STATUS[known.code], text: known.message }
  }
}
