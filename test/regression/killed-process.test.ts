/** What is left after the process is killed in the middle of its work: everything that was acknowledged. */
import { connect } from 'node:net'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ApiClient, Page } from '../support/api-client'
import { buildCommandLine, startReady } from '../support/command-line'
import type { Drift, LogLine, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { listArtifacts } from '../support/model-form'
import { readLiveRows } from '../support/sample-rows'
import { makeSampleFolder, removeFolder, SAMPLE } from '../support/workstation'

const ROUNDS = Number(process.env['PLUMBLINE_KILL_ROUNDS'] ?? 3)
const CALLERS = 12
const PATH = `${DEPLOYMENTS}/${SAMPLE.fraud.deployment}`
const PAYMENTS = readLiveRows('fraud', 'fresh')

let script = ''
let folder = ''
beforeAll(async () => {
  script = await buildCommandLine()
}, 60_000)
beforeEach(async () => {
  folder = await makeSampleFolder()
})
afterEach(() => removeFolder(folder))

type Acknowledged = { readonly ids: string[]; refusals: number }

/** Calls without a pause until the server is gone: single records, batches of seven, and now and then a bad one. */
async function callUntilGone(api: ApiClient, first: number, acknowledged: Acknowledged): Promise<void> {
  for (let turn = first; ; turn++) {
    const at = (turn * 7) % (PAYMENTS.length - 7)
    const isBad = turn % 17 === 0
    const inputs = isBad ? { amount: 'x' } : turn % 3 === 0 ? PAYMENTS.slice(at, at + 7) : PAYMENTS[at]
    const answer = await api.post<Predicted>(`${PATH}/predict`, { inputs }).catch(() => undefined)
    if (answer === undefined) return
    if (isBad) {
      expect(answer.status).toBe(422)
      acknowledged.refusals++
      continue
    }
    expect(answer.status).toBe(200)
    acknowledged.ids.push(...answer.body.predictions.map((each) => each.id))
  }
}

/** Sound, and every stored count adds up to the rows. */
function readFolder(): { readonly ids: Set<string>; readonly answered: number; readonly rows: number } {
  for (const name of ['workstation.db', 'predictions.db']) {
    const database = new BetterSqlite(join(folder, name), { readonly: true })
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(database.pragma('foreign_key_check')).toEqual([])
    database.close()
  }
  const log = new BetterSqlite(join(folder, 'predictions.db'), { readonly: true })
  const rows = log.prepare('SELECT lower(hex(id)) AS id, status_code FROM prediction').all() as {
    id: string
    status_code: number
  }[]
  log.close()
  const answered = rows.filter((row) => row.status_code === 200).length
  return { ids: new Set(rows.map((row) => row.id)), answered, rows: rows.length }
}

describe('a workstation that is killed under load', () => {
  it(
    'has every acknowledged prediction in its log, counted for drift, in sound files',
    { timeout: 20_000 + ROUNDS * 15_000 },
    async () => {
      const known: string[] = []
      let refusals = 0
      const figures: object[] = []
      let { command, api } = await startReady(script, ['--sample', '--port', '0', '--data-dir', folder])
      for (let round = 1; round <= ROUNDS; round++) {
        const acknowledged: Acknowledged = { ids: [], refusals: 0 }
        const callers = Array.from({ length: CALLERS }, (_, index) =>
          callUntilGone(api, index * 1000 + round, acknowledged),
        )
        const enough = 300 + ((round * 137) % 400)
        while (acknowledged.ids.length < enough) await new Promise(setImmediate)
        command.process.kill('SIGKILL')
        expect((await command.ended).signal).toBe('SIGKILL')
        await Promise.all(callers)
        known.push(...acknowledged.ids)
        refusals += acknowledged.refusals

        const restartedAt = performance.now()
        ;({ command, api } = await startReady(script, ['--sample', '--port', '0', '--data-dir', folder]))
        const readyAfter = performance.now() - restartedAt
        const first = await api.post<Predicted>(`${PATH}/predict`, { inputs: PAYMENTS[0] })
        const firstAfter = performance.now() - restartedAt
        expect(first.status).toBe(200)
        known.push(first.body.predictions[0]!.id)

        const found = readFolder()
        expect(known.filter((id) => !found.ids.has(id.replaceAll('-', '')))).toEqual([])
        expect(found.rows - found.answered).toBeGreaterThanOrEqual(refusals)
        const { body: drift } = await api.get<Drift>(`${PATH}/drift`)
        expect(drift.inference_rows).toBe(found.answered)
        const { body: log } = await api.get<Page<LogLine>>(`${PATH}/inference-logs?limit=1`)
        expect(log.total).toBe(found.rows)
        figures.push({
          round,
          acknowledged: acknowledged.ids.length,
          'in the log': found.rows,
          'ready after ms': Math.round(readyAfter),
          'first prediction after ms': Math.round(firstAfter),
        })
      }
      if (process.env['PLUMBLINE_KILL_ROUNDS'] !== undefined) console.table(figures)
    },
  )

  it('keeps nothing of an upload that was under way', { timeout: 20_000 }, async () => {
    const before = await listArtifacts(folder)
    const { command, ready } = await startReady(script, ['--port', '0', '--data-dir', folder])
    const { port, host } = new URL(ready.url)
    const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined)
    const head = [
      'POST /api/models HTTP/1.1',
      `Host: ${host}`,
      `Authorization: Bearer ${ready.api_key}`,
      'Content-Type: multipart/form-data; boundary=b',
      'Content-Length: 5000000',
      '',
      '--b',
      'Content-Disposition: form-data; name="model"; filename="model.onnx"',
      '',
      'x'.repeat(200_000),
    ]
    socket.write(head.join('\r\n'))
    await vi.waitFor(async () => expect(await listArtifacts(folder)).toHaveLength(before.length + 1), {
      timeout: 5000,
    })
    command.process.kill('SIGKILL')
    await command.ended
    const { api } = await startReady(script, ['--port', '0', '--data-dir', folder])
    expect(await listArtifacts(folder)).toEqual(before)
    expect((await api.get('/api/models')).body).toMatchObject({ total: 3 })
  })

  it('takes up a drift job that it had been given', { timeout: 20_000 }, async () => {
    const first = await startReady(script, ['--sample', '--port', '0', '--data-dir', folder])
    await first.api.post(`${PATH}/predict`, { inputs: PAYMENTS })
    const { body } = await first.api.post<{ job_id: string }>(`${PATH}/drift/run`)
    first.command.process.kill('SIGKILL')
    await first.command.ended
    const { api } = await startReady(script, ['--port', '0', '--data-dir', folder])
    let status = ''
    while (!['succeeded', 'failed', 'cancelled'].includes(status)) {
      status = (await api.get<{ job: { status: string } }>(`/api/jobs/${body.job_id}`)).body.job.status
    }
    expect(status).toBe('succeeded')
  })
})
