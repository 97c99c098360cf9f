import { describe, expect, it } from 'vitest'
import type { Explanation } from '../../../main/core/explanations/explanation'
import { listDependences, summarizeSample } from '../../../main/core/importance/summarize'
import type { Feature } from '../../../main/core/signatures/signature'
import { IRIS_RECORD, makeFolder, matching, openWorkspace, refusalOf, serveIris, until } from '../workspace'

const feature = (name: string, type: Feature['type']): Feature => ({
  name,
  type,
  input: name,
  column: 0,
  acceptsMissing: true,
})
const explain = (contributions: readonly number[], explainedClass: string | null = null): Explanation => ({
  space: 'value',
  method: 'exact',
  explainedClass,
  bias: 1,
  contributions,
  margin: 0,
  prediction: 0,
  backgroundRows: 1,
  residual: Math.abs(contributions[0] ?? 0) / 100,
  standardErrors: null,
})

describe('an importance', () => {
  const sample = {
    features: [feature('size', 'number'), feature('city', 'string')],
    rows: [
      [1, 'Ulm'],
      [2, 'Kiel'],
      [3, 'Ulm'],
      [null, null],
    ],
    explanations: [[explain([-2, 1])], [explain([0, -1])], [explain([2, 3])], [explain([4, 1])]],
  }

  it('is the mean size of the contributions, the largest first, with shares and directions', () => {
    const { features, classes, maxResidual } = summarizeSample(sample)
    expect(features.map(({ feature: name, meanAbsolute }) => [name, meanAbsolute])).toEqual([
      ['size', 2],
      ['city', 1.5],
    ])
    expect(features.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
    expect(classes[0]!.features.map(({ direction }) => direction)).toEqual([1, null])
    expect(maxResidual).toBeCloseTo(0.04, 12)
  })

  it('has points for numbers and means for text, missing values among them', () => {
    const [size, city] = listDependences(sample)
    expect(size).toMatchObject({ kind: 'points', values: [1, 2, 3, null], contributions: [[-2, 0, 2, 4]] })
    expect(city).toMatchObject({
      kind: 'categories',
      categories: [
        { value: 'Ulm', rows: 2, means: [2] },
        { value: 'Kiel', rows: 1, means: [-1] },
        { value: null, rows: 1, means: [1] },
      ],
    })
  })

  it('puts rare categories together', () => {
    const values = Array.from({ length: 100 }, (_, index) =>
      index < 60 ? `common ${index % 30}` : `rare ${index}`,
    )
    const [city] = listDependences({
      features: [feature('city', 'string')],
      rows: values.map((value) => [value]),
      explanations: values.map(() => [explain([1])]),
    })
    if (city?.kind !== 'categories') throw new Error('text has categories')
    expect(city.categories).toHaveLength(31)
    expect(city.categories.at(-1)).toMatchObject({ value: null, isRest: true, rows: 40, means: [1] })
  })
})

describe('the job', () => {
  it('explains every class of the training sample, and its result outlives the process', async () => {
    const folder = makeFolder()
    const first = await openWorkspace(folder)
    const { deployment } = await serveIris(first.core)
    first.core.jobs.start()
    expect(first.core.importances.find(deployment.id)).toBeNull()
    const job = await first.core.importances.request(deployment.id, { rows: 40, method: 'auto' })
    await until(() => first.core.jobs.get(job.id).status === 'succeeded')
    await first.close()

    const { core } = await openWorkspace(folder)
    const importance = core.importances.get(deployment.id)
    expect(importance).toMatchObject({
      id: job.id,
      source: 'training',
      rows: 40,
      skipped: 0,
      method: 'linear',
      space: 'log-odds',
      modelVersionId: deployment.modelVersionId,
    })
    expect(importance.classes.map(({ label }) => label)).toEqual(['setosa', 'versicolor', 'virginica'])
    expect(importance.features[0]!.feature).toBe('petal_length')
    const virginica = importance.classes[2]!.features.find(({ feature: name }) => name === 'petal_length')
    // A linear model contributes in proportion.
    expect(virginica!.direction).toBeCloseTo(1, 9)
    const dependence = core.importances.dependence(deployment.id, 'petal_length')
    expect(dependence).toMatchObject({ kind: 'points', labels: ['setosa', 'versicolor', 'virginica'] })
    expect(core.importances.list(deployment.id)).toMatchObject([{ id: job.id, rows: 40 }])
    expect(await refusalOf(() => core.importances.dependence(deployment.id, 'petals'))).toMatchObject({
      code: 'not_found',
    })
  })

  it('samples the log, newest first, and leaves out what was not kept', async () => {
    const { core } = await openWorkspace()
    const { deployment } = await serveIris(core)
    core.jobs.start()
    const request = { source: 'log', rows: 10, method: 'auto' } as const
    expect(await refusalOf(() => core.importances.request(deployment.id, request))).toMatchObject({
      code: 'conflict',
      message: matching(/log of this deployment is empty/),
    })
    const predict = (storePayload: boolean) =>
      core.serving.predict({
        deploymentId: deployment.id,
        records: [IRIS_RECORD, { ...IRIS_RECORD, petal_length: 5 }],
        options: { storePayload },
      })
    await predict(true)
    await predict(false)
    const job = await core.importances.request(deployment.id, request)
    await until(() => core.jobs.get(job.id).status === 'succeeded')
    expect(core.importances.get(deployment.id)).toMatchObject({ source: 'log', rows: 2, skipped: 2 })
  })

  it('is refused for a method that does not suit, and for a deployment that does not answer', async () => {
    const { core } = await openWorkspace()
    const { deployment } = await serveIris(core)
    const ask = () => core.importances.request(deployment.id, { rows: 10, method: 'path-dependent' })
    expect(await refusalOf(ask)).toMatchObject({ code: 'invalid', message: matching(/walks trees/) })
    core.deployments.deactivate(deployment.id, 'tester')
    expect(
      await refusalOf(() => core.importances.request(deployment.id, { rows: 10, method: 'auto' })),
    ).toMatchObject({ code: 'conflict' })
  })

  it('can be cancelled while it waits', async () => {
    const { core } = await openWorkspace()
    const { deployment } = await serveIris(core)
    const job = await core.importances.request(deployment.id, { rows: 10, method: 'auto' })
    core.jobs.cancel(job.id)
    core.jobs.start()
    expect(core.jobs.get(job.id).status).toBe('cancelled')
    expect(core.importances.find(deployment.id)).toBeNull()
  })
})
