import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { MATRIX, readMatrix } from '../support/import-matrix'
import type { Created, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import { writeForm } from '../support/model-form'
import { useWorkstation } from '../support/workstation'

type Uploaded = {
  readonly model_id: string
  readonly model: {
    readonly algo: string
    readonly versions: readonly [{ readonly features: readonly { readonly name: string }[] }]
  }
}

type Table = { readonly rows: readonly (readonly (number | null)[])[] }

const station = useWorkstation()
let project = ''

beforeAll(async () => {
  const { body } = await station.api.post<{ project_id: string }>('/api/projects', { name: 'Boosters' })
  project = body.project_id
})

it.each([
  ['xgb-binary.ubj', 'XGBoost booster'],
  ['xgb-holed.json', 'XGBoost booster'],
  ['lgb-binary.txt', 'LightGBM booster'],
])('%s is told by its content and answers as its library did', async (file, algo) => {
  const { cases } = readMatrix().find(({ name }) => name === 'sk19')!
  const entry = cases.find((each) => each.file === file)!
  const answered = entry.sameAs === undefined ? entry : cases.find((each) => each.file === entry.sameAs)!
  const tables = JSON.parse(readFileSync(join(MATRIX, 'rows.json'), 'utf8')) as Record<string, Table>
  const { rows } = tables[answered.rows!]!
  const bytes = readFileSync(join(MATRIX, 'sk19', file))
  const { status, body } = await station.api.send<Uploaded>('POST', '/api/models', {
    body: writeForm([
      ['project_id', project],
      ['name', file],
      ['model', bytes, 'model.onnx'],
    ]),
  })
  expect(body).toMatchObject({ model: { algo } })
  expect(status).toBe(201)
  const deployed = await station.api.post<Created>(deploymentsOf(project), {
    model_id: body.model_id,
    name: file,
    stage: 'staging',
  })
  const names = body.model.versions[0].features.map(({ name }) => name)
  const inputs = rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])))
  const path = `${DEPLOYMENTS}/${deployed.body.id}/predict`
  const { predictions } = (await station.api.post<Predicted>(path, { inputs })).body
  const wanted = answered.expected!.predict_proba as readonly (readonly number[])[]
  predictions.forEach(({ probabilities }, row) =>
    Object.values(probabilities!).forEach((probability, index) =>
      expect(Math.abs(probability - wanted[row]![index]!)).toBeLessThanOrEqual(1e-6),
    ),
  )
})
