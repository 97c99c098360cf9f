import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { Core } from '../../../main/core/core'
import type { WorkstationEvent } from '../../../main/core/events'
import type { JsonObject } from '../../../main/core/json'
import { PREDICTION_MIGRATIONS } from '../../../main/core/migrations'
import { Database } from '../../../main/store/database'
import { refusalOf, openFile, openWorkspace, sampleFile, serveIris, until } from '../workspace'
import { createUniform } from './random'

const HOUR = 3600_000
const DAY = 24 * HOUR
/** An hour's border, later than anything these tests write by the real clock. */
const MONDAY = Date.UTC(2031, 2, 3, 8)

function atTime<T>(time: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: time })
  return work().finally(() => vi.useRealTimers())
}

/** Iris-like records; with a shift they are flowers the training data never saw. */
function makeRecords(count: number, seed: number, shift = 0): JsonObject[] {
  const random = createUniform(seed)
  return Array.from({ length: count }, () => ({
    sepal_length: 4.3 + 3.6 * random() + shift,
    sepal_width: 2 + 2.4 * random() + shift,
    petal_length: 1 + 5.9 * random() + shift,
    petal_width: 0.1 + 2.4 * random() + shift,
  }))
}

/** The rows that the model was trained on. */
function readTraining(): JsonObject[] {
  const [names = '', ...lines] = readFileSync(sampleFile('iris', 'training.csv'), 'utf8')
    .trimEnd()
    .split('\n')
  const features = names.split(',').slice(0, 4)
  return lines.map((line) =>
    Object.fromEntries(features.map((name, index) => [name, Number(line.split(',')[index])])),
  )
}

const ask = (core: Core, deploymentId: string, records: readonly JsonObject[]) =>
  core.serving.predict({ deploymentId, records, options: { storePayload: true } })

/** The shares that a chart shows, which are the counts divided by the rows. */
const countsOf = (core: Core, deploymentId: string) => {
  const { features, predictions, rows } = core.monitoring.drift(deploymentId)
  return {
    rows,
    features: features.map(({ feature, psi, distribution }) => ({ feature, psi, distribution })),
    predictions,
  }
}

it('knows nothing before the first row, and every answered row right after', async () => {
  const { core } = await openWorkspace()
  const { deployment } = await serveIris(core)
  expect(core.monitoring.drift(deployment.id)).toMatchObject({
    overallStatus: 'unknown',
    meanPsi: null,
    rows: 0,
    referenceRows: 150,
    features: [],
    windowStart: null,
    computedAt: null,
  })
  await ask(core, deployment.id, makeRecords(30, 1))
  expect(core.monitoring.drift(deployment.id)).toMatchObject({ rows: 30 })
  await refusalOf(() => ask(core, deployment.id, [{ petal_width: 'refused' }]))
  expect(core.monitoring.drift(deployment.id).rows).toBe(30)
  expect(await refusalOf(() => core.monitoring.drift('nobody'))).toMatchObject({ code: 'not_found' })
})

it('counts row by row what counting all of them again gives, also after it is opened again', async () => {
  const first = await openWorkspace()
  const { deployment, projectId, version } = await serveIris(first.core)
  const records = makeRecords(400, 2)
  const random = createUniform(3)
  for (let at = 0; at < records.length;) {
    const size = 1 + Math.floor(random() * 40)
    await ask(first.core, deployment.id, records.slice(at, at + size))
    at += size
  }
  const input = {
    projectId,
    model: version.id,
    name: 'again',
    stage: 'staging',
    trafficPercent: 100,
  } as const
  const again = await first.core.deployments.create(input, 'tester')
  await ask(first.core, again.id, records)
  const counted = countsOf(first.core, deployment.id)
  expect(counted.rows).toBe(400)
  expect(counted).toEqual(countsOf(first.core, again.id))
  await first.close()

  const second = await openWorkspace(first.folder)
  expect(countsOf(second.core, deployment.id)).toEqual(counted)
  await ask(second.core, deployment.id, makeRecords(1, 4))
  expect(second.core.monitoring.drift(deployment.id).rows).toBe(401)
})

