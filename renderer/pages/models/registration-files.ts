import { create } from 'zustand'
import type { WorkspaceInformation } from '../../../main/ipc/workspace-information'
import { formatBytes } from '../../format'
import { uploadFile } from '../../upload'
import type { Upload } from '../../upload'

/** What a registration takes: the model, and the data it was trained on. */
export type FileRole = 'model' | 'training'

/** A chosen file on its way. `share` is what was sent (0 to 1), null while unknown. */
export type FileState = { readonly name: string; readonly size: number } & (
  | { readonly status: 'sending'; readonly share: number | null }
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
export const useRegistrationFiles = create<RegistrationFiles>()((set) => {
  const uploads = new Map<FileRole, Upload>()
  /** Names the newest upload of each role, so that a word from an older one is not heard. */
  const turns = new Map<FileRole, symbol>()

  const put = (role: FileRole, file: FileState | null): void =>
    set((state) => ({ files: { ...state.files, [role]: file } }))

  const remove = (role: FileRole): void => {
    turns.delete(role)
    uploads.get(role)?.cancel()
    uploads.delete(role)
    put(role, null)
  }

  const send = async (role: FileRole, file: File): Promise<void> => {
    remove(role)
    const turn = Symbol(file.name)
    turns.set(role, turn)
    const tell = (state: FileState): void => {
      if (turns.get(role) === turn) put(role, state)
    }
    const about = { name: file.name, size: file.size }
    const upload = uploadFile(file, role === 'model' ? 'model' : 'data', (share) =>
      tell({ ...about, status: 'sending', share }),
    )
    uploads.set(role, upload)
    try {
      const { sha256 } = await upload.done
      tell({ ...about, status: 'received', sha256 })
    } catch (error) {
      tell({ ...about, status: 'refused', reason: error instanceof Error ? error.message : String(error) })
    }
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
