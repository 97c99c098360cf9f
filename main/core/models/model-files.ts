import type { Database } from '../../store/database'
import type { Artifacts } from '../artifacts/artifacts'
import type { FileKind, ModelFile } from './model-file'
import { ModelFileRows } from './model-file-rows'
import type { ModelVersion } from './model'
import type { Models } from './models'

export type ModelFilesOptions = {
  readonly database: Database
  readonly artifacts: Artifacts
  readonly models: Models
}

const BINARY = 'application/octet-stream'

/** The files of models by kind, also of those that were registered with their files in one go. */
export class ModelFiles {
  private readonly rows: ModelFileRows
  private readonly artifacts: Artifacts
  private readonly models: Models

  constructor(options: ModelFilesOptions) {
    this.rows = new ModelFileRows(options.database)
    this.artifacts = options.artifacts
    this.models = options.models
  }

  /** The files of a model, one of each kind at most. @throws WorkstationError not_found */
  list(modelId: string): readonly ModelFile[] {
    const versions = this.models.versions(modelId)
    const [newest] = versions
    const uploaded = this.rows.list(modelId)
    if (newest === undefined) return uploaded
    // A model file that came without data leaves those of the version before in their place.
    const withData = versions.find(({ trainingFile }) => trainingFile !== null)
    const ofVersion = [
      toModelFile(newest),
      ...(withData === undefined ? [] : toDataFile(withData, (sha256) => this.artifacts.sizeOf(sha256))),
    ]
    // Another door may have registered a newer version than the file that was uploaded last.
    const isOutdated = ({ kind, sha256 }: ModelFile): boolean =>
      kind === 'model' && sha256 !== newest.originalFile
    const current = uploaded.filter((file) => !isOutdated(file))
    const missing = ofVersion.filter(({ kind }) => !current.some((file) => file.kind === kind))
    return [...current, ...missing]
  }

  /** A file of a model; undefined when there is none of the kind. @throws WorkstationError not_found */
  find(modelId: string, kind: FileKind): ModelFile | undefined {
    return this.list(modelId).find((file) => file.kind === kind)
  }

  /** Keeps a received file in the place of the former one of its kind. */
  put(file: ModelFile): void {
    const former = this.rows.list(file.modelId).find(({ kind }) => kind === file.kind)
    this.rows.put(file)
    if (former !== undefined) this.artifacts.removeUnused([former.sha256])
  }

  /** Where a file lies. @throws WorkstationError not_found */
  pathOf(file: Pick<ModelFile, 'sha256'>): string {
    return this.artifacts.pathOf(file.sha256)
  }
}

function toModelFile(version: ModelVersion): ModelFile {
  return {
    modelId: version.modelId,
    receivedAt: version.createdAt,
    kind: 'model',
    name: version.originalFileName,
    contentType: BINARY,
    sha256: version.originalFile,
    bytes: version.originalBytes,
  }
}

function toDataFile(version: ModelVersion, sizeOf: (sha256: string) => number): ModelFile[] {
  const { trainingFile } = version
  if (trainingFile === null) return []
  return [
    {
      modelId: version.modelId,
      receivedAt: version.createdAt,
      kind: 'data',
      name: version.trainingFileName ?? 'training.csv',
      contentType: 'text/csv',
      sha256: trainingFile,
      bytes: sizeOf(trainingFile),
    },
  ]
}
