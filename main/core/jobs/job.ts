import type { JsonValue } from '../json'

export const JOB_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
export type JobStatus = (typeof JOB_STATUSES)[number]

/** Background work with progress that can be cancelled and that survives a restart. */
export type Job = {
  readonly id: string
  readonly type: string
  /** Identifier of what the job is about, e.g. a deployment. */
  readonly subject: string
  readonly status: JobStatus
  /** 0 to 1. */
  readonly progress: number
  readonly message: string
  readonly result: JsonValue
  readonly error: string | null
  readonly createdAt: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
}
