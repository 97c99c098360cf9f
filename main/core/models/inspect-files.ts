import { WorkstationError } from '../../errors'
import type { InspectedModel } from '../analysis'
import type { Signature } from '../signatures/signature'
import { readSignature } from './fit-data'
import type { DataInspection, ModelInspection } from './model'
import type { RegistrationTools } from './register-model'
import { suggestAlgorithm } from './suggest-algorithm'

type Examined = NonNullable<InspectedModel['examined']>

/** Null when only training data can tell how many columns the model takes. */
function findSignature({ graph, conversion }: Examined): Signature | null {
  try {
    return readSignature(graph, conversion)
  } catch (error) {
    if (error instanceof WorkstationError) return null
    throw error
  }
}

/**
 * What uploaded files hold, before anything is registered. Nothing of the model file is run.
 * @throws WorkstationError invalid, unsupported or too_large when the model file cannot be read at all.
 */
export async function inspectFiles(
  { artifacts, analyst }: RegistrationTools,
  files: { readonly modelFile: string; readonly trainingFile?: string | null | undefined },
  signal: AbortSignal | undefined,
): Promise<ModelInspection> {
  const path = artifacts.pathOf(files.modelFile)
  const { format, examined, refusal, mayRunCode, contents } = await analyst.run(
    'inspect-model',
    { path },
    { signal },
  )
  const readData = async (file: string, { graph, conversion }: Examined): Promise<DataInspection> => {
    const { rows, columns, targetColumn, signature, problem } = await analyst.run(
      'examine-data',
      { path: artifacts.pathOf(file), fit: { kind: 'model', graph, conversion }, targetColumn: null },
      { signal },
    )
    return { rows, columns, targetColumn, signature, problem }
  }
  const trainingFile = files.trainingFile ?? null
  return {
    format,
    graph: examined?.graph ?? null,
    changes: examined?.changes ?? [],
    conversion: examined?.conversion ?? null,
    refusal,
    mayRunCode,
    contents,
    suggestedAlgorithm: examined === null ? '' : suggestAlgorithm(examined.graph, examined.conversion),
    signature: examined === null ? null : findSignature(examined),
    data: trainingFile === null || examined === null ? null : await readData(trainingFile, examined),
  }
}
