import BetterSqlite from 'better-sqlite3'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { expectRefusal } from '../support/api-client'
import { QualityCaller } from '../support/quality-wire'
import { openWorkstation, SAMPLE, useWorkstation } from '../support/workstation'

const PAYMENT = { amount: 29.99, merchant_id: 42, hour: 14 }

const station = useWorkstation({ flags: ['--sample'] })
const fraud = (): QualityCaller => new QualityCaller(station.api, SAMPLE.fraud.deployment)

/** A caller on a workspace of its own, whose deployment finds predictions by transaction. */
async function openKeyed() {
  const opened = await openWorkstation({ flags: ['--sample'] })
  const caller = new QualityCaller(opened.api, SAMPLE.fraud.deployment)
  expect(await caller.declareKeys('transaction')).toMatchObject({
    status: 200,
    body: { ground_truth: { key_columns: ['transaction'] } },
  })
  return { ...opened, caller }
}

const key = (value: string | number) => ({ key: { column: 'transaction', value } })

describe('feedback by prediction id', () => {
  it('is taken one by one and in lists, and says what is wrong with each label that is not', async () => {
    const caller = fraud()
    const [first, second] = await caller.predict([PAYMENT, PAYMENT])
    expect((await caller.feedback({ prediction_id: first, actual: '0' })).body).toEqual({
      ok: true,
      accepted: 1,
      matched: 1,
      waiting: 0,
      refused: [],
    })
    const { body, status } = await caller.feedback([
      { prediction_id: '0199c1f0-0000-7000-8000-000000000000', actual: '0' },
      { prediction_id: second, actual: 1, observed_at: '2026-02-28T14:30:00+01:00' },
      { prediction_id: 'nonsense', actual: '0' },
      { actual: '0' },
      { prediction_id: first },
      { prediction_id: first, actual: '' },
      { prediction_id: first, actual: '0', observed_at: 'yesterday' },
      { key: { column: 'transaction', value: 't-1' }, actual: '0' },
    ])
    expect(status).toBe(200)
    expect(body).toMatchObject({ accepted: 1, matched: 1, waiting: 0 })
    expect(body.refused.map(({ index, message }) => `${index} ${message}`)).toEqual([
      expect.stringMatching(/^0 prediction_id: no prediction with id 0199c1f0/),
      expect.stringMatching(/^2 prediction_id: no prediction/),
      expect.stringMatching(/^3 expected prediction_id or key/),
      expect.stringMatching(/^4 actual: expected text, a number/),
      expect.stringMatching(/^5 actual is empty/),
      expect.stringMatching(/^6 observed_at: expected an ISO 8601 time/),
      expect.stringMatching(
        /^7 key: "transaction" is not a key column.*PATCH \{"key_columns":\["transaction"\]\}/,
      ),
    ])
  })

  it('about a prediction that failed is refused', async () => {
    const caller = fraud()
    await station.api.post(`${caller.path}/predict`, { inputs: { amount: 1 } })
    const { body } = await station.api.get<{ items: { id: string }[] }>(
      `${caller.path}/inference-logs?limit=1`,
    )
    const answer = await caller.feedback({ prediction_id: body.items[0]!.id, actual: '0' })
    expect(answer.body.refused[0]!.message).toMatch(/failed, so there is no answer to judge/)
  })

  it.each<[string, unknown, RegExp]>([
    ['text', 'x', /body/],
    ['an empty list', [], /at least one label/],
    ['a list of numbers', [1], /list of such objects/],
    ['10,001 labels', Array.from({ length: 10_001 }, () => ({})), /at most 10,000 labels/],
  ])('is refused as a whole when it is %s', async (_what, body, why) => {
    expectRefusal(await station.api.post(`${fraud().path}/feedback`, body), 422, why)
  })

  it('about a deployment that is not there is refused', async () => {
    const path = '/api/mlops/deployments/nobody/feedback'
    expectRefusal(await station.api.post(path, { prediction_id: 'x', actual: 1 }), 404, /no deployment/)
  })

  it('that is repeated replaces what was said before, which is kept as history', async () => {
    const caller = new QualityCaller(station.api, SAMPLE.iris.deployment)
    const record = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }
    const [id] = await caller.predict([record])
    await caller.feedback({ prediction_id: id, actual: 'virginica' })
    expect((await caller.quality()).metrics!['accuracy']).toBe(0)
    await caller.feedback([
      { prediction_id: id, actual: 'versicolor' },
      { prediction_id: id, actual: 'setosa' },
    ])
    const repeated = await caller.feedback({ prediction_id: id, actual: 'setosa' })
    expect(repeated.body).toMatchObject({ matched: 1 })
    const quality = await caller.quality()
    expect(quality).toMatchObject({ labelled: 1, metrics: { accuracy: 1 } })
    const { body } = await station.api.get<{ history: { revision: number; actual: string }[] }>(
      `${caller.path}/feedback/${id!}`,
    )
    expect(body.history.map(({ revision, actual }) => [revision, actual])).toEqual([
      [3, 'setosa'],
      [2, 'versicolor'],
      [1, 'virginica'],
    ])
  })

  it('with a label that the model does not know is taken, counted as an error and named', async () => {
    const { api } = await openWorkstation({ flags: ['--sample'] })
    const caller = new QualityCaller(api, SAMPLE.fraud.deployment)
    const ids = await caller.predict(Array.from({ length: 24 }, () => PAYMENT))
    const { body } = await caller.feedback([
      { prediction_id: ids[0], actual: 'chargeback' },
      { prediction_id: ids[1], actual: 0 },
      { prediction_id: ids[2], actual: '0.0' },
      { prediction_id: ids[3], actual: false },
    ])
    expect(body).toMatchObject({ matched: 4, unseen_labels: { chargeback: 1 } })
    const quality = await caller.quality()
    expect(quality).toMatchObject({ unseen_labels: { chargeback: 1 }, metrics: { accuracy: 0.75 } })
    expect(quality.confusion!.labels).toEqual(['0', '1', 'chargeback'])
    const flood = await caller.feedback(
      ids.slice(4).map((id, index) => ({ prediction_id: id, actual: `amount ${index}` })),
    )
    expect(flood.body.matched).toBe(19)
    expect(flood.body.refused).toEqual([
      { index: 19, message: expect.stringMatching(/20 such labels/) as string },
    ])
  })
})

