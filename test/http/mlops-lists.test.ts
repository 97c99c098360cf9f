import { beforeAll, describe, expect, it } from 'vitest'
import type { Page } from '../support/api-client'
import type { DeploymentWire, LogLine, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import { SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })
const { project, model, deployment } = SAMPLE.fraud
const PATH = `${DEPLOYMENTS}/${deployment}`
const paymentAt = (hour: number): object => ({ amount: 10, merchant_id: 1, hour })

const listDeployments = async (query: string): Promise<Page<DeploymentWire>> =>
  (await station.api.get<Page<DeploymentWire>>(deploymentsOf(project) + query)).body
const listLogs = async (query: string): Promise<Page<LogLine>> =>
  (await station.api.get<Page<LogLine>>(`${PATH}/inference-logs${query}`)).body

describe('the list of deployments', () => {
  beforeAll(async () => {
    for (const name of ['second', 'third', 'fourth', 'fifth']) {
      await station.api.post(deploymentsOf(project), { model_id: model, name, stage: 'staging' })
    }
  })

  it('has the newest first', async () => {
    const { items } = await listDeployments('')
    const names = items.map((item) => item.config.name)
    expect(names).toEqual(['fifth', 'fourth', 'third', 'second', 'fraud-detector-staging'])
  })

  it('comes page by page without gaps or repetition', async () => {
    const pages = await Promise.all(
      [0, 2, 4, 6].map((offset) => listDeployments(`?limit=2&offset=${offset}`)),
    )
    expect(pages.map((page) => page.items.length)).toEqual([2, 2, 1, 0])
    expect(pages.map(({ total, limit, offset }) => [total, limit, offset])).toEqual([
      [5, 2, 0],
      [5, 2, 2],
      [5, 2, 4],
      [5, 2, 6],
    ])
    expect(new Set(pages.flatMap((page) => page.items.map((item) => item.id))).size).toBe(5)
  })

  it('takes limits from 1 to 200, and 50 when none is named', async () => {
    for (const limit of [1, 200]) expect((await listDeployments(`?limit=${limit}`)).limit).toBe(limit)
    expect((await listDeployments('')).limit).toBe(50)
  })

  it('keeps the archived ones', async () => {
    const [newest] = (await listDeployments('?limit=1')).items
    await station.api.post(`${DEPLOYMENTS}/${newest!.id}/deactivate`)
    const { total, items } = await listDeployments('')
    expect(total).toBe(5)
    expect(items[0]).toMatchObject({
      id: newest!.id,
      stage: 'archived',
      status: 'inactive',
      is_active: false,
    })
  })

  it("leaves other projects' deployments out", async () => {
    const { body } = await station.api.get<Page<DeploymentWire>>(deploymentsOf(SAMPLE.iris.project))
    expect(body.items.map((item) => item.id)).toEqual([SAMPLE.iris.deployment])
  })
})

