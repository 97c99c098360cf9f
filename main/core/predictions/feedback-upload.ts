import type { SqliteWriter } from '../../store/writer'
import type { WriteStatement } from '../../store/writer-messages'
import { WorkstationError } from '../../errors'
import type { Artifacts } from '../artifacts/artifacts'
import type { JobWork } from '../jobs/jobs'
import type { JsonValue } from '../json'
import { isJsonObject } from '../json'
import type { FeedbackLine } from './feedback-file'
import { readFeedbackFile } from './feedback-file'
import type { FeedbackItem, FeedbackOutcome } from './ground-truth'
import type { GroundTruthRows } from './ground-truth-rows'
import { truthStatements } from './ground-truth-rows'

/** What became of a file; at most this many refused lines and waiting lines are named. */
export type FeedbackReport = {
  readonly file: string
  readonly rows: number
  readonly matched: number
  readonly waiting: number
  readonly refused: number
  readonly unseen_labels: { readonly [label: string]: number }
  readonly refused_rows: readonly { readonly line: number; readonly message: string }[]
  readonly waiting_lines: readonly number[]
}

const MAX_NAMED = 1000
const BATCH = 500

export type FeedbackUploadTools = {
  readonly artifacts: Artifacts
  readonly writer: SqliteWriter
  readonly rows: GroundTruthRows
  readonly columns: readonly string[]
  readonly keep: (
    items: readonly FeedbackItem[],
    extra: (outcome: FeedbackOutcome) => readonly WriteStatement[],
  ) => Promise<FeedbackOutcome>
}

function readPayload(payload: JsonValue): { readonly file: string; readonly name: string } {
  if (isJsonObject(payload) && typeof payload['file'] === 'string' && typeof payload['name'] === 'string') {
    return { file: payload['file'], name: payload['name'] }
  }
  throw new WorkstationError('internal', 'the job does not say which file it is about')
}

const isItem = (line: FeedbackLine): line is FeedbackLine & { readonly item: FeedbackItem } =>
  typeof line.item !== 'string'

function addToReport(
  report: FeedbackReport,
  lines: readonly FeedbackLine[],
  outcome: FeedbackOutcome,
): FeedbackReport {
  const items = lines.filter(isItem)
  const lineOf = (index: number): number => items[index]?.line ?? 0
  const refused = [
    ...lines.flatMap(({ line, item }) => (typeof item === 'string' ? [{ line, message: item }] : [])),
    ...outcome.refused.map(({ index, message }) => ({ line: lineOf(index), message })),
  ].sort((left, right) => left.line - right.line)
  const unseen: Record<string, number> = { ...report.unseen_labels }
  for (const [label, rows] of outcome.unseen) unseen[label] = (unseen[label] ?? 0) + rows
  return {
    file: report.file,
    rows: report.rows + lines.length,
    matched: report.matched + outcome.matched,
    waiting: report.waiting + outcome.waiting.length,
    refused: report.refused + refused.length,
    unseen_labels: unseen,
    refused_rows: [...report.refused_rows, ...refused].slice(0, MAX_NAMED),
    waiting_lines: [...report.waiting_lines, ...outcome.waiting.map(lineOf)].slice(0, MAX_NAMED),
  }
}

/**
 * Reads a file of labels and keeps them batch by batch. How far it came is written with each batch, so that a job
 * which a killed process left goes on behind the last line that was kept.
 */
export async function runFeedbackUpload(
  { job, payload, signal, report: tell }: JobWork,
  tools: FeedbackUploadTools,
): Promise<JsonValue> {
  const { file, name } = readPayload(payload)
  const kept = tools.rows.upload(job.id)
  const done = kept?.line ?? 0
  let report: FeedbackReport = {
    file: name,
    rows: 0,
    matched: 0,
    waiting: 0,
    refused: 0,
    unseen_labels: {},
    refused_rows: [],
    waiting_lines: [],
    ...(kept === undefined ? {} : (JSON.parse(kept.report) as Partial<FeedbackReport>)),
  }
  let lines: FeedbackLine[] = []
  const flush = async (): Promise<void> => {
    const batch = lines
    const last = batch.at(-1)
    if (last === undefined) return
    lines = []
    signal.throwIfAborted()
    const items = batch.filter(isItem).map(({ item }) => item)
    await tools.keep(items, (outcome) => {
      report = addToReport(report, batch, outcome)
      return [truthStatements.keepUpload(job.id, last.line, JSON.stringify(report))]
    })
    tell(last.share, `${report.rows} lines, ${report.matched} matched`)
  }
  for await (const line of readFeedbackFile(tools.artifacts.pathOf(file), tools.columns)) {
    if (line.line <= done) continue
    lines.push(line)
    if (lines.length === BATCH) await flush()
  }
  await flush()
  await tools.writer.write([truthStatements.forgetUpload(job.id)])
  tools.artifacts.release([file])
  return { ...report, accepted: report.matched + report.waiting }
}
