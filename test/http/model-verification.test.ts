import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Page } from '../support/api-client'
import { expectRefusal } from '../support/api-client'
import { modelPart, readExpected, trainingPart, verificationPart } from '../support/imports'
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
  const { body } = await station.api.post<{ project_id: string }>('/api/projects', { name: 'Verifications' })
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

const listEverything = async (): Promise<unknown> => [
  (await station.api.get<Page<unknown>>('/api/models')).body,
  await listArtifacts(station.dataDirectory),
]

describe('verification', () => {
  it('holds the answers against those of the original, and keeps the result', async () => {
    const { status, body } = await upload('checked', modelPart('columns.pkl'), verificationPart('columns'))
    expect(status).toBe(201)
    expect(body.model.versions[0]).toMatchObject({
      verification_status: 'verified',
      verification: { verdict: 'verified', rows: 30, label_flips: 0 },
    })
    expect(body.model.versions[0].verification!.max_difference).toBeLessThanOrEqual(1e-9)
    const { body: read } = await station.api.get<Uploaded>(`/api/models/${body.model_id}`)
    expect(read.model.versions[0]).toEqual(body.model.versions[0])
  })

  const spoiled = (): Buffer => {
    const lines = readFileSync(verificationPath('ridge'), 'utf8').trimEnd().split('\n')
    return Buffer.from(
      lines.map((line, row) => (row === 3 ? line.replace(/,[^,]*$/, ',99') : line)).join('\n'),
    )
  }
  const verificationPath = (name: string): string =>
    join(import.meta.dirname, '../fixtures/pickles/core', `${name}-verify.csv`)

  it('that fails refuses the model, unless it is asked for', async () => {
    const rows: FormPart = ['verification', spoiled(), 'spoiled.csv']
    const before = await listEverything()
    const refused = await upload('differs', modelPart('ridge.pkl'), rows)
    expectRefusal(refused, 400, /largest difference is .* \(allowed 0\.000001\); row 3: prediction 99 became/)
    expect(await listEverything()).toEqual(before)
    const taken = await upload('differs', modelPart('ridge.pkl'), rows, ['allow_mismatch', 'true'])
    expect(taken.body.model.versions[0]).toMatchObject({
      verification_status: 'failed',
      verification: { worst: [{ row: 3, expected: 99 }] },
    })
  })

  it('comes later, from rows and predictions in two files and under a name of its own', async () => {
    const { body } = await upload('later', modelPart('ridge.pkl'))
    const lines = readFileSync(verificationPath('ridge'), 'utf8').trimEnd().split('\n')
    const split = lines.map((line) => line.split(','))
    const features = split.map((cells) => cells.slice(0, 3).join(',')).join('\n')
    const answers = split
      .map((cells) => cells[3] ?? '')
      .join('\n')
      .replace('prediction', 'what python said')
    const files = await listArtifacts(station.dataDirectory)
    const verified = await station.api.send<{ verification: Verification }>(
      'POST',
      `/api/models/${body.model_id}/versions/1/verify`,
      {
        body: writeForm([
          ['verification', Buffer.from(features), 'rows.csv'],
          ['verification_predictions', Buffer.from(answers), 'answers.csv'],
        ]),
      },
    )
    expect(verified.body.verification).toMatchObject({ verdict: 'verified', rows: 20 })
    expect(await listArtifacts(station.dataDirectory)).toEqual(files)
    const wrong = await station.api.send('POST', `/api/models/${body.model_id}/versions/1/verify`, {
      body: writeForm([['verification', Buffer.from(features), 'rows.csv']]),
    })
    expectRefusal(wrong, 422, /no column holds predictions/)
    expect(await listArtifacts(station.dataDirectory)).toEqual(files)
  })
})

describe('training data that come later', () => {
  it('make drift, examples and quality of a model that serves already', async () => {
    const { body } = await upload('grows', modelPart('columns.pkl'))
    const deployment = await deploy(body.model_id)
    const { rows } = readExpected('columns')
    await predict(deployment, rows)
    type Drift = { overall_status: string; has_reference: boolean; reference_rows: number; features: object }
    const drift = async (): Promise<Drift> =>
      (await station.api.get<Drift>(`${DEPLOYMENTS}/${deployment}/drift`)).body
    expect(await drift()).toMatchObject({ overall_status: 'unknown', has_reference: false, features: {} })
    const attach = (): Promise<Answer<{ version: Version }>> =>
      station.api.send('PUT', `/api/models/${body.model_id}/versions/1/training-data`, {
        body: writeForm([trainingPart('columns')]),
      })
    const attached = await attach()
    expect(attached.status).toBe(200)
    expect(attached.body.version).toMatchObject({
      training_data: { file_name: 'columns.csv' },
      target_column: 'target',
      metrics: { accuracy: expect.any(Number) as number },
    })
    await predict(deployment, rows)
    const after = await drift()
    expect(after).toMatchObject({ has_reference: true, reference_rows: 120 })
    expect(Object.keys(after.features)).toEqual(['city', 'size', 'plan'])
    expectRefusal(await attach(), 409, /has training data already/)
  })

  it('that do not fit leave the version as it was', async () => {
    const { body } = await upload('stays', modelPart('columns.pkl'))
    const before = await listEverything()
    const refused = await station.api.send('PUT', `/api/models/${body.model_id}/versions/1/training-data`, {
      body: writeForm([trainingPart('ridge')]),
    })
    expectRefusal(refused, 422, /takes columns "city"/)
    expect(await listEverything()).toEqual(before)
  })
})
