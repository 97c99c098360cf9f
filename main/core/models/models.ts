import { WorkstationError } from '../../errors'
import type { Database } from '../../store/database'
import { isUniqueViolation } from '../../store/database'
import type { Artifacts } from '../artifacts/artifacts'
import type { Events } from '../events'
import type { Page } from '../page'
import type { Projects } from '../projects/projects'
import type { QualityReference } from '../distributions/labelled-sums'
import type { FeatureValue } from '../distributions/value'
import { completeVersion, refuseSecondData, verifyVersion } from './complete-version'
import { inspectFiles } from './inspect-files'
import type {
  Model,
  ModelInspection,
  ModelQuery,
  ModelVersion,
  ReferenceProfile,
  Registration,
  RegistrationInput,
  TrainingDataInput,
} from './model'
import { registrationSchema, trainingDataSchema } from './model'
import { ModelFileRows } from './model-file-rows'
import { ModelRows } from './model-rows'
import type { PythonOffer } from './python-conversion'
import { PythonConverter } from './python-conversion'
import { readInput } from './read-input'
import type { RegistrationTools, RegistrationIds } from './register-model'
import { registerModel } from './register-model'
import { suggestAlgorithm } from './suggest-algorithm'
import type { Verification, VerificationInput } from './verification'
import { verificationSchema } from './verification'

export type ModelsOptions = {
  readonly database: Database
  readonly events: Events
  readonly projects: Projects
  /** Holds the program that runs in Python. */
  readonly resourcesDirectory: string
  /** The Python of the settings; '' for the first that is found. */
  readonly pythonExecutable: string
} & Omit<RegistrationTools, 'python'>

/** Registered models: their versions, files, signatures and frozen reference distributions. */
export class Models {
  private readonly database: Database
  private readonly events: Events
  private readonly projects: Projects
  private readonly artifacts: Artifacts
  private readonly tools: RegistrationTools
  private readonly rows: ModelRows
  private readonly fileRows: ModelFileRows
  private readonly referenceListeners: ((versionId: string) => void)[] = []

  constructor(options: ModelsOptions) {
    this.database = options.database
    this.events = options.events
    this.projects = options.projects
    this.artifacts = options.artifacts
    const { artifacts, analyst, spawnIsolated, resourcesDirectory, pythonExecutable } = options
    const python = new PythonConverter(resourcesDirectory, pythonExecutable)
    this.tools = { artifacts, analyst, spawnIsolated, python }
    this.rows = new ModelRows(options.database)
    this.fileRows = new ModelFileRows(options.database)
  }

  list(query: ModelQuery): Page<Model> {
    return { ...this.rows.list(query), limit: query.limit, offset: query.offset }
  }

  /** @throws WorkstationError not_found */
  get(id: string): Model {
    const model = this.rows.find(id)
    if (model === undefined) throw new WorkstationError('not_found', `no model with id ${id}`)
    return model
  }

  /** The versions of a model, newest first. @throws WorkstationError not_found */
  versions(modelId: string): readonly ModelVersion[] {
    return this.rows.versions(this.get(modelId).id)
  }

  /** @throws WorkstationError not_found */
  version(versionId: string): ModelVersion {
    const version = this.rows.findVersion(versionId)
    if (version === undefined)
      throw new WorkstationError('not_found', `no model version with id ${versionId}`)
    return version
  }

  /**
   * The version that a reference means: a version's own id, or a model's, which stands for its newest version.
   * @throws WorkstationError not_found; conflict for a model that has no file yet
   */
  resolve(reference: string): ModelVersion {
    const version = this.rows.findVersion(reference) ?? this.rows.latestVersion(reference)
    if (version !== undefined) return version
    const { name } = this.get(reference)
    throw new WorkstationError('conflict', `the model "${name}" has no file yet; upload one first`)
  }

  /** The version of a model with this number, or with this id. @throws WorkstationError not_found */
  versionOf(modelId: string, reference: string): ModelVersion {
    const found = this.versions(modelId).find(
      ({ id, number }) => id === reference || String(number) === reference,
    )
    if (found !== undefined) return found
    throw new WorkstationError('not_found', `the model has no version ${reference}`)
  }

