import { describe, expect, it } from 'vitest'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { SAMPLE, useWorkstation } from '../support/workstation'

type ImportanceWire = {
  readonly id: string
  readonly method: string
  readonly features: readonly { readonly feature: string; readonly share: number }[]
  readonly classes: readonly { readonly class: string | null }[]
}

const station = useWorkstation({ flags: ['--sample'] })
const importanceOf = (deployment: string): string => `${DEPLOYMENTS}/${deployment}/importance`

async function finish(jobId: string): Promise<void> {
  await expect
    .poll(
      async () => (await station.api.get<{ job: { status: string } }>(`/api/jobs/${jobId}`)).body.job.status,
      {
        timeout: 20_000,
      },
    )
    .toBe('succeeded')
}

async function compute(deployment: string, body: object): Promise<void> {
  const started = await station.api.post<{ job_id: string }>(importanceOf(deployment), body)
  expect(started.status).toBe(202)
  await finish(started.body.job_id)
}

describe('the importance of features', () => {
  it('is not there until it was computed, and the refusal says how', async () => {
    const { status, body } = await station.api.get<{ detail: string }>(
      importanceOf(SAMPLE.diabetes.deployment),
    )
    expect(status).toBe(404)
    expect(body.detail).toMatch(/not been computed .* start the job/)
  })

  it('comes with its sample and method, and with what each value contributes', async () => {
    const path = importanceOf(SAMPLE.fraud.deployment)
    await compute(SAMPLE.fraud.deployment, { rows: 60 })
    const { status, body } = await station.api.get<ImportanceWire>(path)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      deployment_id: SAMPLE.fraud.deployment,
      sample: 'training',
      rows: 60,
      method: 'interventional_tree_shap',
      space: 'log-odds',
      background_rows: 100,
      classes: [{ class: '1' }],
    })
    expect(body.features[0]!.feature).toBe('amount')
    expect(body.features.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
    const dependence = await station.api.get<{ points: object[] }>(`${path}/dependence?feature=amount`)
    expect(dependence.body.points).toHaveLength(60)
    await compute(SAMPLE.fraud.deployment, { rows: 20, method: 'exact' })
    const history = await station.api.get<{ items: readonly { id: string; method: string }[] }>(
      `${path}/history`,
    )
    expect(history.body.items.map(({ method }) => method)).toEqual(['exact_shap', 'interventional_tree_shap'])
    const first = await station.api.get<ImportanceWire>(`${path}?importance_id=${body.id}`)
    expect(first.body).toEqual(body)
  })

  it('is refused for what does not suit, naming it', async () => {
    const path = importanceOf(SAMPLE.fraud.deployment)
    const linear = await station.api.post<{ detail: string }>(path, { method: 'linear' })
    expect(linear.status).toBe(422)
    expect(linear.body.detail).toMatch(/"linear" takes a linear model/)
    expect((await station.api.post(path, { rows: 5000 })).status).toBe(422)
    expect((await station.api.post(path, { sample: 'log' })).status).toBe(409)
    expect((await station.api.get(`${path}/dependence?feature=colour`)).status).toBe(404)
    expect((await station.api.post(importanceOf('nowhere'), {})).status).toBe(404)
  })
})

describe('contributions', () => {
  const PAYMENT = { amount: 29.99, merchant_id: 42, hour: 14 }
  const ask = (options: object) =>
    station.api.post<{
      detail: string
      contributions: readonly (readonly { feature: string; value: number }[])[]
      contributions_info: { method: string; class: string; space: string }
    }>(`${DEPLOYMENTS}/${SAMPLE.fraud.deployment}/predict`, {
      inputs: PAYMENT,
      options: { include_contributions: true, ...options },
    })

  it('come by the method and for the class that are asked for', async () => {
    const { body } = await ask({ contributions_method: 'exact', contributions_class: '0' })
    expect(body.contributions_info).toMatchObject({ method: 'exact_shap', class: '0', space: 'probability' })
    const walked = await ask({ contributions_class: '0' })
    const usual = await ask({})
    expect(walked.body.contributions_info).toMatchObject({ class: '0', space: 'log-odds' })
    walked.body.contributions[0]!.forEach(({ value }, index) => {
      expect(value).toBeCloseTo(-usual.body.contributions[0]![index]!.value, 9)
    })
  })

  it('are refused before anything is answered when the method or the class does not suit', async () => {
    const count = async () =>
      (await station.api.get<{ total: number }>(`${DEPLOYMENTS}/${SAMPLE.fraud.deployment}/inference-logs`))
        .body.total
    const before = await count()
    const byPaths = await ask({ contributions_method: 'path-dependent' })
    expect(byPaths.status).toBe(422)
    expect(byPaths.body.detail).toMatch(/how many training rows went through each branch/)
    expect((await ask({ contributions_class: 'maybe' })).body.detail).toMatch(/"maybe" is no class/)
    expect((await ask({ contributions_method: 'magic' })).status).toBe(422)
    expect(await count()).toBe(before)
  })
})
