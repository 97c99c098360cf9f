import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectRefusal } from '../support/api-client'
import type { Answer } from '../support/api-client'
import type { Created, Drift, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import type { FormPart } from '../support/model-form'
import { filePart, modelFile, writeForm } from '../support/model-form'
import { RESOURCES, useWorkstation } from '../support/workstation'

type Uploaded = {
  readonly model_id: string
  readonly model: {
    readonly versions: readonly [{ readonly features: readonly { readonly name: string }[] }]
  }
}

const station = useWorkstation()
let project = ''
let model = ''
let deployment = ''
const flower = { x0: 5.1, x1: 3.5, x2: 1.4, x3: 0.2 }
const training = join(RESOURCES, 'samples/iris/training.csv')

const upload = (name: string, ...parts: readonly FormPart[]): Promise<Answer<Uploaded>> =>
  station.api.send('POST', '/api/models', {
    body: writeForm([['project_id', project], ['name', name], ...parts]),
  })
const predict = (inputs: unknown, options: object = {}): Promise<Answer<Predicted>> =>
  station.api.post(`${DEPLOYMENTS}/${deployment}/predict`, { inputs, options })

beforeAll(async () => {
  project = (await station.api.post<{ project_id: string }>('/api/projects', { name: 'Bare' })).body
    .project_id
  model = (await upload('iris', filePart('model', modelFile('samples/iris')))).body.model_id
  const body = { model_id: model, name: 'bare', stage: 'production' }
  deployment = (await station.api.post<Created>(deploymentsOf(project), body)).body.id
})

describe('an ONNX model without training data', () => {
  it('is tried on made-up rows, says so, and numbers its columns', async () => {
    const { body } = await station.api.get<Uploaded>(`/api/models/${model}`)
    expect(body.model.versions[0]).toMatchObject({
      training_data: null,
      target_column: null,
      metrics: {},
      warnings: [expect.stringMatching(/made-up rows/) as string],
      features: [{ name: 'x0' }, { name: 'x1' }, { name: 'x2' }, { name: 'x3' }],
    })
  })

  it('answers, and has no drift, no estimate and no explanation, but the reason why', async () => {
    expect((await predict(flower)).body.predictions[0]!.prediction).toBe('setosa')
    const drift = (await station.api.get<Drift>(`${DEPLOYMENTS}/${deployment}/drift`)).body
    expect(drift).toMatchObject({ overall_status: 'unknown', has_reference: false, inference_rows: 1 })
    const quality = await station.api.get(`${DEPLOYMENTS}/${deployment}/quality`)
    expect(JSON.stringify(quality.body)).toMatch(/registered without training data/)
    const compared = await station.api.get(`/api/mlops/projects/${project}/compare`)
    expect(compared.body).toMatchObject({ deployments: [{ predictions: { rows: 1, distribution: [] } }] })
    const history = await station.api.get(`${DEPLOYMENTS}/${deployment}/drift/history`)
    expect(history.body).toMatchObject({ items: [{ inference_rows: 1, overall_status: 'not_scored' }] })
  })

  it('is explained where its own trees say how, and says what it lacks where they do not', async () => {
    const { body } = await predict(flower, { include_contributions: true })
    expect(body).toHaveProperty('contributions_error', expect.stringMatching(/registered without any/))
  })

  it('has examples that it answers', () => {
    const { core } = station.workstation
    const [version] = core.models.versions(model)
    const examples = core.models.examples(version!.id)
    expect(examples).toHaveLength(20)
    expect(core.serving.checkRecords(deployment, examples)).toHaveLength(20)
  })

  it('takes its training data later, in the order of their columns, and keeps the names that callers use', async () => {
    const path = `/api/models/${model}/versions/1/training-data`
    const put = (bytes: Buffer): Promise<Answer> =>
      station.api.send('PUT', path, { body: writeForm([['training_data', bytes, 'training.csv']]) })
    expectRefusal(await put(Buffer.from('a,b\n1,2\n')), 422, /takes 4 columns, but the file has 2/)
    expect((await put(readFileSync(training))).body).toMatchObject({
      version: { target_column: 'species', features: [{ name: 'x0' }, {}, {}, {}] },
    })
    expect((await predict(flower, { include_contributions: true })).body).not.toHaveProperty(
      'contributions_error',
    )
    const drift = (await station.api.get<Drift>(`${DEPLOYMENTS}/${deployment}/drift`)).body
    expect(drift).toMatchObject({ has_reference: true, reference_rows: 150, inference_rows: 1 })
  })
})
