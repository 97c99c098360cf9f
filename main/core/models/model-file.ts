/** What a file of a model is for: the model itself, its training data, the script that trains it, its requirements. */
export const FILE_KINDS = ['model', 'data', 'code', 'env'] as const
export type FileKind = (typeof FILE_KINDS)[number]

/** A file of a model; there is one of each kind at most. */
export type ModelFile = {
  readonly modelId: string
  readonly kind: FileKind
  /** Its name where it was uploaded from. */
  readonly name: string
  readonly contentType: string
  readonly sha256: string
  readonly bytes: number
  /** Epoch milliseconds. */
  readonly receivedAt: number
}
