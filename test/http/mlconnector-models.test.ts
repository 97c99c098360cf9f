import { describe, expect, it } from 'vitest'
import type { Answer, Page } from '../support/api-client'
import type { ModelWire } from '../support/mlconnector'
import { addModel, deploy, sendFile, upload } from '../support/mlconnector'
import { hostilePickle, importedBytes } from '../support/imports'
import { listArtifacts } from '../support/model-form'
import { openWorkstation, SAMPLE, useWorkstation } from '../support/workstation'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const station = useWorkstation({ flags: ['--sample', '--trust-local'] })
const api = () => station.api.withKey(null)
const SAID = {
  modelname: 'Ridge',
  modelkind: 'Regressor',
  hyperparameter: [{ parameter: 'string', value: 0 }],
  modelperformance: [{ metric: 'Accuracy', order: 1, threshold: 0.89 }],
  trainingresource: [{ resource_name: 'GPU', value: 16, deploy: 'string' }],
  runresource: [{ resource_name: 'GPU', value: 16, deploy: 'string' }],
  featurelist: [{ feature_name: 'x0', type: 'cont', kind: 0, units: 1, note: 'kept as well' }],
  inference: [{ type: 'string', value: 'string' }],
  modeltags: ['regression', 'fast'],
  drift_detection: [{ is_true: 1, method: 0 }],
}

const find = async (path: string): Promise<readonly string[]> =>
  (await api().get<readonly ModelWire[]>(path)).body.map(({ modelid }) => modelid)

function expectProblem(answer: Answer, ...loc: readonly (string | number)[]): void {
  expect(answer.status).toBe(422)
  expect(answer.body).toMatchObject({
    detail: [{ loc, msg: expect.any(String) as string, type: expect.any(String) as string }],
  })
}

describe('a model that is described', () => {
  it('is given back as it was said, again and again', async () => {
    for (const _time of ['first', 'second']) {
      const added = await api().post<ModelWire>('/model/add', SAID)
      expect(added).toMatchObject({ status: 201, body: { ...SAID, version: null } })
      expect(added.body.modelid).toMatch(/^[0-9a-f-]{36}$/)
      const read = await api().get(`/model/${added.body.modelid}`)
      expect(read.body).toEqual({ ...added.body, files: [] })
    }
  })

  it('may be sent without a content type, and as nothing else than JSON', async () => {
    const body = Buffer.from(JSON.stringify(SAID))
    expect(await api().send('POST', '/model/add', { body })).toMatchObject({ status: 201, body: SAID })
    expectProblem(
      await api().postText('/model/add', 'modelname=x', 'application/x-www-form-urlencoded'),
      'body',
    )
  })

  it('has nothing else than null where nothing was said', async () => {
    const { body } = await api().post('/model/add', { modelname: 'bare', modelkind: 'clustering' })
    expect(body).toMatchObject({
      hyperparameter: null,
      featurelist: null,
      modeltags: null,
      drift_detection: null,
    })
  })

  it('is refused field by field', async () => {
    expectProblem(await api().post('/model/add', { modelname: 'x' }), 'body', 'modelkind')
    expectProblem(await api().post('/model/add', { ...SAID, modelname: 3 }), 'body', 'modelname')
    expectProblem(
      await api().post('/model/add', { ...SAID, hyperparameter: [{ value: 1 }] }),
      ...['body', 'hyperparameter', 0, 'parameter'],
    )
    const broken = await api().postText('/model/add', '{"modelname": (1)}')
    expectProblem(broken, 'body')
    expect(broken.body).toMatchObject({ detail: [{ type: 'json_invalid' }] })
  })

  it('is found by kind in any spelling, by any of its tags, and page by page', async () => {
    const id = await addModel(api(), { modelkind: 'Regressor', modeltags: ['just this', 'other'] })
    const classifier = await addModel(api(), { modelkind: 'Classifier' })
    for (const kind of ['regression', 'REGRESSOR', 'Regression']) {
      const found = await find(`/model/getkind/${kind}`)
      expect(found).toContain(id)
      expect(found).not.toContain(classifier)
    }
    expect(await find('/model/search?tags=nobody&tags=just%20this')).toEqual([id])
    expect(await find('/model/search?tags=nobody')).toEqual([])
    const all = await find('/model/all')
    expect(await find('/model/search')).toEqual(all)
    expect(await find('/model/all?skip=1&limit=2')).toEqual(all.slice(1, 3))
    expect(await find('/model/all?limit=0')).toEqual([])
    expectProblem(await api().get('/model/all?skip=-1'), 'query', 'skip')
  })

  it('changes by what is sent, and answers with nothing unless asked', async () => {
    const id = await addModel(api(), SAID)
    const change = { modeltags: ['updated-tag'], drift_detection: [{ is_true: 1, method: 1 }], unknown: 1 }
    const patch = (headers = {}): Promise<Answer> =>
      api().send('PATCH', `/model/${id}`, {
        body: JSON.stringify(change),
        headers: { 'Content-Type': 'application/json', ...headers },
      })
    expect(await patch()).toMatchObject({ status: 200, body: '' })
    const { unknown: _unknown, ...kept } = change
    expect((await api().get(`/model/${id}`)).body).toMatchObject({ ...SAID, ...kept })
    expect((await patch({ Prefer: 'return=representation' })).body).toMatchObject({ modelid: id, ...kept })
  })

  it('is gone when it is deleted', async () => {
    const id = await addModel(api())
    await upload(api(), id, { kind: 'code', name: 'train.py', bytes: Buffer.from('print("train me")') })
    expect(await api().delete(`/model/${id}`)).toMatchObject({ status: 200, body: '' })
    for (const answer of [await api().delete(`/model/${id}`), await api().get(`/model/${id}`)])
      expect(answer).toMatchObject({ status: 404, body: { detail: 'Model was not found' } })
  })
})

