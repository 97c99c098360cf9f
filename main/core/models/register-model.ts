import { WorkstationError } from '../../errors'
import type { SpawnWorker } from '../../inference/carrier'
import { runIsolated } from '../../inference/isolated'
import type { Tensors } from '../../inference/tensor'
import type { Analyst, ExaminedData, ExaminedModel } from '../analysis'
import type { Artifacts } from '../artifacts/artifacts'
import type { FeatureValue } from '../distributions/value'
import { newId } from '../identifiers'
import type { Signature } from '../signatures/signature'
import { compareAnswers, describeMismatch } from './compare-answers'
import type { DataFit } from './fit-data'
import { readSignature } from './fit-data'
import { makeRows } from './make-rows'
import type { ModelVersion, Registration, SelfTest } from './model'
import type { VersionReference } from './model-rows'
import type { PythonConverter } from './python-conversion'
import type { VerificationRows } from './read-verification'
import { runCode } from './run-code'
import { judgeSelfTest, planSelfTest } from './self-test'
import type { Verification, VerificationFiles } from './verification'

export type RegistrationTools = {
  readonly artifacts: Artifacts
  readonly analyst: Analyst
  /** Starts a process of its own for a model that was never run here before. */
  readonly spawnIsolated: SpawnWorker
  /** Runs the code of files that cannot be read as data, when asked to. */
  readonly python: PythonConverter
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

type Rows = readonly (readonly FeatureValue[])[]

/** What is known of a model's columns: from its training data, or from its own file. */
export type Grounds = {
  readonly signature: Signature
  readonly targetColumn: string | null
  readonly sample: Rows
  readonly targets: readonly FeatureValue[]
  readonly notes: readonly string[]
  /** Null for made-up rows. */
  readonly data:
    (Pick<ExaminedData, 'background'> & { readonly profile: NonNullable<ExaminedData['profile']> }) | null
}

/** Reads training data and fits them. @throws WorkstationError invalid with the reason why they do not fit */
export async function readTrainingData(
  tools: RegistrationTools,
  input: { readonly file: string; readonly fit: DataFit; readonly targetColumn: string | null },
  { signal, report }: RegistrationProgress,
): Promise<Grounds> {
  report('Reading the training data', 0.2)
  const data = await tools.analyst.run(
    'examine-data',
    { path: tools.artifacts.pathOf(input.file), fit: input.fit, targetColumn: input.targetColumn },
    { signal, onProgress: (fraction) => report('Reading the training data', 0.2 + 0.5 * fraction) },
  )
  const { signature, profile } = data
  if (signature === null || profile === null)
    throw new WorkstationError('invalid', data.problem ?? 'the training data do not fit the graph')
  return {
    signature,
    targetColumn: data.targetColumn,
    sample: data.sample,
    targets: data.sampleTargets,
    notes: data.notes,
    data: { profile, background: data.background },
  }
}

function makeGrounds(signature: Signature): Grounds {
  return { signature, targetColumn: null, sample: makeRows(signature), targets: [], notes: [], data: null }
}

function toExamples({ features }: Signature, sample: Rows): VersionReference['examples'] {
  const step = Math.max(1, Math.floor(sample.length / EXAMPLES))
  return sample
    .filter((_, index) => index % step === 0)
    .slice(0, EXAMPLES)
    .map((row) => Object.fromEntries(features.map((feature, index) => [feature.name, row[index] ?? null])))
}

export type TriedModel = {
  readonly selfTest: SelfTest
  readonly reference: VersionReference
  readonly verification: Verification | null
}

type Trial = {
  readonly servedFile: string
  readonly grounds: Grounds
  readonly wanted: { readonly rows: VerificationRows; readonly fileName: string } | null
}

/** Reads rows with the original's predictions. @throws WorkstationError invalid or too_large */
export async function readWanted(
  tools: RegistrationTools,
  files: VerificationFiles,
  { signature, signal }: { readonly signature: Signature; readonly signal: AbortSignal | undefined },
): Promise<NonNullable<Trial['wanted']>> {
  const { artifacts, analyst } = tools
  const { predictionsFile, predictionColumn } = files
  const rows = await analyst.run(
    'read-verification',
    {
      path: artifacts.pathOf(files.file),
      predictionsPath: predictionsFile === null ? null : artifacts.pathOf(predictionsFile),
      signature,
      predictionColumn,
    },
    { signal },
  )
  return { rows, fileName: files.name }
}

/** Runs batches in a process of its own. @throws WorkstationError as `runIsolated`; invalid when `signal` aborts */
export async function runApart(
  tools: RegistrationTools,
  run: {
    readonly servedFile: string
    readonly batches: readonly Tensors[]
    readonly signal: AbortSignal | undefined
  },
): Promise<readonly Tensors[]> {
  const { outputs } = await runIsolated({
    spawn: tools.spawnIsolated,
    path: tools.artifacts.pathOf(run.servedFile),
    batches: run.batches,
    timeoutMs: SELF_TEST_TIMEOUT_MS,
    signal: run.signal,
  })
  return outputs
}

/**
 * Tries a model on rows of its training data, or on made-up ones, and compares it with the original where there is
 * something to compare with. The model runs in a process of its own.
 */
export async function tryModel(
  tools: RegistrationTools,
  { servedFile, grounds, wanted }: Trial,
  signal: AbortSignal | undefined,
): Promise<TriedModel> {
  const { signature, sample, data } = grounds
  const isMadeUp = data === null
  const plan = planSelfTest(signature, sample)
  const startedAt = performance.now()
  const batches = [...plan.batches, ...(wanted?.rows.batches.map(({ inputs }) => inputs) ?? [])]
  const outputs = await runApart(tools, { servedFile, batches, signal })
  const { selfTest, predictions, quality, answered } = judgeSelfTest({
    signature,
    outputs: outputs.slice(0, plan.batches.length),
    rows: plan.rows,
    targets: grounds.targets,
    isMadeUp,
    durationMs: performance.now() - startedAt,
  })
  const verification =
    wanted === null
      ? null
      : compareAnswers(signature, wanted.rows, {
          outputs: outputs.slice(plan.batches.length),
          fileName: wanted.fileName,
        })
  return {
    selfTest: { ...selfTest, notes: [...selfTest.notes, ...grounds.notes] },
    reference: {
      profile: data === null || predictions === null ? null : { features: data.profile, predictions },
      examples: toExamples(signature, isMadeUp ? answered.map((row) => sample[row] ?? []) : sample),
      background: data?.background ?? null,
      quality,
    },
    verification,
  }
}

/**
 * Reads, converts, fits, profiles and tries a model; nothing is registered yet. The file is read in a thread and the
 * model runs in a process of its own, so that a file which crashes or hangs either is refused and hurts nobody.
 * @throws WorkstationError with the reason it was refused; mismatch when it does not answer what the original
 * answered; invalid when `signal` aborts.
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
  report('Reading the model', 0.05)
  const modelPath = artifacts.pathOf(input.modelFile)
  const run = input.runsCode ? await runCode(tools, input, progress) : null
  const model: ExaminedModel =
    run?.model ?? (await analyst.run('examine-model', { path: modelPath }, { signal }))
  const { graph, conversion, changes } = model
  const { trainingFile, trainingFileName, targetColumn } = input
  const grounds =
    trainingFile === null
      ? makeGrounds(readSignature(graph, conversion))
      : await readTrainingData(
          tools,
          { file: trainingFile, fit: { kind: 'model', graph, conversion }, targetColumn },
          progress,
        )
  const { signature } = grounds
  checkCancelled()
  const servedFile = model.served === null ? input.modelFile : (await artifacts.put(model.served)).sha256
  try {
    const wanted =
      input.verification === null ? null : await readWanted(tools, input.verification, { signature, signal })
    report(trainingFile === null ? 'Trying the model' : 'Trying the model on its training data', 0.75)
    const tried = await tryModel(tools, { servedFile, grounds, wanted }, signal)
    checkCancelled()
    const { selfTest, reference, verification } = tried
    if (verification?.verdict === 'failed' && !input.allowsMismatch)
      throw new WorkstationError('mismatch', describeMismatch(verification), { detail: verification })
    return {
      modelId: newId(),
      version: {
        id: newId(),
        task: signature.task,
        originalFile: input.modelFile,
        originalFileName: input.modelFileName,
        originalBytes: artifacts.sizeOf(input.modelFile),
        servedFile,
        trainingFile,
        trainingFileName: trainingFile === null ? null : (trainingFileName ?? 'training.csv'),
        targetColumn: grounds.targetColumn,
        signature,
        graph,
        changes,
        conversion: run === null ? conversion : run.describe(signature),
        verification,
        selfTest,
      },
      reference,
    }
  } catch (error) {
    if (model.served !== null) artifacts.release([servedFile])
    throw error
  }
}
