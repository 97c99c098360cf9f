import type { FeatureValue } from '../distributions/value'
import { createRandom } from '../random'
import type { Signature } from '../signatures/signature'
import { locateColumns } from './converted-signature'
import { describeColumn, toValues } from './data-column'
import { planColumns } from './fit-data'
import { streamTable } from './read-table'

export type SampleRequest = {
  readonly path: string
  readonly signature: Signature
  readonly targetColumn: string | null
  readonly most: number
  readonly seed: number
}

export type TrainingSample = {
  /** Rows of the file, of which the sample has `most` at most. */
  readonly rows: number
  /** Values of each feature by its name. */
  readonly columns: ReadonlyMap<string, readonly FeatureValue[]>
}

/**
 * All rows of a training file, or so many of them, each as likely as any other (Vitter 1985, algorithm R), the same
 * ones for the same seed. Needs no more memory than the sample. Runs in an analysis worker.
 * @throws WorkstationError invalid when the file cannot be read or does not fit the signature any more.
 */
export async function sampleTraining(
  request: SampleRequest,
  onProgress: (fraction: number) => void,
): Promise<TrainingSample> {
  const { most, signature } = request
  const random = createRandom(request.seed)
  const kept: (readonly string[])[] = []
  let names: readonly string[] = []
  let rows = 0
  await streamTable(request.path, {
    onNames: (found) => {
      names = found
    },
    onRow: (cells) => {
      const place = rows++ < most ? kept.length : Math.floor(random() * rows)
      if (place < most) kept[place] = cells
    },
    onProgress,
  })
  const cellsOf = (name: string): string[] => {
    const column = names.indexOf(name)
    return kept.map((cells) => cells[column] ?? '')
  }
  const table = names.map((name) => describeColumn(name, cellsOf(name)))
  const { found } = locateColumns(planColumns(signature, new Set(names)), table, request.targetColumn)
  const columns = new Map(
    found.map(({ feature, column }) => [feature.name, toValues(cellsOf(column.name), feature.type)]),
  )
  return { rows, columns }
}
