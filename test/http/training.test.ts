/** A model trained anew by its own script, over HTTP. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findPython } from '../../main/processes/python'
import { expectRefusal } from '../support/api-client'
import { addModel, deploy, predict, upload } from '../support/mlconnector'
import { FIXTURES, useWorkstation } from '../support/workstation'

const station = useWorkstation({ flags: ['--trust-local'] })
const api = () => station.api.withKey(null)
const python = await findPython().catch(() => null)
const PLACE = { clusterID: '*', node: '*', continuum: false }

type TrainingWire = {
  readonly training: {
    readonly id: string
    readonly status: string
    readonly error: string | null
    readonly last_lines: readonly string[]
    readonly metrics: Readonly<Record<string, number>>
    readonly version: number | null
    readonly passed: boolean | null
    readonly replaced: readonly string[]
  }
}

const ridge = readFileSync(join(FIXTURES, 'pickles/core/ridge.pkl')).toString('base64')
/** Trains by writing the model that it was given: what matters is what becomes of it. */
const scriptWith = (f1: number): string =>
  `import base64, sys\nprint(len(open(sys.argv[1]).readlines()), "lines")\nprint("metric f1=${f1}")\nopen("model.pkl", "wb").write(base64.b64decode("${ridge}"))\n`

async function ended(id: string): Promise<TrainingWire['training']> {
  const until = Date.now() + 60_000
  for (;;) {
    const { body } = await station.api.get<TrainingWire>(`/api/trainings/${id}`)
    if (!['queued', 'running'].includes(body.training.status)) return body.training
    if (Date.now() > until) throw new Error(`the training is still ${body.training.status}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function addRidge(name: string, code: string): Promise<string> {
  const id = await addModel(api(), {
    modelname: name,
    modelperformance: [{ metric: 'f1', order: 1, threshold: 0.9 }],
  })
  await upload(api(), id, { kind: 'model', name: 'ridge.pkl' })
  await upload(api(), id, { kind: 'data', name: 'ridge.csv' })
  await upload(api(), id, { kind: 'code', name: 'train.py', bytes: Buffer.from(code) })
  return id
}

const train = (modelid: string) =>
  api().post<{ deployment_id: string; status: string }>('/mltraining/add', { modelid, placement: PLACE })

describe.skipIf(python === null)('retraining', () => {
  it('replaces what is deployed when the new version passes its thresholds', async () => {
    const id = await addRidge('retrained', scriptWith(0.93))
    const deployed = await deploy(api(), id, { ownerid: 'me' })
    const started = await train(id)
    expect(started).toMatchObject({ status: 201, body: { modelid: id, placement: PLACE, status: 'waiting' } })
    const training = await ended(started.body.deployment_id)
    expect(training).toMatchObject({ status: 'succeeded', error: null, version: 2, passed: true })
    expect(training.metrics).toMatchObject({ f1: 0.93 })
    expect(training.replaced).toHaveLength(1)
    const status = await api().get<{ version: number }>(
      `/deployment/get/status/${deployed.body.deployment_id}`,
    )
    expect(status.body.version).toBe(2)
    expect((await predict(api(), deployed.body.deployment_id, [0.1, 0.2, 0.3])).status).toBe(200)
    const log = await station.api.get<{ lines: { text: string }[] }>(`/api/trainings/${training.id}/log`)
    expect(log.body.lines.map(({ text }) => text)).toContain('metric f1=0.93')
  }, 90_000)

  it('keeps what is deployed below its thresholds, and lists its runs', async () => {
    const id = await addRidge('kept', scriptWith(0.5))
    const deployed = await deploy(api(), id, { ownerid: 'me' })
    const training = await ended((await train(id)).body.deployment_id)
    expect(training).toMatchObject({ status: 'succeeded', version: 2, passed: false, replaced: [] })
    const status = await api().get<{ version: number }>(
      `/deployment/get/status/${deployed.body.deployment_id}`,
    )
    expect(status.body.version).toBe(1)
    const list = await station.api.get<{ items: { id: string }[]; total: number }>(
      `/api/models/${id}/trainings`,
    )
    expect(list.body).toMatchObject({ total: 1, items: [{ id: training.id }] })
  }, 90_000)

  it('runs once at a time for a model, and can be cancelled', async () => {
    const id = await addRidge('busy', 'import time\nprint("busy", flush=True)\ntime.sleep(300)\n')
    const started = await train(id)
    const again = await train(id)
    expect(again).toMatchObject({
      status: 400,
      body: { detail: 'ML model training instance is already running' },
    })
    const { id: trainingId } = (
      await station.api.get<TrainingWire>(`/api/trainings/${started.body.deployment_id}`)
    ).body.training
    await station.api.delete(`/api/trainings/${trainingId}`)
    expect(await ended(trainingId)).toMatchObject({ status: 'cancelled', version: null })
  }, 90_000)

  it('shows the last lines of a script that failed', async () => {
    const id = await addRidge('failing', 'print("so far, so good")\nraise ValueError("no convergence")\n')
    const training = await ended((await train(id)).body.deployment_id)
    expect(training.status).toBe('failed')
    expect(training.last_lines.join('\n')).toContain('ValueError: no convergence')
  }, 90_000)

  const plan = (id: string, wanted: object | null) =>
    station.api.send<{ plan: object | null; next_at: string | null }>(
      'PUT',
      `/api/models/${id}/training-plan`,
      {
        body: JSON.stringify({ plan: wanted }),
        headers: { 'Content-Type': 'application/json' },
      },
    )

  it('is planned by the hour, and not any more', async () => {
    const id = await addRidge('planned', scriptWith(0.9))
    const { body } = await plan(id, { everyHours: 12 })
    expect(body.plan).toMatchObject({ everyHours: 12, dailyAt: null, retrainOnDrift: false })
    const inHours = (Date.parse(body.next_at ?? '') - Date.now()) / 3_600_000
    expect(inHours).toBeGreaterThan(11.9)
    expect(inHours).toBeLessThanOrEqual(12)
    expect((await plan(id, null)).body).toEqual({ plan: null, next_at: null })
  }, 60_000)

  it('refuses a plan at no time of day, naming the field', async () => {
    const id = await addRidge('misplanned', scriptWith(0.9))
    expectRefusal(await plan(id, { dailyAt: '25:00' }), 422, /plan\.dailyAt: expected a time such as 03:30/)
  }, 60_000)
})
