import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Core } from '../../../main/core/core'
import type { Deployment, NewDeployment } from '../../../main/core/deployments/deployment'
import type { ModelVersion } from '../../../main/core/models/model'
import {
  matching,
  IRIS_RECORD,
  makeProject,
  openWorkspace,
  refusalOf,
  register,
  sampleFile,
  shareWorkspace,
  until,
} from '../workspace'

const workspace = shareWorkspace()
let registered: Promise<ModelVersion> | undefined

/** The iris model, registered once per project asked for; files and sessions are shared by their content. */
async function addIris(core: Core, projectId: string): Promise<ModelVersion> {
  return register(core, {
    projectId,
    name: 'iris',
    model: sampleFile('iris'),
    data: sampleFile('iris', 'training.csv'),
  })
}

/** One registered model for the tests that need no project of their own. */
function shared(core: Core): Promise<ModelVersion> {
  registered ??= addIris(core, makeProject(core))
  return registered
}

const make = (core: Core, version: ModelVersion, change: Partial<NewDeployment> = {}): Promise<Deployment> =>
  core.deployments.create(
    {
      projectId: core.models.get(version.modelId).projectId,
      model: version.id,
      name: 'served',
      stage: 'staging',
      trafficPercent: 100,
      ...change,
    },
    'tester',
  )

const predict = (core: Core, deploymentId: string) =>
  core.serving.predict({ deploymentId, records: [IRIS_RECORD], options: { storePayload: false } })
const stageOf = (core: Core, id: string): string =>
  `${core.deployments.get(id).stage} ${core.deployments.get(id).status}`
const historyOf = (core: Core, id: string): string[] =>
  core.deployments
    .history(id)
    .map(
      ({ action, actor, from, to, note }) =>
        `${actor} ${action} ${from ?? 'nothing'} → ${to}${note === '' ? '' : `: ${note}`}`,
    )
const production = (core: Core, projectId: string): Deployment[] => [
  ...core.deployments.list({ projectId, stage: 'production', search: '', limit: 50, offset: 0 }).items,
]

it('writes down who did what to a deployment, newest first', async () => {
  const { core } = await openWorkspace()
  const version = await addIris(core, makeProject(core))
  const first = await make(core, version, { name: 'first' })
  await core.deployments.promote(first.id, 'anna')
  const second = await make(core, version, { name: 'second', stage: 'production' })
  await core.deployments.rollback(second.id, { toDeployment: first.id }, 'ben')
  core.deployments.deactivate(first.id, 'cleo')
  expect(historyOf(core, first.id)).toEqual([
    'cleo deactivated production → archived',
    'ben rolled_back archived → production',
    'tester archived production → archived: replaced by second',
    'anna promoted staging → production',
    'tester created nothing → staging',
  ])
  expect(historyOf(core, second.id)).toEqual([
    'ben archived production → archived: rolled back to first',
    'tester created nothing → production',
  ])
})

it('has one production deployment per project however many are made at once, and the last one wins', async () => {
  const { core } = workspace()
  const version = await addIris(core, makeProject(core))
  const { projectId } = core.models.get(version.modelId)
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, turn) =>
      make(core, version, { name: `number ${turn}`, stage: 'production' }),
    ),
  )
  expect(production(core, projectId)).toHaveLength(1)
  const archived = made.filter(({ id }) => stageOf(core, id) === 'archived inactive')
  expect(archived).toHaveLength(19)
  const [serving] = production(core, projectId)
  await expect(predict(core, serving!.id)).resolves.toMatchObject({ answers: [{ prediction: 'setosa' }] })
  expect(core.projects.get(projectId).deploymentCount).toBe(20)
})

it('promotes one of many at once, leaves one production deployment and keeps answering meanwhile', async () => {
  const { core } = workspace()
  const version = await addIris(core, makeProject(core))
  const { projectId } = core.models.get(version.modelId)
  const steady = await make(core, version, { name: 'steady' })
  const made = await Promise.all(
    Array.from({ length: 5 }, (_, turn) => make(core, version, { name: `number ${turn}` })),
  )
  const answering = Promise.all(Array.from({ length: 50 }, () => predict(core, steady.id)))
  for (const { id } of made) await core.deployments.promote(id, 'tester')
  for (const { id } of made.slice(0, -1)) await core.deployments.rollback(id, { toDeployment: id }, 'tester')
  await expect(answering).resolves.toHaveLength(50)
  expect(production(core, projectId).map(({ id }) => id)).toEqual([made.at(-2)!.id])
})

