/** Calls and answers about ground truth and quality. */
import { expect, vi } from 'vitest'
import type { ApiClient, Answer } from './api-client'
import { DEPLOYMENTS } from './mlops-wire'
import type { JobWire, Predicted } from './mlops-wire'
import { writeForm } from './model-form'

export type FeedbackWire = {
  readonly ok: true
  readonly accepted: number
  readonly matched: number
  readonly waiting: number
  readonly refused: readonly { readonly index: number; readonly message: string }[]
  readonly unseen_labels?: Readonly<Record<string, number>>
}

type BandWire = { readonly value: number; readonly lower: number; readonly upper: number } | null
export type EstimateWire = {
  readonly rows: number
  readonly accuracy: BandWire
  readonly f1: BandWire
  readonly auc: BandWire
}
export type MetricsWire = Readonly<Record<string, number | null>>

export type QualityWire = {
  readonly predicted: number
  readonly labelled: number
  readonly waiting: number
  readonly positive_class: string | null
  readonly unseen_labels: Readonly<Record<string, number>>
  readonly metrics: MetricsWire | null
  readonly auc_is: string
  readonly confusion: {
    readonly labels: readonly string[]
    readonly counts: readonly (readonly number[])[]
  } | null
  readonly reference: { readonly rows: number; readonly metrics: MetricsWire } | null
  readonly estimate: {
    readonly status: string
    readonly reason: string | null
    readonly value: EstimateWire | null
  }
  readonly buckets: readonly {
    readonly start: string
    readonly predicted: number
    readonly labelled: number
    readonly metrics: MetricsWire | null
    readonly estimate: EstimateWire | null
  }[]
}

export type ReportWire = {
  readonly rows: number
  readonly accepted: number
  readonly matched: number
  readonly waiting: number
  readonly refused: number
  readonly unseen_labels: Readonly<Record<string, number>>
  readonly refused_rows: readonly { readonly line: number; readonly message: string }[]
  readonly waiting_lines: readonly number[]
}

/** One deployment as a caller of its feedback and quality sees it. */
export class QualityCaller {
  private readonly api: ApiClient
  readonly path: string

  constructor(api: ApiClient, deploymentId: string) {
    this.api = api
    this.path = `${DEPLOYMENTS}/${deploymentId}`
  }

  /** The identifiers of the answers, in the order of the records. */
  async predict(inputs: readonly object[]): Promise<string[]> {
    const { status, body } = await this.api.post<Predicted>(`${this.path}/predict`, { inputs })
    expect(status).toBe(200)
    return body.predictions.map(({ id }) => id)
  }

  feedback(labels: unknown): Promise<Answer<FeedbackWire>> {
    return this.api.post(`${this.path}/feedback`, labels)
  }

  async quality(query = ''): Promise<QualityWire> {
    const { status, body } = await this.api.get<QualityWire>(`${this.path}/quality${query}`)
    expect(status).toBe(200)
    return body
  }

  declareKeys(...columns: readonly string[]): Promise<Answer> {
    return this.edit({ key_columns: columns })
  }

  edit(body: object): Promise<Answer> {
    return this.api.send('PATCH', this.path, {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    })
  }

  upload(csv: string): Promise<Answer<{ readonly ok: true; readonly job_id: string }>> {
    const form = writeForm([['file', Buffer.from(csv), 'labels.csv']])
    return this.api.send('POST', `${this.path}/feedback`, { body: form })
  }

  /** Waits for a job to end and returns it. */
  async job(id: string): Promise<JobWire['job']> {
    return vi.waitFor(
      async () => {
        const { job } = (await this.api.get<JobWire>(`/api/jobs/${id}`)).body
        expect(['succeeded', 'failed', 'cancelled']).toContain(job.status)
        return job
      },
      { timeout: 20_000, interval: 20 },
    )
  }

  async report(csv: string): Promise<ReportWire> {
    const { status, body } = await this.upload(csv)
    expect(status).toBe(202)
    const job = await this.job(body.job_id)
    expect(job).toMatchObject({ status: 'succeeded', type: 'feedback_upload' })
    return job.result as ReportWire
  }
}
