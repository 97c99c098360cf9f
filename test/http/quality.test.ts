import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { expectRefusal } from '../support/api-client'
import { QualityCaller } from '../support/quality-wire'
import type { MetricsWire } from '../support/quality-wire'
import { openWorkstation, RESOURCES, SAMPLE, useWorkstation } from '../support/workstation'

type Sample = 'fraud' | 'iris' | 'diabetes'

/** Rows of the training data as records, with the column that is predicted apart. */
function readTraining(sample: Sample, target: string) {
  const text = readFileSync(join(RESOURCES, 'samples', sample, 'training.csv'), 'utf8')
  const rows = parse<Record<string, string>>(text, { columns: true })
  return rows.map(({ [target]: actual, ...rest }) => ({
    actual: actual!,
    inputs: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, Number(value)])),
  }))
}

const flip = (label: string): string => (label === '0' ? '1' : '0')
const PAYMENTS = readTraining('fraud', 'is_fraud')
  .slice(0, 600)
  .map((row, index) => ({ ...row, actual: index % 11 === 0 ? flip(row.actual) : row.actual }))
const SPECIES = ['setosa', 'versicolor', 'virginica']
const FLOWERS = readTraining('iris', 'species').map((row, index) => ({
  ...row,
  actual: index % 7 === 0 ? SPECIES[(SPECIES.indexOf(row.actual) + 1) % 3]! : row.actual,
}))
const PATIENTS = readTraining('diabetes', 'progression')

function expectMetrics(metrics: MetricsWire | null, expected: MetricsWire): void {
  expect(Object.keys(metrics!).sort()).toEqual(Object.keys(expected).sort())
  // The answers are float32: what the Python runtime and ours give differs in the last digits.
  for (const [name, value] of Object.entries(expected)) expect(metrics![name], name).toBeCloseTo(value!, 5)
}

const station = useWorkstation({ flags: ['--sample'] })
const call = (deployment: string): QualityCaller => new QualityCaller(station.api, deployment)

/** Predicts rows and labels all of them. */
async function predictAndLabel(sample: Sample, rows: readonly { actual: string; inputs: object }[]) {
  const caller = call(SAMPLE[sample].deployment)
  const ids = await caller.predict(rows.map(({ inputs }) => inputs))
  const labels = rows.map(({ actual }, index) => ({
    prediction_id: ids[index],
    actual: sample === 'diabetes' ? Number(actual) : actual,
  }))
  const { body } = await caller.feedback(labels)
  expect(body).toMatchObject({
    ok: true,
    accepted: rows.length,
    matched: rows.length,
    waiting: 0,
    refused: [],
  })
  return caller
}

