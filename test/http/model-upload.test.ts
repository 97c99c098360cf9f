import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../support/api-client'
import { expectRefusal } from '../support/api-client'
import type { Created, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import type { FormPart } from '../support/model-form'
import { csv, filePart, listArtifacts, modelFile, writeForm } from '../support/model-form'
import { readExpectedAnswers } from '../support/sample-rows'
import { FIXTURES, RESOURCES, useWorkstation } from '../support/workstation'

type Version = { readonly version: number; readonly sha256: string; readonly changes: readonly string[] }
type Uploaded = {
  readonly model_id: string
  readonly model: { readonly name: string; readonly version: number; readonly versions: readonly Version[] }
}

const station = useWorkstation()
let project = ''

beforeAll(async () => {
  const { body } = await station.api.post<{ project_id: string }>('/api/projects', { name: 'Uploads' })
  project = body.project_id
})

const upload = (parts: readonly FormPart[]): Promise<Answer<Uploaded>> =>
  station.api.send('POST', '/api/models', { body: writeForm(parts) })
const table = (name: string): FormPart => filePart('training_data', join(FIXTURES, 'onnx', `${name}.csv`))
const sampleTable = (name: string): FormPart =>
  filePart('training_data', join(RESOURCES, 'samples', name, 'training.csv'))
const graph = (name: string): FormPart => filePart('model', modelFile(name))
const named = (name: string): FormPart[] => [
  ['project_id', project],
  ['name', name],
]

async function deploy(model: string): Promise<string> {
  const body = { model_id: model, name: 'test', stage: 'staging' }
  return (await station.api.post<Created>(deploymentsOf(project), body)).body.id
}
const predict = (deployment: string, inputs: unknown): Promise<Answer<Predicted>> =>
  station.api.post(`${DEPLOYMENTS}/${deployment}/predict`, { inputs })

/** Equal up to what a float32 can tell apart. */
function expectClose(actual: number, wanted: number): void {
  expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(Math.max(1e-6 * Math.abs(wanted), 6e-8))
}

describe('an uploaded model', () => {
  it.each<[string, (files: FormPart[], fields: FormPart[]) => FormPart[]]>([
    ['fields before files', (files, fields) => [...fields, ...files]],
    ['files before fields', (files, fields) => [...files, ...fields]],
    ['the table before the model', (files, fields) => [files[1]!, fields[0]!, files[0]!, fields[1]!]],
  ])('is taken with %s', async (order, arrange) => {
    const files = [graph('double'), table('double')]
    const { status, body } = await upload(arrange(files, named(`double, ${order}`)))
    expect(status).toBe(201)
    expect(body).toMatchObject({
      model: { name: `double, ${order}`, version: 1, project_id: project, problem_type: 'regression' },
    })
    expect(await station.api.get(`/api/models/${body.model_id}`)).toMatchObject({
      status: 200,
      body: { model: { id: body.model_id, version_count: 1 } },
    })
  })

  it('is kept byte for byte under its SHA-256, with no copy of the upload beside it', async () => {
    const { body } = await upload([...named('kept'), graph('double'), table('double')])
    const bytes = readFileSync(modelFile('double'))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(body.model.versions[0]!.sha256).toBe(sha256)
    const files = await listArtifacts(station.dataDirectory)
    expect(readFileSync(files.find((path) => basename(path) === sha256)!)).toEqual(bytes)
    expect(files.filter((path) => !/^[0-9a-f]{64}$/.test(basename(path)))).toEqual([])
  })

  it('of a name that the project has becomes its next version, which new deployments serve', async () => {
    const parts = [...named('Again'), graph('double'), table('double')]
    const first = await upload(parts)
    const second = await upload([...named('again'), graph('double'), table('double')])
    expect(second.body.model_id).toBe(first.body.model_id)
    expect(second.body.model.versions.map((each) => each.version)).toEqual(
      [2, 1].slice(0, second.body.model.versions.length),
    )
    const { body } = await station.api.get(`/api/models/${first.body.model_id}`)
    expect(body).toMatchObject({ model: { version: 2, version_count: 2 } })
    const deployment = await deploy(first.body.model_id)
    expect(await station.api.get(`${DEPLOYMENTS}/${deployment}`)).toMatchObject({
      body: { model: { version: 2 } },
    })
  })

  it('of one name sent several times at once gets a number for each', { timeout: 30_000 }, async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => upload([...named('at once'), graph('double'), table('double')])),
    )
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201])
    expect(new Set(answers.map((answer) => answer.body.model_id)).size).toBe(1)
    const { body } = await station.api.get(`/api/models/${answers[0]!.body.model_id}`)
    expect(body).toMatchObject({ model: { version: 4, version_count: 4 } })
  })
})

