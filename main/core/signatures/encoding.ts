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
    case 'int32':
      return numbers(new Int32Array(size))
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

/**
 * Rows as the tensors that the graph takes.
 * @param rows values in the order of the signature's features; a missing value becomes NaN, or '' for text
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
