import { createReadStream, truncateSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { ModelVersion } from '../../../main/core/models/model'
import {
  fixtureFile,
  IRIS_RECORD,
  matching,
  openWorkspace,
  refusalOf,
  register,
  sampleFile,
  serveIris,
  shareWorkspace,
} from '../workspace'

const workspace = shareWorkspace()
const ask = (deploymentId: string, record: object = IRIS_RECORD) =>
  workspace().core.serving.predict({
    deploymentId,
    records: [{ ...record }],
    options: { storePayload: true },
  })

/** Another version of a served model, which takes other columns. */
async function registerFraud({ projectId }: { readonly projectId: string }): Promise<ModelVersion> {
  return register(workspace().core, {
    projectId,
    name: 'iris',
    model: sampleFile('fraud'),
    data: sampleFile('fraud', 'training.csv'),
  })
}

it('serves another version from one request to the next, and the former one for those under way', async () => {
  const { core, pool } = workspace()
  const served = await serveIris(core)
  const next = await registerFraud(served)
  const { id } = served.deployment
  await ask(id)
  const switched = await core.deployments.switchVersion({ id, versionId: next.id, actor: 'tester' })
  expect(switched).toMatchObject({ modelVersionId: next.id, modelVersion: 2, status: 'active' })
  expect(core.deployments.history(id)[0]).toMatchObject({ action: 'changed', note: 'version 1 → 2' })
  expect(await refusalOf(() => ask(id))).toMatchObject({ code: 'invalid' })
  await expect(ask(id, { amount: 29.99, merchant_id: 42, hour: 14 })).resolves.toBeDefined()
  expect(pool.stats().models.map(({ key }) => key)).toEqual(
    expect.arrayContaining([served.version.servedFile, next.servedFile]),
  )
})

it('stays on the version it serves when the other one does not load', async () => {
  const { core } = workspace()
  const served = await serveIris(core)
  const broken = await register(core, {
    projectId: served.projectId,
    name: 'iris',
    model: fixtureFile('double.onnx'),
    data: fixtureFile('double.csv'),
  })
  truncateSync(core.artifacts.pathOf(broken.servedFile), 20)
  const { id } = served.deployment
  const change = { id, versionId: broken.id, actor: 'tester' }
  expect(await refusalOf(() => core.deployments.switchVersion(change))).toMatchObject({
    code: 'not_ready',
    message: matching(/stays on version 1: version 2 could not be loaded: ./),
  })
  expect(core.deployments.get(id)).toMatchObject({ modelVersion: 1, status: 'active' })
  await expect(ask(id)).resolves.toBeDefined()
})

it('leaves an archived deployment alone unless it is to come back', async () => {
  const { core } = workspace()
  const { deployment, version } = await serveIris(core)
  const { id } = core.deployments.deactivate(deployment.id, 'tester')
  const change = { id, versionId: version.id, actor: 'tester' }
  expect(await refusalOf(() => core.deployments.switchVersion(change))).toMatchObject({ code: 'conflict' })
  const back = await core.deployments.switchVersion({ ...change, revives: true })
  expect(back).toMatchObject({ stage: 'staging', status: 'active' })
  await expect(ask(id)).resolves.toBeDefined()
})

it('serves the version it was switched to after a restart, for the same owner', async () => {
  const first = await openWorkspace()
  const { version } = await serveIris(first.core)
  const placement = { clusterID: '*', node: '*', continuum: true, note: 'kept' }
  const order = {
    modelId: version.modelId,
    owner: 'agent-1',
    placement,
    deploymentId: 'dep-1',
    inferenceData: 1,
  }
  await first.core.placements.deploy(order, 'tester')
  const file = await first.core.artifacts.receive(createReadStream(sampleFile('iris')), {
    maxBytes: Number.POSITIVE_INFINITY,
  })
  const upload = { kind: 'model', file, name: 'model.onnx', contentType: 'application/octet-stream' } as const
  const request = { actor: 'tester', signal: undefined }
  await first.core.modelUploads.take(version.modelId, upload, request)
  await first.close()
  const { core } = await openWorkspace(first.folder)
  expect(core.placements.get('dep-1')).toMatchObject({
    deployment: { modelVersion: 2, status: 'active' },
    placed: { owner: 'agent-1', placement, inferenceData: 1 },
  })
  expect(core.modelFiles.find(version.modelId, 'model')).toMatchObject({
    name: 'model.onnx',
    sha256: file.sha256,
  })
})