describe('predictions of an uploaded model', () => {
  it.each(['columns', 'double'])('are those of the Python runtime: %s.onnx', async (name) => {
    const { status, body } = await upload([...named(name), graph(name), table(name)])
    expect(status).toBe(201)
    const deployment = await deploy(body.model_id)
    const records = readExpectedAnswers(name)
    const batch = await predict(
      deployment,
      records.map((record) => record.inputs),
    )
    expect(batch.status).toBe(200)
    for (const [index, record] of records.entries()) {
      const alone = (await predict(deployment, record.inputs)).body.predictions[0]!
      for (const answer of [alone, batch.body.predictions[index]!]) {
        if (record.label !== undefined) expect(answer.prediction).toBe(record.label)
        if (record.value !== undefined) expectClose(Number(answer.prediction), record.value)
        for (const [label, share] of Object.entries(record.probabilities ?? {}))
          expectClose(answer.probabilities![label]!, share)
      }
    }
  })

  it('that are no finite number are an error, not a null', async () => {
    const { body } = await upload([...named('infinite'), graph('double'), table('double')])
    const deployment = await deploy(body.model_id)
    const fine = { x1: 1, x2: 1, x3: 1 }
    const beyond = { x1: 1e308, x2: -1e308, x3: 1e308 }
    expectRefusal(await predict(deployment, beyond), 422, /^inputs: the model answers -?Infinity/)
    expectRefusal(
      await predict(deployment, [fine, beyond]),
      422,
      /^inputs\[1\]: the model answers -?Infinity/,
    )
    expect(await station.api.get(`${DEPLOYMENTS}/${deployment}/drift`)).toMatchObject({
      body: { inference_rows: 0 },
    })
    expect((await predict(deployment, fine)).status).toBe(200)
  })

  it('come from a graph that takes one row at a time, also for a batch', async () => {
    const { status, body } = await upload([
      ...named('no-batch'),
      graph('no-batch'),
      ['training_data', csv('a,b,c', 40), 'rows.csv'],
    ])
    expect(status, JSON.stringify(body)).toBe(201)
    const rows = Array.from({ length: 25 }, (_, index) => ({ a: index, b: 0.5, c: -2 }))
    const answer = await predict(await deploy(body.model_id), rows)
    expect(answer.body.predictions.map((each) => each.prediction)).toEqual(rows.map(({ a }) => a - 1.5))
  })

  it.each<[string, boolean]>([
    ['tensor_label_only', false],
    ['string_labels_nozipmap', true],
  ])('are labels as text: %s.onnx', async (name, hasProbabilities) => {
    const { status, body } = await upload([...named(name), graph(name), sampleTable('iris')])
    expect(status, JSON.stringify(body)).toBe(201)
    const { predictions } = (
      await predict(
        await deploy(body.model_id),
        readExpectedAnswers('iris').map((record) => record.inputs),
      )
    ).body
    const species = ['setosa', 'versicolor', 'virginica']
    readExpectedAnswers('iris').forEach(({ label }, index) => {
      const { prediction, probabilities } = predictions[index]!
      expect(prediction).toBe(hasProbabilities ? label : String(species.indexOf(label!)))
      if (hasProbabilities) expect(Object.keys(probabilities!).sort()).toEqual(species)
      else expect(probabilities).toBeUndefined()
    })
  })
})
