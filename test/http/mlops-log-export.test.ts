import { readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { expectRefusal } from '../support/api-client'
import type { ApiClient } from '../support/api-client'
import { endOf, fillLog, logOf } from '../support/inference-log'
import type { JobWire } from '../support/mlops-wire'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { makeSampleFolder, openWorkstation, removeFolder, SAMPLE } from '../support/workstation'
import type { OpenWorkstation } from '../support/workstation'

const fraud = SAMPLE.fraud.deployment
const NOON = Date.UTC(2026, 0, 10, 12)

const LINES = [
  {
    inputs: {
      amount: 10.5,
      merchant_id: 7,
      hour: 3,
      customer: 'C-1',
      vip: true,
      visits: 3,
      tags: ['a', 'b'],
    },
  },
  {
    inputs: {
      amount: 20,
      merchant_id: 8,
      hour: 4,
      customer: '=HYPERLINK("http://x")',
      vip: false,
      visits: 4,
    },
  },
  { inputs: { amount: 30, merchant_id: 9, hour: 5, customer: 'a "quoted", line\r\nbreak', visits: null } },
  { inputs: null, prediction: '"1"', probabilities: '{"0":0.25,"1":0.75}' },
  {
    inputs: { amount: 'much', merchant_id: 9, hour: 2.5 },
    prediction: null,
    statusCode: 422,
    error: '-amount',
  },
].map((line, index) => ({ ...line, createdAt: NOON + index }))

type Started = { readonly ok: boolean; readonly job_id: string }
type Done = {
  readonly file: string
  readonly rows: number
  readonly bytes: number
  readonly expires_at: string
}

async function startExport(api: ApiClient, body: object): Promise<string> {
  const answer = await api.post<Started>(logOf(fraud, '/export'), body)
  expect(answer).toMatchObject({ status: 202, body: { ok: true } })
  return answer.body.job_id
}

async function download({ url, api, workstation }: OpenWorkstation, jobId: string): Promise<Response> {
  expect(await endOf(api, jobId)).toMatchObject({ status: 'succeeded', error: null })
  return fetch(`${url}/api/jobs/${jobId}/download`, {
    headers: { Authorization: `Bearer ${workstation.apiKey}` },
  })
}

async function exportAll(
  body: object,
): Promise<{ station: OpenWorkstation; response: Response; jobId: string }> {
  const station = await openWorkstation({ flags: ['--sample'] })
  await fillLog(station, fraud, LINES)
  const jobId = await startExport(station.api, body)
  return { station, jobId, response: await download(station, jobId) }
}

describe('an export of the inference log', () => {
  it('is a CSV file of flat columns, oldest line first, that no spreadsheet runs', async () => {
    const { station, response, jobId } = await exportAll({ format: 'csv' })
    const text = await response.text()
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="[A-Za-z0-9-]+-\d{8}-\d{6}\.csv"$/,
    )
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const result = (await endOf(station.api, jobId)).result as Done
    expect(result).toMatchObject({ rows: 5, bytes: Buffer.byteLength(text) })
    expect(Date.parse(result.expires_at) - Date.now()).toBeGreaterThan(6.9 * 86_400_000)

    const rows = parse<Record<string, string>>(text, { columns: true })
    expect(rows.map((row) => row['created_at'])).toEqual(
      LINES.map(({ createdAt }) => new Date(createdAt).toISOString()),
    )
    expect(rows[0]).toMatchObject({
      status_code: '200',
      prediction: '0',
      'inputs.amount': '10.5',
      'inputs.customer': 'C-1',
      'inputs.tags': '["a","b"]',
      'inputs.vip': 'true',
      inputs_other: '',
    })
    expect(rows[1]!['inputs.customer']).toBe(`'=HYPERLINK("http://x")`)
    expect(rows[2]!['inputs.customer']).toBe('a "quoted", line\r\nbreak')
    expect(rows[3]).toMatchObject({ 'probabilities.1': '0.75', 'inputs.amount': '' })
    expect(rows[4]).toMatchObject({
      error: `'-amount`,
      prediction: '',
      'inputs.amount': '',
      inputs_other: '{"amount":"much"}',
    })
  })

  it('is a Parquet file whose columns have the types of the signature', async () => {
    const { response } = await exportAll({ format: 'parquet' })
    const file = await response.arrayBuffer()
    const types = Object.fromEntries(
      parquetSchema(parquetMetadata(file)).children.map(({ element }) => [element.name, element.type]),
    )
    expect(types).toMatchObject({
      'inputs.amount': 'DOUBLE',
      'inputs.hour': 'DOUBLE',
      'inputs.customer': 'BYTE_ARRAY',
      'inputs.vip': 'BOOLEAN',
      'inputs.visits': 'INT64',
      'probabilities.1': 'DOUBLE',
      prediction: 'BYTE_ARRAY',
      status_code: 'INT32',
    })
    const rows = await parquetReadObjects({ file })
    expect(rows.map((row) => row['created_at'] as Date)).toEqual(
      LINES.map(({ createdAt }) => new Date(createdAt)),
    )
    expect(rows[0]).toMatchObject({
      prediction: '0',
      'inputs.amount': 10.5,
      'inputs.hour': 3,
      'inputs.vip': true,
      'inputs.visits': 3n,
      'inputs.tags': '["a","b"]',
    })
    expect(rows[1]!['inputs.customer']).toBe('=HYPERLINK("http://x")')
    expect(rows[3]).toMatchObject({ 'inputs.amount': null, 'probabilities.0': 0.25 })
    expect(rows[4]).toMatchObject({
      status_code: 422,
      prediction: null,
      'inputs.amount': null,
      'inputs.merchant_id': 9,
      inputs_other: '{"amount":"much"}',
    })
  })

  it('is JSON Lines with the inputs as they were sent, and holds only what the filters mean', async () => {
    const { response } = await exportAll({
      format: 'jsonl',
      status: 'ok',
      feature: 'amount',
      min: 15,
      until: new Date(NOON + 2).toISOString(),
    })
    const lines = (await response.text()).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ inputs: LINES[1]!.inputs, prediction: '0', status_code: 200 }),
    ])
  })

  it.each(['csv', 'jsonl', 'parquet'])('is a sound %s file when nothing is meant', async (format) => {
    const { station, response, jobId } = await exportAll({ format, status: 404 })
    const file = await response.arrayBuffer()
    expect((await endOf(station.api, jobId)).result).toMatchObject({ rows: 0 })
    if (format === 'parquet') expect(await parquetReadObjects({ file })).toEqual([])
    if (format === 'csv') expect(Buffer.from(file).toString()).toMatch(/^id,created_at,.*\r\n$/)
    if (format === 'jsonl') expect(file.byteLength).toBe(0)
  })

  it('reads a long log stretch by stretch, every line once, in row groups', async () => {
    const station = await openWorkstation({ flags: ['--sample'] })
    const count = 60_000
    await fillLog(
      station,
      fraud,
      Array.from({ length: count }, (_, index) => ({
        createdAt: NOON + Math.floor(index / 9) * 2,
        inputs: { amount: index, merchant_id: 1, hour: 1 },
      })),
    )
    const response = await download(station, await startExport(station.api, { format: 'parquet' }))
    const file = await response.arrayBuffer()
    const metadata = parquetMetadata(file)
    expect(metadata.row_groups.length).toBeGreaterThan(1)
    const rows = await parquetReadObjects({ file, columns: ['inputs.amount'] })
    expect(rows.map((row) => row['inputs.amount'] as number)).toEqual(
      Array.from({ length: count }, (_, n) => n),
    )
  })
})

