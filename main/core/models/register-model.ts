import { WorkstationError } from '../../errors'
import type { SpawnWorker } from '../../inference/carrier'
import { runIsolated } from '../../inference/isolated'
import type { Analyst, ExaminedData, ExaminedModel } from '../analysis'
import type { Artifacts } from '../artifacts/artifacts'
import { newId } from '../identifiers'
import type { ModelVersion, Registration } from './model'
import type { VersionReference } from './model-rows'
import { judgeSelfTest, planSelfTest } from './self-test'

export type RegistrationTools = {
  readonly artifacts: Artifacts
  readonly analyst: Analyst
  /** Starts a process of its own for a model that was never run here before. */
  readonly spawnIsolated: SpawnWorker
}

/** Identifiers that a new model must have, e.g. in the sample workspace. */
export type RegistrationIds = { readonly modelId?: string }

export type RegistrationProgress = {
  readonly signal: AbortSignal | undefined
  readonly report: (stage: string, fraction: number) => void
}

export type AcceptedModel = {
  /** Identifier for the model if it is a new one. */
  readonly modelId: string
  readonly version: Omit<ModelVersion, 'modelId' | 'number' | 'createdAt'>
  readonly reference: VersionReference
}

const SELF_TEST_TIMEOUT_MS = 120_000
const EXAMPLES = 20

type Fitted = ExaminedData & {
  readonly signature: NonNullable<ExaminedData['signature']>
  readonly profile: NonNullable<ExaminedData['profile']>
}

function requireFit(data: ExaminedData): Fitted {
  const { signature, profile } = data
  if (signature === null || profile === null) {
    throw new WorkstationError('invalid', data.problem ?? 'the training data do not fit the graph')
  }
  return { ...data, signature, profile }
}

function toExamples(data: Fitted): VersionReference['examples'] {
  const step = Math.max(1, Math.floor(data.sample.length / EXAMPLES))
  return data.sample
    .filter((_, index) => index % step === 0)
    .slice(0, EXAMPLES)
    .map((row) =>
      Object.fromEntries(data.signature.features.map((feature, index) => [feature.name, row[index] ?? null])),
    )
}

/**
 * Reads, fits, profiles and tries a model; nothing is registered yet. The model runs in a process of its own, so
 * that a file which crashes or hangs the runtime is refused and hurts nobody.
 * @throws WorkstationError with the reason it was refused; invalid when `signal` aborts.
 */
export async function registerModel(
  tools: RegistrationTools,
  input: Registration,
  progress: RegistrationProgress,
): Promise<AcceptedModel> {
  const { artifacts, analyst } = tools
  const { signal, report } = progress
  const checkCancelled = (): void => {
    if (signal?.aborted === true) throw new WorkstationError('invalid', 'the registration was cancelled')
  }
  report('Reading the graph', 0.05)
  const modelPath = artifacts.pathOf(input.modelFile)
  const dataPath = artifacts.pathOf(input.trainingFile)
  const model: ExaminedModel = await analyst.run('examine-model', { path: modelPath }, { signal })
  report('Reading the training data', 0.2)
  const data = requireFit(
    await analyst.run(
      'examine-data',
      { path: dataPath, graph: model.graph, targetColumn: input.targetColumn },
      { signal, onProgress: (fraction) => report('Reading the training data', 0.2 + 0.5 * fraction) },
    ),
  )
  checkCancelled()
  const servedFile = model.served === null ? input.modelFile : (await artifacts.put(model.served)).sha256
  try {
    report('Trying the model on its training data', 0.75)
    const plan = planSelfTest(data.signature, data.sample)
    const startedAt = performance.now()
    const { outputs } = await runIsolated({
      spawn: tools.spawnIsolated,
      path: artifacts.pathOf(servedFile),
      batches: plan.batches,
      timeoutMs: SELF_TEST_TIMEOUT_MS,
    })
    checkCancelled()
    const { selfTest, predictions, quality } = judgeSelfTest({
      signature: data.signature,
      outputs,
      rows: plan.rows,
      targets: data.sampleTargets,
      durationMs: performance.now() - startedAt,
    })
    return {
      modelId: newId(),
      version: {
        id: newId(),
        task: data.signature.task,
        originalFile: input.modelFile,
        originalFileName: input.modelFileName,
        originalBytes: artifacts.sizeOf(input.modelFile),
        servedFile,
        trainingFile: input.trainingFile,
        trainingFileName: input.trainingFileName,
        targetColumn: data.targetColumn,
        signature: data.signature,
        graph: model.graph,
        changes: model.changes,
        selfTest,
      },
      reference: {
        profile: { features: data.profile, predictions },
        examples: toExamples(data),
        background: data.background,
        quality,
      },
    }
  } catch (error) {
    if (model.served !== null) artifacts.release([servedFile])
    throw error
  }
}
