/** A workstation with the sample models whose alerts live in a time of their own. */
import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import type { AlertsWorld } from '../../main/core/alerts/alerts'
import type { ApiClient, Page } from './api-client'
import type { OpenWorkstation } from './workstation'
import { openWorkstation, SAMPLE } from './workstation'

export type WireAlert = {
  readonly id: string
  readonly rule_id: string | null
  readonly deployment_id: string
  readonly status: string
  readonly severity: string
  readonly value: number
  readonly detail: string
  readonly resolved_by: string | null
  readonly acknowledged_by: string | null
}

export type WireDelivery = {
  readonly id: string
  readonly kind: string
  readonly channel: string
  readonly target: string
  readonly status: string
  readonly next_attempt_at: string | null
  readonly attempts: readonly {
    readonly number: number
    readonly status_code: number | null
    readonly error: string | null
  }[]
}

export type WireAlertDetail = WireAlert & {
  readonly history: readonly { readonly type: string; readonly actor: string; readonly note: string }[]
  readonly deliveries: readonly WireDelivery[]
}

export type Alerting = Omit<OpenWorkstation, 'api'> & {
  readonly api: ApiClient
  /** Lets minutes pass, then looks at the rules and sends what is due. */
  pass(minutes: number): Promise<void>
  createRule(rule: Record<string, unknown>, project?: string): Promise<string>
  alerts(query?: string, project?: string): Promise<readonly WireAlert[]>
  detail(id: string): Promise<WireAlertDetail>
  /** Sends predictions to the fraud deployment, so many good and so many bad ones. */
  predict(counts: { readonly good?: number; readonly bad?: number }): Promise<void>
}

const GOOD = { amount: 50, merchant_id: 10, hour: 12 }
const PREDICT = `/api/mlops/deployments/${SAMPLE.fraud.deployment}/predict`

/** A rule on the error rate over a day, so that predictions stay in sight while hours pass. */
export const ERROR_RULE = {
  name: 'fraud errors',
  metric: 'error_rate',
  condition: 'gt',
  threshold: 10,
  severity: 'warning',
  window_minutes: 1440,
  minimum_requests: 10,
  cooldown_minutes: 60,
}

export async function openAlerting(
  options: {
    readonly world?: Partial<AlertsWorld>
    readonly dataDirectory?: string
    readonly allowedHosts?: readonly string[]
    /** The time to begin at; real now when absent. */
    readonly startAt?: number
  } = {},
): Promise<Alerting & { now(): number }> {
  let now = options.startAt ?? Date.now()
  const opened = await openWorkstation({
    flags: ['--sample'],
    ...(options.dataDirectory === undefined ? {} : { dataDirectory: options.dataDirectory }),
    alertsWorld: { now: () => now, random: () => 1, ...options.world },
  })
  const { api, workstation } = opened
  if (options.allowedHosts !== undefined) {
    const answer = await patch(api, '/api/mlops/settings/notifications', {
      allowed_hosts: options.allowedHosts,
    })
    expect(answer.status).toBe(200)
  }
  return {
    ...opened,
    now: () => now,
    async pass(minutes) {
      now += minutes * 60_000
      await workstation.core.alerts.tick()
    },
    async createRule(rule, project = SAMPLE.fraud.project) {
      const answer = await api.post<{ id: string }>(`/api/mlops/projects/${project}/alert-rules`, rule)
      expect(answer).toMatchObject({ status: 201 })
      return answer.body.id
    },
    async alerts(query = '', project = SAMPLE.fraud.project) {
      const answer = await api.get<Page<WireAlert>>(`/api/mlops/projects/${project}/alerts${query}`)
      expect(answer.status).toBe(200)
      return answer.body.items
    },
    async detail(id) {
      const answer = await api.get<{ alert: WireAlertDetail }>(`/api/mlops/alerts/${id}`)
      expect(answer.status).toBe(200)
      return answer.body.alert
    },
    async predict({ good = 0, bad = 0 }) {
      if (good > 0) {
        const inputs = Array.from({ length: good }, () => GOOD)
        expect((await api.post(PREDICT, { inputs })).status).toBe(200)
      }
      for (let sent = 0; sent < bad; sent++) {
        expect((await api.post(PREDICT, { inputs: { amount: 'not a number' } })).status).toBe(422)
      }
    },
  }
}

/** Sends a PATCH with a JSON body. */
export function patch<Body = unknown>(
  api: ApiClient,
  path: string,
  value: unknown,
): ReturnType<typeof api.send<Body>> {
  return api.send<Body>('PATCH', path, {
    body: JSON.stringify(value),
    headers: { 'Content-Type': 'application/json' },
  })
}

/** The signature that a receiver computes for itself. */
export function expectedSignature(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}
