import { readFileSync } from 'node:fs'
import { ORPCError, createRouterClient } from '@orpc/server'
import { beforeAll, expect, it, vi } from 'vitest'
import { ERROR_CODES, WorkstationError } from '../../main/errors'
import type { Core } from '../../main/core/core'
import type { RouterContext } from '../../main/ipc/router'
import { router } from '../../main/ipc/router'
import { IRIS_RECORD, sampleFile, serveIris, shareWorkspace, upload } from '../core/workspace'

const workspace = shareWorkspace()
let served: Awaited<ReturnType<typeof serveIris>>

beforeAll(async () => {
  served = await serveIris(workspace().core)
})

const clientOf = (core: Core, closing = new AbortController().signal) => {
  const context: RouterContext = {
    core,
    closing,
    workspace: () => ({
      version: '1',
      dataDirectory: '/',
      url: '',
      hasSample: false,
      platform: 'linux',
      limits: { maxModelBytes: 1, maxDataBytes: 1 },
      firstKey: null,
    }),
  }
  return createRouterClient(router, { context })
}
const client = () => clientOf(workspace().core)

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('it was not refused')
}

it('answers a verb of every room', async () => {
  const { projectId, deployment, version } = served
  const page = { limit: 5, offset: 0 }
  expect(await client().workspace.get()).toMatchObject({ version: '1' })
  expect((await client().projects.list(page)).items).toContainEqual(
    await client().projects.get({ id: projectId }),
  )
  expect(await client().models.get({ id: version.modelId })).toMatchObject({
    name: 'iris',
    deploymentCount: 1,
  })
  expect(await client().models.versions({ id: version.modelId })).toHaveLength(1)
  expect((await client().models.profile({ id: version.id }))!.features.rows).toBe(150)
  expect((await client().deployments.list({ projectId })).items).toHaveLength(1)
  const { answers } = await client().deployments.predict({ id: deployment.id, records: [IRIS_RECORD] })
  expect(answers).toMatchObject([{ prediction: 'setosa' }])
  expect(await client().deployments.predictions({ id: deployment.id })).toMatchObject({ total: 1 })
  expect(await client().deployments.traffic({ id: deployment.id })).toMatchObject({ total: 1 })
  expect(await client().drift.get({ id: deployment.id })).toMatchObject({ rows: 1 })
  expect(await client().drift.history({ id: deployment.id })).toHaveLength(1)
  expect(await client().drift.overview()).toHaveLength(1)
  expect(await client().jobs.list({})).toMatchObject({ items: [] })
})

it('compares by the method of a model: setting, run, results', async () => {
  const { id } = served.deployment
  expect(await client().drift.method.get({ id })).toMatchObject({ isOn: false, source: 'default' })
  const setting = { isOn: false, method: 'kolmogorov_smirnov' } as const
  expect(await client().drift.method.set({ id, setting })).toMatchObject({ ...setting, source: 'deployment' })
  const job = await client().drift.method.run({ id })
  await vi.waitFor(async () =>
    expect(await client().jobs.get({ id: job.id })).toMatchObject({ status: 'succeeded' }),
  )
  expect(await client().drift.method.get({ id })).toMatchObject({
    lastRun: { outcome: 'few_operations', operations: 1, method: 'kolmogorov_smirnov' },
  })
  expect(await client().drift.method.results({ id })).toMatchObject({ items: [], total: 0, limit: 50 })
  expect(await client().drift.method.set({ id, setting: null })).toMatchObject({ source: 'default' })
})

it('keeps an upload for the one who registers it, and gives up what is not registered', async () => {
  const { core } = workspace()
  const input = await upload(core, {
    projectId: served.projectId,
    name: 'through the door',
    model: sampleFile('diabetes'),
    data: sampleFile('diabetes', 'training.csv'),
  })
  const inspection = await client().models.inspect(input)
  expect(inspection).toMatchObject({ data: { rows: 442, targetColumn: 'progression', problem: null } })
  await client().models.discardUploads({ files: [input.modelFile, input.trainingFile!] })
  expect(await errorOf(client().models.register(input))).toMatchObject({ code: 'NOT_FOUND' })
})

it('refuses as the core refused: its code, its message, its problems', async () => {
  const { id } = served.deployment
  const error = await errorOf(
    client().deployments.predict({ id, records: [{ ...IRIS_RECORD, petal_width: 'wide' }] }),
  )
  expect(error).toBeInstanceOf(ORPCError)
  expect(error).toMatchObject({
    code: 'INVALID',
    message: 'inputs.petal_width is "wide"; expected a finite number',
    data: { problems: [{ field: 'inputs.petal_width', message: 'is "wide"; expected a finite number' }] },
  })
  expect(await errorOf(client().projects.get({ id: 'nobody' }))).toMatchObject({
    code: 'NOT_FOUND',
    data: { problems: [] },
  })
  const taken = await client().projects.get({ id: served.projectId })
  expect(await errorOf(client().projects.create({ name: taken.name }))).toMatchObject({ code: 'CONFLICT' })
})

