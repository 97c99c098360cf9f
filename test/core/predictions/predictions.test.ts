import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Deployment } from '../../../main/core/deployments/deployment'
import { TimeOrderedIds } from '../../../main/core/identifiers'
import type { LogEntry, PredictionQuery } from '../../../main/core/predictions/prediction'
import { createUniform } from '../monitoring/random'
import {
  matching,
  IRIS_RECORD,
  openFile,
  openWorkspace,
  refusalOf,
  serveIris,
  shareWorkspace,
} from '../workspace'

const MINUTE = 60_000
/** A round time that is the border of a minute, an hour and a day. */
const NOON = Date.UTC(2026, 2, 1, 12)

const workspace = shareWorkspace()
let served: Awaited<ReturnType<typeof serveIris>>
let deployment: Deployment

beforeAll(async () => {
  served = await serveIris(workspace().core)
})

beforeEach(async () => {
  const { core } = workspace()
  const { projectId, version } = served
  deployment = await core.deployments.create(
    { projectId, model: version.id, name: 'fresh', stage: 'staging', trafficPercent: 100 },
    'tester',
  )
})

/** Lines of the log at given times, in the order of time, as the predict path writes them. */
function makeEntries(
  times: readonly number[],
  change: Partial<LogEntry> = {},
  from = new TimeOrderedIds(),
): LogEntry[] {
  return times
    .toSorted((left, right) => left - right)
    .map((at) => {
      const id = from.next(at)
      return {
        logKey: deployment.logKey,
        id,
        requestId: id,
        inputs: '{"n":1}',
        prediction: '"yes"',
        probabilities: '{"yes":1}',
        statusCode: 200,
        error: null,
        latencyMs: 1,
        createdAt: at,
        ...change,
      }
    })
}

const append = (entries: readonly LogEntry[]): Promise<void> =>
  workspace().core.predictions.append(deployment.id, entries)
const list = (query: Partial<PredictionQuery> = {}) =>
  workspace().core.predictions.list({ deploymentId: deployment.id, limit: 50, offset: 0, ...query })

it('shows a line as it was written, newest first', async () => {
  await append(makeEntries([NOON, NOON + 1, NOON + 2]))
  const { items, total } = list()
  expect(total).toBe(3)
  expect(items.map((item) => item.createdAt)).toEqual([NOON + 2, NOON + 1, NOON])
  expect(items[0]).toMatchObject({
    deploymentId: deployment.id,
    inputs: { n: 1 },
    prediction: 'yes',
    probabilities: { yes: 1 },
    statusCode: 200,
    error: null,
  })
})

it('counts by the minute exactly what is in the log, over random times, their borders included', async () => {
  const { core, folder } = workspace()
  const random = createUniform(7)
  const border = (): number => NOON + Math.floor(random() * 30) * MINUTE + Math.floor(random() * 5) - 2
  const times = Array.from({ length: 3000 }, () =>
    random() < 0.5 ? border() : NOON + Math.floor(random() * 30 * MINUTE),
  )
  const entries = makeEntries(times).map((entry) => (random() < 0.1 ? { ...entry, statusCode: 422 } : entry))
  const appends: Promise<void>[] = []
  for (let at = 0; at < entries.length;) {
    const size = 1 + Math.floor(random() * 20)
    appends.push(append(entries.slice(at, at + size)))
    at += size
    if (random() < 0.2) await appends.at(-1)
  }
  await Promise.all(appends)

  const log = openFile(folder, 'predictions.db')
  const counted = log.all(
    'SELECT created_at / 60000 AS minute, count(*) AS rows, sum(status_code >= 400) AS errors FROM prediction WHERE deployment = ? GROUP BY 1',
    [deployment.logKey],
  )
  expect(
    log.all('SELECT minute, rows, errors FROM prediction_minute WHERE deployment = ?', [deployment.logKey]),
  ).toEqual(counted)

  const wanted = (since: number, until: number): number =>
    times.filter((at) => at > since && at < until).length
  for (let turn = 0; turn < 300; turn++) {
    const [since = 0, until = 0] = [border(), border() + Math.floor(random() * 3) * MINUTE].toSorted(
      (a, b) => a - b,
    )
    expect(list({ since, until, limit: 1 }).total).toBe(wanted(since, until))
    expect(list({ since, limit: 1 }).total).toBe(wanted(since, Infinity))
    expect(list({ until, limit: 1 }).total).toBe(wanted(-1, until))
  }
  expect(core.predictions.traffic(deployment.id, 5)).toMatchObject({ total: 3000, p50: null })
})

