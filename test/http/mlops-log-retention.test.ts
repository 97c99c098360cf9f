import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectRefusal } from '../support/api-client'
import type { ApiClient, Answer } from '../support/api-client'
import { endOf, fillLog, logOf } from '../support/inference-log'
import type { LogPageWire } from '../support/inference-log'
import type { Created } from '../support/mlops-wire'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { openWorkstation, SAMPLE } from '../support/workstation'

const SETTINGS = '/api/mlops/settings/retention'
const fraud = SAMPLE.fraud.deployment
const DAY = 86_400_000

type Retention = {
  readonly retention: { readonly days: number | null; readonly gigabytes: number | null }
  readonly used_bytes: number
  readonly job_id: string | null
}

const put = (api: ApiClient, body: object): Promise<Answer<Retention>> =>
  api.send<Retention>('PUT', SETTINGS, {
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  })

const countLines = async (api: ApiClient, query = ''): Promise<LogPageWire> =>
  (await api.get<LogPageWire>(logOf(fraud, `?limit=500${query}`))).body

describe('how much of the log is kept', () => {
  it('has no limits at first, and keeps those that are set', async () => {
    const { api } = await openWorkstation({ flags: ['--sample'] })
    expect((await api.get<Retention>(SETTINGS)).body.retention).toEqual({ days: null, gigabytes: null })
    expect((await put(api, { days: 30 })).body).toMatchObject({
      retention: { days: 30, gigabytes: null },
      job_id: null,
    })
    expect((await put(api, { gigabytes: 2.5 })).body.retention).toEqual({ days: null, gigabytes: 2.5 })
    expect((await api.get<Retention>(SETTINGS)).body.retention).toEqual({ days: null, gigabytes: 2.5 })
  })

  it('is the business of an admin, within bounds', async () => {
    const { api, workstation } = await openWorkstation({ flags: ['--sample'] })
    const { secret } = workstation.core.keys.createKey({
      name: 'writer',
      scopes: ['read', 'write', 'predict'],
    })
    expectRefusal(await api.withKey(secret).get(SETTINGS), 403, /admin/)
    expectRefusal(await put(api.withKey(secret), { days: 1 }), 403, /admin/)
    expectRefusal(await put(api, { days: 0 }), 422, /^days/)
    expectRefusal(await put(api, { gigabytes: -1 }), 422, /^gigabytes/)
  })
})

describe('removing by age', () => {
  it('removes what is older, a full minute of it included, and the totals say what is left', async () => {
    const station = await openWorkstation({ flags: ['--sample'] })
    const { api } = station
    const now = Date.now()
    const old = Math.floor((now - 40 * DAY) / 60_000) * 60_000
    await fillLog(station, fraud, [
      // One minute that takes several transactions, then a sparse day, then what stays.
      ...Array.from({ length: 9000 }, (_, index) => ({
        createdAt: old + Math.floor(index / 200),
        statusCode: index % 10 === 0 ? 503 : 200,
      })),
      ...Array.from({ length: 300 }, (_, index) => ({ createdAt: now - 35 * DAY + index * 200_000 })),
      ...Array.from({ length: 120 }, (_, index) => ({
        createdAt: now - 10 * DAY + index * 60_000,
        statusCode: index % 2 === 0 ? 200 : 422,
      })),
    ])
    expect((await countLines(api)).total).toBe(9420)
    const { body } = await put(api, { days: 30 })
    const job = await endOf(api, body.job_id!)
    expect(job).toMatchObject({ status: 'succeeded', type: 'log_retention', result: { rows: 9300 } })
    const left = await countLines(api)
    expect(left.total).toBe(120)
    expect(left.items).toHaveLength(120)
    expect((await countLines(api, '&status=error')).total).toBe(60)
    expect((await countLines(api, '&until=2026-01-01')).total).toBe(0)
    expect((await put(api, { days: 30 })).body.job_id).toBeNull()

    await api.post(`${DEPLOYMENTS}/${fraud}/predict`, {
      inputs: { amount: 29.99, merchant_id: 42, hour: 14 },
    })
    expect((await countLines(api)).total).toBe(121)
    await station.workstation.close()
    const again = await openWorkstation({ flags: ['--sample'], dataDirectory: station.dataDirectory })
    expect((await countLines(again.api)).total).toBe(121)
    await again.close()
  })
})

describe('removing by size', () => {
  it('takes the oldest lines of whichever deployment until the log fits, and gives the room back', async () => {
    const station = await openWorkstation({ flags: ['--sample'] })
    const { api, dataDirectory } = station
    const { body: other } = await api.post<Created>(
      `/api/mlops/projects/${SAMPLE.fraud.project}/deployments`,
      {
        model_id: SAMPLE.fraud.model,
        name: 'other',
        stage: 'staging',
      },
    )
    const now = Date.now()
    const lines = (from: number) =>
      Array.from({ length: 8000 }, (_, index) => ({
        createdAt: from + index * 1000,
        inputs: { note: 'x'.repeat(300), n: index },
      }))
    await fillLog(station, fraud, lines(now - 5 * DAY))
    await fillLog(station, other.id, lines(now - 4 * DAY))
    const before = (await api.get<Retention>(SETTINGS)).body.used_bytes
    expect(before).toBeGreaterThan(4e6)
    const { body } = await put(api, { gigabytes: 0.003 })
    expect(await endOf(api, body.job_id!)).toMatchObject({ status: 'succeeded' })
    const after = (await api.get<Retention>(SETTINGS)).body.used_bytes
    expect(after).toBeLessThanOrEqual(3e6)
    expect(after).toBeGreaterThan(2e6)
    expect((await countLines(api)).total).toBe(0)
    const kept = (await api.get<LogPageWire>(logOf(other.id, '?limit=1'))).body
    expect(kept.total).toBeGreaterThan(3000)
    expect(kept.items[0]!.inputs).toMatchObject({ n: 7999 })
    await station.workstation.close()
    expect(statSync(join(dataDirectory, 'predictions.db')).size).toBeLessThan(3.5e6)
  })
})