// Expected values: scikit-learn 1.9.1 on what onnxruntime 1.x for Python answers for the same rows.
describe('realised quality', () => {
  it('of two classes is what scikit-learn computes', async () => {
    const caller = await predictAndLabel('fraud', PAYMENTS)
    const quality = await caller.quality()
    expect(quality).toMatchObject({ predicted: 600, labelled: 600, positive_class: '1', auc_is: 'exact' })
    expectMetrics(quality.metrics, {
      accuracy: 0.8833333333333333,
      precision: 1,
      recall: 0.125,
      f1: 0.2222222222222222,
      auc: 0.7055048076923077,
      log_loss: 0.44785245621048175,
      brier: 0.10712484583858323,
    })
    expect(quality.confusion).toEqual({ labels: ['0', '1'], counts: [[520, 0], [70, 10]] }) // prettier-ignore
    expect(quality.reference!.rows).toBe(1000)
    expect(quality.reference!.metrics['accuracy']).toBeGreaterThan(0.9)
    expect(quality.buckets.reduce((sum, bucket) => sum + bucket.labelled, 0)).toBe(600)
  })

  it('is about the positive class that was chosen', async () => {
    const caller = call(SAMPLE.fraud.deployment)
    expect(await caller.edit({ positive_class: 0 })).toMatchObject({
      status: 200,
      body: { ground_truth: { positive_class: '0' } },
    })
    const { metrics } = await caller.quality()
    expect(metrics!['precision']).toBeCloseTo(0.8813559322033898, 9)
    expect(metrics!['recall']).toBe(1)
    expectRefusal(
      await caller.edit({ positive_class: 'maybe' }),
      422,
      /positive_class is "maybe"; expected 0 or 1/,
    )
    await caller.edit({ positive_class: null })
    expect((await caller.quality()).positive_class).toBe('1')
  })

  it('of three classes is the macro average that scikit-learn computes', async () => {
    const { metrics } = await (await predictAndLabel('iris', FLOWERS)).quality('?bucket=hour')
    expectMetrics(metrics, {
      accuracy: 0.8533333333333334,
      precision: 0.8537179487179487,
      recall: 0.8535574229691876,
      f1: 0.8532382650029708,
      auc: 0.8934944108816644,
      log_loss: 0.8645045876683832,
      brier: 0.2634951219056172,
    })
  })

  it('of numbers is what scikit-learn computes, and there is no estimate of it', async () => {
    const caller = await predictAndLabel('diabetes', PATIENTS)
    const { metrics, estimate, confusion } = await caller.quality()
    expectMetrics(metrics, {
      rmse: 41.56039862541176,
      mae: 33.65459342024445,
      r2: 0.7087183370451127,
      mape: 0.3000319547858353,
      bias: 0.0036759872781744907,
    })
    expect(confusion).toBeNull()
    expect(estimate).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/class probabilities/) as string,
    })
    const { body } = await caller.feedback([
      { prediction_id: (await caller.predict([PATIENTS[0]!.inputs]))[0], actual: 'high' },
      { prediction_id: (await caller.predict([PATIENTS[0]!.inputs]))[0], actual: '151.5' },
    ])
    expect(body).toMatchObject({
      matched: 1,
      refused: [{ index: 0, message: 'actual is "high"; expected a finite number' }],
    })
  })

  it('is asked for by time, and refused for a time that makes no sense', async () => {
    const caller = call(SAMPLE.iris.deployment)
    const later = await caller.quality('?since=2001-01-01T00:00:00Z&until=2001-01-02T00:00:00Z')
    expect(later).toMatchObject({ predicted: 0, labelled: 0, metrics: null, confusion: null, buckets: [] })
    for (const [query, why] of [
      ['?window=soon', /window: expected a time such as 24h/],
      ['?window=1m', /window/],
      ['?bucket=year', /bucket: expected hour or day/],
      ['?since=2020-01-02&until=2020-01-01', /since: expected a time before until/],
      ['?window=400d&bucket=hour', /at most 2000, so choose days/],
    ] as const) {
      expectRefusal(await station.api.get(`${caller.path}/quality${query}`), 422, why)
    }
    expectRefusal(await station.api.get('/api/mlops/deployments/nobody/quality'), 404, /no deployment/)
  })
})

describe('the estimate', () => {
  it('is there before any label, and its band holds what labels show later', async () => {
    const { api } = await openWorkstation({ flags: ['--sample'] })
    const caller = new QualityCaller(api, SAMPLE.fraud.deployment)
    const rows = readTraining('fraud', 'is_fraud').slice(1000, 3000)
    const ids = await caller.predict(rows.map(({ inputs }) => inputs))
    const before = await caller.quality('?window=24h')
    expect(before).toMatchObject({ predicted: 2000, labelled: 0, metrics: null })
    const { accuracy, auc, rows: counted } = before.estimate.value!
    expect(counted).toBe(2000)
    await caller.feedback(ids.map((id, index) => ({ prediction_id: id, actual: rows[index]!.actual })))
    const { metrics } = await caller.quality('?window=24h')
    expect(metrics!['accuracy']!).toBeGreaterThanOrEqual(accuracy!.lower)
    expect(metrics!['accuracy']!).toBeLessThanOrEqual(accuracy!.upper)
    expect(metrics!['auc']!).toBeGreaterThanOrEqual(auc!.lower)
    expect(metrics!['auc']!).toBeLessThanOrEqual(auc!.upper)
  })
})
