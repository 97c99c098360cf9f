import { closeSync, fsyncSync, openSync, statSync, writeSync } from 'node:fs'
import { writeCsvRecord } from '../../formats/csv/write-csv'
import { writeParquet } from '../../formats/parquet/write-parquet'
import { Database } from '../../store/database'
import type { ExportColumn, ExportSignature } from './export-columns'
import { planColumns, toCell, toParquetValue } from './export-columns'
import type { ExportFormat } from './log-export'
import type { LogFilter } from './log-filter'
import { countCandidates } from './log-filter'
import { idsBetween, LogFilterRows } from './log-filter-rows'
import type { IdRange } from './log-filter-rows'
import { cutSegments, minutesOf } from './log-segments'
import type { LogSegment } from './log-segments'
import type { Prediction } from './prediction'
import { toPrediction } from './prediction-rows'

export type ExportInput = {
  readonly logPath: string
  /** An empty file that is there already: one that was removed, as the work was given up, is not made again. */
  readonly path: string
  readonly format: ExportFormat
  readonly logKey: number
  readonly deploymentId: string
  readonly filter: LogFilter
  readonly signature: ExportSignature
}

export type ExportOutput = { readonly rows: number; readonly bytes: number }

const LINES_AT_ONCE = 2000
const TEXT_AT_ONCE = 1 << 20
/** Share of the work that finding the columns is taken for. */
const COLUMNS_SHARE = 0.25

type Progress = (fraction: number) => void

/**
 * Writes the lines that a filter means to a file, oldest first, and flushes it to the disk. Reads stretch by stretch, so that
 * neither memory nor the log's write-ahead file grows with the length of the log.
 */
export async function exportLog(input: ExportInput, onProgress: Progress): Promise<ExportOutput> {
  const database = new Database(input.logPath, { migrations: [], synchronous: 'NORMAL', readonly: true })
  try {
    const source = new ExportSource(
      new LogFilterRows(database, input.logKey, input.filter),
      input,
      onProgress,
    )
    const rows = await writeLines(source, input)
    const handle = openSync(input.path, 'r+')
    fsyncSync(handle)
    closeSync(handle)
    return { rows, bytes: statSync(input.path).size }
  } finally {
    database.close()
  }
}

/** The lines of an export, and how far they have been read. */
class ExportSource {
  private readonly rows: LogFilterRows
  private readonly input: ExportInput
  private readonly range: IdRange
  private readonly onProgress: Progress
  private readonly candidates: number
  count = 0

  constructor(rows: LogFilterRows, input: ExportInput, onProgress: Progress) {
    const { filter } = input
    this.rows = rows
    this.input = input
    this.onProgress = onProgress
    // What is logged from now on is not meant: the export would run after it.
    this.range = idsBetween(filter.since, Math.min(filter.until ?? Number.POSITIVE_INFINITY, Date.now() + 1))
    const { from, to } = minutesOf(this.range)
    this.candidates = Math.max(1, countCandidates(filter, rows.totals(from, to)))
  }

  private *segments(start: number, end: number): Generator<LogSegment> {
    let examined = 0
    const { filter } = this.input
    for (const segment of cutSegments(this.rows, { filter, range: this.range, order: 'ASC' })) {
      yield segment
      examined += segment.candidates
      this.onProgress(start + (end - start) * Math.min(1, examined / this.candidates))
    }
  }

  columns(): readonly ExportColumn[] {
    const found = new Map<string, Set<string>>()
    for (const segment of this.segments(0, COLUMNS_SHARE)) {
      for (const { key, type } of this.rows.inputTypes(segment))
        found.set(key, (found.get(key) ?? new Set()).add(type))
    }
    return planColumns(this.input.signature, found)
  }

  *lines(start = 0): Generator<Prediction> {
    for (const segment of this.segments(start, 1)) {
      let { low } = segment
      for (;;) {
        const page = { order: 'ASC', limit: LINES_AT_ONCE, offset: 0 } as const
        const found = this.rows.read({ low, high: segment.high }, page)
        for (const row of found) yield toPrediction(row, this.input.deploymentId)
        this.count += found.length
        const last = found.at(-1)
        if (last === undefined || found.length < LINES_AT_ONCE) break
        low = nextId(last.id)
      }
    }
  }
}

/** The smallest identifier above one. */
function nextId(id: Uint8Array): Uint8Array {
  const next = new Uint8Array(id)
  for (let at = next.length - 1; at >= 0; at--) {
    const byte = ((next[at] ?? 0) + 1) % 256
    next[at] = byte
    if (byte !== 0) break
  }
  return next
}

async function writeLines(
  source: ExportSource,
  { format, path, deploymentId }: ExportInput,
): Promise<number> {
  switch (format) {
    case 'jsonl':
      writeTexts(path, toJsonLines(source, deploymentId))
      break
    case 'csv':
      writeTexts(path, toCsv(source))
      break
    case 'parquet': {
      const columns = source.columns()
      await writeParquet(path, columns, toParquetRows(source, columns))
    }
  }
  return source.count
}

function* toJsonLines(source: ExportSource, deploymentId: string): Generator<string> {
  for (const line of source.lines()) {
    const record = {
      id: line.id,
      deployment_id: deploymentId,
      request_id: line.requestId,
      created_at: new Date(line.createdAt).toISOString(),
      status_code: line.statusCode,
      prediction: line.prediction,
      probabilities: line.probabilities,
      latency_ms: line.latencyMs,
      error: line.error,
      inputs: line.inputs,
    }
    yield `${JSON.stringify(record)}\n`
  }
}

function* toCsv(source: ExportSource): Generator<string> {
  const columns = source.columns()
  yield writeCsvRecord(columns.map(({ name }) => name))
  for (const line of source.lines(COLUMNS_SHARE))
    yield writeCsvRecord(columns.map((column) => toCell(column, line)))
}

function* toParquetRows(
  source: ExportSource,
  columns: readonly ExportColumn[],
): Generator<Record<string, unknown>> {
  for (const line of source.lines(COLUMNS_SHARE))
    yield Object.fromEntries(columns.map((column) => [column.name, toParquetValue(column, line)]))
}

function writeTexts(path: string, texts: Iterable<string>): void {
  const handle = openSync(path, 'r+')
  let waiting: string[] = []
  let length = 0
  const flush = (): void => {
    const bytes = Buffer.from(waiting.join(''))
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at)
    waiting = []
    length = 0
  }
  try {
    for (const text of texts) {
      waiting.push(text)
      length += text.length
      if (length > TEXT_AT_ONCE) flush()
    }
    flush()
  } finally {
    closeSync(handle)
  }
}