it('leaves both ends of a time range out, to the millisecond', async () => {
  await append(makeEntries([NOON - 1, NOON, NOON + 1, NOON + MINUTE - 1, NOON + MINUTE]))
  const times = (since: number, until: number) =>
    list({ since, until }).items.map((item) => item.createdAt - NOON)
  expect(times(NOON, NOON + MINUTE)).toEqual([MINUTE - 1, 1])
  expect(times(NOON - 1, NOON + 1)).toEqual([0])
  expect(times(NOON, NOON + 1)).toEqual([])
  expect(times(NOON, NOON)).toEqual([])
  expect(times(NOON + MINUTE, NOON)).toEqual([])
  expect(list({ since: NOON, until: NOON + MINUTE }).total).toBe(2)
  expect(list({ since: NOON + MINUTE, until: NOON }).total).toBe(0)
})

it('takes any number for a time', async () => {
  await append(makeEntries([NOON]))
  expect(list({ since: -1e18, until: 1e18 }).total).toBe(1)
  expect(list({ since: -1e18, until: 1e18 }).items).toHaveLength(1)
  expect(list({ since: 1e18 })).toMatchObject({ items: [], total: 0 })
  expect(list({ until: -5 })).toMatchObject({ items: [], total: 0 })
})

it('pages through the log without losing or repeating a line, while new ones come in', async () => {
  await append(makeEntries(Array.from({ length: 250 }, (_, index) => NOON + Math.floor(index / 10))))
  const until = NOON + 1000
  const seen: string[] = []
  const later = new TimeOrderedIds()
  for (let offset = 0; offset < 250; offset += 30) {
    seen.push(...list({ until, limit: 30, offset }).items.map((item) => item.id))
    await append(makeEntries([NOON + 2000], {}, later))
  }
  expect(new Set(seen).size).toBe(250)
  expect(seen).toHaveLength(250)
  expect(seen).toEqual(seen.toSorted().toReversed())
})

it('keeps deployments apart', async () => {
  await append(makeEntries([NOON]))
  const { core } = workspace()
  expect(
    core.predictions.list({ deploymentId: served.deployment.id, limit: 5, offset: 0, until: NOON + 1 }).items,
  ).toEqual([])
  expect(
    await refusalOf(() => core.predictions.list({ deploymentId: 'nobody', limit: 5, offset: 0 })),
  ).toMatchObject({
    code: 'not_found',
  })
  expect(await refusalOf(() => core.predictions.traffic('nobody', 5))).toMatchObject({ code: 'not_found' })
})

it('draws traffic minute by minute with its gaps, and leaves failures out of the latencies', async () => {
  const now = Math.floor(Date.now() / MINUTE) * MINUTE
  await append(makeEntries([now - 3 * MINUTE, now - 3 * MINUTE + 1, now - MINUTE], { latencyMs: 10 }))
  await append(makeEntries([now - MINUTE + 5], { latencyMs: 9000, statusCode: 500 }))
  const traffic = workspace().core.predictions.traffic(deployment.id, 10)
  expect(traffic).toMatchObject({ total: 4, errors: 1 })
  expect(traffic.series).toHaveLength(10)
  expect(traffic.series.filter((point) => point.rows > 0)).toEqual([
    { at: now - 3 * MINUTE, rows: 2, errors: 0 },
    { at: now - MINUTE, rows: 2, errors: 1 },
  ])
  expect(traffic.p99!).toBeLessThan(11)
})

it.each([0.02, 0.7, 3, 42, 800, 30_000])('reads latencies around %d ms within 8 percent', async (typical) => {
  const random = createUniform(11)
  const at = Math.floor(Date.now() / MINUTE) * MINUTE
  const latencies = Array.from({ length: 999 }, () => typical * Math.exp(random() - 0.5))
  const ids = new TimeOrderedIds()
  const entries = latencies.flatMap((latencyMs) => makeEntries([at], { latencyMs }, ids))
  await append(entries)
  const { p50, p99 } = workspace().core.predictions.traffic(deployment.id, 5)
  const sorted = latencies.toSorted((left, right) => left - right)
  expect(Math.abs(p50! / sorted[499]! - 1)).toBeLessThan(0.08)
  expect(Math.abs(p99! / sorted[989]! - 1)).toBeLessThan(0.08)
})