describe('the job of an export', () => {
  it('can be cancelled, and leaves no file behind', async () => {
    const station = await openWorkstation({ flags: ['--sample'] })
    const { api, dataDirectory } = station
    await fillLog(
      station,
      fraud,
      Array.from({ length: 40_000 }, (_, index) => ({ createdAt: NOON + index })),
    )
    const first = await startExport(api, { format: 'parquet' })
    const second = await startExport(api, { format: 'csv' })
    expect(first).not.toBe(second)
    expectRefusal(await api.get(`/api/jobs/${second}/download`), 409, /not there/)
    for (const id of [second, first]) await api.post(`/api/jobs/${id}/cancel`)
    expect((await endOf(api, first)).status).toBe('cancelled')
    expect((await endOf(api, second)).status).toBe('cancelled')
    expect(await readdir(join(dataDirectory, 'exports'))).toEqual([])
    expectRefusal(await api.get(`/api/jobs/${first}/download`), 409, /cancelled/)
  })

  it('makes a file that goes after seven days, and is not found then', async () => {
    const folder = await makeSampleFolder()
    const first = await openWorkstation({ flags: ['--sample'], dataDirectory: folder })
    const [old, recent] = [
      await startExport(first.api, { format: 'csv' }),
      await startExport(first.api, { format: 'csv' }),
    ]
    await endOf(first.api, recent)
    await first.close()
    const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000)
    await utimes(join(folder, 'exports', `${old}.csv`), eightDaysAgo, eightDaysAgo)
    const again = await openWorkstation({ flags: ['--sample'], dataDirectory: folder })
    expectRefusal(await again.api.get(`/api/jobs/${old}/download`), 404, /expired/)
    expect((await again.api.get(`/api/jobs/${recent}/download`)).status).toBe(200)
    await again.close()
    await removeFolder(folder)
  })

  it('is refused for a wrong format, an unknown deployment, and where there is no file', async () => {
    const { api } = await openWorkstation({ flags: ['--sample'] })
    expectRefusal(await api.post(logOf(fraud, '/export'), { format: 'xlsx' }), 422, /^format: expected csv/)
    expectRefusal(await api.post(logOf('nobody', '/export'), { format: 'csv' }), 404, /nobody/)
    expectRefusal(await api.get('/api/jobs/nothing/download'), 404, /nothing/)
    const drift = await api.post<Started>(`${DEPLOYMENTS}/${fraud}/drift/run`)
    await endOf(api, drift.body.job_id)
    expectRefusal(await api.get(`/api/jobs/${drift.body.job_id}/download`), 404, /makes no file/)
    const jobs = await api.get<{ items: JobWire['job'][] }>('/api/jobs')
    expect(jobs.body.items.map(({ type }) => type)).toEqual(['drift_compute'])
  })

  it('hands the file to a signed-in browser, and to no other', async () => {
    const { station, jobId } = await exportAll({ format: 'csv' })
    const address = `${station.url}/ui/exports/${jobId}`
    expect((await fetch(address)).status).toBe(401)
    const signIn = await fetch(station.workstation.createSignInUrl(), { redirect: 'manual' })
    const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!
    const file = await fetch(address, { headers: { cookie } })
    expect(file.status).toBe(200)
    expect(file.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(await file.text()).toBe(
      await readFile(join(station.dataDirectory, 'exports', `${jobId}.csv`), 'utf8'),
    )
    expect(
      (await fetch(`${station.url}/ui/exports/..%2Fworkstation.db`, { headers: { cookie } })).status,
    ).toBe(404)
  })
})