describe('every other door', () => {
  it('shows a model that has no file yet, and refuses to deploy it', async () => {
    const id = await addModel(api(), { modelname: 'waits for its file' })
    const page = await station.api.get<Page<{ id: string }>>('/api/models?search=waits%20for')
    expect(page.body.items).toMatchObject([{ id, problem_type: null, version: 0, version_count: 0 }])
    expect((await station.api.get(`/api/models/${id}`)).body).toMatchObject({ model: { id, versions: [] } })
    const { core } = station.workstation
    const { projectId } = core.models.get(id)
    const refused = await station.api.post(`/api/mlops/projects/${projectId}/deployments`, {
      ...{ model_id: id, name: 'too early', stage: 'staging' },
    })
    expect(refused).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/no file yet/) as string },
    })
    expect(await deploy(api(), id)).toMatchObject({ status: 409 })
  })

  it('has models that this one shows, with what their files say', async () => {
    const { body } = await api().get(`/model/${SAMPLE.diabetes.model}`)
    expect(body).toMatchObject({
      modelname: 'diabetes-progression',
      modelkind: 'regression',
      version: 1,
      files: [
        { filekind: 'model', filename: `${SAMPLE.diabetes.model}.onnx` },
        { filekind: 'data', filename: `${SAMPLE.diabetes.model}.csv`, contenttype: 'text/csv' },
      ],
    })
    expect(await find('/model/getkind/regression')).toContain(SAMPLE.diabetes.model)
  })
})

describe('an upload', () => {
  it('is taken with its parts in either order and without a content type', async () => {
    const id = await addModel(api())
    const named = await sendFile(api(), id, [
      ['file_kind', 'env'],
      ['file', Buffer.from('scikit-learn==1.7\n'), 'requirements.txt'],
    ])
    expect(named).toMatchObject({
      status: 201,
      body: { modelid: id, filekind: 'env', filename: `${id}.txt`, contenttype: 'text/plain', version: null },
    })
    const boundary = 'b0undary'
    const body = Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="model.pkl"\r\n\r\n`,
      ),
      importedBytes('ridge.pkl'),
      Buffer.from(`\r\n--${boundary}\r\nContent-Disposition: form-data; name="file_kind"\r\n\r\nmodel\r\n`),
      Buffer.from(`--${boundary}--\r\n`),
    ])
    const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` }
    const bare = await api().send('POST', `/model/${id}/upload`, { body, headers })
    expect(bare).toMatchObject({
      status: 201,
      body: { filekind: 'model', filename: `${id}.pkl`, contenttype: 'application/octet-stream', version: 1 },
    })
  })

  it('is refused for another kind, without a file, for an unknown model', async () => {
    const id = await addModel(api())
    expectProblem(await upload(api(), id, { kind: 'weights', name: 'ridge.pkl' }), 'body', 'file_kind')
    expectProblem(await sendFile(api(), id, [['file_kind', 'model']]), 'body', 'file')
    expect(await upload(api(), 'nobody', { kind: 'model', name: 'ridge.pkl' })).toMatchObject({
      status: 404,
      body: { detail: 'No model details found' },
    })
  })

  it('is bounded, and leaves nothing behind when it is too large', async () => {
    const flags = ['--max-model-bytes', '2048', '--max-data-bytes', '4096']
    const opened = await openWorkstation({ flags })
    const id = await addModel(opened.api)
    const send = (kind: string, size: number): Promise<Answer> =>
      upload(opened.api, id, { kind, name: 'file.bin', bytes: Buffer.alloc(size, 'x') })
    for (const [kind, size] of [
      ['model', 3000],
      ['model', 9000],
      ['data', 9000],
      ['env', 9000],
    ] as const)
      expect((await send(kind, size)).status).toBe(413)
    expect(await listArtifacts(opened.dataDirectory)).toEqual([])
    expect((await opened.api.get(`/model/${id}`)).body).toMatchObject({ files: [] })
  })

  it('that would run something, or that nobody can convert, leaves everything as it was', async () => {
    const id = await addModel(api())
    await upload(api(), id, { kind: 'model', name: 'ridge.pkl' })
    await deploy(api(), id, { deployment_id: `keeps-${id}` })
    const mark = join(station.dataDirectory, 'was-run')
    const everything = async (): Promise<unknown> => [
      (await api().get(`/model/${id}`)).body,
      (await api().get(`/deployment/get/status/keeps-${id}`)).body,
      await listArtifacts(station.dataDirectory),
    ]
    const before = await everything()
    for (const bytes of [hostilePickle(mark), importedBytes('two-models.pkl'), Buffer.from('not a model')]) {
      const refused = await upload(api(), id, { kind: 'model', name: 'model.pkl', bytes })
      expectProblem(refused, 'body')
      expect(existsSync(mark)).toBe(false)
    }
    expect(await everything()).toEqual(before)
  })
})
