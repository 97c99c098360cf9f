import { describe, expect, it } from 'vitest'
import { expectRefusal } from '../support/api-client'
import type { Page } from '../support/api-client'
import type { Created, DeploymentWire, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import { openWorkstation, SAMPLE } from '../support/workstation'
import type { OpenWorkstation } from '../support/workstation'

const { project, model, deployment: sample } = SAMPLE.fraud
const PAYMENT = { amount: 29.99, merchant_id: 42, hour: 14 }
const PREDICT = `/api/mlops/projects/${project}/predict`

type Routed = Predicted & { readonly deployment_id: string }
type Compared = {
  readonly deployments: readonly {
    readonly deployment: DeploymentWire
    readonly is_baseline: boolean
    readonly requests: number
    readonly error_rate: number | null
    readonly latency_ms: { readonly p50: number | null; readonly p99: number | null }
    readonly predictions: {
      readonly rows: number
      readonly psi: number | null
      readonly distribution: readonly { readonly label: string; readonly share: number }[]
    }
  }[]
}

/** A project whose production deployment takes 90 % and whose canary takes 10 %. */
async function openSplit(): Promise<OpenWorkstation & { production: string; canary: string }> {
  const station = await openWorkstation({ flags: ['--sample'] })
  const { api } = station
  await api.post(`${DEPLOYMENTS}/${sample}/deactivate`)
  const deploy = async (stage: string, traffic: number): Promise<string> => {
    const body = { model_id: model, name: stage, stage, traffic_percent: traffic }
    return (await api.post<Created>(deploymentsOf(project), body)).body.id
  }
  return { ...station, production: await deploy('production', 90), canary: await deploy('staging', 10) }
}

async function countLog({ api }: OpenWorkstation, id: string): Promise<number> {
  return (await api.get<Page<object>>(`${DEPLOYMENTS}/${id}/inference-logs?limit=1`)).body.total
}

describe('a project as one endpoint', () => {
  it('shares its requests by traffic percent and says who answered', async () => {
    const station = await openSplit()
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) =>
        station.api.post<Routed>(PREDICT, { inputs: PAYMENT, routing_key: `customer ${n}` }),
      ),
    )
    const ids = answers.map(({ body }) => body.deployment_id)
    expect(new Set(ids)).toEqual(new Set([station.production, station.canary]))
    expect(answers.every(({ body }) => body.predictions[0]!.prediction === '0')).toBe(true)
    const canaryShare = ids.filter((id) => id === station.canary).length / ids.length
    expect(canaryShare).toBeGreaterThan(0.03)
    expect(canaryShare).toBeLessThan(0.2)
    expect(await countLog(station, station.canary)).toBe(ids.filter((id) => id === station.canary).length)
  })

  it('keeps a routing key on one deployment', async () => {
    const station = await openSplit()
    const ask = () => station.api.post<Routed>(PREDICT, { inputs: PAYMENT, routing_key: 'customer 7' })
    const first = (await ask()).body.deployment_id
    for (let n = 0; n < 10; n++) expect((await ask()).body.deployment_id).toBe(first)
  })

  it('refuses when nobody answers there, and an unknown project', async () => {
    const station = await openSplit()
    for (const id of [station.production, station.canary])
      await station.api.post(`${DEPLOYMENTS}/${id}/deactivate`)
    expectRefusal(
      await station.api.post(PREDICT, { inputs: PAYMENT }),
      409,
      /no deployment of this project answers/,
    )
    expectRefusal(
      await station.api.post('/api/mlops/projects/nowhere/predict', { inputs: PAYMENT }),
      404,
      /nowhere/,
    )
  })
})

describe('a shadow', () => {
  it('gets copies, logs its answers and never answers', async () => {
    const station = await openSplit()
    const { api, canary, production } = station
    const edited = await api.send<{ deployment: DeploymentWire }>('PATCH', `${DEPLOYMENTS}/${canary}`, {
      body: JSON.stringify({ is_shadow: true }),
      headers: { 'Content-Type': 'application/json' },
    })
    expect(edited.body.deployment.config).toMatchObject({ is_shadow: true })
    for (let n = 0; n < 20; n++) {
      expect((await api.post<Routed>(PREDICT, { inputs: PAYMENT })).body.deployment_id).toBe(production)
    }
    await api.post(`${DEPLOYMENTS}/${production}/predict`, { inputs: PAYMENT })
    await expect.poll(() => countLog(station, canary)).toBe(21)
    expect(await countLog(station, production)).toBe(21)
  })

  it('cannot be promoted, and production cannot become one', async () => {
    const station = await openSplit()
    const { api, canary, production } = station
    const edit = (id: string) =>
      api.send('PATCH', `${DEPLOYMENTS}/${id}`, {
        body: JSON.stringify({ is_shadow: true }),
        headers: { 'Content-Type': 'application/json' },
      })
    await edit(canary)
    expectRefusal(
      await api.post(`${DEPLOYMENTS}/${canary}/promote`, { to_stage: 'production' }),
      409,
      /shadow/,
    )
    expectRefusal(await edit(production), 422, /cannot be a shadow/)
  })
})

describe('the comparison', () => {
  it('shows error rate, latency and answers side by side, production as the baseline', async () => {
    const station = await openSplit()
    const { api, canary, production } = station
    for (const id of [production, canary]) {
      for (let n = 0; n < 30; n++)
        await api.post(`${DEPLOYMENTS}/${id}/predict`, { inputs: { ...PAYMENT, amount: n + 5 } })
    }
    for (let n = 0; n < 10; n++)
      await api.post(`${DEPLOYMENTS}/${canary}/predict`, { inputs: { amount: 'much' } })
    const { body } = await api.get<Compared>(`/api/mlops/projects/${project}/compare?minutes=60`)
    const [stable, tried] = [production, canary].map((id) =>
      body.deployments.find((each) => each.deployment.id === id)!,
    )
    expect(stable).toMatchObject({
      is_baseline: true,
      requests: 30,
      error_rate: 0,
      predictions: { rows: 30, psi: null },
    })
    expect(tried).toMatchObject({
      is_baseline: false,
      requests: 40,
      error_rate: 0.25,
      predictions: { rows: 30 },
    })
    expect(tried!.predictions.psi).toBeLessThan(0.01)
    expect(stable!.latency_ms.p99).toBeGreaterThan(0)
    expect(stable!.predictions.distribution.find(({ label }) => label === '0')!.share).toBe(1)
  })
})

describe('two promotions at once', () => {
  it('leave exactly one production deployment at every instant, and the loser is told', async () => {
    const { api, canary } = await openSplit()
    const other = (
      await api.post<Created>(deploymentsOf(project), { model_id: model, name: 'other', stage: 'staging' })
    ).body.id
    const promote = (id: string) => api.post(`${DEPLOYMENTS}/${id}/promote`, { to_stage: 'production' })
    const results = await Promise.all([promote(canary), promote(other)])
    expect(results.map(({ status }) => status).sort()).toEqual([200, 409])
    const { items } = (await api.get<Page<DeploymentWire>>(deploymentsOf(project))).body
    expect(items.filter(({ stage }) => stage === 'production')).toHaveLength(1)
  })
})