it('keeps production as it is when a model cannot be loaded, and says why', async () => {
  const { core } = await openWorkspace()
  const projectId = makeProject(core)
  const good = await addIris(core, projectId)
  const working = await make(core, good, { stage: 'production' })
  const broken = await register(core, {
    projectId,
    name: 'fraud',
    model: sampleFile('fraud'),
    data: sampleFile('fraud', 'training.csv'),
  })
  truncateSync(core.artifacts.pathOf(broken.servedFile), 100)

  const refusal = await refusalOf(() => make(core, broken, { stage: 'production' }))
  expect(refusal.code).toBe('not_ready')
  expect(refusal.message).toMatch(/could not be loaded, so production stays as it is: ./)
  const failed = await make(core, broken, { name: 'failed' })
  expect(failed).toMatchObject({ stage: 'staging', status: 'failed', failure: matching(/./) })
  expect(historyOf(core, failed.id)[0]).toMatch(/failed nothing → staging: ./)
  expect(await refusalOf(() => core.deployments.promote(failed.id, 'tester'))).toMatchObject({
    code: 'conflict',
  })
  expect(await refusalOf(() => predict(core, failed.id))).toMatchObject({
    code: 'conflict',
    message: matching(/failed to load/),
  })
  expect(
    await refusalOf(() => core.deployments.rollback(working.id, { toModel: broken.modelId }, 'tester')),
  ).toMatchObject({
    code: 'not_ready',
  })
  expect(production(core, projectId).map(({ id }) => id)).toEqual([working.id])
  await expect(predict(core, working.id)).resolves.toBeDefined()
})

it('loads at the start what serves, marks what does not load, and heals it when it does again', async () => {
  const first = await openWorkspace()
  const version = await addIris(first.core, makeProject(first.core))
  const deployment = await make(first.core, version, { stage: 'production' })
  const path = first.core.artifacts.pathOf(version.servedFile)
  const sound = readFileSync(path)
  await first.close()
  writeFileSync(path, 'damaged')

  const second = await openWorkspace(first.folder)
  expect(stageOf(second.core, deployment.id)).toBe('production failed')
  await second.close()
  writeFileSync(path, sound)

  const third = await openWorkspace(first.folder)
  expect(stageOf(third.core, deployment.id)).toBe('production active')
  expect(third.core.deployments.get(deployment.id).failure).toBeNull()
  expect(historyOf(third.core, deployment.id).map((line) => line.split(' ')[1])).toEqual([
    'recovered',
    'failed',
    'created',
  ])
  await expect(predict(third.core, deployment.id)).resolves.toBeDefined()
})

it('brings production back to an archived deployment, or to a model', async () => {
  const { core } = await openWorkspace()
  const version = await addIris(core, makeProject(core))
  const [old, now] = [
    await make(core, version, { stage: 'production', name: 'old' }),
    await make(core, version, { stage: 'production', name: 'now' }),
  ]
  expect(await core.deployments.rollback(now.id, { toDeployment: old.id }, 'tester')).toMatchObject({
    id: old.id,
    stage: 'production',
  })
  expect(stageOf(core, now.id)).toBe('archived inactive')
  await expect(predict(core, old.id)).resolves.toBeDefined()
  const fresh = await core.deployments.rollback(now.id, { toModel: version.modelId }, 'tester')
  expect(fresh).toMatchObject({ name: 'iris v1', stage: 'production', status: 'active' })
  expect(stageOf(core, old.id)).toBe('archived inactive')
})

it('refuses to roll back to what is not archived, not there, or of another project', async () => {
  const { core } = workspace()
  const version = await shared(core)
  const other = await addIris(core, makeProject(core))
  const [staged, second, foreign] = [
    await make(core, version),
    await make(core, version),
    await make(core, other),
  ]
  core.deployments.deactivate(foreign.id, 'tester')
  const rollback = (target: { toDeployment?: string; toModel?: string }) =>
    refusalOf(() => core.deployments.rollback(staged.id, target, 'tester'))
  expect(await rollback({ toDeployment: second.id })).toMatchObject({
    code: 'conflict',
    message: matching(/in staging, not archived/),
  })
  expect(await rollback({ toDeployment: foreign.id })).toMatchObject({
    code: 'conflict',
    message: matching(/another project/),
  })
  expect(await rollback({ toDeployment: 'nobody' })).toMatchObject({ code: 'not_found' })
  expect(await rollback({ toModel: other.modelId })).toMatchObject({ code: 'mismatch' })
  expect(await rollback({ toModel: 'nobody' })).toMatchObject({ code: 'not_found' })
})