it('announces what was recorded', async () => {
  const heard: unknown[] = []
  const stop = workspace().core.events.subscribe((event) => heard.push(event))
  await append([...makeEntries([NOON, NOON + 1]), ...makeEntries([NOON + 2], { statusCode: 503 })])
  stop()
  expect(heard).toEqual([{ type: 'predictions.recorded', deploymentId: deployment.id, rows: 3, errors: 1 }])
})

it('counts nothing that could not be written, and goes on counting', async () => {
  await append(makeEntries([NOON, NOON + 1]))
  const twice = makeEntries([NOON + 5], { latencyMs: 7 })
  await append(twice)
  expect(await refusalOf(() => append(twice))).toMatchObject({
    code: 'internal',
    message: matching(/could not be written/),
  })
  expect(await refusalOf(() => append([...makeEntries([NOON + MINUTE]), ...twice]))).toMatchObject({
    code: 'internal',
  })
  await append(makeEntries([NOON + MINUTE + 1]))
  expect(list().total).toBe(4)
  expect(list({ since: NOON - 1, until: NOON + 2 * MINUTE }).items).toHaveLength(4)
})

it('agrees with itself after it is opened again: lines, totals and drift counts', async () => {
  const first = await openWorkspace()
  const { deployment: own } = await serveIris(first.core)
  const ask = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, turn) =>
        first.core.serving.predict({
          deploymentId: own.id,
          records: Array.from({ length: 1 + (turn % 3) }, () => IRIS_RECORD),
          options: { storePayload: turn % 2 === 0 },
        }),
      ),
    )
  await ask(40)
  await ask(20)
  const rows = 13 * 3 + 13 * 2 + 14 + (6 * 3 + 7 * 2 + 7)
  const drift = first.core.monitoring.drift(own.id)
  expect(drift.rows).toBe(rows)
  await first.close()

  const second = await openWorkspace(first.folder)
  expect(second.core.predictions.list({ deploymentId: own.id, limit: 500, offset: 0 })).toMatchObject({
    total: rows,
  })
  expect(second.core.predictions.list({ deploymentId: own.id, limit: 500, offset: 0 }).items).toHaveLength(
    rows,
  )
  expect(second.core.predictions.traffic(own.id, 60).total).toBe(rows)
  const { computedAt: _now, windowEnd: _end, ...counted } = second.core.monitoring.drift(own.id)
  expect(drift).toMatchObject(counted)
  const windows = openFile(first.folder, 'predictions.db').all<{ rows: number }>(
    'SELECT sum(rows) AS rows FROM drift_window',
  )
  expect(windows).toEqual([{ rows }])
})

it('goes on counting in the minute it was closed in', async () => {
  const first = await openWorkspace()
  const { deployment: own } = await serveIris(first.core)
  vi.useFakeTimers({ toFake: ['Date'], now: NOON + 10_000 })
  const ask = (core: typeof first.core) =>
    core.serving.predict({ deploymentId: own.id, records: [IRIS_RECORD], options: { storePayload: true } })
  await ask(first.core)
  await first.close()
  vi.setSystemTime(NOON + 20_000)
  const second = await openWorkspace(first.folder)
  await ask(second.core)
  const traffic = second.core.predictions.traffic(own.id, 5)
  vi.useRealTimers()
  expect(traffic.series.filter((point) => point.rows > 0)).toEqual([{ at: NOON, rows: 2, errors: 0 }])
})

it('keeps lines, order and totals together when the clock goes back across a minute', async () => {
  const { core } = workspace()
  const ask = () =>
    core.serving.predict({
      deploymentId: deployment.id,
      records: [IRIS_RECORD],
      options: { storePayload: true },
    })
  const start = Date.now() + 10 * MINUTE
  vi.useFakeTimers({ toFake: ['Date'], now: start })
  const asked: string[] = []
  for (const step of [0, 1, -90_000, -89_000, 2, -30_000]) {
    vi.setSystemTime(start + step)
    asked.push((await ask()).answers[0]!.id)
  }
  vi.useRealTimers()
  const { items, total } = list()
  expect(items.map((item) => item.id)).toEqual(asked.toReversed())
  expect(total).toBe(6)
  for (const item of items)
    expect(list({ since: item.createdAt - 1, until: item.createdAt + 1 }).total).toBeGreaterThan(0)
  expect(list({ since: start - 1, until: start + MINUTE }).total).toBe(6)
})
