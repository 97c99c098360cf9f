import { describe, expect, it, vi } from 'vitest'
import { expectRefusal } from '../support/api-client'
import type { Page } from '../support/api-client'
import type { Created, Drift, JobWire, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import { readLiveRows } from '../support/sample-rows'
import {
  makeSampleFolder,
  openWorkstation,
  removeFolder,
  SAMPLE,
  useWorkstation,
} from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })

type SampleName = 'fraud' | 'iris' | 'diabetes'

async function deploy(sample: SampleName): Promise<string> {
  const { project, model } = SAMPLE[sample]
  const body = { model_id: model, name: `watch ${sample}`, stage: 'staging' }
  return (await station.api.post<Created>(deploymentsOf(project), body)).body.id
}
const predict = (id: string, inputs: unknown) =>
  station.api.post<Predicted>(`${DEPLOYMENTS}/${id}/predict`, { inputs })
const readDrift = async (id: string): Promise<Drift> =>
  (await station.api.get<Drift>(`${DEPLOYMENTS}/${id}/drift`)).body
const listHigh = (drift: Drift): string[] =>
  Object.keys(drift.features).filter((name) => drift.features[name]!.status === 'high')

async function waitForJob(id: string): Promise<JobWire['job']> {
  return vi.waitFor(
    async () => {
      const { status, body } = await station.api.get<JobWire>(`/api/jobs/${id}`)
      expect(status).toBe(200)
      expect(['succeeded', 'failed']).toContain(body.job.status)
      return body.job
    },
    { timeout: 10_000, interval: 10 },
  )
}

describe('drift', () => {
  it('is unknown before any row', async () => {
    const id = await deploy('iris')
    expect(await readDrift(id)).toMatchObject({
      deployment_id: id,
      overall_status: 'unknown',
      features: {},
      computed_at: null,
      inference_rows: 0,
    })
  })

  it('says that it has too few rows rather than guess', async () => {
    const id = await deploy('fraud')
    await predict(id, readLiveRows('fraud', 'drifted').slice(0, 5))
    const drift = await readDrift(id)
    expect(drift).toMatchObject({ overall_status: 'insufficient_data', inference_rows: 5 })
    expect(listHigh(drift)).toEqual([])
  })

  it.each<SampleName>(['fraud', 'iris', 'diabetes'])('is low for fresh %s rows', async (sample) => {
    const id = await deploy(sample)
    expect((await predict(id, readLiveRows(sample, 'fresh'))).status).toBe(200)
    const drift = await readDrift(id)
    expect(drift).toMatchObject({ overall_status: 'low', inference_rows: 400 })
    for (const { psi, status } of Object.values(drift.features)) {
      expect(psi).toBeLessThan(0.1)
      expect(status).toBe('low')
    }
  })

  it.each<[SampleName, string[]]>([
    ['fraud', ['amount', 'hour']],
    ['iris', ['petal_length', 'sepal_width']],
    ['diabetes', ['bmi', 'bp']],
  ])('is high for drifted %s rows, in %j and in nothing else', async (sample, features) => {
    const id = await deploy(sample)
    expect((await predict(id, readLiveRows(sample, 'drifted'))).status).toBe(200)
    const drift = await readDrift(id)
    expect(listHigh(drift).sort()).toEqual(features.sort())
    expect(drift.inference_rows).toBe(400)
    const scores = Object.values(drift.features).map((feature) => feature.psi)
    const mean = scores.reduce((sum, psi) => sum + psi, 0) / scores.length
    expect(drift.overall_status).toBe(mean >= 0.25 ? 'high' : mean >= 0.1 ? 'moderate' : 'low')
    expect(drift.overall_status).not.toBe('low')
  })

  it('comes to the same whether rows come alone, in batches or without being kept', async () => {
    const [alone, together, unkept] = [await deploy('iris'), await deploy('iris'), await deploy('iris')]
    const rows = readLiveRows('iris', 'drifted').slice(0, 120)
    await Promise.all(rows.map((row) => predict(alone, row)))
    await predict(together, rows)
    const body = { inputs: rows, options: { store_payload: false } }
    await station.api.post(`${DEPLOYMENTS}/${unkept}/predict`, body)
    const drift = await readDrift(together)
    const scores = ({ features }: Drift): [string, number][] =>
      Object.entries(features).map(([name, { psi }]) => [name, psi])
    expect(scores(await readDrift(alone))).toEqual(scores(drift))
    expect(scores(await readDrift(unkept))).toEqual(scores(drift))
    expect(drift.inference_rows).toBe(120)
  })

  it('does not count refused requests', async () => {
    const id = await deploy('iris')
    await predict(id, readLiveRows('iris', 'fresh').slice(0, 3))
    await predict(id, { petal_length: 'long' })
    expect((await readDrift(id)).inference_rows).toBe(3)
  })

  it('goes on where it stood after a restart', { timeout: 20_000 }, async () => {
    const dataDirectory = await makeSampleFolder()
    try {
      const first = await openWorkstation({ flags: ['--sample'], dataDirectory })
      const path = `${DEPLOYMENTS}/${SAMPLE.iris.deployment}`
      await first.api.post(`${path}/predict`, { inputs: readLiveRows('iris', 'drifted') })
      const { body: before } = await first.api.get<Drift>(`${path}/drift`)
      await first.close()
      const { api } = await openWorkstation({ dataDirectory })
      const { body: after } = await api.get<Drift>(`${path}/drift`)
      expect(after.features).toEqual(before.features)
      await api.post(`${path}/predict`, { inputs: readLiveRows('iris', 'drifted').slice(0, 1) })
      expect((await api.get<Drift>(`${path}/drift`)).body.inference_rows).toBe(401)
    } finally {
      await removeFolder(dataDirectory)
    }
  })
})

