import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Page } from '../support/api-client'
import { expectRefusal } from '../support/api-client'
import type { Expected } from '../support/imports'
import { hostilePickle, importedBytes, modelPart, readExpected, trainingPart } from '../support/imports'
import type { Created, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import type { FormPart } from '../support/model-form'
import { listArtifacts, writeForm } from '../support/model-form'
import { useWorkstation } from '../support/workstation'

type Feature = { readonly name: string; readonly type: string; readonly categories: readonly string[] | null }
type Verification = {
  readonly verdict: string
  readonly rows: number
  readonly max_difference: number
  readonly label_flips: number
  readonly worst: readonly { readonly row: number }[]
}
type Version = {
  readonly id: string
  readonly version: number
  readonly sha256: string
  readonly features: readonly Feature[]
  readonly conversion: { readonly estimator: string; readonly place: string; readonly format: string } | null
  readonly verification_status: string
  readonly verification: Verification | null
  readonly training_data: object | null
  readonly warnings: readonly string[]
}
type Uploaded = {
  readonly model_id: string
  readonly model: { readonly algo: string; readonly versions: readonly [Version] }
}

const station = useWorkstation()
let project = ''

beforeAll(async () => {
  const { body } = await station.api.post<{ project_id: string }>('/api/projects', { name: 'Imports' })
  project = body.project_id
})

const upload = (name: string, ...parts: readonly FormPart[]): Promise<Answer<Uploaded>> =>
  station.api.send('POST', '/api/models', {
    body: writeForm([['project_id', project], ['name', name], ...parts]),
  })

async function deploy(model: string): Promise<string> {
  const body = { model_id: model, name: `serves ${model}`, stage: 'staging' }
  return (await station.api.post<Created>(deploymentsOf(project), body)).body.id
}
const predict = (deployment: string, inputs: unknown): Promise<Answer<Predicted>> =>
  station.api.post(`${DEPLOYMENTS}/${deployment}/predict`, { inputs })

async function expectSameAnswers(deployment: string, expected: Expected): Promise<void> {
  const { status, body } = await predict(deployment, expected.rows)
  expect(status).toBe(200)
  expect(body.predictions).toHaveLength(expected.rows.length)
  body.predictions.forEach((answer, row) => {
    const wanted = expected.predictions[row]!
    if (expected.classes === undefined && typeof wanted === 'number' && typeof answer.prediction === 'number')
      expect(Math.abs(answer.prediction - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)))
    else expect(String(answer.prediction)).toBe(String(wanted))
    expected.classes?.forEach((label, index) => {
      const probability = answer.probabilities![String(label)]!
      expect(Math.abs(probability - expected.probabilities![row]![index]!)).toBeLessThanOrEqual(1e-9)
    })
  })
}

const listEverything = async (): Promise<unknown> => [
  (await station.api.get<Page<unknown>>('/api/models')).body,
  await listArtifacts(station.dataDirectory),
]

describe('a model of scikit-learn answers as it did in Python, registered', () => {
  it.each([
    ['ridge', 'ridge.pkl', 'Ridge'],
    ['columns', 'columns.pkl', 'Pipeline'],
    ['margin', 'margin.pkl', 'LinearSVC'],
    ['forest', 'forest.joblib', 'RandomForestClassifier'],
    ['hist-gb', 'hist-gb.pkl', 'HistGradientBoostingRegressor'],
  ])('%s, with its training data and without', async (name, file, estimator) => {
    const expected = readExpected(name)
    const bare = await upload(`${name} alone`, modelPart(file))
    expect(bare.body).toMatchObject({
      model: {
        algo: estimator,
        versions: [{ conversion: { estimator }, training_data: null, verification_status: 'not_verified' }],
      },
    })
    expect(bare.status).toBe(201)
    expect(bare.body.model.versions[0].warnings.join()).toMatch(/made-up rows.*Converted, not verified/)
    await expectSameAnswers(await deploy(bare.body.model_id), expected)
    const whole = await upload(`${name} with data`, modelPart(file), trainingPart(name))
    expect(whole.status).toBe(201)
    expect(whole.body.model.versions[0]).toMatchObject({ training_data: { file_name: `${name}.csv` } })
    await expectSameAnswers(await deploy(whole.body.model_id), expected)
  })

  it('by its content, whatever the file is called', async () => {
    const { status, body } = await upload('misnamed', ['model', importedBytes('ridge.pkl'), 'model.onnx'])
    expect(status).toBe(201)
    expect(body.model.versions[0].conversion).toMatchObject({ format: 'pickle', estimator: 'Ridge' })
  })

  it('with its bytes kept under their hash, and another version under the same name', async () => {
    const first = await upload('again', modelPart('ridge.pkl'))
    const second = await upload('again', modelPart('ridge.pkl'), trainingPart('ridge'))
    const hash = createHash('sha256').update(importedBytes('ridge.pkl')).digest('hex')
    expect(second.body.model_id).toBe(first.body.model_id)
    expect(second.body.model.versions[0]).toMatchObject({ version: 2, sha256: hash })
    const kept = (await listArtifacts(station.dataDirectory)).find((path) => path.endsWith(hash))!
    expect(readFileSync(kept)).toEqual(importedBytes('ridge.pkl'))
  })

  it('out of a dict, whose list of names it takes', async () => {
    const { body } = await upload('wrapped', modelPart('wrapped.pkl'))
    const [version] = body.model.versions
    expect(version.conversion).toMatchObject({ place: "['model']", estimator: 'Ridge' })
    expect(version.features.map(({ name }) => name)).toEqual(['width', 'height', 'depth'])
  })
})

