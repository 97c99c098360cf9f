import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectRefusal } from '../support/api-client'
import type { Answer, ApiClient, Page } from '../support/api-client'
import type { Created, DeploymentWire, LogLine, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import {
  makeSampleFolder,
  openWorkstation,
  removeFolder,
  SAMPLE,
  useWorkstation,
} from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })
const { project, model } = SAMPLE.fraud
const PAYMENT = { amount: 29.99, merchant_id: 42, hour: 14 }

async function deploy(stage: string, name = 'a model'): Promise<string> {
  const { status, body } = await station.api.post<Created>(deploymentsOf(project), {
    model_id: model,
    name,
    stage,
  })
  expect(status).toBe(201)
  return body.id
}
async function read(id: string, api: ApiClient = station.api): Promise<DeploymentWire> {
  return (await api.get<{ deployment: DeploymentWire }>(`${DEPLOYMENTS}/${id}`)).body.deployment
}
const act = (id: string, verb: string, body?: object): Promise<Answer<Created>> =>
  station.api.post(`${DEPLOYMENTS}/${id}/${verb}`, body)
const predict = (id: string): Promise<Answer<Predicted>> =>
  station.api.post(`${DEPLOYMENTS}/${id}/predict`, { inputs: PAYMENT })

async function listProduction(api: ApiClient = station.api): Promise<readonly DeploymentWire[]> {
  const { body } = await api.get<Page<DeploymentWire>>(`${deploymentsOf(project)}?limit=200`)
  return body.items.filter((item) => item.stage === 'production')
}

describe('promotion', () => {
  it('archives the former production deployment, which then answers no more', async () => {
    const [former, next] = [await deploy('production'), await deploy('staging')]
    expect((await predict(former)).status).toBe(200)
    expect((await act(next, 'promote', { to_stage: 'production' })).status).toBe(200)
    expect((await listProduction()).map((item) => item.id)).toEqual([next])
    expect(await read(former)).toMatchObject({ stage: 'archived', status: 'inactive', is_active: false })
    expectRefusal(await predict(former), 409, /archived/)
    expect((await predict(next)).status).toBe(200)
  })

  it('of the production deployment changes nothing', async () => {
    const id = await deploy('production')
    expect((await act(id, 'promote', { to_stage: 'production' })).status).toBe(200)
    expect(await read(id)).toMatchObject({ stage: 'production', is_active: true })
  })

  it('of an archived deployment is refused', async () => {
    const id = await deploy('staging')
    await act(id, 'deactivate')
    expectRefusal(await act(id, 'promote', { to_stage: 'production' }), 409, /archived; roll back/)
  })

  it('leaves other projects alone', async () => {
    const iris = await station.api.post<Created>(deploymentsOf(SAMPLE.iris.project), {
      model_id: SAMPLE.iris.model,
      name: 'iris',
      stage: 'production',
    })
    await deploy('production')
    expect(await read(iris.body.id)).toMatchObject({ stage: 'production', is_active: true })
  })

  it('of ten deployments at once leaves exactly one in production', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => deploy('staging')))
    await Promise.all(ids.map((id) => act(id, 'promote', { to_stage: 'production' })))
    expect(await listProduction()).toHaveLength(1)
  })

  it('answers every prediction that is under way meanwhile', async () => {
    const staging = await deploy('staging')
    const [former] = await listProduction()
    const before = Array.from({ length: 20 }, () => predict(staging))
    const promoted = act(staging, 'promote', { to_stage: 'production' })
    const after = Array.from({ length: 20 }, () => predict(staging))
    expect((await promoted).status).toBe(200)
    const statuses = (await Promise.all([...before, ...after])).map((answer) => answer.status)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect((await read(former!.id)).stage).toBe('archived')
  })
})

describe('rollback', () => {
  it('to an archived deployment brings it back, with its log, and archives the present one', async () => {
    const old = await deploy('production', 'old')
    await predict(old)
    const present = await deploy('production', 'present')
    expect(await act(present, 'rollback', { to_deployment_id: old })).toMatchObject({
      status: 200,
      body: { ok: true, deployment_id: old },
    })
    expect((await listProduction()).map((item) => item.id)).toEqual([old])
    expect((await read(present)).stage).toBe('archived')
    expect((await predict(old)).status).toBe(200)
    const log = await station.api.get(`${DEPLOYMENTS}/${old}/inference-logs`)
    expect(log.body).toMatchObject({ total: 2 })
  })

  it('to a model makes a new production deployment of it', async () => {
    const present = await deploy('production')
    const { status, body } = await act(present, 'rollback', { to_model_id: model })
    expect(status).toBe(200)
    const [production] = await listProduction()
    expect(production).toMatchObject({ id: body.deployment_id, model_id: model })
    expect(production!.id).not.toBe(present)
    expect((await read(present)).stage).toBe('archived')
  })

  it('prefers the deployment when both are named', async () => {
    const old = await deploy('production')
    const present = await deploy('production')
    await act(present, 'rollback', { to_deployment_id: old, to_model_id: model })
    expect((await listProduction()).map((item) => item.id)).toEqual([old])
  })

  it('to a deployment that serves, or of another project, is refused', async () => {
    const staging = await deploy('staging')
    expectRefusal(
      await act(staging, 'rollback', { to_deployment_id: staging }),
      409,
      /in staging, not archived/,
    )
    const foreign = { to_deployment_id: SAMPLE.iris.deployment }
    expectRefusal(await act(staging, 'rollback', foreign), 409, /another project/)
  })
})

