// Runs what was converted from a pickle as callers do: one value per column, null where it is missing.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { readPickle } from '../../main/formats/pickle/read-pickle'
import { addInputs } from '../../main/formats/sklearn/add-inputs'
import type { ConvertedColumn } from '../../main/formats/sklearn/add-inputs'
import { Converting } from '../../main/formats/sklearn/converting'
import { Estimator } from '../../main/formats/sklearn/estimator'
import { joinNumbers, widthOf } from '../../main/formats/sklearn/frame'

export type Cell = number | string | null

/** The estimator in a pickle. */
export function readEstimator(bytes: Uint8Array): Estimator {
  const estimator = Estimator.from(readPickle(bytes).root)
  if (estimator === null) throw new Error('the pickle holds no estimator')
  return estimator
}

/** A graph with what a transformer makes of its columns as the output `made`. */
export function convertTransformer(estimator: Estimator): {
  readonly bytes: Uint8Array
  readonly columns: readonly ConvertedColumn[]
  readonly width: number
} {
  const converting = new Converting()
  const { builder } = converting
  const { frame, columns } = addInputs(builder, converting.inputs(estimator))
  const made = converting.transform(estimator, frame)
  const width = widthOf(made)
  builder.output('made', joinNumbers(builder, made), { type: 'float64', width })
  return { bytes: builder.finish(), columns, width }
}

function toFeeds(
  columns: readonly ConvertedColumn[],
  rows: readonly (readonly Cell[])[],
): Record<string, Tensor> {
  const inputs = new Map<string, { column: number; index: number; type: ConvertedColumn['type'] }[]>()
  columns.forEach(({ input, type }, index) => {
    if (input === null) return
    inputs.set(input.name, [...(inputs.get(input.name) ?? []), { column: input.column, index, type }])
  })
  return Object.fromEntries(
    Array.from(inputs, ([name, own]) => {
      const sorted = own.toSorted((a, b) => a.column - b.column)
      const cells = rows.flatMap((row) => sorted.map(({ index }) => row[index] ?? null))
      const dims = [rows.length, sorted.length]
      const tensor =
        sorted[0]!.type === 'string'
          ? new Tensor(
              'string',
              cells.map((cell) => (cell === null ? '' : String(cell))),
              dims,
            )
          : new Tensor(
              'float64',
              cells.map((cell) => (cell === null ? Number.NaN : Number(cell))),
              dims,
            )
      return [name, tensor] as const
    }),
  )
}

/** All outputs as plain values, row after row. */
export async function runModel(
  bytes: Uint8Array,
  columns: readonly ConvertedColumn[],
  rows: readonly (readonly Cell[])[],
): Promise<Record<string, (number | string)[]>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4, intraOpNumThreads: 1 })
  const outputs = await session.run(toFeeds(columns, rows))
  await session.release()
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [
      name,
      Array.from(data as Iterable<unknown>, (value) => (typeof value === 'string' ? value : Number(value))),
    ]),
  )
}
