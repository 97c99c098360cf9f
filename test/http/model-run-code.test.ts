/** The way out for pickles that cannot be read as data: the person's own Python runs their code, only when asked. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findPython } from '../../main/processes/python'
import { findSandbox } from '../../main/processes/sandbox'
import type { Answer } from '../support/api-client'
import { expectRefusal } from '../support/api-client'
import { hostilePickle, modelPart } from '../support/imports'
import type { Created, Predicted } from '../support/mlops-wire'
import { DEPLOYMENTS, deploymentsOf } from '../support/mlops-wire'
import type { FormPart } from '../support/model-form'
import { listArtifacts, writeForm } from '../support/model-form'
import { openWorkstation, useWorkstation } from '../support/workstation'

type Uploaded = {
  readonly model_id: string
  readonly model: { readonly algo: string; readonly versions: readonly [Record<string, unknown>] }
}
type Offer = {
  readonly python: {
    readonly install: string | null
    readonly is_sandboxed: boolean
    readonly warning: string
  }
}

const asked = process.env['PLUMBLINE_PYTHON'] ?? ''
const python = await findPython(asked).catch(() => null)
const sandbox = await findSandbox()
const hasConverter = python?.packages['skl2onnx'] !== undefined

const station = useWorkstation({ flags: asked === '' ? [] : ['--python', asked] })
let project = ''

beforeAll(async () => {
  const { body } = await station.api.post<{ project_id: string }>('/api/projects', { name: 'Run code' })
  project = body.project_id
})

const upload = (name: string, ...parts: readonly FormPart[]): Promise<Answer<Uploaded>> =>
  station.api.send('POST', '/api/models', {
    body: writeForm([['project_id', project], ['name', name], ...parts]),
  })

const RUN: FormPart = ['run_code', 'true']

/** A class that nobody converts, so that it has to be loaded: `example.Model()`. */
const foreignPickle = Buffer.from('\x80\x02cexample\nModel\n)\x81.', 'latin1')

describe('a pickle that cannot be read as data', () => {
  it('is refused with the ways out, of which running its code is one', async () => {
    const part: FormPart = ['model', foreignPickle, 'foreign.pkl']
    expectRefusal(await upload('foreign', part), 422, /example\.Model.*run_code=true/)
    const { body } = await station.api.send<{ inspection: object }>('POST', '/api/models/inspect', {
      body: writeForm([part]),
    })
    expect(body.inspection).toMatchObject({ is_convertible: false, may_run_code: true })
  })

  it('is not offered to be run when it asks Python to run a program', async () => {
    const part: FormPart = ['model', hostilePickle('/tmp/never'), 'hostile.pkl']
    const refused = await upload('hostile', part)
    expectRefusal(refused, 422, /Nothing was run here/)
    expect(JSON.stringify(refused.body)).not.toContain('run_code')
    const { body } = await station.api.send<{ inspection: object }>('POST', '/api/models/inspect', {
      body: writeForm([part]),
    })
    expect(body.inspection).toMatchObject({ is_convertible: false, may_run_code: false })
  })

  it.skipIf(python === null)('is run when the flag says so, and refused in Python’s own words', async () => {
    const before = await listArtifacts(station.dataDirectory)
    const answer = await upload('foreign', ['model', foreignPickle, 'foreign.pkl'], RUN)
    expectRefusal(answer, 422, /Python 3.* could not convert the model: .*(example|joblib)/)
    expect(await listArtifacts(station.dataDirectory)).toEqual(before)
  })

  it('is refused when it asks Python to run a program, whatever the flag says', async () => {
    const trap = join(homedir(), `.plumbline-trap-${process.pid}`)
    const answer = await upload('hostile', ['model', hostilePickle(trap), 'hostile.pkl'], RUN)
    expectRefusal(answer, 422, /asks Python to run .*Nothing was run here/)
    expect(existsSync(trap)).toBe(false)
  })

  it.skipIf(python === null)('says that its code runs, and is ended when that is cancelled', async () => {
    const { core } = station.workstation
    const { sha256 } = await core.artifacts.put(Buffer.from('ctime\nsleep\n(I300\ntR.'))
    const stop = new AbortController()
    const stages: string[] = []
    const unsubscribe = core.events.subscribe((event) => {
      if (event.type !== 'registration.progress') return
      stages.push(event.stage)
      if (event.stage.includes('Python')) stop.abort()
    })
    const registration = core.models.register(
      {
        projectId: project,
        name: 'sleeper',
        modelFile: sha256,
        modelFileName: 'sleeper.pkl',
        runsCode: true,
      },
      stop.signal,
    )
    await expect(registration).rejects.toThrow(/cancelled/)
    unsubscribe()
    expect(stages.at(-1)).toBe("Running the file's code in Python")
    core.artifacts.release([sha256])
  })

  it('must be a pickle: other files hold no code', async () => {
    const file = join(import.meta.dirname, '../../resources/samples/iris/model.onnx')
    const answer = await upload('iris', ['model', await readFile(file), 'iris.onnx'], RUN)
    expectRefusal(answer, 422, /run_code: only pickles hold code.*onnx/)
  })

  it('takes no other word for yes', async () => {
    expectRefusal(await upload('word', modelPart('ridge.pkl'), ['run_code', 'please']), 422, /run_code/)
  })
})

