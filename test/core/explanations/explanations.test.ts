import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../main/core/random'
import { pickBackground } from '../../../main/core/models/pick-background'
import { WorkstationError } from '../../../main/errors'
import { readModelBody } from '../../../main/formats/onnx/model-body'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import {
  IRIS_RECORD,
  makeFolder,
  makeProject,
  matching,
  openWorkspace,
  refusalOf,
  register,
  sampleFile,
  serveIris,
} from '../workspace'
import { EXPLANATION_FIXTURES } from './bodies'

describe('the background', () => {
  it('has every class in proportion, whatever the order of the file', () => {
    const targets = Array.from({ length: 1000 }, (_, row) =>
      row < 30 ? 'rare' : row % 2 === 0 ? 'even' : 'odd',
    )
    const picked = pickBackground(1000, targets).map((row) => targets[row])
    expect(picked).toHaveLength(100)
    expect(picked.filter((target) => target === 'rare')).toHaveLength(3)
    expect(Math.abs(picked.filter((target) => target === 'even').length - 48.5)).toBeLessThanOrEqual(1)
  })

  it('covers the whole range of a number, and the whole file without a target', () => {
    const targets = Array.from({ length: 500 }, (_, row) => (row * 7919) % 500)
    const values = pickBackground(500, targets)
      .map((row) => targets[row]!)
      .sort((a, b) => a - b)
    expect(values).toEqual(Array.from({ length: 100 }, (_, index) => index * 5 + 2))
    expect(pickBackground(500, [])).toEqual(values)
    expect(pickBackground(3, [])).toEqual([0, 1, 2])
  })

  it('is kept with the version', async () => {
    const { core } = await openWorkspace()
    const { version } = await serveIris(core)
    const background = core.models.background(version.id)
    expect(background).toHaveLength(100)
    expect(background.every((row) => row.length === 4)).toBe(true)
  })

  it('of a version that has none is its examples', async () => {
    const folder = makeFolder()
    const first = await openWorkspace(folder)
    const { version, deployment } = await serveIris(first.core)
    await first.close()
    const file = new BetterSqlite(join(folder, 'workstation.db'))
    file.prepare('UPDATE model_version SET background = NULL').run()
    file.close()
    const { core } = await openWorkspace(folder)
    expect(core.models.background(version.id)).toHaveLength(20)
    const { explanations } = await core.explanations.explain({
      deploymentId: deployment.id,
      records: [IRIS_RECORD],
    })
    expect(explanations[0]).toMatchObject({ method: 'linear', backgroundRows: 20 })
  })
})

describe('a version without training data', () => {
  const registered = async (model: string, data: string) => {
    const folder = makeFolder()
    const first = await openWorkspace(folder)
    const projectId = makeProject(first.core)
    const version = await register(first.core, { projectId, name: 'a model', model, data })
    const { id } = await first.core.deployments.create(
      { projectId, model: version.id, name: 'staging', stage: 'staging', trafficPercent: 100 },
      'tester',
    )
    const record = first.core.serving.examples(id)[0]!
    await first.close()
    const file = new BetterSqlite(join(folder, 'workstation.db'))
    file.prepare("UPDATE model_version SET background = '[]'").run()
    file.close()
    const { core } = await openWorkspace(folder)
    return { core, request: { deploymentId: id, records: [record] } }
  }

  it('is explained by the training rows that its trees remember', async () => {
    const { core, request } = await registered(
      join(EXPLANATION_FIXTURES, 'covers.onnx'),
      sampleFile('diabetes', 'training.csv'),
    )
    const { explanations } = await core.explanations.explain(request)
    expect(explanations[0]).toMatchObject({ method: 'path-dependent-tree', backgroundRows: 0 })
    expect(await refusalOf(() => core.explanations.explain({ ...request, method: 'exact' }))).toMatchObject({
      code: 'conflict',
    })
  })

  it('asks for them where nothing else is known', async () => {
    const { core, request } = await registered(sampleFile('iris'), sampleFile('iris', 'training.csv'))
    expect(await refusalOf(() => core.explanations.explain(request))).toMatchObject({
      code: 'conflict',
      message: matching(/register training data to explain this model/),
    })
    const predicted = await core.explanations.predict({ ...request, options: { storePayload: true } })
    expect(predicted.explained).toBeNull()
    expect(predicted.explanationError).toMatch(/register training data/)
  })
})

describe('an explanation', () => {
  it('adds up to the margin, close to the session, and leaves no line in the log', async () => {
    const { core } = await openWorkspace()
    const { deployment } = await serveIris(core)
    const { features, explanations } = await core.explanations.explain({
      deploymentId: deployment.id,
      records: [IRIS_RECORD],
    })
    const [explanation] = explanations
    expect(features).toEqual(Object.keys(IRIS_RECORD))
    expect(explanation).toMatchObject({
      explainedClass: 'setosa',
      prediction: 'setosa',
      standardErrors: null,
    })
    const sum = explanation!.contributions.reduce((total, value) => total + value, explanation!.bias)
    expect(Math.abs(sum - explanation!.margin)).toBeLessThan(1e-9)
    expect(explanation!.residual).toBeLessThan(1e-4)
    expect(core.predictions.list({ deploymentId: deployment.id, limit: 1, offset: 0 }).total).toBe(0)
  })

  it('is refused like a prediction for records that do not fit and deployments that do not answer', async () => {
    const { core } = await openWorkspace()
    const { deployment } = await serveIris(core)
    const ask = (records: (typeof IRIS_RECORD | object)[]) => () =>
      core.explanations.explain({ deploymentId: deployment.id, records: records as (typeof IRIS_RECORD)[] })
    expect(await refusalOf(ask([{ ...IRIS_RECORD, petal_width: 'wide' }]))).toMatchObject({ code: 'invalid' })
    core.deployments.deactivate(deployment.id, 'tester')
    expect(await refusalOf(ask([IRIS_RECORD]))).toMatchObject({ code: 'conflict' })
  })
})

describe('damaged trees', () => {
  it('are refused, never walked: 2,000 random mutations', () => {
    const bytes = readFileSync(join(EXPLANATION_FIXTURES, 'forest-classifier.onnx'))
    const random = createRandom(7)
    let read = 0
    for (let round = 0; round < 2000; round++) {
      const mutated = Uint8Array.from(bytes)
      for (let change = 0; change < 3; change++)
        mutated[Math.floor(random() * mutated.length)] = Math.floor(random() * 256)
      try {
        if (readModelBody(readOnnx(mutated), { output: 'probabilities', widths: { X: 4 } }) !== null) read++
      } catch (error) {
        expect(error).toBeInstanceOf(WorkstationError)
      }
    }
    expect(read).toBeGreaterThan(100)
  })
})
