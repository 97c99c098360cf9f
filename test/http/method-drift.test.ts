import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { WORKSTATION_MIGRATIONS } from '../../main/core/migrations'
import type { WorkstationEvent } from '../../main/core/events'
import { Database } from '../../main/store/database'
import { expectRefusal } from '../support/api-client'
import type { ApiClient, Page } from '../support/api-client'
import type { Created, JobWire } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import { filePart, modelFile, writeForm } from '../support/model-form'
import { readLiveRows } from '../support/sample-rows'
import {
  RESOURCES,
  SAMPLE,
  makeSampleFolder,
  openWorkstation,
  removeFolder,
  useWorkstation,
} from '../support/workstation'

type Row = {
  readonly rowid: number
  readonly feature: string
  readonly type: string
  readonly statistic: number
  readonly p_value: number
  readonly method: string
  readonly drift_detected: boolean
  readonly timestamp: string
  readonly modelid: string
  readonly run_id: string
}
type State = {
  readonly is_true: number
  readonly method: number
  readonly source: string
  readonly next_run_at: string | null
  readonly last_run: { readonly run_id: string; readonly status: string; readonly operations: number } | null
}
type SampleName = 'fraud' | 'iris' | 'diabetes'

const station = useWorkstation({ flags: ['--sample'] })
const methodOf = (id: string): string => `${DEPLOYMENTS}/${id}/drift/method`

async function deploy(sample: SampleName): Promise<string> {
  const { project, model } = SAMPLE[sample]
  const body = { model_id: model, name: `method ${sample}`, stage: 'staging' }
  return (await station.api.post<Created>(deploymentsOf(project), body)).body.id
}
const predict = (id: string, inputs: unknown, options: object = {}) =>
  station.api.post(`${DEPLOYMENTS}/${id}/predict`, { inputs, options })
const put = (id: string, setting: object) =>
  station.api.send<State>('PUT', methodOf(id), {
    body: JSON.stringify(setting),
    headers: { 'Content-Type': 'application/json' },
  })
const stateOf = async (id: string, api: ApiClient = station.api): Promise<State> =>
  (await api.get<State>(methodOf(id))).body
const resultsOf = async (id: string, query = ''): Promise<Page<Row>> =>
  (await station.api.get<Page<Row>>(`${methodOf(id)}/results${query}`)).body

async function waitForJob(id: string): Promise<JobWire['job']> {
  return vi.waitFor(
    async () => {
      const { job } = (await station.api.get<JobWire>(`/api/jobs/${id}`)).body
      expect(['succeeded', 'failed']).toContain(job.status)
      return job
    },
    { timeout: 30_000, interval: 20 },
  )
}
async function run(id: string): Promise<JobWire['job']> {
  const { body } = await station.api.post<{ job_id: string }>(`${methodOf(id)}/run`)
  return waitForJob(body.job_id)
}
const drifting = (rows: readonly Row[]): string[] =>
  rows.filter((row) => row.drift_detected).map((row) => row.feature)

