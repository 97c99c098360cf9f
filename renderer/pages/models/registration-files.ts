import { create } from 'zustand'
import type { WorkspaceInformation } from '../../../main/ipc/workspace-information'
import { formatBytes } from '../../format'
import { UploadRefusal, uploadFile } from '../../upload'
import type { Upload } from '../../upload'

/** What a registration takes: the model, and the data it was trained on. */
export type FileRole = 'model' | 'training'

/** A chosen file on its way. `share` is what was sent (0 to 1), null while unknown. */
export type FileState = { readonly name: string; readonly size: number } & (
  | { readonly status: 'sending'; readonly share: number | null; readonly cancel: () => void }
  | { readonly status: 'received'; readonly sha256: string }
  | { readonly status: 'refused'; readonly reason: string }
)

type RegistrationFiles = {
  readonly files: Readonly<Record<FileRole, FileState | null>>
  /** Files that are neither a model nor data, in words; null when all were taken. */
  readonly complaint: string | null
  /** @param limits refuses what is too large before a byte is sent; without them the workstation refuses it. */
  readonly add: (files: readonly File[], limits?: WorkspaceInformation['limits']) => void
  readonly remove: (role: FileRole) => void
  readonly reset: () => void
}

const NO_FILES = { model: null, training: null } as const

/** Decides by its name what a file is for. */
export function findRole(name: string): FileRole | null {
  if (/\.onnx$/i.test(name)) return 'model'
  return /\.(csv|tsv|txt)$/i.test(name) ? 'training' : null
}

/** The files of the registration under way. They outlive the page, so that a drop on the list of models reaches it. */
export const useRegistrationFiles = create<RegistrationFiles>()((set, get) => {
  const uploads = new Map<FileRole, Upload>()

  const put = (role: FileRole, file: FileState | null): void =>
    set((state) => ({ files: { ...state.files, [role]: file } }))

  const send = async (role: FileRole, file: File): Promise<void> => {
    uploads.get(role)?.cancel()
    const about = { name: file.name, size: file.size }
    let upload: Upload | undefined
    const isCurrent = (): boolean => upload === undefined || uploads.get(role) === upload
    upload = uploadFile(file, role === 'model' ? 'model' : 'data', (share) => {
      if (!isCurrent()) return
      put(role, { ...about, status: 'sending', share, cancel: () => get().remove(role) })
    })
    uploads.set(role, upload)
    try {
      const { sha256 } = await upload.done
      if (isCurrent()) put(role, { ...about, status: 'received', sha256 })
    } catch (error) {
      if (!isCurrent() || (error instanceof UploadRefusal && error.code === 'CANCELLED')) return
      put(role, {
        ...about,
        status: 'refused',
        reason: error instanceof Error ? error.message : String(error),
      })
    }
  }

  const remove = (role: FileRole): void => {
    const upload = uploads.get(role)
    uploads.delete(role)
    upload?.cancel()
    put(role, null)
  }

  return {
    files: NO_FILES,
    complaint: null,
    remove,
    add: (files, limits) => {
      const unknown = files.filter((file) => findRole(file.name) === null).map((file) => file.name)
      set({ complaint: unknown.length === 0 ? null : describeUnknown(unknown) })
      for (const role of ['model', 'training'] as const) {
        const file = files.find((candidate) => findRole(candidate.name) === role)
        if (file === undefined) continue
        const most = role === 'model' ? limits?.maxModelBytes : limits?.maxDataBytes
        if (most === undefined || file.size <= most) void send(role, file)
        else
          put(role, {
            name: file.name,
            size: file.size,
            status: 'refused',
            reason: describeExcess(file.size, most),
          })
      }
    },
    reset: () => {
      remove('model')
      remove('training')
      set({ complaint: null })
    },
  }
})

function describeUnknown(names: readonly string[]): string {
  const list = names.join(', ')
  return `${list}: expected a model as .onnx and its training data as .csv`
}

function describeExcess(size: number, most: number): string {
  return `The file has ${formatBytes(size)}; this workstation accepts at most ${formatBytes(most)}.`
}
