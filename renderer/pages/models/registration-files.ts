import { create } from 'zustand'
import type { WorkspaceInformation } from '../../../main/ipc/workspace-information'
import { formatBytes } from '../../format'
import { uploadFile } from '../../upload'
import type { Upload } from '../../upload'
import type { FileRole } from './file-role'
import { FILE_ROLES, recognizeRole } from './file-role'

/** A chosen file on its way. `share` is what was sent (0 to 1), null while unknown. */
export type FileState = { readonly name: string; readonly size: number } & (
  | { readonly status: 'sending'; readonly share: number | null }
  | { readonly status: 'received'; readonly sha256: string }
  | { readonly status: 'refused'; readonly reason: string }
)

type Limits = WorkspaceInformation['limits'] | undefined

type RegistrationFiles = {
  readonly files: Readonly<Record<FileRole, FileState | null>>
  /** Files that are neither a model nor data, in words; null when all were taken. */
  readonly complaint: string | null
  /** Whether the person agreed that the code in the model file is run; forgotten with the file. */
  readonly runsCode: boolean
  /** @param limits refuses what is too large before a byte is sent; without them the workstation refuses it. */
  readonly add: (files: readonly File[], limits?: Limits) => Promise<void>
  /** Takes a file for what the person says it is. */
  readonly put: (role: FileRole, file: File, limits?: Limits) => void
  readonly remove: (role: FileRole) => void
  readonly allowCode: (runsCode: boolean) => void
  readonly reset: () => void
}

const NO_FILES = { model: null, training: null, verification: null } as const

/** The files of the registration under way. They outlive the page, so that a drop on the list of models reaches it. */
export const useRegistrationFiles = create<RegistrationFiles>()((set) => {
  const uploads = new Map<FileRole, Upload>()
  /** Names the newest upload of each role, so that a word from an older one is not heard. */
  const turns = new Map<FileRole, symbol>()

  const show = (role: FileRole, file: FileState | null): void =>
    set((state) => ({ files: { ...state.files, [role]: file } }))

  const remove = (role: FileRole): void => {
    turns.delete(role)
    uploads.get(role)?.cancel()
    uploads.delete(role)
    show(role, null)
    if (role === 'model') set({ runsCode: false })
  }

  const send = async (role: FileRole, file: File): Promise<void> => {
    remove(role)
    const turn = Symbol(file.name)
    turns.set(role, turn)
    const tell = (state: FileState): void => {
      if (turns.get(role) === turn) show(role, state)
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

  const put = (role: FileRole, file: File, limits: Limits): void => {
    const most = role === 'model' ? limits?.maxModelBytes : limits?.maxDataBytes
    if (most === undefined || file.size <= most) return void send(role, file)
    remove(role)
    const { name, size } = file
    show(role, { name, size, status: 'refused', reason: describeExcess(size, most) })
  }

  return {
    files: NO_FILES,
    complaint: null,
    runsCode: false,
    remove,
    put: (role, file, limits) => put(role, file, limits),
    allowCode: (runsCode) => set({ runsCode }),
    add: async (files, limits) => {
      const found = await Promise.all(files.map(async (file) => ({ file, role: await recognizeRole(file) })))
      const unknown = found.filter(({ role }) => role === null).map(({ file }) => file.name)
      set({ complaint: unknown.length === 0 ? null : describeUnknown(unknown) })
      for (const role of FILE_ROLES) {
        const first = found.find((each) => each.role === role)
        if (first !== undefined) put(role, first.file, limits)
      }
    },
    reset: () => {
      FILE_ROLES.forEach(remove)
      set({ complaint: null })
    },
  }
})

function describeUnknown(names: readonly string[]): string {
  const list = names.join(', ')
  return `${list}: expected a model (.onnx, .pkl, .joblib, .json, .ubj, .txt) or a table (.csv)`
}

function describeExcess(size: number, most: number): string {
  return `The file has ${formatBytes(size)}; this workstation accepts at most ${formatBytes(most)}.`
}
