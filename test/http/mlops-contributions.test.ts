import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectRefusal } from '../support/api-client'
import type { Answer, Page } from '../support/api-client'
import { csv, filePart, listArtifacts, writeForm } from '../support/model-form'
import type { FormPart } from '../support/model-form'
import type { Created, LogLine, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import { readExpectedAnswers } from '../support/sample-rows'
import { FIXTURES, SAMPLE, useWorkstation } from '../support/workstation'

type Contribution = { readonly feature: string; readonly value: number; readonly standard_error?: number }
type ExplainedWire = Predicted & {
  readonly contributions: readonly (readonly Contribution[])[] | null
  readonly contributions_error?: string
  readonly contributions_info?: {
    readonly space: string
    readonly method: string
    readonly background_rows: number
    readonly class?: string
    readonly classes?: readonly string[]
    readonly max_residual: number
  }
}

const station = useWorkstation({ flags: ['--sample'] })
const PAYMENT = { amount: 29.99, merchant_id: 42, hour: 14 }

const explain = (deployment: string, inputs: unknown): Promise<Answer<ExplainedWire>> =>
  station.api.post(`${DEPLOYMENTS}/${deployment}/predict`, {
    inputs,
    options: { include_contributions: true },
  })
const sum = (contributions: readonly Contribution[]): number =>
  contributions.reduce((total, { value }) => total + value, 0)
const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin))

/** Registers a model of the explanation fixtures and serves it in staging. */
async function serve(name: string, model: string, data: FormPart, target?: string): Promise<string> {
  const form = writeForm([
    ['project_id', SAMPLE.fraud.project],
    ['name', name],
    ...(target === undefined ? [] : [['target_column', target] as const]),
    filePart('model', join(FIXTURES, `explanations/${model}.onnx`)),
    data,
  ])
  const { body, status } = await station.api.send<{ model_id: string }>('POST', '/api/models', { body: form })
  expect(status).toBe(201)
  const deployed = await station.api.post<Created>(deploymentsOf(SAMPLE.fraud.project), {
    model_id: body.model_id,
    name,
    stage: 'staging',
  })
  expect(deployed.status).toBe(201)
  return deployed.body.id
}