describe('feedback by a key', () => {
  it('finds the prediction by a column that was sent with it', async () => {
    const { caller } = await openKeyed()
    await caller.predict([
      { ...PAYMENT, transaction: 't-1' },
      { ...PAYMENT, transaction: 2 },
    ])
    const { body } = await caller.feedback([
      { ...key('t-1'), actual: '1' },
      { ...key('2'), actual: '0' },
    ])
    expect(body).toMatchObject({ matched: 2, waiting: 0 })
    expect(await caller.quality()).toMatchObject({ labelled: 2, metrics: { accuracy: 0.5 } })
  })

  it('that comes before the prediction waits for it, with its corrections', async () => {
    const { caller, api } = await openKeyed()
    const early = await caller.feedback([
      { ...key('t-9'), actual: '1' },
      { ...key('t-9'), actual: '0' },
      { ...key('t-10'), actual: '0' },
    ])
    expect(early.body).toMatchObject({ accepted: 3, matched: 0, waiting: 3 })
    expect((await caller.quality()).waiting).toBe(2)
    const [id] = await caller.predict([{ ...PAYMENT, transaction: 't-9' }])
    await vi.waitFor(async () => {
      expect(await caller.quality()).toMatchObject({ labelled: 1, waiting: 1, metrics: { accuracy: 1 } })
    })
    const { body } = await api.get<{ history: unknown[] }>(`${caller.path}/feedback/${id!}`)
    expect(body.history).toHaveLength(2)
  })

  it('meets its prediction when both arrive at the same moment', { timeout: 30_000 }, async () => {
    const { caller } = await openKeyed()
    const names = Array.from({ length: 120 }, (_, index) => `t-${index}`)
    await Promise.all(
      names.flatMap((name) => [
        caller.predict([{ ...PAYMENT, transaction: name }]),
        caller.feedback({ ...key(name), actual: '0' }),
      ]),
    )
    await vi.waitFor(async () => {
      expect(await caller.quality()).toMatchObject({ labelled: 120, waiting: 0 })
    })
  })

  it('means the newest prediction with the key, or the newest by the time of the observation', async () => {
    const { caller, api } = await openKeyed()
    const [first] = await caller.predict([{ ...PAYMENT, transaction: 't-1' }])
    const between = new Date().toISOString()
    await vi.waitFor(() => expect(new Date().toISOString() > between).toBe(true))
    const [second] = await caller.predict([{ ...PAYMENT, transaction: 't-1' }])
    const historyOf = async (id: string): Promise<unknown[]> =>
      (await api.get<{ history: unknown[] }>(`${caller.path}/feedback/${id}`)).body.history
    await caller.feedback({ ...key('t-1'), actual: '0' })
    expect([await historyOf(first!), await historyOf(second!)].map(({ length }) => length)).toEqual([0, 1])
    await caller.feedback({ ...key('t-1'), actual: '0', observed_at: between })
    expect([await historyOf(first!), await historyOf(second!)].map(({ length }) => length)).toEqual([1, 1])
  })

  it('finds predictions from before the column was declared, once they are indexed', async () => {
    const { api } = await openWorkstation({ flags: ['--sample'] })
    const caller = new QualityCaller(api, SAMPLE.fraud.deployment)
    await caller.predict(Array.from({ length: 1200 }, (_, index) => ({ ...PAYMENT, transaction: index })))
    await caller.declareKeys('transaction')
    const labels = Array.from({ length: 1200 }, (_, index) => ({ ...key(index), actual: '0' }))
    expect((await caller.feedback(labels)).body).toMatchObject({ accepted: 1200, refused: [] })
    await vi.waitFor(
      async () => expect(await caller.quality()).toMatchObject({ labelled: 1200, waiting: 0 }),
      {
        timeout: 5000,
      },
    )
  })

  it('is looked up in an index', async () => {
    const { dataDirectory } = await openKeyed()
    const log = new BetterSqlite(join(dataDirectory, 'predictions.db'), { readonly: true })
    const plan = log
      .prepare(
        'EXPLAIN QUERY PLAN SELECT prediction FROM prediction_key WHERE deployment = 1 AND column_name = ? AND value = ? ORDER BY prediction DESC LIMIT 1',
      )
      .all('a', 'b') as { detail: string }[]
    log.close()
    expect(plan.map(({ detail }) => detail).join()).toMatch(/^SEARCH prediction_key USING PRIMARY KEY/)
  })

  it('is declared by columns that have a name, five at most', async () => {
    const { caller } = await openKeyed()
    expectRefusal(await caller.edit({ key_columns: ['a', 'a'] }), 422, /key_columns: each column once/)
    expectRefusal(await caller.edit({ key_columns: [''] }), 422, /key_columns\[0\]/)
    expectRefusal(await caller.edit({ key_columns: [...'abcdef'] }), 422, /at most 5 key columns/)
    expectRefusal(await caller.edit({}), 422, /expected name, traffic_percent, is_shadow, key_columns/)
    expectRefusal(await caller.edit({ key_columns: 'transaction' }), 422, /key_columns/)
  })
})