describe('the inference log', () => {
  /** When each request was logged, in milliseconds, oldest first; the requests lie at least a millisecond apart. */
  const times: number[] = []
  const at = (index: number): string => encodeURIComponent(new Date(times[index]!).toISOString())

  beforeAll(async () => {
    for (let hour = 0; hour < 6; hour++) {
      const { body } = await station.api.post<Predicted>(`${PATH}/predict`, { inputs: paymentAt(hour) })
      times.push(Number.parseInt(body.predictions[0]!.id.replaceAll('-', '').slice(0, 12), 16))
      while (Date.now() <= times.at(-1)!) await new Promise(setImmediate)
    }
  })

  const hoursOf = (page: Page<LogLine>): unknown[] =>
    page.items.map((line) => (line.inputs as { hour: number }).hour)

  it('has the newest first and comes page by page', async () => {
    expect(hoursOf(await listLogs('?limit=4'))).toEqual([5, 4, 3, 2])
    expect(hoursOf(await listLogs('?limit=4&offset=4'))).toEqual([1, 0])
    expect(await listLogs('?limit=4&offset=4')).toMatchObject({ total: 6, limit: 4, offset: 4 })
  })

  it('takes limits from 1 to 500', async () => {
    for (const limit of [1, 500]) expect((await listLogs(`?limit=${limit}`)).limit).toBe(limit)
  })

  it('begins strictly after since and ends strictly before until', async () => {
    const after = await listLogs(`?since=${at(2)}`)
    expect([hoursOf(after), after.total]).toEqual([[5, 4, 3], 3])
    const before = await listLogs(`?until=${at(2)}`)
    expect([hoursOf(before), before.total]).toEqual([[1, 0], 2])
    const between = await listLogs(`?since=${at(1)}&until=${at(4)}`)
    expect([hoursOf(between), between.total]).toEqual([[3, 2], 2])
    const none = await listLogs(`?since=${at(3)}&until=${at(3)}`)
    expect([hoursOf(none), none.total]).toEqual([[], 0])
  })

  it('counts all lines of the time asked for, not those of the page', async () => {
    expect(await listLogs(`?since=${at(0)}&limit=2`)).toMatchObject({ total: 5, limit: 2 })
    expect(await listLogs('?since=2000-01-01T00:00:00Z&limit=1')).toMatchObject({ total: 6 })
    expect(await listLogs('?until=2100-01-01T00:00:00Z&limit=1')).toMatchObject({ total: 6 })
    expect(await listLogs('?since=2100-01-01T00:00:00Z')).toMatchObject({ total: 0, items: [] })
  })

  it.each<[string, (iso: string) => string]>([
    ['without an offset, which is UTC', (iso) => iso.replace('Z', '')],
    ['with a space instead of T', (iso) => iso.replace('T', ' ').replace('Z', '')],
    ['with microseconds', (iso) => iso.replace('Z', '000+00:00')],
    ['in another zone', (iso) => new Date(Date.parse(iso) + 7_200_000).toISOString().replace('Z', '+02:00')],
  ])('reads a time %s', async (_how, write) => {
    const since = encodeURIComponent(write(new Date(times[2]!).toISOString()))
    expect(hoursOf(await listLogs(`?since=${since}`))).toEqual([5, 4, 3])
  })

  it('reads a plus sign that was not encoded', async () => {
    const since = new Date(times[2]!).toISOString().replace('Z', '+00:00')
    expect(hoursOf(await listLogs(`?since=${since}`))).toEqual([5, 4, 3])
  })

  it('reads a date as its first moment in UTC', async () => {
    const today = new Date().toISOString().slice(0, 10)
    expect((await listLogs(`?since=${today}`)).total + (await listLogs(`?until=${today}`)).total).toBe(6)
  })

  it("leaves other deployments' lines out", async () => {
    const { body } = await station.api.get<Page<LogLine>>(
      `${DEPLOYMENTS}/${SAMPLE.iris.deployment}/inference-logs`,
    )
    expect(body).toMatchObject({ items: [], total: 0 })
  })
})

describe('projects and models', () => {
  it('are found by a part of their name in any case', async () => {
    const find = async (path: string): Promise<unknown[]> =>
      (await station.api.get<Page<{ name: string }>>(path)).body.items.map((item) => item.name)
    expect(await find('/api/projects?search=FRAUD')).toEqual(['Fraud detection'])
    expect(await find('/api/models?search=gbm_')).toEqual(['GBM_1_AutoML'])
    expect(await find('/api/models?search=gbm%25')).toEqual([])
    expect(await find(`/api/models?project_id=${SAMPLE.iris.project}`)).toEqual(['iris-species'])
  })

  it('count what belongs to them', async () => {
    const answer = await station.api.get(`/api/projects/${SAMPLE.iris.project}`)
    expect(answer).toMatchObject({
      status: 200,
      body: { project: { name: 'Iris', status: 'active', model_count: 1, deployment_count: 1 } },
    })
  })
})