describe('drift by the method of a model', () => {
  it('is off, by mean shift, until someone asks', async () => {
    const id = await deploy('iris')
    expect((await station.api.get(methodOf(id))).body).toEqual({
      deployment_id: id,
      is_true: 0,
      method: 0,
      method_name: 'mean_shift',
      source: 'default',
      interval_hours: 24,
      minimum_operations: 10,
      next_run_at: null,
      last_run: null,
    })
    expect(await resultsOf(id)).toMatchObject({ items: [], total: 0 })
  })

  it.each([
    [0, 'mean_shift', ['petal_length', 'sepal_width']],
    [1, 'mmd', ['petal_length', 'sepal_width']],
    [2, 'kolmogorov_smirnov', ['petal_length', 'sepal_width']],
  ])(
    'by method %d (%s) finds what moved in drifted rows',
    { timeout: 40_000 },
    async (number, name, moved) => {
      const id = await deploy('iris')
      await put(id, { is_true: false, method: number })
      await predict(id, readLiveRows('iris', 'drifted'))
      expect(await run(id)).toMatchObject({
        type: 'drift_by_method',
        status: 'succeeded',
        result: { outcome: 'compared', operations: 400, features: 4 },
      })
      const { items, total } = await resultsOf(id)
      expect(total).toBe(4)
      expect(items.map(({ feature }) => feature)).toEqual([
        'sepal_length',
        'sepal_width',
        'petal_length',
        'petal_width',
      ])
      expect(drifting(items)).toEqual(expect.arrayContaining(moved))
      for (const row of items) {
        expect(row).toMatchObject({ type: 'numerical', method: name, modelid: SAMPLE.iris.model })
        expect(row.drift_detected).toBe(row.p_value < 0.05)
      }
    },
  )

  it.each([0, 1, 2])('by method %d finds nothing in the training rows themselves', async (method) => {
    const id = await deploy('iris')
    await put(id, { is_true: 0, method })
    const [header, ...lines] = readFileSync(join(RESOURCES, 'samples/iris/training.csv'), 'utf8')
      .trim()
      .split('\n')
    const names = header!.split(',').slice(0, 4)
    const rows = lines.map((line) =>
      Object.fromEntries(names.map((name, at) => [name, Number(line.split(',')[at])])),
    )
    await predict(id, rows)
    await run(id)
    const { items } = await resultsOf(id)
    expect(items).toHaveLength(4)
    expect(drifting(items)).toEqual([])
  })

  it('compares categories by χ², whatever the method', async () => {
    const id = await deploy('diabetes')
    const rows = readLiveRows('diabetes', 'fresh')
    await predict(
      id,
      rows.map((row) => ({ ...row, sex: 1 })),
    )
    await run(id)
    const { items } = await resultsOf(id)
    expect(items.find(({ feature }) => feature === 'sex')).toMatchObject({
      type: 'categorical',
      method: 'chi_squared',
      drift_detected: true,
    })
    expect(items.filter(({ type }) => type === 'numerical').length).toBeGreaterThan(5)
  })

  it('says how many operations there are when they are too few, and counts kept and answered ones only', async () => {
    const id = await deploy('iris')
    const rows = readLiveRows('iris', 'drifted')
    await predict(id, rows.slice(0, 9))
    await predict(id, rows.slice(0, 20), { store_payload: false })
    await predict(id, { petal_length: 'long' })
    await run(id)
    await run(id)
    const { last_run } = await stateOf(id)
    expect(last_run).toMatchObject({
      status: 'few_operations',
      operations: 9,
      reference_rows: 0,
      detail: '9 operations since the last change of version, 10 are needed',
    })
    expect((await resultsOf(id)).total).toBe(0)
    await predict(id, rows[9])
    await run(id)
    expect((await stateOf(id)).last_run).toMatchObject({ status: 'compared', operations: 10 })
    expect((await resultsOf(id)).total).toBe(4)
  })

  it('says that a version without training data has nothing to be compared with', async () => {
    const project = SAMPLE.iris.project
    const form = writeForm([
      ['project_id', project],
      ['name', 'bare'],
      filePart('model', modelFile('samples/iris')),
    ])
    const model = (await station.api.send<{ model_id: string }>('POST', '/api/models', { body: form })).body
    const body = { model_id: model.model_id, name: 'bare', stage: 'staging' }
    const id = (await station.api.post<Created>(deploymentsOf(project), body)).body.id
    await predict(
      id,
      Array.from({ length: 12 }, () => ({ x0: 5.1, x1: 3.5, x2: 1.4, x3: 0.2 })),
    )
    expect(await run(id)).toMatchObject({ status: 'succeeded', result: { outcome: 'no_training_data' } })
    expect((await stateOf(id)).last_run).toMatchObject({ status: 'no_training_data', operations: 12 })
  })

  it('tells what happened to those who listen', async () => {
    const id = await deploy('iris')
    const heard: WorkstationEvent[] = []
    const stop = station.workstation.core.events.subscribe((event) => {
      if (event.type === 'drift.detected') heard.push(event)
    })
    await predict(id, readLiveRows('iris', 'drifted'))
    await run(id)
    stop()
    expect(heard).toMatchObject([{ deploymentId: id, modelId: SAMPLE.iris.model, method: 'mean_shift' }])
    expect(heard[0]).toHaveProperty('features', drifting((await resultsOf(id)).items))
  })

  it('gives results newest run first, by pages and by run', async () => {
    const id = await deploy('iris')
    await predict(id, readLiveRows('iris', 'fresh').slice(0, 50))
    await run(id)
    const first = (await stateOf(id)).last_run!.run_id
    await run(id)
    const second = (await stateOf(id)).last_run!.run_id
    const page = await resultsOf(id, '?limit=3&offset=2')
    expect(page).toMatchObject({ total: 8, limit: 3, offset: 2 })
    expect(page.items.map(({ run_id }) => run_id)).toEqual([second, second, first])
    expect(await resultsOf(id, `?run_id=${first}`)).toMatchObject({ total: 4 })
  })

  it('refuses unknown methods, deployments and callers', async () => {
    const id = await deploy('iris')
    expectRefusal(await put(id, { is_true: 1, method: 3 }), 422, /method: expected 0 \(mean_shift\)/)
    expectRefusal(await put(id, { is_true: 'maybe' }), 422, /is_true: expected 1 or true/)
    expectRefusal(await station.api.get(methodOf('nobody')), 404, /nobody/)
    expectRefusal(await station.api.post(`${methodOf('nobody')}/run`), 404, /nobody/)
    expect((await station.api.withKey(null).get(methodOf(id))).status).toBe(401)
  })
})

