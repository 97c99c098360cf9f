import { WorkstationError } from '../../errors'
import type { JsonObject } from '../json'
import type { Feature } from '../signatures/signature'
import { toValues } from './data-column'
import { readTable } from './read-table'

export type ReadRecordsInput = {
  readonly path: string
  readonly features: readonly Feature[]
  readonly maxRows: number
}

/**
 * The rows of a CSV file as records of the features that are among its columns; other columns are left out. Runs in
 * an analysis worker.
 * @throws WorkstationError invalid
 */
export async function readRecords({
  path,
  features,
  maxRows,
}: ReadRecordsInput): Promise<readonly JsonObject[]> {
  const table = await readTable(path, () => undefined).catch((error: unknown) => {
    if (!(error instanceof WorkstationError)) throw error
    throw new WorkstationError(error.code, error.message.replace(/^training data: /, ''))
  })
  if (table.rows > maxRows)
    throw new WorkstationError('invalid', `${table.rows} rows; at most ${maxRows} are taken at once`)
  const columns = features.flatMap((feature) => {
    const at = table.names.indexOf(feature.name)
    if (at === -1) return []
    return [{ name: feature.name, values: toValues(table.columns[at] ?? [], feature.type) }]
  })
  if (columns.length === 0)
    throw new WorkstationError(
      'invalid',
      `none of the columns ${table.names.slice(0, 20).join(', ')} is taken by the model; expected ${features.map(({ name }) => name).join(', ')}`,
    )
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[row] ?? null])),
  )
}
