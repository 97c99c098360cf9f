import { expect, it, vi } from 'vitest'
import type { DriftCard } from '../../../main/core/monitoring/by-method/ask'
import { readAsk } from '../../../main/core/monitoring/by-method/ask'
import type { JsonObject } from '../../../main/core/json'
import { MethodDrift } from '../../../main/core/monitoring/method-drift'
import { WORKSTATION_MIGRATIONS } from '../../../main/core/migrations'
import { Database } from '../../../main/store/database'
import { join } from 'node:path'
import { IRIS_RECORD, openFile, openWorkspace, register, sampleFile, serveIris } from '../workspace'

it.each<[string, DriftCard, object | null]>([
  ['nothing', {}, null],
  ['an empty list', { drift_detection: [] }, null],
  [
    'the first entry that is on',
    {
      drift_detection: [
        { is_true: 0, method: 1 },
        { is_true: 1, method: 2 },
      ],
    },
    { isOn: true, method: 'kolmogorov_smirnov' },
  ],
  ['an entry that is off', { drift_detection: [{ is_true: 0, method: 1 }] }, { isOn: false, method: 'mmd' }],
  [
    'an unknown method',
    { drift_detection: [{ is_true: 1, method: 9 }] },
    { isOn: true, method: 'mean_shift' },
  ],
  [
    'kinds of features',
    {
      drift_detection: [{ is_true: 1 }],
      featurelist: [
        { feature_name: 'a', type: 'cont' },
        { feature_name: 'b', type: 'cat' },
        { feature_name: 'c', type: null },
      ],
    },
    { isOn: true, method: 'mean_shift', kinds: { a: 'numerical', b: 'categorical' } },
  ],
])('reads a card with %s', (_, card, asked) => {
  if (asked === null) expect(readAsk(card)).toBeNull()
  else expect(readAsk(card)).toMatchObject(asked)
})

/** A second one on the same files, which takes the work over; its models have a card. */
async function openWithCard(card: DriftCard, recorded: readonly JsonObject[] = []) {
  const { core, folder, analyst } = await openWorkspace()
  const served = await serveIris(core)
  const database = new Database(join(folder, 'workstation.db'), {
    migrations: WORKSTATION_MIGRATIONS,
    synchronous: 'NORMAL',
  })
  const byMethod = new MethodDrift({
    ...core,
    database,
    logDatabase: openFile(folder, 'predictions.db'),
    analyst,
    cardOf: () => card,
    recorded: () => recorded,
  })
  return { core, database, byMethod, ...served }
}
type Opened = Awaited<ReturnType<typeof openWithCard>>

async function compare({ core, byMethod, deployment }: Opened) {
  const { id } = byMethod.run(deployment.id)
  await vi.waitFor(() => expect(core.jobs.get(id).status).toBe('succeeded'), { timeout: 10_000 })
  return byMethod.state(deployment.id).lastRun!
}
const ask = async ({ core, deployment }: Opened, rows: number): Promise<void> => {
  const records = Array.from({ length: rows }, (_, row) => ({
    ...IRIS_RECORD,
    sepal_length: 5 + (row % 5) / 10,
  }))
  await core.serving.predict({ deploymentId: deployment.id, records, options: { storePayload: true } })
}

it('does what the model asks for, unless the deployment says otherwise', async () => {
  const opened = await openWithCard({
    drift_detection: [{ is_true: 1, method: 2 }],
    featurelist: [{ feature_name: 'petal_width', type: 'cat' }],
  })
  const { byMethod, deployment, database } = opened
  expect(byMethod.state(deployment.id)).toMatchObject({
    isOn: true,
    method: 'kolmogorov_smirnov',
    source: 'model',
  })
  await ask(opened, 20)
  expect(await compare(opened)).toMatchObject({ outcome: 'compared', operations: 20, referenceRows: 150 })
  const { items } = byMethod.results(deployment.id, { limit: 10, offset: 0 })
  expect(items.map(({ feature, kind, method }) => `${feature} ${kind} ${method}`)).toEqual([
    'sepal_length numerical kolmogorov_smirnov',
    'sepal_width numerical kolmogorov_smirnov',
    'petal_length numerical kolmogorov_smirnov',
    'petal_width categorical chi_squared',
  ])
  const off = { isOn: false, method: 'mean_shift' } as const
  expect(byMethod.set(deployment.id, off)).toMatchObject({ ...off, source: 'deployment', nextRunAt: null })
  database.close()
})

it('leaves out operations of a former version', async () => {
  const opened = await openWithCard({})
  const { core, deployment, database, version } = opened
  await ask(opened, 20)
  const next = await register(core, {
    projectId: deployment.projectId,
    name: core.models.get(version.modelId).name,
    model: sampleFile('iris'),
    data: sampleFile('iris', 'training.csv'),
  })
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(next.createdAt + 1))
  database.run('UPDATE deployment SET model_version_id = ? WHERE id = ?', [next.id, deployment.id])
  core.events.emit({ type: 'deployment.changed', deploymentId: deployment.id })
  expect(await compare(opened)).toMatchObject({ outcome: 'few_operations', operations: 0 })
  await ask(opened, 10)
  expect(await compare(opened)).toMatchObject({
    outcome: 'compared',
    operations: 10,
    modelVersionId: next.id,
  })
  database.close()
})

it('counts operations that were answered elsewhere', async () => {
  const elsewhere = Array.from({ length: 8 }, () => ({ ...IRIS_RECORD, sepal_length: 9 }))
  const opened = await openWithCard({}, elsewhere)
  await ask(opened, 1)
  expect(await compare(opened)).toMatchObject({ outcome: 'few_operations', operations: 9 })
  await ask(opened, 1)
  expect(await compare(opened)).toMatchObject({ outcome: 'compared', operations: 10 })
  const { items } = opened.byMethod.results(opened.deployment.id, { limit: 10, offset: 0 })
  expect(items.find(({ feature }) => feature === 'sepal_length')).toMatchObject({ isDrift: true })
  opened.database.close()
})
