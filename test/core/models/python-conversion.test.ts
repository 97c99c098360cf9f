/** Models that cannot be read as data: the person's own Python loads them, shut in, and only when asked. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { PythonConverter } from '../../../main/core/models/python-conversion'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import { findPython } from '../../../main/processes/python'
import { findSandbox } from '../../../main/processes/sandbox'

const RESOURCES = join(import.meta.dirname, '../../../resources')
const folder = await mkdtemp(join(tmpdir(), 'plumbline-python-test-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

const python = await findPython(process.env['PLUMBLINE_PYTHON'] ?? '').catch(() => null)
const sandbox = await findSandbox()
const hasConverter = python?.packages['skl2onnx'] !== undefined

/** A pickle of protocol 0 that runs Python code when it is loaded. */
async function writeProgram(code: string): Promise<string> {
  const path = join(folder, 'program.pkl')
  await writeFile(path, `cbuiltins\nexec\n(S${JSON.stringify(code)}\ntR.`)
  return path
}

const convert = (path: string): Promise<unknown> =>
  new PythonConverter(RESOURCES, python?.executable ?? '').convert({ path, samplePath: null })

describe('a model that only Python can load', () => {
  it('is not loaded without a Python, and the message says what to install', async () => {
    const converter = new PythonConverter(RESOURCES, join(folder, 'no-python'))
    const call = converter.convert({ path: join(folder, 'x.pkl'), samplePath: null })
    await expect(call).rejects.toThrow(/no Python 3\.8 or newer.*Install Python/)
  })

  it.skipIf(python === null)(
    'comes with a warning and the command that installs what is missing',
    async () => {
      const offer = await new PythonConverter(RESOURCES, python?.executable ?? '').offer()
      expect(offer.warning).toMatch(/runs whatever code is in it/)
      expect(offer.warning).toContain(sandbox.isolates ? 'no network' : 'without a sandbox')
      const missing = Object.entries(offer.packages).filter(([, version]) => version === null)
      if (missing.length === 0) expect(offer.install).toBeNull()
      else expect(offer.install).toContain(`-m pip install ${missing.map(([name]) => name).join(' ')}`)
    },
  )

  it.skipIf(python === null)('is refused in Python’s own words when loading fails', async () => {
    const path = await writeProgram('raise ValueError("no good")')
    await expect(convert(path)).rejects.toThrow(/could not convert the model: ValueError: no good/)
  })

  it.skipIf(python === null)('leaves none of its temporary files behind', async () => {
    const path = await writeProgram('raise ValueError("no good")')
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('plumbline-python-')).length
    await convert(path).catch(() => undefined)
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith('plumbline-python-')).length
    expect(after).toBe(before)
  })

  it.skipIf(python === null || !sandbox.isolates)(
    'reaches in the sandbox neither the files of its user nor the network',
    async () => {
      const marker = join(homedir(), `.plumbline-escaped-${process.pid}`)
      const path = await writeProgram(
        [
          'import os, socket',
          'found = []',
          `try: open(${JSON.stringify(marker)}, "w").close(); os.path.exists(${JSON.stringify(join(import.meta.dirname, 'models.test.ts'))}) and found.append("files")`,
          'except OSError: pass',
          `if os.path.exists(${JSON.stringify(import.meta.filename)}): found.append("source")`,
          'if os.path.exists("/etc/passwd"): found.append("passwd")',
          'try: socket.create_connection(("127.0.0.1", 1), 1)',
          'except OSError as error: found.append(type(error).__name__)',
          'try: socket.create_connection(("192.0.2.1", 80), 1); found.append("network")',
          'except OSError as error: found.append("unreachable" if error.errno == 101 else str(error))',
          'raise ValueError(",".join(found))',
        ].join('\n'),
      )
      await expect(convert(path)).rejects.toThrow(/ValueError: ConnectionRefusedError,unreachable\./)
      expect(existsSync(marker)).toBe(false)
    },
  )

  it.skipIf(!hasConverter)('becomes an ONNX file in double precision', async () => {
    const path = join(folder, 'process.pkl')
    const code = [
      'import pickle, sys, numpy as np',
      'from sklearn.gaussian_process import GaussianProcessRegressor',
      'X = np.arange(12.0).reshape(6, 2); y = X @ [1, 2]',
      'pickle.dump(GaussianProcessRegressor().fit(X, y), open(sys.argv[1], "wb"))',
    ]
    execFileSync(python?.executable ?? '', ['-W', 'ignore', '-c', code.join('\n'), path])
    const { bytes, estimator, notes } = (await convert(path)) as Awaited<
      ReturnType<PythonConverter['convert']>
    >
    expect(estimator).toContain('GaussianProcessRegressor')
    expect(notes.join(' ')).toMatch(/own code was run by Python .* in float64/)
    expect(readOnnx(bytes).graph.inputs.map((input) => input.name)).toEqual(['X'])
  })
})
