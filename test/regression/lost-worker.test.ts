import { describe, expect, it } from 'vitest'
import type { Carrier } from '../../main/inference/carrier'
import { createThreadSpawner } from '../../main/inference/thread-carrier'
import type { Page } from '../support/api-client'
import type { LogLine, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS } from '../support/mlops-wire'
import { readExpectedAnswers } from '../support/sample-rows'
import { openWorkstation, SAMPLE } from '../support/workstation'
import { workerPath } from '../support/worker-path'

describe('an inference thread that goes down while requests are in flight', () => {
  it('costs nobody an answer', { timeout: 30_000 }, async () => {
    const threads: Carrier[] = []
    const spawn = createThreadSpawner(workerPath('onnx-worker'))
    const { api } = await openWorkstation({
      flags: ['--sample', '--inference-workers', '2'],
      spawnInference: () => {
        const thread = spawn()
        threads.push(thread)
        return thread
      },
    })
    const before = threads.length
    const path = `${DEPLOYMENTS}/${SAMPLE.fraud.deployment}`
    const records = readExpectedAnswers('fraud')
    const requests: Promise<void>[] = []
    for (let n = 0; n < 200; n++) {
      const { inputs, label } = records[n % records.length]!
      requests.push(
        api.post<Predicted>(`${path}/predict`, { inputs }).then(({ status, body }) => {
          expect(status).toBe(200)
          expect(body.predictions[0]!.prediction).toBe(label)
        }),
      )
      // No request has this form: the thread throws on it and ends, after what it has in hand.
      if (n === 60 || n === 130) for (const thread of threads.slice(0, before)) thread.post(null as never)
    }
    await Promise.all(requests)
    expect(threads.length).toBeGreaterThan(before)
    const { body } = await api.get<Page<LogLine>>(`${path}/inference-logs?limit=500`)
    expect(body.total).toBe(200)
    expect(new Set(body.items.map((line) => line.status_code))).toEqual(new Set([200]))
  })
})
