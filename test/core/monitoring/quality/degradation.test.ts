import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PREDICTION_MIGRATIONS, WORKSTATION_MIGRATIONS } from '../../../../main/core/migrations'
import { Database } from '../../../../main/store/database'
import { openFile, openWorkspace, sampleFile, serveIris } from '../../workspace'

const HOUR_MS = 3600_000

function readFlowers() {
  const [, ...lines] = readFileSync(sampleFile('iris', 'training.csv'), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [a, b, c, d, species = ''] = line.trim().split(',')
    const inputs = {
      sepal_length: Number(a),
      sepal_width: Number(b),
      petal_length: Number(c),
      petal_width: Number(d),
    }
    return { inputs, species }
  })
}

describe('the loss of accuracy that alerts watch', () => {
  it('is unknown below 30 labels, and from there reference less realised in points', async () => {
    const { core } = await openWorkspace()
    const { deployment } = await serveIris(core)
    const flowers = readFlowers()
    const { answers } = await core.serving.predict({
      deploymentId: deployment.id,
      records: flowers.map(({ inputs }) => inputs),
      options: { storePayload: true },
    })
    const label = (from: number, to: number) =>
      core.groundTruths.record(
        deployment.id,
        answers.slice(from, to).map(({ id, prediction }, index) => ({
          target: { kind: 'id', id },
          actual: (from + index) % 2 === 0 ? 'none of them' : prediction,
          observedAt: null,
        })),
      )
    await label(0, 29)
    expect(core.monitoring.quality.degradation(deployment.id, HOUR_MS)).toBeNull()
    await label(29, 100)
    const loss = core.monitoring.quality.degradation(deployment.id, HOUR_MS)!
    expect(loss).toMatchObject({ metric: 'accuracy', realised: 0.5, labelled: 100 })
    expect(loss.points).toBeCloseTo(100 * (loss.reference - 0.5), 9)
    expect(
      core.monitoring.quality.degradation(deployment.id, HOUR_MS, Date.now() + 90 * 24 * HOUR_MS),
    ).toBeNull()
  })
})

describe('a version from before reference scores were kept', () => {
  it('is judged by labels, and says why there is no estimate', async () => {
    const first = await openWorkspace()
    const { deployment, version } = await serveIris(first.core)
    await first.close()
    const database = new Database(join(first.folder, 'workstation.db'), {
      migrations: WORKSTATION_MIGRATIONS,
      synchronous: 'NORMAL',
    })
    expect(database.run('DELETE FROM model_version_quality WHERE version_id = ?', [version.id])).toBe(1)
    database.close()
    const { core } = await openWorkspace(first.folder)
    const report = await core.monitoring.quality.report(deployment.id, {})
    expect(report.estimate).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/register the model again/) as string,
    })
    expect(report.reference!.metrics['accuracy']).toBeCloseTo(version.selfTest.accuracy!, 12)
  })
})

describe('what is known of a prediction', () => {
  it('goes when the prediction is removed from the log', async () => {
    const { core, folder, close } = await openWorkspace()
    const { deployment } = await serveIris(core)
    core.groundTruths.configure(deployment.id, { keyColumns: ['flower'] })
    const [first] = readFlowers()
    const { answers } = await core.serving.predict({
      deploymentId: deployment.id,
      records: [{ ...first!.inputs, flower: 'f-1' }],
      options: { storePayload: true },
    })
    const id = answers[0]!.id
    for (const actual of ['virginica', 'setosa']) {
      await core.groundTruths.record(deployment.id, [
        { target: { kind: 'id', id }, actual, observedAt: null },
      ])
    }
    await close()
    const database = new Database(join(folder, 'predictions.db'), {
      migrations: PREDICTION_MIGRATIONS,
      synchronous: 'NORMAL',
    })
    database.run('DELETE FROM prediction')
    database.close()
    const log = openFile(folder, 'predictions.db')
    for (const table of ['prediction_key', 'ground_truth', 'ground_truth_replaced']) {
      expect(log.get(`SELECT * FROM ${table}`), table).toBeUndefined()
    }
    expect(log.get('SELECT * FROM quality_window')).toBeDefined()
  })
})