describe('what running code would mean here', () => {
  it.skipIf(python === null)('is told with a warning and what is missing', async () => {
    const { status, body } = await station.api.get<Offer>('/api/models/python')
    expect(status).toBe(200)
    expect(body.python.warning).toMatch(/runs whatever code is in it/)
    expect(body.python.is_sandboxed).toBe(sandbox.isolates)
    if (hasConverter) expect(body.python.install).toBeNull()
    else expect(body.python.install).toMatch(/-m pip install .*skl2onnx/)
  })

  it('is told without a Python as what to install', async () => {
    const other = await openWorkstation({ flags: ['--python', '/nowhere/python'] })
    const answer = await other.api.get('/api/models/python')
    expectRefusal(answer, 404, /no Python 3\.8 or newer.*\/nowhere\/python.*Install Python/)
  })
})

const MAKE = `
import pickle, sys
import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
X = np.arange(24, dtype=float).reshape(12, 2) / 7
model = GaussianProcessRegressor(random_state=0).fit(X, X[:, 0] * 2 - X[:, 1])
sys.stdout.buffer.write(pickle.dumps(model))
`

it.skipIf(!hasConverter)('converts by running the code, says so, and answers like the original', async () => {
  const original = execFileSync(python!.executable, ['-c', MAKE], { stdio: ['ignore', 'pipe', 'pipe'] })
  expectRefusal(await upload('process', ['model', original, 'process.pkl']), 422, /run_code=true/)
  const { status, body } = await upload('process', ['model', original, 'process.pkl'], RUN)
  expect(status).toBe(201)
  const [version] = body.model.versions
  expect(body.model.algo).toBe('GaussianProcessRegressor')
  expect(version).toMatchObject({
    file_name: 'process.pkl',
    verification_status: 'not_verified',
    conversion: { ran_code: true, library: 'scikit-learn', estimator: 'GaussianProcessRegressor' },
  })
  expect(version['changes']).toEqual([
    expect.stringMatching(/converted to ONNX by running its code in Python/),
    expect.stringContaining(sandbox.description),
    expect.stringMatching(/skl2onnx .* in float64/),
  ])
  const deployment = await station.api.post<Created>(deploymentsOf(project), {
    model_id: body.model_id,
    name: 'process',
    stage: 'staging',
  })
  const answer = await station.api.post<Predicted>(`${DEPLOYMENTS}/${deployment.body.id}/predict`, {
    inputs: { x0: 0.5, x1: 0.25 },
  })
  const predict = `import pickle, sys; print(pickle.load(sys.stdin.buffer).predict([[0.5, 0.25]])[0])`
  const wanted = Number(execFileSync(python!.executable, ['-c', predict], { input: original }))
  // The kernel is nearly singular, and another library wrote the graph.
  expect(Math.abs(Number(answer.body.predictions[0]!.prediction) - wanted)).toBeLessThan(1e-6)
})