  /** The frozen distributions of a version's training data; null without any. @throws WorkstationError not_found */
  profile(versionId: string): ReferenceProfile | null {
    return this.reference(versionId).profile
  }

  /**
   * A few records, ready to be sent as a prediction: of the training data, or made up for a version without.
   * @throws WorkstationError not_found
   */
  examples(versionId: string): readonly { readonly [name: string]: FeatureValue }[] {
    return this.reference(versionId).examples
  }

  /**
   * Rows of the training data to explain answers against, in the order of the signature's features; a version that
   * was registered before such rows were kept has its examples only, and one without training data has none.
   * @throws WorkstationError not_found
   */
  background(versionId: string): readonly (readonly FeatureValue[])[] {
    const { background, examples } = this.reference(versionId)
    if (background !== null) return background
    const { trainingFile, signature } = this.version(versionId)
    if (trainingFile === null) return []
    const { features } = signature
    return examples.map((example) => features.map(({ name }) => example[name] ?? null))
  }

  /** What a version's answers on its training data were worth; null when that is not known. @throws WorkstationError not_found */
  qualityReference(versionId: string): QualityReference | null {
    return this.reference(versionId).quality
  }

  private reference(versionId: string): NonNullable<ReturnType<ModelRows['reference']>> {
    const reference = this.rows.reference(versionId)
    if (reference === undefined)
      throw new WorkstationError('not_found', `no model version with id ${versionId}`)
    return reference
  }

  /** The path of the file that a version serves. */
  servedPath(version: ModelVersion): string {
    return this.artifacts.pathOf(version.servedFile)
  }

  /** Where a version's training data lie; null for one without. */
  trainingPath({ trainingFile }: ModelVersion): string | null {
    return trainingFile === null ? null : this.artifacts.pathOf(trainingFile)
  }

  /** Names who hears that a version got its training data. */
  onReference(listener: (versionId: string) => void): void {
    this.referenceListeners.push(listener)
  }

  /**
   * What converting a pickle by running its code would mean on this computer.
   * @throws WorkstationError not_found without a Python, saying what to install
   */
  pythonOffer(): Promise<PythonOffer> {
    return this.tools.python.offer()
  }

  /**
   * What uploaded files hold, before anything is registered. Nothing of the model file is run.
   * @throws WorkstationError invalid, unsupported or too_large when the model file cannot be read at all.
   */
  async inspect(
    files: { readonly modelFile: string; readonly trainingFile?: string | null | undefined },
    signal?: AbortSignal,
  ): Promise<ModelInspection> {
    return inspectFiles(this.tools, files, signal)
  }

  /**
   * Accepts a model, with its training data if there are any: reads or converts the file, fits the columns, freezes
   * their distributions, runs a self-test, compares it with the original if asked to, then keeps the version in one
   * transaction. A name that the project has already gets a new version.
   * On success it is done with the uploaded files; on failure the uploader still holds them and may try again.
   * @throws WorkstationError invalid, unsupported, too_large, mismatch or not_found, and then nothing is registered.
   */
  async register(
    given: RegistrationInput,
    signal?: AbortSignal,
    ids: RegistrationIds = {},
  ): Promise<ModelVersion> {
    const input = readInput(registrationSchema, given)
    const report = (stage: string, fraction: number): void =>
      this.events.emit({
        type: 'registration.progress',
        registrationId: input.registrationId,
        stage,
        fraction,
      })
    this.projects.get(input.projectId)
    const accepted = await registerModel(this.tools, input, { signal, report })
    const { originalFile, servedFile, trainingFile } = accepted.version
    const { verification } = input
    try {
      const version = this.keep(input, accepted, ids)
      this.artifacts.release(
        [originalFile, trainingFile, verification?.file, verification?.predictionsFile].flatMap(
          (file) => file ?? [],
        ),
      )
      report('Registered', 1)
      this.events.emit({ type: 'model.changed', modelId: version.modelId })
      return version
    } finally {
      if (servedFile !== originalFile) this.artifacts.release([servedFile])
    }
  }

