import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { WorkstationError } from '../../errors'
import type { Analyst } from '../analysis'
import type { Deployments } from '../deployments/deployments'
import type { Job } from '../jobs/job'
import type { JobWork, Jobs } from '../jobs/jobs'
import type { JsonValue } from '../json'
import type { Models } from '../models/models'
import { CONTENT_TYPES, exportFormatSchema, nameExport } from './log-export'
import type { ExportedFile, ExportFormat } from './log-export'
import type { LogFilter } from './log-filter'
import { logFilterSchema } from './log-filter'

export type LogExportsOptions = {
  readonly dataDirectory: string
  readonly logPath: string
  readonly jobs: Jobs
  readonly deployments: Deployments
  readonly models: Models
  readonly analyst: Analyst
}

const EXPORT_JOB = 'inference_log_export'
const KEPT_MS = 7 * 24 * 3600_000
const SWEEP_EVERY_MS = 3600_000
const UNFINISHED = '.part'

const payloadSchema = z.object({ format: exportFormatSchema, filter: logFilterSchema })
const resultSchema = z.object({ file: z.string(), format: exportFormatSchema })

/** Copies of the log as files: written by jobs, named after them, kept for seven days. */
export class LogExports {
  private readonly options: LogExportsOptions
  private readonly folder: string
  private sweeping: ReturnType<typeof setInterval> | undefined

  constructor(options: LogExportsOptions) {
    this.options = options
    this.folder = join(options.dataDirectory, 'exports')
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    options.jobs.register(EXPORT_JOB, (work) => this.write(work))
  }

  /** Removes what was left half-written and what is too old, now and every hour. */
  start(): void {
    for (const name of readdirSync(this.folder))
      if (name.endsWith(UNFINISHED)) rmSync(join(this.folder, name), { force: true })
    this.sweep()
    this.sweeping = setInterval(() => this.sweep(), SWEEP_EVERY_MS)
    this.sweeping.unref()
  }

  private sweep(): void {
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name)
      const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs
      if (modified !== undefined && modified < Date.now() - KEPT_MS) rmSync(path, { force: true })
    }
  }

  close(): void {
    clearInterval(this.sweeping)
  }

  /** Queues the export of the lines that a filter means. @throws WorkstationError not_found */
  request(deploymentId: string, format: ExportFormat, filter: LogFilter): Job {
    const { id } = this.options.deployments.get(deploymentId)
    const given = Object.entries(filter).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    )
    return this.options.jobs.add(EXPORT_JOB, id, { format, filter: Object.fromEntries(given) })
  }

  private async write({ job, payload, signal, report }: JobWork): Promise<JsonValue> {
    const { deployments, models, analyst, logPath } = this.options
    const { format, filter } = payloadSchema.parse(payload)
    const deployment = deployments.get(job.subject)
    const { task, classLabels, features } = models.version(deployment.modelVersionId).signature
    const path = this.place(job.id, format)
    const part = path + UNFINISHED
    try {
      await (await open(part, 'w', 0o600)).close()
      const input = {
        logPath,
        path: part,
        format,
        logKey: deployment.logKey,
        deploymentId: deployment.id,
        filter,
        signature: { task, classLabels, features: features.map(({ name, type }) => ({ name, type })) },
      }
      const { rows, bytes } = await analyst.run('export-log', input, {
        signal,
        onProgress: (fraction) => report(fraction, 'Writing the file'),
      })
      signal.throwIfAborted()
      await rename(part, path)
      const now = Date.now()
      return {
        file: nameExport(deployment.name, format, now),
        format,
        rows,
        bytes,
        expires_at: new Date(now + KEPT_MS).toISOString(),
      }
    } catch (error) {
      await rm(part, { force: true, maxRetries: 5 })
      throw error
    }
  }

  private place(jobId: string, format: ExportFormat): string {
    return join(this.folder, `${jobId}.${format}`)
  }

  /**
   * The file that a job wrote.
   * @throws WorkstationError not_found when there is none or it has expired; conflict while the job has not succeeded.
   */
  file(jobId: string): ExportedFile {
    const job = this.options.jobs.get(jobId)
    if (job.type !== EXPORT_JOB)
      throw new WorkstationError('not_found', `job ${job.id} makes no file (${job.type})`)
    if (job.status !== 'succeeded')
      throw new WorkstationError('conflict', `the file is not there: the job is ${job.status}`)
    const { file, format } = resultSchema.parse(job.result)
    const path = this.place(job.id, format)
    const bytes = statSync(path, { throwIfNoEntry: false })?.size
    if (bytes === undefined)
      throw new WorkstationError('not_found', 'the file has expired (it is kept for 7 days); export anew')
    return { path, name: file, bytes, contentType: CONTENT_TYPES[format] }
  }
}