describe('a drift job', () => {
  it('succeeds and tells its result', async () => {
    const id = await deploy('iris')
    await predict(id, readLiveRows('iris', 'drifted'))
    const started = await station.api.post<{ job_id: string }>(`${DEPLOYMENTS}/${id}/drift/run`)
    const job = await waitForJob(started.body.job_id)
    const { overall_status } = await readDrift(id)
    expect(job).toMatchObject({
      id: started.body.job_id,
      type: 'drift_compute',
      subject: id,
      status: 'succeeded',
      progress: 1,
      error: null,
      result: { overall_status, inference_rows: 400 },
    })
  })

  it('stands in the list of jobs', async () => {
    const { body } = await station.api.post<{ job_id: string }>(
      `${DEPLOYMENTS}/${await deploy('iris')}/drift/run`,
    )
    await waitForJob(body.job_id)
    const list = await station.api.get<Page<JobWire['job']>>('/api/jobs?status=succeeded')
    expect(list.body.items.map((job) => job.id)).toContain(body.job_id)
    expect((await station.api.get<Page<unknown>>('/api/jobs?status=failed')).body.total).toBe(0)
  })

  it('that has ended cannot be cancelled', async () => {
    const { body } = await station.api.post<{ job_id: string }>(
      `${DEPLOYMENTS}/${await deploy('iris')}/drift/run`,
    )
    await waitForJob(body.job_id)
    expectRefusal(
      await station.api.post(`/api/jobs/${body.job_id}/cancel`),
      409,
      /ended already \(succeeded\)/,
    )
  })

  it('about one deployment is not queued twice at a time', async () => {
    const id = await deploy('iris')
    const runs = await Promise.all(
      Array.from({ length: 8 }, () => station.api.post<{ job_id: string }>(`${DEPLOYMENTS}/${id}/drift/run`)),
    )
    for (const { status, body } of runs) {
      expect(status).toBe(200)
      expect((await waitForJob(body.job_id)).status).toBe('succeeded')
    }
  })
})