it('keeps windows hour by hour, shows them oldest first, and forgets what is over a week old', async () => {
  const { core, folder } = await openWorkspace()
  const { deployment } = await serveIris(core)
  for (const [hour, rows] of [
    [0, 5],
    [1, 7],
    [30, 11],
    [167, 13],
  ] as const) {
    await atTime(MONDAY + hour * HOUR, () => ask(core, deployment.id, makeRecords(rows, hour)))
  }
  const historyAt = (time: number) =>
    atTime(time, async () =>
      (await core.monitoring.driftHistory(deployment.id)).map((point) => [
        (point.windowStart - MONDAY) / HOUR,
        point.rows,
      ]),
    )
  expect(await historyAt(MONDAY + 167.5 * HOUR)).toEqual([
    [0, 5],
    [1, 7],
    [30, 11],
    [167, 13],
  ])
  const driftAt = (time: number) => atTime(time, () => Promise.resolve(core.monitoring.drift(deployment.id)))
  expect(await driftAt(MONDAY + 168 * HOUR)).toMatchObject({
    rows: 36,
    windowStart: MONDAY,
    windowEnd: MONDAY + 168 * HOUR,
  })
  // Nobody asked anything meanwhile: the first hours fall out all the same.
  expect((await driftAt(MONDAY + 168 * HOUR + 1)).rows).toBe(31)
  expect((await driftAt(MONDAY + 8 * DAY)).rows).toBe(24)
  expect(await historyAt(MONDAY + 9 * DAY)).toEqual([[167, 13]])
  expect((await driftAt(MONDAY + 30 * DAY)).overallStatus).toBe('unknown')
  const stored = openFile(folder, 'predictions.db').all<{ rows: number }>(
    'SELECT rows FROM drift_window ORDER BY window_start',
  )
  expect(stored.map((window) => window.rows)).toEqual([5, 7, 11, 13])
})

it('puts trouble first in the overview, and leaves out what is archived', async () => {
  const { core } = await openWorkspace()
  const { deployment: calm, projectId, version } = await serveIris(core)
  const make = (name: string) =>
    core.deployments.create(
      { projectId, model: version.id, name, stage: 'staging', trafficPercent: 100 },
      'tester',
    )
  const [silent, few, drifted, gone] = [
    await make('silent'),
    await make('few'),
    await make('drifted'),
    await make('gone'),
  ]
  const training = readTraining()
  await ask(core, calm.id, [...training, ...training, ...training])
  await ask(core, few.id, training.slice(0, 3))
  await ask(core, drifted.id, makeRecords(500, 6, 20))
  await ask(core, gone.id, makeRecords(500, 7, 20))
  core.deployments.deactivate(gone.id, 'tester')
  const overview = core.monitoring.overview()
  expect(overview.map(({ deployment, drift }) => [deployment.name, drift.overallStatus])).toEqual([
    ['drifted', 'high'],
    ['iris-staging', 'low'],
    ['few', 'insufficient_data'],
    ['silent', 'unknown'],
  ])
  expect(overview[0]!.drift).not.toHaveProperty('features')
  expect(silent.id).toBe(overview.at(-1)!.deployment.id)
})

it('starts counting anew under another model version', async () => {
  const { core } = await openWorkspace()
  const { deployment, projectId, version } = await serveIris(core)
  await ask(core, deployment.id, makeRecords(10, 8))
  const input = { projectId, model: version.id, name: 'next', stage: 'staging', trafficPercent: 100 } as const
  expect(core.monitoring.drift((await core.deployments.create(input, 'tester')).id).rows).toBe(0)
})

it('runs a comparison as a job whose result is kept', async () => {
  const { core } = await openWorkspace()
  const { deployment } = await serveIris(core)
  await ask(core, deployment.id, makeRecords(500, 9, 20))
  const job = core.monitoring.runDrift(deployment.id)
  expect(core.monitoring.runDrift(deployment.id).id).toBe(job.id)
  await until(() => core.jobs.get(job.id).status === 'succeeded')
  expect(core.jobs.get(job.id).result).toEqual({ overall_status: 'high', inference_rows: 500 })
  expect(await refusalOf(() => core.monitoring.runDrift('nobody'))).toMatchObject({ code: 'not_found' })
})

it('tells listeners about new rows at most once a second', async () => {
  const { core } = await openWorkspace()
  const { deployment } = await serveIris(core)
  const heard: WorkstationEvent[] = []
  core.events.subscribe((event) => event.type === 'drift.changed' && heard.push(event))
  for (let turn = 0; turn < 20; turn++) await ask(core, deployment.id, makeRecords(1, turn))
  await until(() => heard.length > 0)
  expect(heard).toEqual([{ type: 'drift.changed', deploymentId: deployment.id }])
})

it('takes rows back that the log did not take', async () => {
  const { core, folder } = await openWorkspace()
  const { deployment } = await serveIris(core)
  await ask(core, deployment.id, makeRecords(20, 10))
  const before = countsOf(core, deployment.id)
  const log = new Database(join(folder, 'predictions.db'), {
    migrations: PREDICTION_MIGRATIONS,
    synchronous: 'NORMAL',
  })
  log.run("CREATE TRIGGER full BEFORE INSERT ON prediction BEGIN SELECT raise(ABORT, 'disk is full'); END")
  expect(await refusalOf(() => ask(core, deployment.id, makeRecords(20, 11)))).toMatchObject({
    code: 'internal',
  })
  expect(countsOf(core, deployment.id)).toEqual(before)
  log.run('DROP TRIGGER full')
  log.close()
  await ask(core, deployment.id, makeRecords(5, 12))
  expect(core.monitoring.drift(deployment.id).rows).toBe(25)
  expect(core.predictions.list({ deploymentId: deployment.id, limit: 1, offset: 0 }).total).toBe(25)
})