describe('the daily comparison', () => {
  it('runs at once when it is switched on, and a day later again', async () => {
    const id = await deploy('iris')
    await predict(id, readLiveRows('iris', 'fresh').slice(0, 30))
    const { body } = await put(id, { is_true: 1, method: 'kolmogorov_smirnov' })
    expect(body).toMatchObject({ is_true: 1, method: 2, source: 'deployment' })
    const state = await vi.waitFor(
      async () => {
        const found = await stateOf(id)
        expect(found.last_run).toMatchObject({ status: 'compared', method: 2 })
        return found
      },
      { timeout: 20_000, interval: 50 },
    )
    const hours = (Date.parse(state.next_run_at!) - Date.now()) / 3600_000
    expect(hours).toBeGreaterThan(23.9)
    expect(hours).toBeLessThan(24.1)
    expect((await put(id, { is_true: null })).body).toMatchObject({ is_true: 0, source: 'default' })
  })

  it('makes up for missed days once when the workstation starts', { timeout: 60_000 }, async () => {
    const dataDirectory = await makeSampleFolder()
    const { deployment } = SAMPLE.iris
    const waitForRun = (api: ApiClient, isNew: (runId: string) => boolean): Promise<string> =>
      vi.waitFor(
        async () => {
          const id = (await stateOf(deployment, api)).last_run?.run_id ?? ''
          expect(id !== '' && isNew(id)).toBe(true)
          return id
        },
        { timeout: 20_000, interval: 50 },
      )
    try {
      const first = await openWorkstation({ flags: ['--sample'], dataDirectory })
      await first.api.post(`${DEPLOYMENTS}/${deployment}/predict`, { inputs: readLiveRows('iris', 'fresh') })
      const body = JSON.stringify({ is_true: 1 })
      await first.api.send('PUT', methodOf(deployment), {
        body,
        headers: { 'Content-Type': 'application/json' },
      })
      const before = await waitForRun(first.api, () => true)
      await first.close()
      const database = new Database(join(dataDirectory, 'workstation.db'), {
        migrations: WORKSTATION_MIGRATIONS,
        synchronous: 'NORMAL',
      })
      database.run('UPDATE method_drift_run SET at = at - 5 * 86400000')
      database.close()
      const second = await openWorkstation({ dataDirectory })
      const after = await waitForRun(second.api, (id) => id !== before)
      await second.close()
      const third = await openWorkstation({ dataDirectory })
      const jobs = await third.api.get<Page<JobWire['job']>>('/api/jobs?limit=100')
      expect(jobs.body.items.filter(({ type }) => type === 'drift_by_method')).toHaveLength(2)
      expect((await stateOf(deployment, third.api)).last_run!.run_id).toBe(after)
    } finally {
      await removeFolder(dataDirectory)
    }
  })
})
