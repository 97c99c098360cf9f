/** A model of scikit-learn from its description to its operations. */
import { describe, expect, it } from 'vitest'
import type { Expected } from '../support/imports'
import { readExpected } from '../support/imports'
import type { OperationWire } from '../support/mlconnector'
import { addModel, deploy, predict, upload } from '../support/mlconnector'
import { useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--trust-local'] })
const api = () => station.api.withKey(null)

function expectSame(predictions: readonly (string | number)[], { predictions: wanted }: Expected): void {
  expect(predictions).toHaveLength(wanted.length)
  predictions.forEach((answer, row) => {
    const expected = wanted[row]!
    if (typeof expected !== 'number') expect(answer).toBe(expected)
    else
      expect(Math.abs(Number(answer) - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)))
    expect(typeof answer).toBe(typeof expected)
  })
}

async function serve(name: string, file: string, order: readonly ('model' | 'data')[]): Promise<string> {
  const id = await addModel(api(), { modelname: name })
  for (const kind of order) {
    const answer = await upload(api(), id, { kind, name: kind === 'model' ? file : `${name}.csv` })
    expect(answer.status).toBe(201)
    expect(answer.body.warnings).toBeUndefined()
  }
  const deployed = await deploy(api(), id, { ownerid: `owner of ${name}` })
  expect(deployed).toMatchObject({ status: 201, body: { modelid: id, status: 'deployed' } })
  return deployed.body.deployment_id
}

describe('a model of scikit-learn', () => {
  it.each([
    ['ridge', 'ridge.pkl'],
    ['forest', 'forest.joblib'],
    ['hist-gb', 'hist-gb.pkl'],
    ['columns', 'columns.pkl'],
  ])(
    '%s answers as in Python, explains, and lists every prediction',
    { timeout: 60_000 },
    async (name, file) => {
      const expected = readExpected(name)
      const deployment = await serve(name, file, ['model', 'data'])
      const status = await api().get<{ endpoint: string; local_endpoint: string; response: string }>(
        `/deployment/get/status/${deployment}`,
      )
      expect(status.body).toMatchObject({ status: 'deployed', stage: 'staging', version: 1 })
      expect(status.body.endpoint).toMatch(new RegExp(`^http://[^/]+/deployment/${deployment}/predict$`))
      expect(JSON.parse(status.body.response)).toMatchObject({ endpoint: status.body.endpoint })
      const answer = await predict(api(), deployment, expected.rows)
      expect(answer.status).toBe(200)
      expectSame(answer.body.prediction, expected)
      const [row] = expected.rows
      const explained = await predict(api(), deployment, row, true)
      expect(explained.body).toMatchObject({ explanation: { method: 'shap' } })
      const { signature } = station.workstation.core.models.resolve(
        station.workstation.core.deployments.get(deployment).modelId,
      )
      expect(explained.body.explanation!.feature_importance).toHaveLength(signature.features.length)
      const owner = encodeURIComponent(`owner of ${name}`)
      const operations = await api().get<readonly OperationWire[]>(
        `/deployment/get/opos/${owner}?limit=10000`,
      )
      expect(operations.body).toHaveLength(expected.rows.length + 1)
      expect(JSON.parse(operations.body[0]!.data)).toEqual(row)
      expect(JSON.parse(operations.body[0]!.result)).toEqual({ prediction: explained.body.prediction[0] })
    },
  )

  it('takes its data before its file as well', async () => {
    const deployment = await serve('ridge', 'ridge.pkl', ['data', 'model'])
    expectSame(
      (await predict(api(), deployment, readExpected('ridge').rows)).body.prediction,
      readExpected('ridge'),
    )
    const { modelVersionId } = station.workstation.core.deployments.get(deployment)
    expect(station.workstation.core.models.version(modelVersionId)).toMatchObject({
      number: 1,
      trainingFileName: 'ridge.csv',
    })
  })

  it('says that data do not fit, and keeps them for the training script', async () => {
    const id = await addModel(api())
    expect((await upload(api(), id, { kind: 'data', name: 'columns.csv' })).body.warnings).toBeUndefined()
    const made = await upload(api(), id, { kind: 'model', name: 'ridge.pkl' })
    expect(made).toMatchObject({ status: 201, body: { version: 1 } })
    expect(made.body.warnings?.join()).toMatch(/does not fit the model/)
    const fitting = await upload(api(), id, { kind: 'data', name: 'ridge.csv' })
    expect(fitting.body).toMatchObject({ version: 1 })
    expect(fitting.body.warnings).toBeUndefined()
    // What a version is compared with never changes: other data make another version.
    const other = Buffer.from('x0,x1,x2,target\n1,2,3,4\n2,3,4,5\n3,4,5,7\n')
    const again = await upload(api(), id, { kind: 'data', name: 'other.csv', bytes: other })
    expect(again.body).toMatchObject({ version: 2 })
  })

  it('explains with null and the reason where nothing can be explained', async () => {
    const id = await addModel(api())
    await upload(api(), id, { kind: 'model', name: 'ridge.pkl' })
    const deployment = (await deploy(api(), id)).body.deployment_id
    const { status, body } = await predict(api(), deployment, [1, 2, 3], true)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      explanation: null,
      explanation_error: expect.stringMatching(/training data/) as string,
    })
    expect(body.prediction).toHaveLength(1)
  })
})

