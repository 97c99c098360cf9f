/** Lines of a log at chosen times, as the predict path writes them, and what jobs make of them. */
import { expect } from 'vitest'
import { TimeOrderedIds } from '../../main/core/identifiers'
import type { LogEntry } from '../../main/core/predictions/prediction'
import type { ApiClient, Page } from './api-client'
import type { JobWire, LogLine } from './mlops-wire'
import { DEPLOYMENTS } from './mlops-wire'
import type { OpenWorkstation } from './workstation'

export type LogPageWire = Page<LogLine> & {
  readonly next_cursor: string | null
  readonly total_is_estimate: boolean
}

export type LineOf = Partial<Omit<LogEntry, 'inputs'>> & { readonly inputs?: object | null }

/** Appends lines, in the order of their times, in one call per thousand. */
export async function fillLog(
  { workstation }: Pick<OpenWorkstation, 'workstation'>,
  deploymentId: string,
  lines: readonly (LineOf & { readonly createdAt: number })[],
): Promise<void> {
  const { core } = workstation
  const { logKey } = core.deployments.get(deploymentId)
  const ids = new TimeOrderedIds()
  const entries = lines.map(({ inputs = { amount: 1 }, ...line }): LogEntry => {
    const id = ids.next(line.createdAt)
    return {
      logKey,
      id,
      requestId: id,
      prediction: '"0"',
      probabilities: null,
      statusCode: 200,
      error: null,
      latencyMs: 1,
      ...line,
      inputs: inputs === null ? null : JSON.stringify(inputs),
    }
  })
  for (let at = 0; at < entries.length; at += 1000)
    await core.predictions.append(deploymentId, entries.slice(at, at + 1000))
}

export const logOf = (id: string, query = ''): string => `${DEPLOYMENTS}/${id}/inference-logs${query}`

/** All lines by following the cursors, page after page. */
export async function followCursors(api: ApiClient, id: string, query: string): Promise<LogPageWire[]> {
  const pages: LogPageWire[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const next: string = cursor === '' ? '' : `&cursor=${cursor}`
    const page: { body: LogPageWire } = await api.get<LogPageWire>(logOf(id, `?${query}${next}`))
    pages.push(page.body)
    cursor = page.body.next_cursor
  }
  return pages
}

/** Waits until a job has ended; returns it. */
export async function endOf(
  api: ApiClient,
  jobId: string,
): Promise<JobWire['job'] & { readonly error: string | null }> {
  const read = async () => (await api.get<JobWire>(`/api/jobs/${jobId}`)).body.job
  await expect.poll(async () => (await read()).status, { timeout: 20_000 }).not.toMatch(/queued|running/)
  return (await read()) as JobWire['job'] & { readonly error: string | null }
}
