import { WorkstationError } from '../../errors'
import type { InferencePool } from '../../inference/pool'
import type { Tensors } from '../../inference/tensor'
import { splitTensor } from '../../inference/tensor'
import { answerOutputs } from '../signatures/decoding'
import type { Signature } from '../signatures/signature'

/** Asks a loaded model, as many rows at a time as it takes. */
export class Session {
  private readonly pool: InferencePool
  private readonly key: string
  private readonly signature: Signature

  constructor(pool: InferencePool, key: string, signature: Signature) {
    this.pool = pool
    this.key = key
    this.signature = signature
  }

  /** Outputs part by part: all rows in one part, or one row in each where the graph takes no batch. */
  async run(
    inputs: Tensors,
    rows: number,
  ): Promise<readonly { readonly outputs: Tensors; readonly rows: number }[]> {
    const outputs = answerOutputs(this.signature)
    if (!this.signature.isSingleRow || rows === 1)
      return [{ outputs: await this.pool.run(this.key, { rows, inputs, outputs }), rows }]
    const ones = new Array<number>(rows).fill(1)
    const split = Object.entries(inputs).map(([name, tensor]) => [name, splitTensor(tensor, ones)] as const)
    const parts: { outputs: Tensors; rows: number }[] = []
    for (let row = 0; row < rows; row++) {
      const single = Object.fromEntries(
        split.flatMap(([name, tensors]) => {
          const tensor = tensors[row]
          return tensor === undefined ? [] : [[name, tensor] as const]
        }),
      )
      parts.push({ outputs: await this.pool.run(this.key, { rows: 1, inputs: single, outputs }), rows: 1 })
    }
    return parts
  }
}

type Part = { readonly outputs: Tensors; readonly rows: number }

/** The scores of every row, two for two classes also when the model gives one; null when it gives none. */
export function readScoreRows({ answer }: Signature, { outputs, rows }: Part): number[][] | null {
  if (answer.kind === 'value' || answer.scores === null) return null
  const scores = outputs[answer.scores]
  if (scores === undefined || rows === 0 || scores.data.length % rows !== 0)
    throw new WorkstationError(
      'internal',
      `the model did not give ${rows} rows of its output "${answer.scores}"`,
    )
  const width = scores.data.length / rows
  return Array.from({ length: rows }, (_, row) => {
    const own = Array.from({ length: width }, (__, column) => Number(scores.data[row * width + column]))
    const [only = 0] = own
    return width === 1 ? [1 - only, only] : own
  })
}

/**
 * The explained number of each row: the value, the score of a class, or 1 where the class was chosen when the model
 * gives labels alone.
 */
export function readScores(
  signature: Signature,
  part: Part,
  explained: { readonly classIndex: number; readonly label: string },
): number[] {
  const { answer } = signature
  const { outputs, rows } = part
  if (answer.kind === 'value') {
    const values = outputs[answer.value]?.data ?? []
    return Array.from({ length: rows }, (_, row) => Number(values[(row * values.length) / rows]))
  }
  const scores = readScoreRows(signature, part)
  if (scores !== null) return scores.map((own) => own[explained.classIndex] ?? Number.NaN)
  const labels = answer.kind === 'label' ? (outputs[answer.label]?.data ?? []) : []
  return Array.from({ length: rows }, (_, row) => Number(String(labels[row]) === explained.label))
}
