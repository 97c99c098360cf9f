import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { Core } from '../../../main/core/core'
import type { NewTraining, Training } from '../../../main/core/training/training'
import { isMarkedRunning } from '../../../main/processes/process-tree'
import { findPython } from '../../../main/processes/python'
import { makeFolder, openWorkspace, refusalOf, sampleFile, serveIris, until } from '../workspace'

const python = await findPython().catch(() => null)

const put = async (core: Core, text: string, name: string): Promise<{ sha256: string; name: string }> => ({
  sha256: (await core.artifacts.put(Buffer.from(text))).sha256,
  name,
})

/** A script that writes the iris model of the sample into its folder. */
async function writesIris(more = ''): Promise<string> {
  const model = (await readFile(sampleFile('iris'))).toString('base64')
  return `import base64, sys\nrows = open(sys.argv[1]).read().splitlines()\nprint("rows:", len(rows) - 1)\nprint("epoch 1/2", file=sys.stderr)\nprint("metric f1=0.91")\n${more}\nopen("model.onnx", "wb").write(base64.b64decode("${model}"))\n`
}

async function start(
  core: Core,
  code: string,
  change: Partial<NewTraining> & { modelId: string },
): Promise<Training> {
  return core.trainings.start({ code: await put(core, code, 'train.py'), ...change })
}

const isOver = ({ status }: Training): boolean => status !== 'queued' && status !== 'running'

async function end(core: Core, { id }: Training): Promise<Training> {
  await until(() => isOver(core.trainings.get(id)), 60_000)
  return core.trainings.get(id)
}

const textsOf = (core: Core, { id }: Training): string[] => core.trainings.log(id).map(({ text }) => text)

it('needs a Python, and says what to install', async () => {
  const refusal = await refusalOf(() => findPython('/no/such/python'))
  expect(refusal).toMatchObject({ code: 'not_found' })
  expect(refusal.message).toContain('Install Python')
})

describe.skipIf(python === null)('a training in the real Python', () => {
  it('makes a new version with metrics, and replaces the deployed one only past its thresholds', async () => {
    const { core } = await openWorkspace()
    const { version, deployment } = await serveIris(core)
    const { modelId } = version
    const threshold = { metric: 'f1', order: 1, threshold: 0.95 } as const
    const options = { modelId, replace: true, thresholds: [threshold] }
    const low = await end(core, await start(core, await writesIris(), options))
    expect([low.error, low.status]).toEqual([null, 'succeeded'])
    expect(low.metrics).toMatchObject({ f1: 0.91, rows: expect.any(Number) as number })
    expect(low.outcome).toMatchObject({
      versionNumber: 2,
      formerVersionId: version.id,
      passed: false,
      replaced: [],
    })
    expect(low.outcome?.reason).toContain('f1 is 0.91, and must be at least 0.95')
    expect(core.deployments.get(deployment.id).modelVersion).toBe(1)
    expect(textsOf(core, low)).toContain('epoch 1/2')

    const better = await writesIris('import json; json.dump({"f1": 0.97}, open("metrics.json", "w"))')
    const high = await end(core, await start(core, better, options))
    expect(high.outcome).toMatchObject({ versionNumber: 3, passed: true, replaced: ['iris-staging'] })
    expect(core.deployments.get(deployment.id).modelVersion).toBe(3)
  }, 120_000)

  it('is cancelled with everything that it started, and alone of its model', async () => {
    const { core } = await openWorkspace()
    const { version } = await serveIris(core)
    const forks =
      'import os, time\nif os.fork() == 0:\n    os.setsid()\n    print("child runs")\n    time.sleep(300)\nprint("parent sleeps")\ntime.sleep(300)\n'
    const running = await start(core, forks, { modelId: version.modelId })
    await until(() => textsOf(core, running).includes('child runs'), 60_000)
    const second = await refusalOf(() => start(core, forks, { modelId: version.modelId }))
    expect(second.code).toBe('conflict')
    expect(await isMarkedRunning(running.id)).toBe(process.platform === 'linux')
    core.trainings.cancel(running.id)
    expect((await end(core, running)).status).toBe('cancelled')
    expect(await isMarkedRunning(running.id)).toBe(false)
  }, 120_000)

  it('tells the last lines of a script that fails', async () => {
    const { core } = await openWorkspace()
    const { version } = await serveIris(core)
    const code = 'print("reading")\nraise ValueError("no such column: age")\n'
    const failed = await end(core, await start(core, code, { modelId: version.modelId }))
    expect(failed).toMatchObject({ status: 'failed', outcome: null })
    expect(failed.error).toContain('no such column: age')
    expect(failed.tail.join('\n')).toContain('reading')
  }, 120_000)

  it('is shown as failed when the workstation was closed under it', async () => {
    const folder = makeFolder()
    const first = await openWorkspace(folder)
    const { version } = await serveIris(first.core)
    const code = 'import time\nprint("asleep")\ntime.sleep(300)\n'
    const running = await start(first.core, code, { modelId: version.modelId })
    await until(() => textsOf(first.core, running).includes('asleep'), 60_000)
    await first.close()
    expect(await isMarkedRunning(running.id)).toBe(false)
    const { core } = await openWorkspace(folder)
    expect(core.trainings.get(running.id)).toMatchObject({ status: 'failed' })
    expect(core.trainings.get(running.id).error).toContain('start it anew')
  }, 120_000)
})