it.each(ERROR_CODES)('passes the code %s on', async (code) => {
  const failing = {
    projects: {
      get: () => {
        throw new WorkstationError(code, 'the reason', { problems: [{ field: 'here', message: 'is wrong' }] })
      },
    },
  } as unknown as Core
  expect(await errorOf(clientOf(failing).projects.get({ id: 'x' }))).toMatchObject({
    code: code.toUpperCase(),
    message: 'the reason',
    data: { problems: [{ field: 'here', message: 'is wrong' }] },
  })
})

it('does not dress an unexpected failure up as a refusal', async () => {
  const failing = {
    projects: {
      get: () => {
        throw new TypeError('a fault of ours')
      },
    },
  } as unknown as Core
  expect(await errorOf(clientOf(failing).projects.get({ id: 'x' }))).toBeInstanceOf(TypeError)
})

it('refuses what no verb takes before it reaches the core', async () => {
  const bad = { code: 'BAD_REQUEST' }
  expect(await errorOf(client().projects.create({ name: '   ' }))).toMatchObject(bad)
  expect(await errorOf(client().projects.list({ limit: 501 }))).toMatchObject(bad)
  expect(
    await errorOf(client().deployments.predict({ id: served.deployment.id, records: [] })),
  ).toMatchObject(bad)
  expect(
    await errorOf(client().deployments.rollback({ id: served.deployment.id, target: {} })),
  ).toMatchObject(bad)
  expect(await errorOf(client().access.createKey({ name: 'none', scopes: [] }))).toMatchObject(bad)
})

it('explains an answer without another line in the log', async () => {
  const { id } = served.deployment
  const before = (await client().deployments.predictions({ id })).total
  const explained = await client().deployments.explain({ id, records: [IRIS_RECORD] })
  expect(explained.features).toEqual(Object.keys(IRIS_RECORD))
  expect(explained.explanations).toMatchObject([{ method: 'linear', explainedClass: 'setosa' }])
  expect((await client().deployments.predictions({ id })).total).toBe(before)
})

it('feeds what changes until its reader leaves', async () => {
  const feed = await client().workspace.events()
  expect(await feed.next()).toMatchObject({ value: [] })
  const { id } = await client().projects.create({ name: 'seen' })
  expect(await feed.next()).toMatchObject({ value: [{ type: 'project.changed', projectId: id }] })
  await feed.return()
  expect(await feed.next()).toMatchObject({ done: true })
})

it('ends the feed when the workstation closes', async () => {
  const closing = new AbortController()
  const feed = await clientOf(workspace().core, closing.signal).workspace.events()
  await feed.next()
  const next = feed.next()
  closing.abort()
  expect(await next).toMatchObject({ done: true })
})

it('says who did it: the owner at this computer', async () => {
  const { id } = served.deployment
  await client().deployments.promote({ id })
  expect((await client().deployments.history({ id }))[0]).toMatchObject({
    action: 'promoted',
    actor: 'owner',
  })
})

it('registers without training data, verifies, and takes them later', async () => {
  const { core } = workspace()
  const put = async (path: string | Buffer): Promise<string> =>
    (await core.artifacts.put(typeof path === 'string' ? readFileSync(path) : path)).sha256
  const modelFile = await put(sampleFile('iris'))
  const inspection = await client().models.inspect({ modelFile })
  expect(inspection).toMatchObject({ format: 'onnx', refusal: null, contents: null, data: null })
  expect(inspection.signature!.features.map(({ name }) => name)).toEqual(['x0', 'x1', 'x2', 'x3'])
  const version = await client().models.register({
    projectId: served.projectId,
    name: 'bare',
    modelFile,
    modelFileName: 'iris.onnx',
  })
  expect(version).toMatchObject({ trainingFile: null, conversion: null, verification: null })
  expect(await client().models.profile({ id: version.id })).toBeNull()
  const rows = Buffer.from('x3,x2,x1,x0,species\n0.2,1.4,3.5,5.1,setosa\n2.5,6,3.3,6.3,setosa\n')
  const file = await put(rows)
  const verify = { id: version.id, file, name: 'rows.csv', predictionColumn: 'species' }
  expect(await client().models.verify(verify)).toMatchObject({
    verdict: 'failed',
    labelFlips: 1,
    worst: [{ row: 2, expected: 'setosa', actual: 'virginica' }],
  })
  expect(await errorOf(client().models.verify(verify))).toMatchObject({ code: 'NOT_FOUND' })
  const training = {
    id: version.id,
    file: await put(sampleFile('iris', 'training.csv')),
    name: 'training.csv',
  }
  expect(await client().models.attachTrainingData(training)).toMatchObject({
    trainingFileName: 'training.csv',
    targetColumn: 'species',
    selfTest: { rows: 150 },
  })
  expect((await client().models.profile({ id: version.id }))!.features.rows).toBe(150)
  expect(await errorOf(client().models.attachTrainingData(training))).toMatchObject({ code: 'CONFLICT' })
  await client().models.remove({ id: version.modelId })
  await client().models.discardUploads({ files: [training.file] })
})