it('gives one of two who roll back to the same deployment at once the change, and the other a conflict', async () => {
  const { core } = workspace()
  const version = await addIris(core, makeProject(core))
  const old = await make(core, version, { stage: 'production' })
  const now = await make(core, version, { stage: 'production' })
  const settled = await Promise.allSettled(
    [1, 2].map(() => core.deployments.rollback(now.id, { toDeployment: old.id }, 'tester')),
  )
  expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await expect(predict(core, old.id)).resolves.toBeDefined()
})

it('takes a deployment out of service for good, and refuses to promote it', async () => {
  const { core } = workspace()
  const { id } = await make(core, await shared(core))
  expect(core.deployments.deactivate(id, 'tester')).toMatchObject({ stage: 'archived', status: 'inactive' })
  expect(core.deployments.deactivate(id, 'tester')).toMatchObject({ stage: 'archived' })
  expect(historyOf(core, id)).toHaveLength(2)
  expect(await refusalOf(() => predict(core, id))).toMatchObject({
    code: 'conflict',
    message: matching(/archived and does not answer/),
  })
  expect(await refusalOf(() => core.deployments.promote(id, 'tester'))).toMatchObject({
    code: 'conflict',
    message: matching(/roll back to it/),
  })
})

it('gives the memory of a model back with its last deployment', async () => {
  const { core, pool } = await openWorkspace()
  const version = await addIris(core, makeProject(core))
  const made = [await make(core, version), await make(core, version, { stage: 'production' })]
  const loaded = () => pool.stats().models.length
  expect(loaded()).toBe(1)
  core.deployments.deactivate(made[0]!.id, 'tester')
  await expect(predict(core, made[1]!.id)).resolves.toBeDefined()
  core.deployments.deactivate(made[1]!.id, 'tester')
  await until(() => loaded() === 0)
})

it('takes the newest version of a model, or the version that is named', async () => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const [one, two] = [await addIris(core, projectId), await addIris(core, projectId)]
  expect(await make(core, one, { model: one.modelId })).toMatchObject({
    modelVersion: 2,
    modelVersionId: two.id,
  })
  expect(await make(core, one)).toMatchObject({ modelVersion: 1, modelName: 'iris' })
})

it('refuses a model of another project, and what does not exist', async () => {
  const { core } = workspace()
  const version = await shared(core)
  expect(await refusalOf(() => make(core, version, { projectId: makeProject(core) }))).toMatchObject({
    code: 'mismatch',
    message: matching(/^model_id: /),
  })
  expect(await refusalOf(() => make(core, version, { projectId: 'nowhere' }))).toMatchObject({
    code: 'not_found',
  })
  expect(await refusalOf(() => make(core, version, { model: 'nobody' }))).toMatchObject({ code: 'not_found' })
  const { deployments } = core
  for (const look of [
    () => deployments.get('nobody'),
    () => deployments.history('nobody'),
    () => deployments.promote('nobody', 'tester'),
    () => deployments.deactivate('nobody', 'tester'),
    () => deployments.rollback('nobody', { toModel: version.modelId }, 'tester'),
  ]) {
    expect(await refusalOf(look)).toMatchObject({ code: 'not_found' })
  }
})

it('finds deployments by project, model, stage and words of their name, newest first', async () => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const version = await addIris(core, projectId)
  const made = [
    await make(core, version, { name: 'Alpha' }),
    await make(core, version, { name: 'Beta', stage: 'production' }),
  ]
  const list = (query: Partial<Parameters<Core['deployments']['list']>[0]>) =>
    core.deployments
      .list({ projectId, search: '', limit: 50, offset: 0, ...query })
      .items.map(({ name }) => name)
  expect(list({})).toEqual(['Beta', 'Alpha'])
  expect(list({ search: 'alp' })).toEqual(['Alpha'])
  expect(list({ search: 'IRIS', limit: 1, offset: 1 })).toEqual(['Alpha'])
  expect(list({ stage: 'production' })).toEqual(['Beta'])
  expect(list({ modelId: version.modelId })).toHaveLength(2)
  expect(list({ modelId: 'nobody' })).toEqual([])
  expect(made[1]!.logKey).toBeGreaterThan(made[0]!.logKey)
})

it('shows the new name of a renamed model at once', async () => {
  const { core } = workspace()
  const version = await addIris(core, makeProject(core))
  const { id } = await make(core, version)
  expect(core.deployments.get(id).modelName).toBe('iris')
  core.models.update(version.modelId, { name: 'flowers' })
  expect(core.deployments.get(id).modelName).toBe('flowers')
})