describe('a model file that is uploaded again', () => {
  it('is served from then on, and no request fails meanwhile', { timeout: 60_000 }, async () => {
    const id = await addModel(api())
    const files = ['ridge.pkl', 'margin.pkl']
    await upload(api(), id, { kind: 'model', name: files[0]! })
    const deployment = (await deploy(api(), id, { deployment_id: 'under-load' })).body.deployment_id
    let isOver = false
    const statuses = new Map<number, number>()
    const answers = new Set<string | number>()
    const load = Array.from({ length: 6 }, async () => {
      while (!isOver) {
        const answer = await predict(api(), deployment, [[0.5, -1, 2]])
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        answers.add(answer.body.prediction[0]!)
      }
    })
    for (const name of [files[1]!, files[0]!, files[1]!]) {
      const before = [...statuses.values()].reduce((sum, count) => sum + count, 0)
      const taken = await upload(api(), id, { kind: 'model', name })
      expect(taken.status).toBe(201)
      await expect
        .poll(() => [...statuses.values()].reduce((sum, count) => sum + count, 0), { timeout: 10_000 })
        .toBeGreaterThan(before + 20)
    }
    isOver = true
    await Promise.all(load)
    expect([...statuses.keys()]).toEqual([200])
    expect(answers.size).toBe(2)
    expect((await api().get(`/deployment/get/status/${deployment}`)).body).toMatchObject({ version: 4 })
    // A class of this one is a whole number.
    expect((await predict(api(), deployment, [0.5, -1, 2])).body.prediction[0]).toBeTypeOf('number')
    const history = station.workstation.core.deployments.history(deployment)
    expect(history.map(({ note }) => note)).toContain('version 3 → 4')
  })

  it('is watched by the method that its card asks for, over what was recorded elsewhere as well', async () => {
    const { byMethod } = station.workstation.core.monitoring
    const id = await addModel(api(), { drift_detection: [{ is_true: 1, method: 2 }] })
    await upload(api(), id, { kind: 'model', name: 'ridge.pkl' })
    await upload(api(), id, { kind: 'data', name: 'ridge.csv' })
    const deploymentid = (await deploy(api(), id)).body.deployment_id
    expect(byMethod.state(deploymentid)).toMatchObject({
      isOn: true,
      method: 'kolmogorov_smirnov',
      source: 'model',
    })
    const rows = [
      '{"x0": 1, "x1": 2, "x2": 3}',
      '[1, 2, 3]',
      '[[1, 2, 3], [4, 5, 6]]',
      '{...}',
      '[1]',
      'null',
    ]
    for (const data of rows) {
      const operation = { ownerid: 'a', deploymentid, modelid: id, data, result: '0' }
      expect((await api().post('/deployment/add/operation', operation)).status).toBe(201)
    }
    await predict(api(), deploymentid, readExpected('ridge').rows)
    byMethod.run(deploymentid)
    const wanted = readExpected('ridge').rows.length + 4
    await expect
      .poll(() => byMethod.state(deploymentid).lastRun?.operations, { timeout: 15_000 })
      .toBe(wanted)
    const body = Buffer.from(JSON.stringify({ drift_detection: [{ is_true: 0 }] }))
    await api().send('PATCH', `/model/${id}`, { body })
    expect(byMethod.state(deploymentid)).toMatchObject({ isOn: false, method: 'mean_shift' })
  })

  it('starts drift anew', async () => {
    const id = await addModel(api())
    await upload(api(), id, { kind: 'data', name: 'ridge.csv' })
    await upload(api(), id, { kind: 'model', name: 'ridge.pkl' })
    const deployment = (await deploy(api(), id)).body.deployment_id
    await predict(api(), deployment, readExpected('ridge').rows)
    const drift = (): number => station.workstation.core.monitoring.drift(deployment).rows
    expect(drift()).toBe(readExpected('ridge').rows.length)
    await upload(api(), id, { kind: 'model', name: 'ridge.pkl' })
    expect(drift()).toBe(0)
    await predict(api(), deployment, [1, 2, 3])
    expect(drift()).toBe(1)
  })
})
