import type { TensorData, Tensors } from '../../inference/tensor'
import type { Signature } from '../signatures/signature'
import type { Mask } from './mask-plan'

/** Any kind of list that is written to, place by place. */
type Cells = { readonly length: number; [index: number]: unknown }

/** Room for `length` values of the same kind. */
function createLike(data: TensorData['data'], length: number): TensorData['data'] {
  if (!ArrayBuffer.isView(data)) return new Array<string>(length).fill('')
  const { constructor } = Object.getPrototypeOf(data) as { constructor: new (length: number) => typeof data }
  return new constructor(length)
}

/**
 * Rows to ask the model about: for each mask the whole background, with the record's values in the masked features.
 * @param record the record as tensors of one row
 * @param background tensors of `rows` rows
 */
export function buildMaskedRows(
  signature: Signature,
  {
    record,
    background,
    rows,
  }: { readonly record: Tensors; readonly background: Tensors; readonly rows: number },
  masks: readonly Mask[],
): Tensors {
  const total = masks.length * rows
  return Object.fromEntries(
    signature.inputs.map((input) => {
      const from = background[input.name]
      const own = record[input.name]
      if (from === undefined || own === undefined) throw new Error(`no tensor for input ${input.name}`)
      const { width } = input
      const data = createLike(from.data, total * width)
      const cells: Cells = data
      const size = from.data.length
      for (let index = 0; index < cells.length; index++) cells[index] = from.data[index % size]
      signature.features.forEach(({ input: name, column }, feature) => {
        if (name !== input.name) return
        masks.forEach((mask, maskIndex) => {
          if (mask[feature] !== 1) return
          for (let row = maskIndex * rows; row < (maskIndex + 1) * rows; row++)
            cells[row * width + column] = own.data[column]
        })
      })
      const tensor: TensorData = { type: from.type, dims: input.isFlat ? [total] : [total, width], data }
      return [input.name, tensor]
    }),
  )
}
