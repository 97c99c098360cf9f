import { readFileSync } from 'node:fs'
import { WorkstationError } from '../../errors'
import { readModelBody } from '../../formats/onnx/model-body'
import { readOnnx } from '../../formats/onnx/read-onnx'
import type { FeatureValue } from '../distributions/value'
import type { AnswerOutputs, Signature } from '../signatures/signature'
import type { BodyModel } from './body-model'
import { buildBodyModel } from './body-model'

export type ReadBodyModelInput = {
  readonly path: string
  readonly signature: Signature
  readonly background: readonly (readonly FeatureValue[])[]
}

/** The output that carries numbers; null when the model says labels alone. */
function scoreOutput(answer: AnswerOutputs): string | null {
  return answer.kind === 'value' ? answer.value : answer.scores
}

/**
 * Reads trees or linear weights out of a served file. Runs in an analysis worker.
 * @returns null when the graph is of another kind, and has to be explained by asking it
 */
export function readBodyModel(input: ReadBodyModelInput): BodyModel | null {
  const { signature, background } = input
  const output = scoreOutput(signature.answer)
  if (output === null) return null
  const widths = Object.fromEntries(signature.inputs.map((each) => [each.name, each.width]))
  try {
    const body = readModelBody(readOnnx(readFileSync(input.path)), { output, widths })
    return body === null ? null : buildBodyModel(body, signature, background)
  } catch (error) {
    const isUnreadable =
      error instanceof WorkstationError && (error.code === 'unsupported' || error.code === 'too_large')
    if (isUnreadable) return null
    throw error
  }
}
