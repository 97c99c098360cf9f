import type { SqliteWriter } from '../../store/writer'
import type { WriteStatement } from '../../store/writer-messages'
import { formatUuid } from '../identifiers'
import type { JsonObject } from '../json'
import type { JobWork } from '../jobs/jobs'
import { toKeyText } from './ground-truth'
import type { GroundTruthRows, Key } from './ground-truth-rows'
import { truthStatements } from './ground-truth-rows'
import type { LogEntry } from './prediction'

/** Rows that are read and indexed in one go: some milliseconds of the main thread. */
const PAGE = 500

/** The keys in the inputs of a record, as they stand in the log. */
function readKeys(inputs: string, columns: readonly string[]): Key[] {
  const record = JSON.parse(inputs) as JsonObject
  return columns.flatMap((column) => {
    const value = Object.hasOwn(record, column) ? toKeyText(record[column]) : null
    return value === null ? [] : [{ column, value }]
  })
}

/** Finds predictions by the value of a column that was sent with them, for the columns a deployment has declared. */
export class KeyIndex {
  private readonly rows: GroundTruthRows
  private readonly columns = new Map<number, readonly string[]>()

  constructor(rows: GroundTruthRows) {
    this.rows = rows
  }

  setColumns(logKey: number, columns: readonly string[]): void {
    if (columns.length === 0) this.columns.delete(logKey)
    else this.columns.set(logKey, columns)
  }

  columnsOf(logKey: number): readonly string[] {
    return this.columns.get(logKey) ?? []
  }

  /** The keys of an entry; those of its inputs as they are logged, so that nothing is indexed that the log may not hold. */
  keysOf(entry: LogEntry): Key[] {
    const columns = this.columns.get(entry.logKey)
    if (columns === undefined || entry.inputs === null || entry.statusCode >= 400) return []
    return readKeys(entry.inputs, columns)
  }

  /** Statements that index entries in the transaction that writes them. */
  index(entries: readonly LogEntry[]): WriteStatement[] {
    if (this.columns.size === 0) return []
    const keys = entries.flatMap((entry) =>
      this.keysOf(entry).map((key) => ({ ...key, logKey: entry.logKey, id: entry.id })),
    )
    return keys.length === 0 ? [] : [truthStatements.index(keys)]
  }

  /** Indexes what was logged before its columns were declared. @returns how many predictions were read */
  async rebuild(
    logKey: number,
    writer: SqliteWriter,
    { signal, report }: Pick<JobWork, 'signal' | 'report'>,
  ): Promise<number> {
    const startedAt = Date.now()
    let after = new Uint8Array(16)
    let read = 0
    let from: number | undefined
    for (;;) {
      signal.throwIfAborted()
      const page = this.rows.inputsAfter(logKey, after, PAGE)
      const last = page.at(-1)
      if (last === undefined) return read
      const columns = this.columnsOf(logKey)
      const keys = page.flatMap(({ id, inputs }) =>
        readKeys(inputs, columns).map((key) => ({ ...key, logKey, id: formatUuid(id) })),
      )
      await writer.write([truthStatements.index(keys)])
      read += page.length
      from ??= page[0]?.created_at ?? startedAt
      report((last.created_at - from) / Math.max(1, startedAt - from), `${read} predictions indexed`)
      after = Uint8Array.from(last.id)
    }
  }
}