  private keep(
    input: Registration,
    accepted: Awaited<ReturnType<typeof registerModel>>,
    ids: RegistrationIds,
  ): ModelVersion {
    return this.database.transaction(() => {
      const known = this.rows.findByName(input.projectId, input.name)
      const modelId = known?.id ?? ids.modelId ?? accepted.modelId
      const createdAt = Date.now()
      const algorithm =
        input.algorithm === ''
          ? suggestAlgorithm(accepted.version.graph, accepted.version.conversion)
          : input.algorithm
      const description = input.description === '' ? (known?.description ?? '') : input.description
      const details = { name: input.name, description, algorithm }
      if (known === undefined)
        this.rows.insert({ id: modelId, projectId: input.projectId, ...details, createdAt })
      else this.rows.update(modelId, { ...details, at: createdAt })
      const version = { ...accepted.version, modelId, number: this.rows.nextNumber(modelId), createdAt }
      this.rows.insertVersion(version, accepted.reference)
      return version
    })
  }

  /**
   * Gives a version that was registered without training data what it lacks: a reference for drift and quality,
   * examples, and rows to explain against. Takes the uploaded file over on success.
   * @throws WorkstationError not_found; conflict when it has training data; invalid when they do not fit
   */
  async attachTrainingData(
    versionId: string,
    given: TrainingDataInput,
    signal?: AbortSignal,
  ): Promise<ModelVersion> {
    const data = readInput(trainingDataSchema, given)
    const progress = { signal, report: () => undefined }
    const completed = await completeVersion(this.tools, { version: this.version(versionId), data }, progress)
    const isKept = this.database.transaction(() =>
      this.rows.attachTraining(completed.version, completed.reference),
    )
    if (!isKept) refuseSecondData(this.version(versionId))
    this.artifacts.release([data.file])
    for (const listener of this.referenceListeners) listener(versionId)
    this.events.emit({ type: 'model.changed', modelId: completed.version.modelId })
    return this.version(versionId)
  }

  /**
   * Compares a version's answers with the original's on uploaded rows, and keeps the result with the version.
   * Done with the files on success.
   * @throws WorkstationError not_found; invalid or too_large when the files cannot be compared with
   */
  async verify(versionId: string, given: VerificationInput, signal?: AbortSignal): Promise<Verification> {
    const files = readInput(verificationSchema, given)
    const version = this.version(versionId)
    const verification = await verifyVersion(this.tools, { version, files }, signal)
    this.rows.setVerification(versionId, verification)
    this.artifacts.release([files.file, files.predictionsFile].flatMap((file) => file ?? []))
    this.events.emit({ type: 'model.changed', modelId: version.modelId })
    return verification
  }

  /** Gives uploaded files up that will not be registered. */
  discardUploads(files: readonly string[]): void {
    this.artifacts.release(files)
  }

  /** Renames or describes a model. @throws WorkstationError not_found; conflict when the name is taken. */
  update(
    id: string,
    change: { readonly name?: string | undefined; readonly description?: string | undefined },
  ): Model {
    const model = this.get(id)
    const name = change.name ?? model.name
    try {
      this.rows.update(id, {
        name,
        description: change.description ?? model.description,
        algorithm: model.algorithm,
        at: Date.now(),
      })
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new WorkstationError(
        'conflict',
        `the project has a model named "${name}" already; choose another name`,
      )
    }
    this.events.emit({ type: 'model.changed', modelId: id })
    return this.get(id)
  }

  /** Removes a model with its versions and files. @throws WorkstationError not_found; conflict while it is deployed. */
  remove(id: string): { readonly id: string } {
    const files = this.versions(id).flatMap((version) => [
      version.originalFile,
      version.servedFile,
      ...(version.trainingFile === null ? [] : [version.trainingFile]),
    ])
    files.push(...this.fileRows.list(id).map(({ sha256 }) => sha256))
    this.database.transaction(() => {
      const serving = this.rows.servingDeployments(id)
      if (serving.length > 0) {
        throw new WorkstationError(
          'conflict',
          `the model is deployed as ${serving.join(', ')}; deactivate that first`,
        )
      }
      this.rows.removeArchivedDeployments(id)
      this.rows.remove(id)
    })
    this.artifacts.removeUnused(files)
    this.events.emit({ type: 'model.changed', modelId: id })
    return { id }
  }
}
