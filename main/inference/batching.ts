/** Pure rules of micro-batching: which requests may share a run, how they are joined and how the answer is cut. */
import type { SessionShape } from './messages'
import { concatTensors, splitTensor } from './tensor'
import type { TensorData, Tensors } from './tensor'

export type Batchable = {
  readonly rows: number
  readonly inputs: Tensors
  readonly outputs?: readonly string[]
}

/** Whether the model leaves the first dimension of every input and tensor output open, so that rows can be joined. */
export function isBatchModel(shape: SessionShape): boolean {
  const isOpen = (value: SessionShape['inputs'][number]) =>
    !value.isTensor || typeof value.dims[0] === 'string'
  return shape.inputs.length > 0 && shape.inputs.every(isOpen) && shape.outputs.every(isOpen)
}

/**
 * Requests with equal signatures may share a run: same input names, types and trailing dimensions, same outputs.
 * Undefined when the request must run alone: no rows, or an input whose first dimension is not the row count.
 */
export function signRequest({ rows, inputs, outputs }: Batchable): string | undefined {
  if (rows < 1) return undefined
  const parts: string[] = []
  for (const name of Object.keys(inputs).sort()) {
    const tensor = inputs[name]
    if (tensor === undefined || tensor.dims[0] !== rows) return undefined
    parts.push(JSON.stringify(name), tensor.type, tensor.dims.slice(1).join('x'))
  }
  return `${parts.join('|')}>${outputs === undefined ? '' : JSON.stringify(outputs)}`
}

/** Joins the inputs of requests of one signature, in order. */
export function mergeInputs(requests: readonly Batchable[]): Tensors {
  const names = Object.keys(requests[0]?.inputs ?? {})
  return Object.fromEntries(
    names.map((name) => [name, concatTensors(requests.flatMap(({ inputs }) => inputs[name] ?? []))]),
  )
}

/**
 * Gives every request its own rows of a merged answer, in order. Undefined when an output does not have one row
 * per input row: such a model cannot be merged.
 */
export function splitOutputs(
  outputs: Tensors,
  requests: readonly Batchable[],
): Record<string, TensorData>[] | undefined {
  const counts = requests.map(({ rows }) => rows)
  const total = counts.reduce((sum, rows) => sum + rows, 0)
  const answers: Record<string, TensorData>[] = requests.map(() => ({}))
  for (const [name, tensor] of Object.entries(outputs)) {
    if (tensor.dims[0] !== total) return undefined
    splitTensor(tensor, counts).forEach((part, index) => {
      const answer = answers[index]
      if (answer !== undefined) answer[name] = part
    })
  }
  return answers
}

const RELATIVE_TOLERANCE = 1e-4
const ABSOLUTE_TOLERANCE = 1e-5

/**
 * Whether an answer from a merged run is the one the request gets alone. Floats may differ by rounding, since
 * kernels sum in another order for other batch sizes; everything else must be equal.
 */
export function isSameAnswer(merged: Tensors, alone: Tensors): boolean {
  return Object.entries(alone).every(([name, expected]) => {
    const actual = merged[name]
    if (actual === undefined || actual.data.length !== expected.data.length) return false
    return isCloseTo(actual, expected)
  })
}

function isCloseTo(actual: TensorData, expected: TensorData): boolean {
  // Half floats travel as bit patterns, in which neighbours are one apart.
  const slack = expected.type === 'float16' ? 2 : ABSOLUTE_TOLERANCE
  for (let index = 0; index < expected.data.length; index += 1) {
    const a = actual.data[index]
    const b = expected.data[index]
    if (Object.is(a, b)) continue
    if (typeof a !== 'number' || typeof b !== 'number') return false
    if (!(Math.abs(a - b) <= slack + RELATIVE_TOLERANCE * Math.abs(b))) return false
  }
  return true
}
