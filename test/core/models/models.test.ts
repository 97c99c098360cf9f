import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { WorkstationEvent } from '../../../main/core/events'
import {
  makeProject,
  openFile,
  openWorkspace,
  refusalOf,
  register,
  sampleFile,
  shareWorkspace,
  upload,
} from '../workspace'

const workspace = shareWorkspace()

const IRIS = { model: sampleFile('iris'), data: sampleFile('iris', 'training.csv') }

it('numbers versions without a gap when one name is registered many times at once', async () => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const versions = await Promise.all(
    Array.from({ length: 4 }, (_, turn) =>
      register(core, { projectId, name: turn % 2 === 0 ? 'Iris' : 'iris', ...IRIS }),
    ),
  )
  expect(versions.map((version) => version.number).toSorted()).toEqual([1, 2, 3, 4])
  expect(new Set(versions.map((version) => version.modelId)).size).toBe(1)
  expect(core.models.get(versions[0]!.modelId)).toMatchObject({ versionCount: 4, latestVersion: 4 })
  expect(core.models.resolve(versions[0]!.modelId).number).toBe(4)
})

it('keeps a description when the next version brings none', async () => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const { modelId } = await register(core, { projectId, ...IRIS, change: { description: 'three species' } })
  await register(core, { projectId, ...IRIS })
  expect(core.models.get(modelId)).toMatchObject({ description: 'three species', versionCount: 2 })
  await register(core, { projectId, ...IRIS, change: { description: 'better' } })
  expect(core.models.get(modelId).description).toBe('better')
})

it('refuses a project that does not exist before it reads anything, and files it does not have', async () => {
  const { core } = workspace()
  expect(await refusalOf(() => register(core, { projectId: 'nowhere', ...IRIS }))).toEqual({
    code: 'not_found',
    message: 'no project with id nowhere',
  })
  const input = {
    ...(await upload(core, { projectId: makeProject(core), ...IRIS })),
    modelFile: 'f'.repeat(64),
  }
  expect(await refusalOf(() => core.models.register(input))).toMatchObject({ code: 'not_found' })
})

it('registers nothing when it is cancelled, wherever it was', async () => {
  const { core, folder, close } = await openWorkspace()
  const projectId = makeProject(core)
  const input = await upload(core, {
    projectId,
    model: sampleFile('fraud'),
    data: sampleFile('fraud', 'training.csv'),
  })
  const abortAt = async (stage: string): Promise<string> => {
    const abort = new AbortController()
    const stop = core.events.subscribe((event) => {
      if (event.type === 'registration.progress' && event.stage === stage) abort.abort()
    })
    const refusal = await refusalOf(() => core.models.register(input, abort.signal))
    stop()
    return refusal.message
  }
  for (const stage of [
    'Reading the model',
    'Reading the training data',
    'Trying the model on its training data',
  ]) {
    expect(await abortAt(stage)).toMatch(/cancelled/)
  }
  expect(core.models.list({ search: '', sort: 'name', direction: 'asc', limit: 10, offset: 0 }).total).toBe(0)
  // The uploads are still their receiver's, who may try again.
  const version = await core.models.register(input)
  expect(version.number).toBe(1)
  await close()
  const database = openFile(folder, 'workstation.db')
  const files = database.all<{ sha256: string }>('SELECT sha256 FROM artifact').map((row) => row.sha256)
  expect(new Set(files)).toEqual(new Set([version.originalFile, version.servedFile, version.trainingFile]))
})

it('tells how far a registration is, by the name its caller gave it', async () => {
  const { core } = workspace()
  const heard: WorkstationEvent[] = []
  const stop = core.events.subscribe((event) => heard.push(event))
  const version = await register(core, {
    projectId: makeProject(core),
    ...IRIS,
    change: { registrationId: 'form 7' },
  })
  stop()
  const progress = heard.filter(
    (event) => event.type === 'registration.progress' && event.registrationId === 'form 7',
  )
  const fractions = progress.map((event) => event.type === 'registration.progress' && event.fraction)
  expect(fractions.at(-1)).toBe(1)
  expect(fractions).toEqual(fractions.toSorted((left, right) => Number(left) - Number(right)))
  expect(heard).toContainEqual({ type: 'model.changed', modelId: version.modelId })
})

it('renames and describes a model, and refuses a name that is taken', async () => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const { modelId } = await register(core, { projectId, name: 'one', ...IRIS })
  await register(core, { projectId, name: 'two', ...IRIS })
  expect(core.models.update(modelId, { name: 'uno' })).toMatchObject({ name: 'uno' })
  expect(core.models.update(modelId, { description: 'ein' })).toMatchObject({
    name: 'uno',
    description: 'ein',
  })
  expect(await refusalOf(() => core.models.update(modelId, { name: 'TWO' }))).toMatchObject({
    code: 'conflict',
  })
  expect(await refusalOf(() => core.models.update('nobody', {}))).toMatchObject({ code: 'not_found' })
})

it('refuses to remove a model while it is deployed, and removes it with its archived deployments after', async () => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const {
    modelId,
    id: versionId,
    trainingFile,
  } = await register(core, { projectId, ...IRIS, data: Buffer.from(`${readFileSync(IRIS.data, 'utf8')}\n`) })
  const deployed = {
    projectId,
    model: modelId,
    name: 'served',
    stage: 'staging',
    trafficPercent: 100,
  } as const
  const deployment = await core.deployments.create(deployed, 'tester')
  expect(await refusalOf(() => core.models.remove(modelId))).toEqual({
    code: 'conflict',
    message: 'the model is deployed as served; deactivate that first',
  })
  core.deployments.deactivate(deployment.id, 'tester')
  core.models.remove(modelId)
  for (const look of [
    () => core.models.get(modelId),
    () => core.models.version(versionId),
    () => core.models.profile(versionId),
    () => core.deployments.get(deployment.id),
    () => core.artifacts.pathOf(trainingFile!),
  ]) {
    expect(await refusalOf(look)).toMatchObject({ code: 'not_found' })
  }
  expect(core.projects.get(projectId)).toMatchObject({ modelCount: 0, deploymentCount: 0 })
})

it('lists models by name, age and algorithm, inside a project and by what is searched', async () => {
  const { core } = workspace()
  const projectId = makeProject(core)
  const add = (name: string, algorithm: string) =>
    register(core, { projectId, name, ...IRIS, change: { algorithm } })
  await add('banana', 'GBM')
  await add('Apple', 'XGBoost')
  await add('cherry', '')
  const list = (query: Partial<Parameters<typeof core.models.list>[0]>): string[] =>
    core.models
      .list({ projectId, search: '', sort: 'updatedAt', direction: 'desc', limit: 50, offset: 0, ...query })
      .items.map((model) => model.name)
  expect(list({})).toEqual(['cherry', 'Apple', 'banana'])
  expect(list({ sort: 'name', direction: 'asc' })).toEqual(['Apple', 'banana', 'cherry'])
  expect(list({ sort: 'name', direction: 'asc', limit: 1, offset: 1 })).toEqual(['banana'])
  expect(list({ search: 'gb' })).toEqual(['Apple', 'banana'])
  expect(list({ search: 'linear' })).toEqual(['cherry'])
  expect(list({ projectId: 'another' })).toEqual([])
})
