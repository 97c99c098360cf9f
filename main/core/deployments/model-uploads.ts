import { WorkstationError, describeError } from '../../errors'
import type { Artifact, Artifacts } from '../artifacts/artifacts'
import type { ModelCards } from '../models/model-cards'
import type { FileKind, ModelFile } from '../models/model-file'
import type { ModelFiles } from '../models/model-files'
import type { ModelVersion } from '../models/model'
import type { Models } from '../models/models'
import type { Deployments } from './deployments'

export type ModelUploadsOptions = {
  readonly artifacts: Artifacts
  readonly models: Models
  readonly modelCards: ModelCards
  readonly modelFiles: ModelFiles
  readonly deployments: Deployments
}

/** A received file; the receiver holds it until it was taken. */
export type ModelUpload = {
  readonly kind: FileKind
  readonly file: Artifact
  readonly name: string
  readonly contentType: string
}

export type TakenUpload = {
  readonly file: ModelFile
  /** The version that the upload made or completed; null when it did neither. */
  readonly version: ModelVersion | null
  /** What the uploader should know. */
  readonly warnings: readonly string[]
}

type Request = { readonly actor: string; readonly signal: AbortSignal | undefined }
type Outcome = Pick<TakenUpload, 'version' | 'warnings'>

/**
 * Files of a model that come one by one, in any order. A model file makes a version, which its deployments serve from
 * then on; data complete the newest version, or make one when that has others already.
 */
export class ModelUploads {
  private readonly options: ModelUploadsOptions
  /** The last upload of each model: they are taken one after the other. */
  private readonly last = new Map<string, Promise<unknown>>()

  constructor(options: ModelUploadsOptions) {
    this.options = options
  }

  /**
   * Takes a file over from its receiver, who keeps it when this fails.
   * @throws WorkstationError not_found; invalid, unsupported or too_large when a model file cannot be served, and then
   * everything stays as it was
   */
  take(modelId: string, upload: ModelUpload, request: Request): Promise<TakenUpload> {
    const turn = (this.last.get(modelId) ?? Promise.resolve()).then(() =>
      this.takeNext(modelId, upload, request),
    )
    const settled = turn.then(
      () => undefined,
      () => undefined,
    )
    this.last.set(modelId, settled)
    void settled.then(() => {
      if (this.last.get(modelId) === settled) this.last.delete(modelId)
    })
    return turn
  }

  private async takeNext(modelId: string, upload: ModelUpload, request: Request): Promise<TakenUpload> {
    const { artifacts, models, modelFiles } = this.options
    models.get(modelId)
    const { kind, file, name, contentType } = upload
    const kept: ModelFile = {
      modelId,
      kind,
      name,
      contentType,
      sha256: file.sha256,
      bytes: file.size,
      receivedAt: Date.now(),
    }
    const outcome = await this.work(modelId, kept, request)
    modelFiles.put(kept)
    artifacts.release([file.sha256])
    return { file: kept, ...outcome }
  }

  private work(modelId: string, file: ModelFile, request: Request): Promise<Outcome> {
    if (file.kind === 'model') return this.takeModel(modelId, file, request)
    if (file.kind === 'data') return this.takeData(modelId, file, request)
    return Promise.resolve({ version: null, warnings: [] })
  }

  private async takeModel(modelId: string, file: ModelFile, request: Request): Promise<Outcome> {
    const data = this.options.modelFiles.find(modelId, 'data')
    const made = await this.registerWith(modelId, { file, data }, request)
    return { ...made, warnings: [...made.warnings, ...(await this.redeploy(made.version, request))] }
  }

  /** Data that do not fit are kept all the same: a training script may take other columns than the model. */
  private async takeData(modelId: string, data: ModelFile, request: Request): Promise<Outcome> {
    const { models, modelFiles } = this.options
    const [newest] = models.versions(modelId)
    if (newest === undefined || newest.trainingFile === data.sha256) return { version: null, warnings: [] }
    const file = modelFiles.find(modelId, 'model')
    try {
      if (newest.trainingFile === null) return await this.attach(newest, data, request)
      if (file === undefined) return { version: null, warnings: [] }
      const version = await this.register(modelId, { file, data }, request)
      return { version, warnings: await this.redeploy(version, request) }
    } catch (error) {
      return { version: null, warnings: [describeUnfit(error)] }
    }
  }

  private async attach({ id, modelId }: ModelVersion, data: ModelFile, request: Request): Promise<Outcome> {
    const { artifacts, models, modelCards } = this.options
    const training = { file: data.sha256, name: data.name, targetColumn: modelCards.targetColumn(modelId) }
    artifacts.hold([data.sha256])
    try {
      return { version: await models.attachTrainingData(id, training, request.signal), warnings: [] }
    } catch (error) {
      artifacts.release([data.sha256])
      throw error
    }
  }

  /** Registers a model with the data that are there; without them when they do not fit it. */
  private async registerWith(
    modelId: string,
    files: { readonly file: ModelFile; readonly data: ModelFile | undefined },
    request: Request,
  ): Promise<Outcome & { readonly version: ModelVersion }> {
    const { file, data } = files
    if (data === undefined)
      return { version: await this.register(modelId, { file, data: undefined }, request), warnings: [] }
    try {
      return { version: await this.register(modelId, files, request), warnings: [] }
    } catch (error) {
      const warning = describeUnfit(error)
      const version = await this.register(modelId, { file, data: undefined }, request)
      return { version, warnings: [warning] }
    }
  }

  private async register(
    modelId: string,
    { file, data }: { readonly file: ModelFile; readonly data: ModelFile | undefined },
    request: Request,
  ): Promise<ModelVersion> {
    const { artifacts, models, modelCards } = this.options
    const { projectId, name } = models.get(modelId)
    const held = [file.sha256, ...(data === undefined ? [] : [data.sha256])]
    artifacts.hold(held)
    try {
      return await models.register(
        {
          projectId,
          name,
          modelFile: file.sha256,
          modelFileName: file.name,
          trainingFile: data?.sha256 ?? null,
          trainingFileName: data?.name ?? null,
          targetColumn: data === undefined ? null : modelCards.targetColumn(modelId),
        },
        request.signal,
        { modelId },
      )
    } catch (error) {
      artifacts.release(held)
      throw error
    }
  }

  private async redeploy(version: ModelVersion, { actor }: Request): Promise<string[]> {
    const { deployments } = this.options
    const serving = deployments.unarchived().filter(({ modelId }) => modelId === version.modelId)
    const failures = await Promise.all(
      serving.map(({ id }) =>
        deployments.switchVersion({ id, versionId: version.id, actor }).then(
          () => [],
          (error: unknown) => [describeError(error)],
        ),
      ),
    )
    return failures.flat()
  }
}

/** @throws what was thrown, when it says nothing about the data */
function describeUnfit(error: unknown): string {
  const isAboutFiles =
    error instanceof WorkstationError &&
    ['invalid', 'unsupported', 'mismatch', 'too_large'].includes(error.code)
  if (!isAboutFiles) throw error
  return `the data file does not fit the model, so there is no drift, and fewer explanations, until one does: ${error.message}`
}
