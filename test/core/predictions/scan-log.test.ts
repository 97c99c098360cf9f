import { beforeAll, expect, it } from 'vitest'
import type { Deployment } from '../../../main/core/deployments/deployment'
import { TimeOrderedIds } from '../../../main/core/identifiers'
import type { InputTypes } from '../../../main/core/predictions/export-columns'
import { planColumns, toParquetValue } from '../../../main/core/predictions/export-columns'
import { readCursor, writeCursor } from '../../../main/core/predictions/log-cursor'
import type { Prediction } from '../../../main/core/predictions/prediction'
import type { ScanInput } from '../../../main/core/predictions/scan-log'
import { scanLog } from '../../../main/core/predictions/scan-log'
import { refusalOf, serveIris, shareWorkspace } from '../workspace'

const NOON = Date.UTC(2026, 2, 1, 12)
const MINUTE = 60_000
const MINUTES = 30
const ROWS_PER_MINUTE = 1500
/** Every such line is meant. */
const EVERY = 300

const workspace = shareWorkspace()
let deployment: Deployment

beforeAll(async () => {
  const { core } = workspace()
  deployment = (await serveIris(core)).deployment
  const ids = new TimeOrderedIds()
  const entries = Array.from({ length: MINUTES * ROWS_PER_MINUTE }, (_, index) => {
    const createdAt = NOON + Math.floor(index / ROWS_PER_MINUTE) * MINUTE + (index % ROWS_PER_MINUTE)
    const id = ids.next(createdAt)
    return {
      logKey: deployment.logKey,
      id,
      requestId: id,
      inputs: `{"n":${index},"turn":${index % EVERY}}`,
      prediction: '"yes"',
      probabilities: null,
      statusCode: 200,
      error: null,
      latencyMs: 1,
      createdAt,
    }
  })
  for (let at = 0; at < entries.length; at += 3000)
    await core.predictions.append(deployment.id, entries.slice(at, at + 3000))
})

const scan = (change: Partial<ScanInput>) =>
  scanLog({
    logPath: `${workspace().folder}/predictions.db`,
    logKey: deployment.logKey,
    deploymentId: deployment.id,
    filter: { feature: 'turn', value: '7' },
    before: null,
    skip: 0,
    limit: 20,
    isCounted: true,
    findWithinMs: 60_000,
    countWithinMs: 60_000,
    ...change,
  })

const TOTAL = (MINUTES * ROWS_PER_MINUTE) / EVERY

it('counts all lines that a filter means when there is time', () => {
  const page = scan({})
  expect(page).toMatchObject({ total: TOTAL, isEstimate: false })
  expect(page.items).toHaveLength(20)
  expect(page.resumeAfter).toBe(page.items.at(-1)!.id)
})

it('estimates how many there are from those it had time to look at', () => {
  const page = scan({ countWithinMs: -1 })
  expect(page.items).toHaveLength(20)
  expect(page.isEstimate).toBe(true)
  expect(Math.abs(page.total / TOTAL - 1)).toBeLessThan(0.1)
})

it('goes on where its time ended, through stretches without any hit, and misses none', () => {
  const numbers: unknown[] = []
  let turns = 0
  const filter = { feature: 'n', max: 5 }
  for (let before: string | null = null; turns === 0 || before !== null; turns++) {
    const page = scan({ filter, before, limit: 4, isCounted: before === null, findWithinMs: -1 })
    numbers.push(...page.items.map(({ inputs }) => inputs?.['n']))
    before = page.resumeAfter
    if (before !== null) {
      const place = { id: before, offset: numbers.length, total: 6, isEstimate: true }
      expect(readCursor('q', writeCursor('q', place))).toEqual(place)
    }
  }
  expect(numbers).toEqual([5, 4, 3, 2, 1, 0])
  expect(turns).toBeGreaterThan(3)
})

it('says that an offset is out of reach instead of showing the wrong page', async () => {
  expect(await refusalOf(() => scan({ skip: TOTAL - 1, findWithinMs: -1 }))).toMatchObject({
    code: 'invalid',
  })
  expect(scan({ skip: TOTAL - 1 }).items).toHaveLength(1)
})

it('finds any offset within one full minute', async () => {
  const { core } = workspace()
  const { deployment: busy } = await serveIris(core)
  const ids = new TimeOrderedIds()
  const count = 12_000
  const entries = Array.from({ length: count }, (_, index) => {
    const id = ids.next(NOON + Math.floor(index / 3))
    const inputs = JSON.stringify({ n: index })
    const answer = { prediction: '"yes"', probabilities: null, statusCode: 200, error: null }
    return {
      logKey: busy.logKey,
      id,
      requestId: id,
      inputs,
      ...answer,
      latencyMs: 1,
      createdAt: NOON + Math.floor(index / 3),
    }
  })
  await core.predictions.append(busy.id, entries)
  for (const offset of [0, 4999, 5001, 11_998]) {
    const page = await core.predictions.search({ deploymentId: busy.id, filter: {}, limit: 2, offset })
    expect(page.items.map(({ inputs }) => inputs?.['n'])).toEqual(
      [count - 1 - offset, count - 2 - offset].filter((n) => n >= 0),
    )
    expect(page).toMatchObject({ total: count, isEstimate: false })
  }
})

it('gives exported columns the types of the signature and sets values aside that do not fit', () => {
  const found: InputTypes = new Map([
    ['age', new Set(['integer', 'real'])],
    ['member', new Set(['true', 'text'])],
    ['city', new Set(['text', 'integer'])],
    ['score', new Set(['integer', 'real', 'null'])],
    ['mixed', new Set(['integer', 'text'])],
  ])
  const columns = planColumns(
    {
      task: 'regression',
      classLabels: [],
      features: [
        { name: 'age', type: 'integer' },
        { name: 'member', type: 'boolean' },
        { name: 'city', type: 'string' },
      ],
    },
    found,
  )
  const types = Object.fromEntries(columns.map(({ name, type }) => [name, type]))
  expect(types).toMatchObject({
    prediction: 'double',
    'inputs.age': 'int64',
    'inputs.member': 'boolean',
    'inputs.city': 'string',
    'inputs.score': 'double',
    'inputs.mixed': 'string',
    inputs_other: 'string',
  })
  const line = {
    inputs: { age: 4.5, member: 'yes', city: 8000, score: 1, mixed: 7 },
    prediction: 3,
  } as unknown as Prediction
  const values = Object.fromEntries(
    columns
      .filter(({ name }) => name.startsWith('inputs'))
      .map((column) => [column.name, toParquetValue(column, line)]),
  )
  expect(values).toEqual({
    'inputs.age': null,
    'inputs.member': null,
    'inputs.city': '8000',
    'inputs.score': 1,
    'inputs.mixed': '7',
    inputs_other: '{"age":4.5,"member":"yes"}',
  })
})