describe('deactivation', () => {
  it('archives, stops answering, and may be repeated', async () => {
    const id = await deploy('production')
    expect((await act(id, 'deactivate')).body).toEqual({ ok: true })
    expect(await read(id)).toMatchObject({ stage: 'archived', is_active: false })
    expect(await act(id, 'deactivate')).toMatchObject({ status: 200, body: { ok: true } })
    expect(await listProduction()).toEqual([])
    expectRefusal(await predict(id), 409, /archived/)
  })

  it('in the middle of traffic answers every call, with a prediction or a plain refusal', async () => {
    const id = await deploy('staging')
    const before = Array.from({ length: 30 }, () => predict(id))
    await Promise.race(before)
    const stopped = act(id, 'deactivate')
    const after = Array.from({ length: 30 }, () => predict(id))
    expect((await stopped).status).toBe(200)
    const statuses = (await Promise.all([...before, ...after])).map((answer) => answer.status)
    expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([])
    const { body } = await station.api.get<Page<LogLine>>(`${DEPLOYMENTS}/${id}/inference-logs`)
    expect(body.total).toBe(statuses.filter((status) => status === 200).length)
  })

  it('frees the model for removal', async () => {
    const { api } = await openWorkstation({ flags: ['--sample'] })
    await api.post(`${DEPLOYMENTS}/${SAMPLE.iris.deployment}/deactivate`)
    expect(await api.delete(`/api/models/${SAMPLE.iris.model}`)).toMatchObject({
      status: 200,
      body: { ok: true },
    })
    expectRefusal(await api.get(`/api/models/${SAMPLE.iris.model}`), 404, /no model/)
    expectRefusal(await api.get(`${DEPLOYMENTS}/${SAMPLE.iris.deployment}`), 404, /no deployment/)
  })
})

describe('a deployment whose model does not load', () => {
  it('never takes the place of one that works', { timeout: 30_000 }, async () => {
    const dataDirectory = await makeSampleFolder()
    try {
      const first = await openWorkstation({ flags: ['--sample'], dataDirectory })
      const body = { model_id: model, name: 'works', stage: 'production' }
      const { id } = (await first.api.post<Created>(deploymentsOf(project), body)).body
      await first.close()
      await removeArtifacts(dataDirectory)

      const { api } = await openWorkstation({ dataDirectory })
      expect(await read(id, api)).toMatchObject({ status: 'failed', is_active: false, stage: 'production' })
      expect((await read(id, api)).failure).toMatch(/\S/)
      const refused = await api.post(`${DEPLOYMENTS}/${id}/predict`, { inputs: PAYMENT })
      expectRefusal(refused, 409, /failed to load its model/)
      const staging = await api.post<Created>(deploymentsOf(project), { ...body, stage: 'staging' })
      expect(staging).toMatchObject({ status: 201, body: { status: 'failed', is_active: false } })
      const promoted = await api.post(`${DEPLOYMENTS}/${staging.body.id}/promote`, { to_stage: 'production' })
      expectRefusal(promoted, 409, /failed/)
      expectRefusal(await api.post(deploymentsOf(project), body), 503, /production stays as it is/)
      const rollback = await api.post(`${DEPLOYMENTS}/${id}/rollback`, { to_model_id: model })
      expectRefusal(rollback, 503, /production stays as it is/)
      expect((await listProduction(api)).map((item) => item.id)).toEqual([id])
    } finally {
      await removeFolder(dataDirectory)
    }
  })

  it('answers on when its file goes away after it was loaded', async () => {
    const opened = await openWorkstation({ flags: ['--sample'] })
    await removeArtifacts(opened.dataDirectory)
    const path = `${DEPLOYMENTS}/${SAMPLE.fraud.deployment}/predict`
    expect((await opened.api.post(path, { inputs: PAYMENT })).status).toBe(200)
  })

  async function removeArtifacts(dataDirectory: string): Promise<void> {
    const folder = join(dataDirectory, 'artifacts')
    for (const name of await readdir(folder)) {
      if (/^[0-9a-f]{2}$/.test(name)) await rm(join(folder, name), { recursive: true })
    }
  }
})
