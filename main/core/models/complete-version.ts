// What can be added to a version after it was registered: training data, and a comparison with the original.
import { WorkstationError } from '../../errors'
import { compareAnswers } from './compare-answers'
import type { ModelVersion, TrainingData } from './model'
import type { VersionReference } from './model-rows'
import type { RegistrationProgress, RegistrationTools } from './register-model'
import { readTrainingData, readWanted, runApart, tryModel } from './register-model'
import type { Verification, VerificationFiles } from './verification'

export type CompletedVersion = { readonly version: ModelVersion; readonly reference: VersionReference }

/** @throws WorkstationError conflict: what a version is compared with never changes */
export function refuseSecondData(version: ModelVersion): void {
  if (version.trainingFile === null) return
  throw new WorkstationError(
    'conflict',
    `version ${version.number} has training data already (${version.trainingFileName ?? 'unnamed'}); register the model again to make a version with others`,
  )
}

/**
 * Fits training data to a version that has none and freezes what they looked like; nothing is kept yet.
 * @throws WorkstationError conflict when it has some already; invalid when they do not fit, or `signal` aborts
 */
export async function completeVersion(
  tools: RegistrationTools,
  { version, data }: { readonly version: ModelVersion; readonly data: TrainingData },
  progress: RegistrationProgress,
): Promise<CompletedVersion> {
  refuseSecondData(version)
  const fit = {
    kind: 'signature',
    signature: version.signature,
    learnsGaps: version.conversion === null || version.conversion.ranCode === true,
  } as const
  const grounds = await readTrainingData(
    tools,
    { file: data.file, fit, targetColumn: data.targetColumn },
    progress,
  )
  progress.report('Trying the model on its training data', 0.75)
  const { servedFile } = version
  const { selfTest, reference } = await tryModel(
    tools,
    { servedFile, grounds, wanted: null },
    progress.signal,
  )
  return {
    version: {
      ...version,
      trainingFile: data.file,
      trainingFileName: data.name,
      targetColumn: grounds.targetColumn,
      signature: grounds.signature,
      selfTest,
    },
    reference,
  }
}

/**
 * Compares a version's answers with those of the original; nothing is kept yet.
 * @throws WorkstationError invalid or too_large when the files cannot be compared with, or `signal` aborts
 */
export async function verifyVersion(
  tools: RegistrationTools,
  { version, files }: { readonly version: ModelVersion; readonly files: VerificationFiles },
  signal: AbortSignal | undefined,
): Promise<Verification> {
  const { signature, servedFile } = version
  const wanted = await readWanted(tools, files, { signature, signal })
  const batches = wanted.rows.batches.map(({ inputs }) => inputs)
  const outputs = await runApart(tools, { servedFile, batches, signal })
  return compareAnswers(signature, wanted.rows, { outputs, fileName: wanted.fileName })
}
