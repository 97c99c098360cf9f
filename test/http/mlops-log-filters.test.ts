import { beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal } from '../support/api-client'
import { fillLog, followCursors, logOf } from '../support/inference-log'
import type { LogPageWire } from '../support/inference-log'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { SAMPLE, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--sample'] })
const fraud = SAMPLE.fraud.deployment
const NOON = Date.UTC(2026, 0, 10, 12)

/** What the lines of the story were asked, oldest first. */
const LINES = [
  { inputs: { amount: 10, customer: 'C-1', 'odd."name': true, hour: 1 } },
  { inputs: { amount: 250.5, customer: 'C-2', hour: 2 }, prediction: '"1"' },
  { inputs: { amount: 42, customer: '42', hour: 3 }, prediction: '"1"' },
  { inputs: null, prediction: '"0"' },
  {
    inputs: { amount: 'much', customer: 'C-1' },
    prediction: null,
    statusCode: 422,
    error: 'amount: expected a number',
  },
  {
    inputs: { amount: -5, customer: null, place: 'Zürich "West"' },
    prediction: null,
    statusCode: 503,
    error: 'busy',
  },
  { inputs: { amount: 1e-7, customer: '=1+1', hour: 4 } },
].map((line, index) => ({ ...line, createdAt: NOON + index * 60_000 }))

async function find(query: string, id: string = fraud): Promise<number[]> {
  const { status, body } = await station.api.get<LogPageWire>(logOf(id, `?${query}`))
  expect(status, JSON.stringify(body)).toBe(200)
  expect(body).toMatchObject({ total: body.items.length, total_is_estimate: false, next_cursor: null })
  return body.items.map((item) =>
    LINES.findIndex(({ createdAt }) => createdAt === Date.parse(item.created_at)),
  )
}

beforeAll(() => fillLog(station, fraud, LINES))

describe('the filters of the inference log', () => {
  it.each([
    ['status=ok', [6, 3, 2, 1, 0]],
    ['status=error', [5, 4]],
    ['status=422', [4]],
    ['status=404', []],
    ['prediction=1', [2, 1]],
    ['prediction=2', []],
    ['feature=customer&value=C-1', [4, 0]],
    ['feature=amount&value=42', [2]],
    ['feature=amount&value=250.50', [1]],
    ['feature=customer&value=42', [2]],
    ['feature=customer&value=null', [5]],
    ['feature=odd.%22name&value=true', [0]],
    ['feature=place&value=Z%C3%BCrich+%22West%22', [5]],
    ['feature=amount&min=10', [2, 1, 0]],
    ['feature=amount&min=10&max=42', [2, 0]],
    ['feature=amount&max=0', [5]],
    ['feature=amount&max=1e-7', [6, 5]],
    ['feature=nothing&min=0', []],
    ['status=error&feature=customer&value=C-1', [4]],
    ['status=ok&prediction=1&feature=hour&min=3', [2]],
    ['status=ok&since=2026-01-10T12:01:00Z', [6, 3, 2]],
    ['prediction=1&until=2026-01-10T12:02:00Z', [1]],
    ["feature=customer&value=C-1'%20OR%20'1'='1", []],
  ])('%s', async (query, expected) => {
    expect(await find(query)).toEqual(expected)
  })

  it('finds predicted values between bounds', async () => {
    const { deployment } = SAMPLE.diabetes
    const values = [100, 151.25, 152, 300, -3e-9]
    await fillLog(
      station,
      deployment,
      values.map((value, index) => ({ prediction: String(value), createdAt: NOON + index * 60_000 })),
    )
    const found = (query: string) => find(query, deployment)
    expect(await found('prediction_min=151.25&prediction_max=152')).toEqual([2, 1])
    expect(await found('prediction_max=0')).toEqual([4])
    expect(await found('prediction=151.25')).toEqual([1])
    expect(await find('prediction_min=0')).toEqual([])
  })

  it.each([
    ['status=fine', /^status: expected ok, error or a status code/],
    ['prediction_min=low', /^prediction_min: expected a number/],
    ['value=1', /^feature: value, min and max belong to a feature/],
    ['feature=amount', /^feature: expected a value, or min and max/],
    ['feature=amount&value=1&min=1', /^feature: expected a value, or min and max/],
    ['feature=&value=1', /^feature: expected the name/],
    ['cursor=abc', /^cursor: expected the next_cursor/],
    ['cursor=abc&offset=3', /^cursor: expected cursor or offset/],
  ])('refuses %s', async (query, why) => {
    expectRefusal(await station.api.get(logOf(fraud, `?${query}`)), 422, why)
  })
})

describe('paging', () => {
  const { deployment: iris } = SAMPLE.iris
  const RESULTS = Array.from({ length: 500 }, (_, index) => index)

  beforeAll(() =>
    fillLog(
      station,
      iris,
      RESULTS.map((index) => ({
        // Days, gaps, full minutes, and several lines in one millisecond.
        createdAt: NOON - 5 * 86_400_000 + Math.floor(index / 100) * 86_400_000 + (index % 100) * 20_000,
        statusCode: index % 7 === 0 ? 503 : 200,
        inputs: { n: index },
      })),
    ),
  )

  const numbers = (pages: readonly LogPageWire[]): number[] =>
    pages.flatMap(({ items }) => items.map(({ inputs }) => (inputs as { n: number }).n))

  it('shows at every offset what the whole list has there, in any span of time', async () => {
    const all = RESULTS.toReversed()
    for (const offset of [0, 1, 49, 50, 99, 100, 101, 250, 399, 460, 499, 500, 9999]) {
      const { body } = await station.api.get<LogPageWire>(logOf(iris, `?limit=40&offset=${offset}`))
      expect(numbers([body])).toEqual(all.slice(offset, offset + 40))
      expect(body).toMatchObject({ total: 500, offset })
    }
    const since = new Date(NOON - 4 * 86_400_000 + 50_000).toISOString()
    const until = new Date(NOON - 2 * 86_400_000 + 70_000).toISOString()
    const inside = all.filter((n) => n >= 103 && n < 304)
    for (const offset of [0, 2, 3, 5, 100, 150, 200, 201]) {
      const span = `since=${since}&until=${until}`
      const { body } = await station.api.get<LogPageWire>(logOf(iris, `?limit=40&offset=${offset}&${span}`))
      expect(numbers([body])).toEqual(inside.slice(offset, offset + 40))
      expect(body.total).toBe(201)
    }
  })

  it.each(['limit=77', 'limit=77&status=ok', 'limit=10&status=error', 'limit=30&feature=n&min=100&max=333'])(
    'reaches every line exactly once by cursor while new ones come in (%s)',
    async (query) => {
      const expected = (await followCursors(station.api, iris, query.replace(/limit=\d+/, 'limit=500')))[0]!
      const first = (await station.api.get<LogPageWire>(logOf(iris, `?${query}`))).body
      const seen = numbers([first])
      for (let cursor = first.next_cursor; cursor !== null;) {
        await station.api.post(`${DEPLOYMENTS}/${iris}/predict`, { inputs: { n: -1 } })
        const page: LogPageWire = (
          await station.api.get<LogPageWire>(logOf(iris, `?${query}&cursor=${cursor}`))
        ).body
        expect(page.offset).toBe(seen.length)
        seen.push(...numbers([page]))
        cursor = page.next_cursor
      }
      expect(seen).toEqual(numbers([expected]))
      expect(first.total).toBe(expected.total)
    },
  )

  it('refuses the cursor of other filters and of another deployment', async () => {
    const { body } = await station.api.get<LogPageWire>(logOf(iris, '?limit=5'))
    const cursor = `limit=5&cursor=${body.next_cursor}`
    expectRefusal(await station.api.get(logOf(iris, `?${cursor}&status=ok`)), 422, /same filters/)
    expectRefusal(await station.api.get(logOf(fraud, `?${cursor}`)), 422, /same filters/)
  })
})
