/** What is left of ground truth after the process is killed while labels are being sent. */
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { ApiClient } from '../support/api-client'
import { buildCommandLine, startReady } from '../support/command-line'
import { QualityCaller } from '../support/quality-wire'
import { makeSampleFolder, removeFolder, SAMPLE } from '../support/workstation'

const PAYMENT = { amount: 29.99, merchant_id: 42, hour: 14 }

let script = ''
let folder = ''
beforeAll(async () => {
  script = await buildCommandLine()
}, 60_000)
beforeEach(async () => {
  folder = await makeSampleFolder()
})
afterEach(() => removeFolder(folder))

const flags = (): string[] => ['--sample', '--port', '0', '--data-dir', folder]
const callerOf = (api: ApiClient): QualityCaller => new QualityCaller(api, SAMPLE.fraud.deployment)

it('keeps every acknowledged label, and sums that agree with the labels', { timeout: 60_000 }, async () => {
  const first = await startReady(script, flags())
  const caller = callerOf(first.api)
  const ids = await caller.predict(Array.from({ length: 4000 }, () => PAYMENT))
  const acknowledged = new Set<string>()
  const send = async (from: number): Promise<void> => {
    for (let at = from; at + 5 <= ids.length; at += 40) {
      const batch = ids.slice(at, at + 5)
      const labels = batch.map((id) => ({ prediction_id: id, actual: '0' }))
      const answer = await caller.feedback(labels).catch(() => undefined)
      if (answer === undefined) return
      expect(answer.body.matched).toBe(5)
      for (const id of batch) acknowledged.add(id)
    }
  }
  const senders = Array.from({ length: 8 }, (_, index) => send(index * 5))
  while (acknowledged.size < 400) await new Promise(setImmediate)
  first.command.process.kill('SIGKILL')
  await first.command.ended
  await Promise.all(senders)

  const { api } = await startReady(script, flags())
  const again = callerOf(api)
  for (const id of acknowledged) {
    const { body } = await api.get<{ history: unknown[] }>(`${again.path}/feedback/${id}`)
    expect(body.history).toHaveLength(1)
  }
  const { labelled, confusion } = await again.quality()
  expect(labelled).toBeGreaterThanOrEqual(acknowledged.size)
  expect(confusion!.counts.flat().reduce((sum, rows) => sum + rows, 0)).toBe(labelled)
  const repeated = await again.feedback(ids.map((id) => ({ prediction_id: id, actual: '0' })))
  expect(repeated.body.matched).toBe(4000)
  expect((await again.quality()).labelled).toBe(4000)
})

it('reads a file on to its end, each line once', { timeout: 60_000 }, async () => {
  const first = await startReady(script, flags())
  const caller = callerOf(first.api)
  const ids = await caller.predict(Array.from({ length: 10_000 }, () => PAYMENT))
  // Each prediction is labelled twice, so that a line that is read twice leaves one revision too many.
  const lines = [...ids.map((id) => `${id},1`), ...ids.map((id) => `${id},0`)]
  const { body } = await caller.upload(`prediction_id,actual\n${lines.join('\n')}\n`)
  await vi.waitFor(
    async () => {
      const { job } = (await first.api.get<{ job: { progress: number } }>(`/api/jobs/${body.job_id}`)).body
      expect(job.progress).toBeGreaterThan(0)
    },
    { interval: 5, timeout: 10_000 },
  )
  first.command.process.kill('SIGKILL')
  await first.command.ended

  const { api } = await startReady(script, flags())
  const again = callerOf(api)
  const job = await again.job(body.job_id)
  expect(job).toMatchObject({ status: 'succeeded', result: { rows: 20_000, matched: 20_000, refused: 0 } })
  expect(await again.quality()).toMatchObject({ labelled: 10_000, metrics: { accuracy: 1 } })
  for (const id of [ids[0]!, ids[5000]!, ids[9999]!]) {
    const { history } = (await api.get<{ history: unknown[] }>(`${again.path}/feedback/${id}`)).body
    expect(history).toHaveLength(2)
  }
})