describe('contributions', () => {
  it('come for every feature of the reference example, BiasTerm last, and add up to its log-odds', async () => {
    const { status, body } = await explain(SAMPLE.fraud.deployment, PAYMENT)
    expect(status).toBe(200)
    const [contributions] = body.contributions!
    expect(contributions!.map(({ feature }) => feature)).toEqual([
      'amount',
      'merchant_id',
      'hour',
      'BiasTerm',
    ])
    const fraud = body.predictions[0]!.probabilities!['1']!
    expect(Math.abs(logistic(sum(contributions!)) - fraud)).toBeLessThan(1e-6)
    expect(body.contributions_info).toMatchObject({
      space: 'log-odds',
      method: 'interventional_tree_shap',
      background_rows: 100,
      class: '1',
    })
    expect(body.contributions_info!.max_residual).toBeLessThan(1e-4)
    expect(body.predictions[0]!.prediction).toBe('0')
  })

  it('are absent unless they are asked for', async () => {
    const { body } = await station.api.post<ExplainedWire>(
      `${DEPLOYMENTS}/${SAMPLE.fraud.deployment}/predict`,
      { inputs: PAYMENT },
    )
    expect(Object.keys(body).sort()).toEqual(['latency_ms', 'predictions'])
  })

  it('explain the predicted class of several, each record its own', async () => {
    const inputs = [
      { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 },
      { sepal_length: 6.3, sepal_width: 3.3, petal_length: 6, petal_width: 2.5 },
    ]
    const { body } = await explain(SAMPLE.iris.deployment, inputs)
    expect(body.contributions_info).toMatchObject({
      space: 'log-odds',
      method: 'linear_shap',
      classes: ['setosa', 'virginica'],
    })
    expect(body.contributions).toHaveLength(2)
  })

  it('add up to the value of a regression', async () => {
    const records = readExpectedAnswers('diabetes').map(({ inputs }) => inputs)
    const { body } = await explain(SAMPLE.diabetes.deployment, records)
    expect(body.contributions_info).toMatchObject({ space: 'value', method: 'interventional_tree_shap' })
    body.contributions!.forEach((contributions, index) => {
      const value = Number(body.predictions[index]!.prediction)
      expect(Math.abs(sum(contributions) - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)))
    })
  })

  it('are estimated by asking a network, each with its standard error', async () => {
    const data = filePart('training_data', join(FIXTURES, 'explanations/network.csv'))
    const deployment = await serve('network', 'network', data, 'y')
    const record = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`x${index}`, index / 6 - 1]))
    const { body } = await explain(deployment, record)
    expect(body.contributions_info).toMatchObject({
      space: 'value',
      method: 'permutation_shap',
      background_rows: 100,
    })
    const [contributions] = body.contributions!
    const value = Number(body.predictions[0]!.prediction)
    expect(Math.abs(sum(contributions!) - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)))
    for (const each of contributions!.slice(0, -1)) expect(each.standard_error).toBeGreaterThanOrEqual(0)
    // The network was taught x0 · x1 and sin x2; x5 is noise to it.
    const sizeOf = (name: string): number =>
      Math.abs(contributions!.find(({ feature }) => feature === name)!.value)
    expect(sizeOf('x0') + sizeOf('x1')).toBeGreaterThan(4 * sizeOf('x5'))
    const again = await explain(deployment, record)
    expect(again.body.contributions).toEqual(body.contributions)
  })

  it('come for a text column as one feature', async () => {
    const data = filePart('training_data', join(FIXTURES, 'explanations/columns.csv'))
    const deployment = await serve('columns', 'columns-boosted', data, 'bought')
    const { body } = await explain(deployment, { age: 51, income: 21_000, city: 'Kiel' })
    const [contributions] = body.contributions!
    expect(contributions!.map(({ feature }) => feature)).toEqual(['age', 'income', 'city', 'BiasTerm'])
    const share = body.predictions[0]!.probabilities!['1']!
    expect(Math.abs(logistic(sum(contributions!)) - share)).toBeLessThan(1e-5)
    expect(contributions![2]!.value).toBeGreaterThan(0)
  })

  it('are refused beyond a thousand records, before anything is answered', async () => {
    const logged = async (): Promise<number> =>
      (await station.api.get<Page<LogLine>>(`${DEPLOYMENTS}/${SAMPLE.fraud.deployment}/inference-logs`)).body
        .total
    const before = await logged()
    const answer = await explain(SAMPLE.fraud.deployment, new Array(1001).fill(PAYMENT))
    expectRefusal(answer, 422, /at most 1000 records are explained in one request; this one has 1001/)
    expect(await logged()).toBe(before)
  })

  it('leave the log with one line per record, as without them', async () => {
    const log = `${DEPLOYMENTS}/${SAMPLE.iris.deployment}/inference-logs`
    const before = (await station.api.get<Page<LogLine>>(log)).body.total
    const record = { sepal_length: 5.1, sepal_width: 3.5, petal_length: 1.4, petal_width: 0.2 }
    await explain(SAMPLE.iris.deployment, [record, record])
    expect((await station.api.get<Page<LogLine>>(log)).body.total).toBe(before + 2)
  })

  it('that fail leave the prediction as it is, and say so', async () => {
    const data = csv(Array.from({ length: 12 }, (_, index) => `x${index}`).join(','), 20)
    const deployment = await serve('lost', 'ridge', ['training_data', data, 'data.csv'])
    // The session is loaded; only the structure has to be read from the file.
    for (const path of await listArtifacts(station.dataDirectory)) await rm(path)
    const record = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`x${index}`, 1]))
    const { status, body } = await explain(deployment, record)
    expect(status).toBe(200)
    expect(body.predictions[0]!.prediction).toBeTypeOf('number')
    expect(body).toMatchObject({ contributions: null })
    expect(body.contributions_error).toMatch(/^the contributions could not be computed/)
    expect(body).not.toHaveProperty('contributions_info')
  })
})