describe('a CSV file of labels', () => {
  it('is read by a job whose report names refused lines and lines that wait', async () => {
    const { caller } = await openKeyed()
    await caller.predict([
      { ...PAYMENT, transaction: 't-1' },
      { ...PAYMENT, transaction: 't-2' },
    ])
    const report = await caller.report(
      [
        'transaction;actual;observed_at',
        't-1;0;2026-01-05T10:00:00Z',
        't-2;1.0;',
        '',
        't-3;0;',
        ';0;',
        't-2;;',
        't-2;1;soon',
        't-2;0;;;',
        't-1;typo;',
      ].join('\n'),
    )
    expect(report).toMatchObject({ rows: 8, accepted: 4, matched: 3, waiting: 1, refused: 4 })
    expect(report.waiting_lines).toEqual([5])
    expect(report.unseen_labels).toEqual({ typo: 1 })
    expect(report.refused_rows).toEqual([
      { line: 6, message: 'transaction is empty' },
      { line: 7, message: 'actual is empty' },
      { line: 8, message: 'observed_at is "soon"; expected an ISO 8601 time' },
      { line: 9, message: 'has 5 cells; the first line names 3' },
    ])
  })

  it('of thousands of ids is matched, and sent again changes nothing', { timeout: 30_000 }, async () => {
    const { api } = await openWorkstation({ flags: ['--sample'] })
    const caller = new QualityCaller(api, SAMPLE.fraud.deployment)
    const ids = await caller.predict(Array.from({ length: 5000 }, () => PAYMENT))
    const csv = ['prediction_id,actual', ...ids.map((id, index) => `${id},${index % 4 === 0 ? 1 : 0}`)].join(
      '\n',
    )
    expect(await caller.report(csv)).toMatchObject({ rows: 5000, matched: 5000, refused: 0 })
    const quality = await caller.quality()
    expect(quality).toMatchObject({ labelled: 5000, auc_is: 'binned', metrics: { accuracy: 0.75 } })
    await caller.report(csv)
    expect((await caller.quality()).metrics).toEqual(quality.metrics)
  })

  it.each([
    [
      'without a column of labels',
      'prediction_id,label\nx,1\n',
      /no column "actual"; its first line names prediction_id, label/,
    ],
    [
      'without a column that names predictions',
      'id,actual\nx,1\n',
      /no column "prediction_id" and no key column \(none is declared\)/,
    ],
    ['that is empty but for blanks', '\n\n', /file: it is empty/],
  ])('%s is refused at once', async (_what, csv, why) => {
    expectRefusal(await fraud().upload(csv), 422, why)
  })

  it('can be cancelled', { timeout: 30_000 }, async () => {
    const { api } = await openWorkstation({ flags: ['--sample'] })
    const caller = new QualityCaller(api, SAMPLE.fraud.deployment)
    const [id] = await caller.predict([PAYMENT])
    const lines = Array.from({ length: 200_000 }, (_, index) => `${id!},${index % 2}`)
    const { body } = await caller.upload(`prediction_id,actual\n${lines.join('\n')}\n`)
    await vi.waitFor(async () => {
      const { job } = (await api.get<{ job: { progress: number } }>(`/api/jobs/${body.job_id}`)).body
      expect(job.progress).toBeGreaterThan(0)
    })
    expect(await api.post(`/api/jobs/${body.job_id}/cancel`)).toMatchObject({ status: 200 })
    expect(await caller.job(body.job_id)).toMatchObject({ status: 'cancelled' })
  })
})
