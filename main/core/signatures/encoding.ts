import { WorkstationError } from '../../errors'
import type { NumericTensorValues, TensorData, Tensors } from '../../inference/tensor'
import type { FeatureValue } from '../distributions/value'
import type { Feature, Signature, TensorInput } from './signature'

type FillColumn = (rows: readonly (readonly FeatureValue[])[], position: number, offset: number) => void

function createValues(input: TensorInput, size: number): { data: TensorData['data']; fill: FillColumn } {
  const { width } = input
  const numbers = (
    data: Float32Array | Float64Array | Int32Array | Uint8Array,
  ): { data: NumericTensorValues; fill: FillColumn } => ({
    data,
    fill: (rows, position, offset) => {
      for (let row = 0; row < rows.length; row++) {
        const value = rows[row]?.[position]
        data[row * width + offset] = value === null || value === undefined ? Number.NaN : Number(value)
      }
    },
  })
  switch (input.elementType) {
    case 'float32':
      return numbers(new Float32Array(size))
    case 'float64':
      return numbers(new Float64Array(size))
    case 'int32': {
      const data = new Int32Array(size)
      return {
        data,
        fill: (rows, position, offset) => {
          rows.forEach((row, index) => {
            const value = Number(row[position] ?? 0)
            const cell = index * width + offset
            data[cell] = value
            if (data[cell] !== value) throw refuseNumber(input, value)
          })
        },
      }
    }
    case 'bool':
      return numbers(new Uint8Array(size))
    case 'int64': {
      const data = new BigInt64Array(size)
      return {
        data,
        fill: (rows, position, offset) => {
          for (let row = 0; row < rows.length; row++)
            data[row * width + offset] = BigInt(Number(rows[row]?.[position] ?? 0))
        },
      }
    }
    case 'string': {
      const data = new Array<string>(size).fill('')
      return {
        data,
        fill: (rows, position, offset) => {
          for (let row = 0; row < rows.length; row++) {
            const value = rows[row]?.[position]
            data[row * width + offset] = value === null || value === undefined ? '' : String(value)
          }
        },
      }
    }
  }
}

/** An int32 array would wrap a number that is too large for it without a word. */
function refuseNumber({ name, elementType }: TensorInput, value: number): WorkstationError {
  return new WorkstationError(
    'invalid',
    `input "${name}" takes ${elementType} and cannot hold ${value}; expected a whole number from -2147483648 to 2147483647`,
  )
}

/**
 * Rows as the tensors that the graph takes.
 * @param rows values in the order of the signature's features; a missing value becomes NaN, or '' for text
 * @throws WorkstationError invalid when a whole number is too large for its input
 */
export function encodeRows(signature: Signature, rows: readonly (readonly FeatureValue[])[]): Tensors {
  const tensors: Record<string, TensorData> = {}
  for (const input of signature.inputs) {
    const { data, fill } = createValues(input, rows.length * input.width)
    signature.features.forEach((feature: Feature, position) => {
      if (feature.input === input.name) fill(rows, position, feature.column)
    })
    tensors[input.name] = {
      type: input.elementType,
      dims: input.isFlat ? [rows.length] : [rows.length, input.width],
      data,
    }
  }
  return tensors
}
