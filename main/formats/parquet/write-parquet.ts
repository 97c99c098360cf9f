import type { BasicType } from 'hyparquet-writer'
import { fileWriter, parquetWriteRows } from 'hyparquet-writer'

export type ParquetColumn = {
  readonly name: string
  readonly type: 'double' | 'int64' | 'int32' | 'string' | 'boolean' | 'timestamp'
}

const TYPES: Readonly<Record<ParquetColumn['type'], BasicType>> = {
  double: 'DOUBLE',
  int64: 'INT64',
  int32: 'INT32',
  string: 'STRING',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
}

/** How many values are held in memory at a time, whatever the number of columns. */
const VALUES_PER_GROUP = 1_000_000
const MOST_ROWS_PER_GROUP = 50_000

/**
 * Writes rows to a Parquet file, one row group at a time, Snappy-compressed; every column may hold nulls.
 * @param rows values by column name: bigint for `int64`, Date for `timestamp`, null for none
 */
export async function writeParquet(
  path: string,
  columns: readonly ParquetColumn[],
  rows: Iterable<Readonly<Record<string, unknown>>>,
): Promise<void> {
  const fitting = Math.floor(VALUES_PER_GROUP / columns.length)
  await parquetWriteRows({
    writer: fileWriter(path),
    rows,
    columns: columns.map(({ name, type }) => ({ name, type: TYPES[type], nullable: true })),
    rowGroupSize: Math.max(100, Math.min(MOST_ROWS_PER_GROUP, fitting)),
  })
}
