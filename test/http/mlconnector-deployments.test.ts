import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Answer } from '../support/api-client'
import type { DeploymentWire, OperationWire } from '../support/mlconnector'
import { addModel, deploy, predict, upload } from '../support/mlconnector'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { openWorkstation, SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--sample', '--trust-local'] })
const api = () => station.api.withKey(null)
const IRIS = SAMPLE.iris.deployment
const SETOSA = [5.1, 3.5, 1.4, 0.2]
const NAMED = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }
let last = 0
const newId = (): string => `dep-${++last}`

const detail = (why: RegExp): object => ({ detail: expect.stringMatching(why) as string })

describe('a deployment', () => {
  it('keeps what its owner sent, as it came, and is the same one at every door', async () => {
    const placements = [
      { clusterID: '*', node: '*', continuum: true },
      { clusterID: 'local', node: hostname(), continuum: 'Edge', zone: { kept: [1] } },
      {},
    ]
    for (const placement of placements) {
      const id = newId()
      const body = { placement, deployment_id: id, inference_data: 1, ownerid: 'agent 7' }
      const added = await deploy(api(), SAMPLE.iris.model, body)
      expect(added).toMatchObject({
        status: 201,
        body: { ...body, status: 'deployed', modelid: SAMPLE.iris.model },
      })
      expect(added.body.placement).toEqual(placement)
      const all = await api().get<readonly DeploymentWire[]>('/deployment/all')
      expect(all.body).toContainEqual(added.body)
      expect((await api().get(`/deployment/${id}`)).body).toEqual(added.body)
      expect((await station.api.get(`${DEPLOYMENTS}/${id}`)).body).toMatchObject({
        deployment: { id, project_id: SAMPLE.iris.project, stage: 'staging', is_active: true },
      })
    }
  })

  it('gets an id when it has none', async () => {
    for (const deployment_id of ['', null, undefined]) {
      const { body } = await deploy(api(), SAMPLE.iris.model, { deployment_id })
      expect(body.deployment_id).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('is listed with those of other doors, page by page', async () => {
    const read = async (query: string): Promise<readonly DeploymentWire[]> =>
      (await api().get<readonly DeploymentWire[]>(`/deployment/all${query}`)).body
    const all = await read('')
    expect(all).toContainEqual(expect.objectContaining({ deployment_id: IRIS, ownerid: 'local' }))
    expect(await read('?skip=1&limit=2')).toEqual(all.slice(1, 3))
    expect(await read('?limit=0')).toEqual([])
    expect((await api().get('/deployment/all?limit=ten')).status).toBe(422)
  })

  it('is refused where nothing is, naming what there is', async () => {
    const refused = await deploy(api(), SAMPLE.iris.model, {
      placement: { clusterID: 'UTH', node: 'mls-drone' },
    })
    expect(refused).toMatchObject({
      status: 422,
      body: {
        detail: [
          { loc: ['body', 'placement', 'clusterID'], msg: expect.stringMatching(/"UTH".*: local/) as string },
          { loc: ['body', 'placement', 'node'], msg: expect.stringContaining(hostname()) as string },
        ],
      },
    })
    expect(await deploy(api(), 'nobody')).toMatchObject({
      status: 404,
      body: { detail: 'No model details found with that model_id' },
    })
    for (const body of [{ placement: null }, { inference_data: 2 }, { deployment_id: 'all' }, { ownerid: 1 }])
      expect((await deploy(api(), SAMPLE.iris.model, body)).status).toBe(422)
  })

  it('is brought up to date when it is ordered again, by its owner and for its model', async () => {
    const deployment_id = newId()
    const orders = await Promise.all(
      [1, 2, 3].map(() => deploy(api(), SAMPLE.iris.model, { deployment_id, ownerid: 'agent-1' })),
    )
    expect(orders.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(await deploy(api(), SAMPLE.iris.model, { deployment_id, ownerid: 'agent-2' })).toMatchObject({
      status: 400,
      body: detail(/already running.*another owner/),
    })
    expect(await deploy(api(), SAMPLE.diabetes.model, { deployment_id })).toMatchObject({
      status: 400,
      body: detail(/already running.*serves the model 1234/),
    })
  })

  it('answers no more when it is deleted, and its id is free again', async () => {
    const deployment_id = newId()
    await deploy(api(), SAMPLE.iris.model, { deployment_id })
    const remove = (): Promise<Answer> => api().delete(`/deployment/${deployment_id}`)
    expect(await remove()).toMatchObject({ status: 200, body: '' })
    expect(await remove()).toMatchObject({ status: 404, body: { detail: 'Deployment was not found' } })
    const gone = { status: 404, body: { detail: 'No deployment with matching id was found' } }
    expect(await api().get(`/deployment/get/status/${deployment_id}`)).toMatchObject(gone)
    expect(await predict(api(), deployment_id, SETOSA)).toMatchObject(gone)
    expect((await deploy(api(), SAMPLE.iris.model, { deployment_id })).status).toBe(201)
    expect((await predict(api(), deployment_id, SETOSA)).body.prediction).toEqual(['setosa'])
    await remove()
    const other = await deploy(api(), SAMPLE.diabetes.model, { deployment_id, ownerid: 'somebody else' })
    expect(other).toMatchObject({ status: 201, body: { modelid: SAMPLE.diabetes.model, status: 'deployed' } })
  })

  it('keeps its model from being deleted', async () => {
    const id = await addModel(api())
    await upload(api(), id, { kind: 'model', name: 'ridge.pkl' })
    const { deployment_id } = (await deploy(api(), id)).body
    expect(await api().delete(`/model/${id}`)).toMatchObject({ status: 409, body: detail(/is deployed/) })
    await api().delete(`/deployment/${deployment_id}`)
    expect((await api().delete(`/model/${id}`)).status).toBe(200)
  })
})

describe('a prediction', () => {
  it.each<[string, string, number]>([
    ['a row', '[5.1, 3.5, 1.4, 0.2]', 1],
    ['rows', '[[5.1, 3.5, 1.4, 0.2], [5.1, 3.5, 1.4, 0.2]]', 2],
    ['an object', JSON.stringify(NAMED), 1],
    ['objects', JSON.stringify([NAMED, NAMED, NAMED]), 3],
    ['a tuple', '(5.1, 3.5, 1.4, 0.2)', 1],
    ['tuples with commas at the end', '[(5.1, 3.5, 1.4, 0.2,), (5.1, 3.5, 1.4, 0.2),]', 2],
  ])('takes %s', async (_what, data, rows) => {
    const answer = await api().postText(`/deployment/${IRIS}/predict`, `{"data": ${data}, "explain": False}`)
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toEqual({ prediction: Array.from({ length: rows }, () => 'setosa') })
  })

  it('explains one row flat and several row by row, towards the predicted class', async () => {
    const one = await predict(api(), IRIS, SETOSA, true)
    const many = await predict(api(), IRIS, [SETOSA, [6, 3, 5, 2]], true)
    expect(one.body.explanation!.feature_importance).toHaveLength(4)
    expect(many.body.explanation!.feature_importance).toEqual([
      one.body.explanation!.feature_importance,
      expect.arrayContaining([expect.any(Number)]),
    ])
    const fraud = await predict(api(), SAMPLE.fraud.deployment, [29.99, 42, 14], true)
    expect(fraud.body.prediction).toEqual([0])
    const { explained } = await station.workstation.core.explanations.predict({
      deploymentId: SAMPLE.fraud.deployment,
      records: [{ amount: 29.99, merchant_id: 42, hour: 14 }],
      options: { storePayload: true },
    })
    // The core explains the second class; the answer is the first one.
    expect(explained!.explanations[0]!.explainedClass).toBe('1')
    expect(fraud.body.explanation!.feature_importance).toEqual(
      explained!.explanations[0]!.contributions.map((value) => (value === 0 ? 0 : -value)),
    )
  })

  it.each<[string, string]>([
    ['too few values', '{"data": [5.1]}'],
    ['too many', '{"data": [[1, 2, 3, 4, 5]]}'],
    ['nothing', '{"data": []}'],
    ['no data', '{}'],
    ['text where a number is', '{"data": ["a", 1, 2, 3]}'],
    ['rows of two kinds', '{"data": [[1, 2, 3, 4], 5]}'],
    ['words', '{"data": (5.1, "(True"}'],
    ['a word for explain', '{"data": [5.1, 3.5, 1.4, 0.2], "explain": "yes"}'],
  ])('is refused for %s', async (_what, body) => {
    const answer = await api().postText(`/deployment/${IRIS}/predict`, body)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({ detail: [{ loc: expect.arrayContaining(['body']) as unknown }] })
  })

  it('needs a deployment', async () => {
    expect(await predict(api(), 'nobody', SETOSA)).toMatchObject({ status: 404 })
  })
})

describe('operations', () => {
  const list = async (owner: string, query = ''): Promise<readonly OperationWire[]> =>
    (await api().get<readonly OperationWire[]>(`/deployment/get/opos/${owner}${query}`)).body

  it('are the predictions of any door and what was recorded, newest first, page by page', async () => {
    const ownerid = `agent-${newId()}`
    expect(await list(ownerid)).toEqual([])
    const ids = [newId(), newId()]
    for (const deployment_id of ids) await deploy(api(), SAMPLE.iris.model, { deployment_id, ownerid })
    await predict(api(), ids[0]!, SETOSA)
    await station.api.post(`${DEPLOYMENTS}/${ids[1]}/predict`, { inputs: [NAMED, NAMED] })
    const body = { ownerid, deploymentid: ids[0], modelid: SAMPLE.iris.model, data: '{...}', result: '{...}' }
    const recorded = await api().post<OperationWire>('/deployment/add/operation', body)
    expect(recorded).toMatchObject({ status: 201, body })
    const old = { ...body, timestamp: '2020-01-02T03:04:05+02:00' }
    expect((await api().post('/deployment/add/operation', old)).body).toMatchObject({
      ...body,
      timestamp: '2020-01-02T01:04:05Z',
    })
    const all = await list(ownerid)
    expect(all.map(({ deploymentid }) => deploymentid)).toEqual([ids[0], ids[1], ids[1], ids[0], ids[0]])
    expect(all.at(-1)).toMatchObject({ timestamp: '2020-01-02T01:04:05Z' })
    expect(JSON.parse(all[1]!.data)).toEqual(NAMED)
    expect(JSON.parse(all[1]!.result)).toEqual({ prediction: 'setosa' })
    for (const skip of [0, 1, 2, 4, 5])
      expect(await list(ownerid, `?skip=${skip}&limit=2`)).toEqual(all.slice(skip, skip + 2))
  })

  it('need a deployment and a model, and texts', async () => {
    const body = { ownerid: 'a', deploymentid: IRIS, modelid: SAMPLE.iris.model, data: '1', result: '2' }
    const record = (change: object): Promise<Answer> =>
      api().post('/deployment/add/operation', { ...body, ...change })
    expect((await record({ deploymentid: 'nobody' })).status).toBe(404)
    expect((await record({ modelid: 'nobody' })).status).toBe(404)
    expect((await record({ data: { not: 'text' } })).status).toBe(422)
    expect((await record({ timestamp: 'yesterday' })).status).toBe(422)
  })
})

describe('data behind a link', () => {
  async function publish(answer: string | null): Promise<string> {
    const server = createServer((_request, response) => {
      if (answer === null) response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end()
      else response.end(answer)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/data.csv`
  }
  const ask = (data_link: string): Promise<Answer> => api().post(`/deployment/${IRIS}/predict`, { data_link })
  const allow = (hosts: readonly string[]): Promise<Answer> =>
    station.api.send('PATCH', '/api/mlops/settings/notifications', {
      body: JSON.stringify({ allowed_hosts: hosts }),
      headers: { 'Content-Type': 'application/json' },
    })
  const ROWS = 'petal_width,petal_length,sepal_width,sepal_length,note\n0.2,1.4,3.5,5.1,a\n2,5,3,6,b\n'

  it('is fetched from a host that was allowed, and from no private one else', async () => {
    const link = await publish(ROWS)
    expect(await ask(link)).toMatchObject({
      status: 403,
      body: detail(/127\.0\.0\.1 is not on the public internet/),
    })
    await allow(['127.0.0.1'])
    expect((await ask(link)).body).toEqual({ prediction: ['setosa', 'virginica'] })
    const asData = await api().post(`/deployment/${IRIS}/predict`, { data: link })
    expect(asData.body).toEqual({ prediction: ['setosa', 'virginica'] })
    await allow([])
    expect((await ask(link)).status).toBe(403)
  })

  it('is refused when it is none, and no redirect is followed', async () => {
    await allow(['127.0.0.1'])
    for (const text of [null, 'a,b\n1,2\n', 'sepal_length\n'])
      expect((await ask(await publish(text))).status).toBe(422)
    expect((await ask('file:///etc/passwd')).status).toBe(422)
    await allow([])
  })
})

describe('a key', () => {
  it('is needed without --trust-local, and must have the scope', async () => {
    const opened = await openWorkstation()
    const refused = await opened.api.withKey(null).get('/model/all')
    expect(refused).toMatchObject({ status: 401, body: detail(/Bearer/) })
    expect((await opened.api.get('/model/all')).body).toEqual([])
    expect((await opened.api.get('/deployment/all')).body).toEqual([])
    expect((await opened.api.get('/deployment/get/opos/anybody')).body).toEqual([])
  })
})

describe('retraining', () => {
  it('is checked before it is asked for', async () => {
    const train = (body: object): Promise<Answer> => api().post('/mltraining/add', body)
    expect((await train({ modelid: 'nobody', placement: {} })).status).toBe(404)
    expect((await train({ modelid: SAMPLE.iris.model })).status).toBe(422)
    expect((await train({ modelid: SAMPLE.iris.model, placement: { node: 'nowhere' } })).status).toBe(422)
  })
})
