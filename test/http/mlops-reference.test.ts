/** Every example of the deployments reference, in its order, as the calls it makes and the answers it prints. */
import { describe, expect, it } from 'vitest'
import { ApiClient } from '../support/api-client'
import type { Page } from '../support/api-client'
import type { Created, DeploymentWire, Drift, LogLine, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import { SAMPLE, useWorkstation } from '../support/workstation'

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const text = (pattern: RegExp): string => expect.stringMatching(pattern) as string
const number = (): number => expect.any(Number) as number

const { project, model, deployment } = SAMPLE.fraud
const station = useWorkstation({ flags: ['--sample'], isFresh: true })
const api = (): ApiClient => new ApiClient(station.url, SAMPLE.key)
const PAYMENT = { amount: 29.99, merchant_id: 42, hour: 14 }

describe('the reference, in its order', () => {
  it('creates a staging deployment', async () => {
    const body = { model_id: model, name: 'fraud-detector-staging', stage: 'staging', traffic_percent: 100 }
    const answer = await api().post<Created>(deploymentsOf(project), body)
    expect(answer).toMatchObject({
      status: 201,
      body: { id: text(UUID), deployment_id: text(UUID), stage: 'staging', is_active: true },
    })
    expect(answer.body.id).toBe(answer.body.deployment_id)
  })

  it("lists a project's deployments", async () => {
    const answer = await api().get<Page<DeploymentWire>>(deploymentsOf(project))
    expect(answer).toMatchObject({ status: 200, body: { total: 2, limit: 50, offset: 0 } })
    expect(answer.body.items.map((item) => item.id)).toContain(deployment)
    for (const item of answer.body.items) {
      expect(item).toMatchObject({
        model_id: model,
        stage: 'staging',
        is_active: true,
        config: { name: 'fraud-detector-staging', traffic_percent: 100 },
        created_at: text(TIME),
      })
    }
  })

  it('shows one deployment with its model', async () => {
    const answer = await api().get(`${DEPLOYMENTS}/${deployment}`)
    expect(answer).toMatchObject({
      status: 200,
      body: {
        deployment: {
          id: deployment,
          project_id: project,
          model_id: model,
          stage: 'staging',
          is_active: true,
          config: { name: 'fraud-detector-staging', traffic_percent: 100 },
          created_at: text(TIME),
        },
        model: { id: model, name: 'GBM_1_AutoML', algo: 'GBM' },
      },
    })
  })

  it('predicts, with the contribution of every feature when they are asked for', async () => {
    const answer = await api().post<Predicted>(`${DEPLOYMENTS}/${deployment}/predict`, {
      inputs: PAYMENT,
      options: { include_contributions: true },
    })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        predictions: [{ prediction: '0', id: text(UUID) }],
        contributions: [
          [{ feature: 'amount' }, { feature: 'merchant_id' }, { feature: 'hour' }, { feature: 'BiasTerm' }],
        ],
      },
    })
    expect(Number.isInteger(answer.body.latency_ms)).toBe(true)
  })

  it('keeps silent about contributions when nobody asks', async () => {
    const answer = await api().post<object>(`${DEPLOYMENTS}/${deployment}/predict`, { inputs: PAYMENT })
    expect(Object.keys(answer.body).sort()).toEqual(['latency_ms', 'predictions'])
  })

  it('promotes to production', async () => {
    const answer = await api().post(`${DEPLOYMENTS}/${deployment}/promote`, { to_stage: 'production' })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ ok: true, deployment_id: deployment, stage: 'production' })
  })

  it('rolls back to a model', async () => {
    const answer = await api().post(`${DEPLOYMENTS}/${deployment}/rollback`, { to_model_id: model })
    expect(answer).toMatchObject({ status: 200, body: { ok: true } })
  })

  it('deactivates', async () => {
    const answer = await api().post(`${DEPLOYMENTS}/${deployment}/deactivate`)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ ok: true })
  })

  it('shows drift', async () => {
    const answer = await api().get<Drift>(`${DEPLOYMENTS}/${deployment}/drift`)
    expect(answer).toMatchObject({
      status: 200,
      body: {
        deployment_id: deployment,
        overall_status: 'insufficient_data',
        features: {
          amount: { psi: number(), status: 'insufficient_data' },
          merchant_id: { psi: number(), status: 'insufficient_data' },
          hour: { psi: number(), status: 'insufficient_data' },
        },
        computed_at: text(TIME),
        inference_rows: 2,
      },
    })
    // The reference's loop formats every score as a number.
    for (const { psi } of Object.values(answer.body.features)) expect(psi.toFixed(4)).toMatch(/^\d+\.\d{4}$/)
  })

  it('runs drift detection as a job', async () => {
    const answer = await api().post(`${DEPLOYMENTS}/${deployment}/drift/run`)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ ok: true, job_id: text(UUID) })
  })

  it('lists inference logs', async () => {
    const answer = await api().get<Page<LogLine>>(`${DEPLOYMENTS}/${deployment}/inference-logs?limit=5`)
    expect(answer).toMatchObject({ status: 200, body: { total: 2, limit: 5, offset: 0 } })
    expect(answer.body.items).toHaveLength(2)
    for (const item of answer.body.items) {
      expect(item).toMatchObject({
        id: text(UUID),
        deployment_id: deployment,
        inputs: PAYMENT,
        prediction: '0',
        latency_ms: number(),
        status_code: 200,
        created_at: text(TIME),
      })
    }
  })

  it('answers compactly, with no space between key and value', async () => {
    const response = await fetch(`${station.url}${DEPLOYMENTS}/${deployment}`, {
      headers: { Authorization: `Bearer ${SAMPLE.key}` },
    })
    const raw = await response.text()
    expect(raw).toBe(JSON.stringify(JSON.parse(raw)))
  })
})

describe('the lifecycle example', () => {
  it('deploys to staging, tests, promotes, and rolls back', async () => {
    const created = await api().post<Created>(deploymentsOf(project), {
      model_id: model,
      name: 'v2-staging',
      stage: 'staging',
    })
    const { deployment_id: id } = created.body
    const former = await findProduction()
    const test = await api().post(`${DEPLOYMENTS}/${id}/predict`, {
      inputs: { amount: 50.0, merchant_id: 10, hour: 12 },
    })
    expect(test).toMatchObject({ status: 200, body: { predictions: [{ prediction: '0' }] } })
    await api().post(`${DEPLOYMENTS}/${id}/promote`, { to_stage: 'production' })
    expect(await findProduction()).toBe(id)
    await api().post(`${DEPLOYMENTS}/${id}/rollback`, { to_deployment_id: former })
    expect(await findProduction()).toBe(former)
  })

  async function findProduction(): Promise<string | undefined> {
    const { body } = await api().get<Page<DeploymentWire>>(deploymentsOf(project))
    const serving = body.items.filter((item) => item.stage === 'production')
    expect(serving.length).toBeLessThanOrEqual(1)
    return serving[0]?.id
  }
})