describe('a pipeline that takes raw columns', () => {
  let deployment = ''
  beforeAll(async () => {
    const { body } = await upload('raw columns', modelPart('columns.pkl'))
    deployment = await deploy(body.model_id)
  })
  const record = { city: 'Ulm', plan: 'pro', size: 50 }

  it('takes text, ignores the column that it dropped, and warns of one that it never knew', async () => {
    const plain = await predict(deployment, record)
    const withId = await predict(deployment, { ...record, id: 7 })
    expect(withId.body.predictions[0]!.probabilities).toEqual(plain.body.predictions[0]!.probabilities)
    expect(withId.body).not.toHaveProperty('warnings')
    expect((await predict(deployment, { ...record, shoe: 1 })).body).toHaveProperty('warnings')
  })

  it('refuses a city that its encoder refuses, naming the cities that it knows', async () => {
    const answer = await predict(deployment, { ...record, city: 'Atlantis' })
    expectRefusal(answer, 422, /city is "Atlantis"; expected one of "Bonn", "Köln", "Ulm"/)
  })

  it('refuses a missing value, which scikit-learn refuses too', async () => {
    expectRefusal(await predict(deployment, { city: 'Ulm', plan: 'pro' }), 422, /size is missing/)
  })
})

it('gives no probabilities for a decision function', async () => {
  const { body } = await upload('margins', modelPart('margin.pkl'))
  const answer = await predict(await deploy(body.model_id), readExpected('margin').rows[0])
  expect(answer.body.predictions[0]).not.toHaveProperty('probabilities')
})

describe('a file is refused with its reason and leaves nothing behind', () => {
  it.each<[string, () => FormPart, RegExp]>([
    ['with two models', () => modelPart('two-models.pkl'), /more than one model.*Ridge.*first.*LinearSVC/],
    ['without a model', () => modelPart('no-model.pkl'), /without a model.*weights.*numpy array/],
    ['with a transformer alone', () => modelPart('scaler.pkl'), /StandardScaler.*predicts nothing/],
    ['that is cut off', () => ['model', importedBytes('ridge.pkl').subarray(0, 200), 'm.pkl'], /\S/],
  ])('%s', async (_what, part, why) => {
    const before = await listEverything()
    expectRefusal(await upload('refused', part()), 422, why)
    expect(await listEverything()).toEqual(before)
  })

  it('that would run a program, which is not run, and is told on inspection', async () => {
    const trap = join(station.dataDirectory, 'trapped')
    const part: FormPart = ['model', hostilePickle(trap), 'model.pkl']
    const before = await listEverything()
    expectRefusal(await upload('hostile', part), 422, /posix\.system/)
    const inspected = await station.api.send<{ inspection: object }>('POST', '/api/models/inspect', {
      body: writeForm([part]),
    })
    expect(inspected.status).toBe(200)
    expect(inspected.body.inspection).toMatchObject({ format: 'pickle', is_convertible: false })
    expect(JSON.stringify(inspected.body)).toMatch(/posix.*system/)
    expect(existsSync(trap)).toBe(false)
    expect(await listEverything()).toEqual(before)
  })
})

describe('what is inside a file', () => {
  const inspect = (...parts: readonly FormPart[]): Promise<Answer<{ inspection: object }>> =>
    station.api.send('POST', '/api/models/inspect', { body: writeForm(parts) })

  it('is told of one that can be converted, with how the table reaches it, and nothing is kept', async () => {
    const before = await listEverything()
    const { status, body } = await inspect(modelPart('columns.pkl'), trainingPart('columns'))
    expect(status).toBe(200)
    expect(body.inspection).toMatchObject({
      is_convertible: true,
      refusal: null,
      suggested_algo: 'Pipeline',
      conversion: { library: 'scikit-learn', library_version: '1.9.1' },
      data: { rows: 120, target_column: 'target', problem: null },
    })
    expect(await listEverything()).toEqual(before)
  })

  it('is told of one that cannot, with the reason', async () => {
    const { body } = await inspect(modelPart('two-models.pkl'))
    expect(body.inspection).toMatchObject({
      is_convertible: false,
      refusal: expect.stringMatching(/more than one model/) as string,
      contents: { kind: 'pickle' },
    })
  })

  it('is the graph of an ONNX file', async () => {
    const file = join(import.meta.dirname, '../../resources/samples/iris/model.onnx')
    const { body } = await inspect(['model', readFileSync(file), 'model.onnx'])
    expect(body.inspection).toMatchObject({ format: 'onnx', conversion: null, contents: null })
  })
})
