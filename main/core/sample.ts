import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { OWNER } from './access/access'
import type { Keys } from './access/keys'
import type { Artifact, Artifacts } from './artifacts/artifacts'
import type { Deployments } from './deployments/deployments'
import type { ModelFiles } from './models/model-files'
import type { Models } from './models/models'
import type { Projects } from './projects/projects'
import type { WorkspaceFacts } from './workspace-facts'

/** The key of the documentation's examples; accepted in the sample workspace only, and the API is reached over loopback only. */
export const SAMPLE_KEY = 'YOUR_API_KEY'

const LOADED = 'sample_loaded'

const sampleSchema = z.array(
  z.object({
    folder: z.string().regex(/^[a-z]+$/),
    name: z.string(),
    algorithm: z.string(),
    target: z.string(),
    description: z.string(),
  }),
)

type SampleModel = z.output<typeof sampleSchema>[number]

/** Identifiers that the examples of the API documents use, per sample folder. */
const IDENTITIES: Readonly<
  Record<
    string,
    { project: string; projectName: string; model: string; deployment: string; deploymentName: string }
  >
> = {
  fraud: {
    project: 'd4e5f6a7-b8c9-0123-def4-567890123456',
    projectName: 'Fraud detection',
    model: 'a7b8c9d0-e1f2-3456-7890-abcdef123456',
    deployment: 'd0e1f2a3-b4c5-6789-0123-def456789012',
    deploymentName: 'fraud-detector-staging',
  },
  iris: {
    project: '0f6f2a44-6f3b-4f0e-9d53-2b7c1f0a9e01',
    projectName: 'Iris',
    model: '1234',
    deployment: 'dep-iris-001',
    deploymentName: 'iris-staging',
  },
  diabetes: {
    project: '5c1d7b0a-3e92-4c64-8a1f-7d2e4b9c6f02',
    projectName: 'Diabetes',
    model: '9b2f4c1e-8d37-4a5b-b6c0-1e5f7a3d9c03',
    deployment: '3e8a6d2c-1f49-4b7e-a5d8-6c0b9e2f4a04',
    deploymentName: 'diabetes-staging',
  },
}

export type SampleOptions = {
  readonly resourcesDirectory: string
  readonly artifacts: Artifacts
  readonly projects: Projects
  readonly models: Models
  readonly modelFiles: ModelFiles
  readonly deployments: Deployments
  readonly keys: Keys
  readonly facts: WorkspaceFacts
}

const isThere = (find: () => unknown): boolean => {
  try {
    find()
    return true
  } catch {
    return false
  }
}

/** The sample workspace: real small models with their training data, registered and deployed like a person would. */
export class Sample {
  private readonly options: SampleOptions
  private loading: Promise<void> | undefined

  constructor(options: SampleOptions) {
    this.options = options
  }

  /** Whether the sample was added to this workspace, completely. */
  isLoaded(): boolean {
    return this.options.facts.get(LOADED) === 'yes'
  }

  /** Accepts the documentation's key while this process runs, if the workspace holds the sample. */
  acceptKey(): void {
    if (this.isLoaded()) this.options.keys.acceptWhileRunning(SAMPLE_KEY, OWNER)
  }

  /** Adds what is missing of the sample; models that a person removed from it come back. */
  async load(): Promise<void> {
    this.loading ??= this.add().finally(() => {
      this.loading = undefined
    })
    await this.loading
  }

  private async add(): Promise<void> {
    const folder = join(this.options.resourcesDirectory, 'samples')
    const samples = sampleSchema.parse(JSON.parse(await readFile(join(folder, 'samples.json'), 'utf8')))
    for (const sample of samples) await this.addModel(join(folder, sample.folder), sample)
    this.options.facts.set(LOADED, 'yes')
    this.acceptKey()
  }

  private async addModel(folder: string, sample: SampleModel): Promise<void> {
    const { projects, models, deployments } = this.options
    const identity = IDENTITIES[sample.folder]
    if (identity === undefined) return
    if (!isThere(() => projects.get(identity.project))) {
      projects.create({ name: identity.projectName, description: sample.description }, identity.project)
    }
    if (!isThere(() => models.get(identity.model))) {
      const model = await this.receive(join(folder, 'model.onnx'))
      const training = await this.receive(join(folder, 'training.csv'))
      const registration = {
        projectId: identity.project,
        name: sample.name,
        description: sample.description,
        algorithm: sample.algorithm,
        modelFile: model.sha256,
        modelFileName: 'model.onnx',
        trainingFile: training.sha256,
        trainingFileName: 'training.csv',
        targetColumn: sample.target,
        registrationId: '',
      }
      await models.register(registration, undefined, { modelId: identity.model })
    }
    await this.addScript(join(folder, 'train.py'), identity.model)
    if (isThere(() => deployments.get(identity.deployment))) return
    await deployments.create(
      {
        projectId: identity.project,
        model: identity.model,
        name: identity.deploymentName,
        stage: 'staging',
        trafficPercent: 100,
      },
      'plumbline',
      identity.deployment,
    )
  }

  /** The script that trains a model anew, where the sample has one. */
  private async addScript(path: string, modelId: string): Promise<void> {
    const { artifacts, modelFiles } = this.options
    if (!existsSync(path) || modelFiles.find(modelId, 'code') !== undefined) return
    const { sha256, size } = await this.receive(path)
    const name = `${modelId}.py`
    modelFiles.put({
      modelId,
      kind: 'code',
      name,
      contentType: 'text/x-python',
      sha256,
      bytes: size,
      receivedAt: Date.now(),
    })
    artifacts.release([sha256])
  }

  private receive(path: string): Promise<Artifact> {
    return this.options.artifacts.receive(createReadStream(path), { maxBytes: Number.POSITIVE_INFINITY })
  }
}
