import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import type { Core } from '../../../main/core/core'
import type { JsonObject } from '../../../main/core/json'
import {
  IRIS_RECORD,
  fixtureFile,
  makeProject,
  openWorkspace,
  refusalOf,
  register,
  serveIris,
  shareWorkspace,
} from '../workspace'

type Known = {
  readonly inputs: JsonObject
  readonly label: string
  readonly probabilities: Readonly<Record<string, number>>
}
const EXPECTED = JSON.parse(readFileSync(fixtureFile('expected.json'), 'utf8')) as Record<
  string,
  { records: readonly Known[] }
>

const workspace = shareWorkspace()
let irisId: string

beforeAll(async () => {
  irisId = (await serveIris(workspace().core)).deployment.id
})

const ask = (deploymentId: string, records: readonly JsonObject[], storePayload = true) =>
  workspace().core.serving.predict({ deploymentId, records, options: { storePayload } })
const log = (deploymentId: string, limit = 50) =>
  workspace().core.predictions.list({ deploymentId, limit, offset: 0 })

async function serve(core: Core, model: string, data: string | Uint8Array): Promise<string> {
  const projectId = makeProject(core)
  const version = await register(core, { projectId, model: fixtureFile(model), data })
  const input = { projectId, model: version.id, name: model, stage: 'staging', trafficPercent: 100 } as const
  return (await core.deployments.create(input, 'tester')).id
}

it('answers what Python answers, and logs each answer under the id it gave', async () => {
  const { records } = EXPECTED['iris']!
  const { answers, warnings } = await ask(
    irisId,
    records.map((record) => record.inputs),
  )
  expect(warnings).toEqual([])
  answers.forEach((answer, index) => {
    expect(answer.prediction).toBe(records[index]!.label)
    for (const [label, probability] of Object.entries(records[index]!.probabilities)) {
      expect(answer.probabilities![label]).toBeCloseTo(probability, 5)
    }
  })
  const lines = log(irisId, answers.length).items.toReversed()
  expect(lines.map((line) => line.id)).toEqual(answers.map((answer) => answer.id))
  expect(lines.map((line) => line.prediction)).toEqual(answers.map((answer) => answer.prediction))
  expect(new Set(lines.map((line) => line.requestId))).toEqual(new Set([answers[0]!.id]))
  expect(lines[3]!.inputs).toEqual(records[3]!.inputs)
})

it('answers text and numbers together, a category unknown to training included', async () => {
  const { core } = workspace()
  const id = await serve(core, 'columns.onnx', fixtureFile('columns.csv'))
  const { records } = EXPECTED['columns']!
  const { answers } = await ask(
    id,
    records.map((record) => record.inputs),
  )
  expect(answers.map((answer) => answer.prediction)).toEqual(records.map((record) => record.label))
})

it('answers a batch row by row where the graph takes one row at a time', async () => {
  const id = await serve(workspace().core, 'no-batch.onnx', Buffer.from('a,b,c,y\n1,2,3,6\n4,5,6,15\n'))
  const { answers } = await ask(
    id,
    [1, 2, 3].map((a) => ({ a, b: 1, c: 1 })),
  )
  expect(answers.map((answer) => answer.prediction)).toEqual([3, 4, 5])
})

it('warns of a column the model does not take, and keeps it in the log', async () => {
  const { warnings } = await ask(irisId, [{ ...IRIS_RECORD, id: 'row 7' }])
  expect(warnings).toEqual(['the model does not take "id"; kept in the log, not used for the prediction'])
  expect(log(irisId, 1).items[0]!.inputs).toEqual({ ...IRIS_RECORD, id: 'row 7' })
})

it('keeps values out of the log when it is asked to, also out of the reason of a failure', async () => {
  await ask(irisId, [IRIS_RECORD], false)
  expect(log(irisId, 1).items[0]).toMatchObject({ inputs: null, prediction: 'setosa' })
  await refusalOf(() => ask(irisId, [{ ...IRIS_RECORD, petal_width: 'confidential' }], false))
  expect(JSON.stringify(log(irisId, 1).items[0])).not.toContain('confidential')
})

it('logs a refused request once, with its status and reason', async () => {
  const before = log(irisId).total
  const refusal = await refusalOf(() => ask(irisId, [{ ...IRIS_RECORD, petal_width: 'wide' }, IRIS_RECORD]))
  expect(refusal).toEqual({
    code: 'invalid',
    message: 'inputs[0].petal_width is "wide"; expected a finite number',
  })
  expect(log(irisId).total).toBe(before + 1)
  expect(log(irisId, 1).items[0]).toMatchObject({
    statusCode: 422,
    error: refusal.message,
    prediction: null,
    inputs: null,
  })
})

it('refuses a deployment that does not exist without logging it anywhere', async () => {
  expect(await refusalOf(() => ask('nobody', [IRIS_RECORD]))).toMatchObject({ code: 'not_found' })
})

it('gives examples that it answers itself', async () => {
  const examples = workspace().core.serving.examples(irisId)
  expect(examples).toHaveLength(20)
  expect((await ask(irisId, examples as readonly JsonObject[])).answers).toHaveLength(20)
})

it('has every answer in the log that it gave, also of many callers at once', async () => {
  const before = log(irisId).total
  const results = await Promise.all(
    Array.from({ length: 200 }, () => ask(irisId, [IRIS_RECORD, IRIS_RECORD])),
  )
  const ids = results.flatMap(({ answers }) => answers.map((answer) => answer.id))
  expect(new Set(ids).size).toBe(400)
  expect(log(irisId).total).toBe(before + 400)
})

it('answers what is under way before it closes', async () => {
  const { core, close } = await openWorkspace()
  const { deployment } = await serveIris(core)
  const under = Array.from({ length: 50 }, () =>
    core.serving.predict({
      deploymentId: deployment.id,
      records: [IRIS_RECORD],
      options: { storePayload: true },
    }),
  )
  const closing = close()
  await expect(Promise.all(under)).resolves.toHaveLength(50)
  await closing
})
