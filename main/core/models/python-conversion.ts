// The way in for models that cannot be read as data: the person's own Python loads them, at the person's own word.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { WorkstationError } from '../../errors'
import type { Python } from '../../processes/python'
import { findPython } from '../../processes/python'
import type { LimitedResult } from '../../processes/run-limited'
import { runLimited } from '../../processes/run-limited'
import type { Sandbox } from '../../processes/sandbox'
import { findSandbox } from '../../processes/sandbox'

/** What the person is told before code of a file is run. */
export type PythonOffer = {
  readonly executable: string
  readonly version: string
  /** Packages that converting needs, with their versions; null when one is not installed. */
  readonly packages: Readonly<Record<string, string | null>>
  /** The command that installs what is missing; null when nothing is. */
  readonly install: string | null
  readonly isSandboxed: boolean
  readonly warning: string
}

export type PythonConversion = {
  readonly bytes: Uint8Array
  /** Class of what was loaded, e.g. `sklearn.gaussian_process._gpr.GaussianProcessRegressor`. */
  readonly estimator: string
  readonly notes: readonly string[]
}

export type PythonConversionInput = {
  readonly path: string
  /** Training data, whose columns tell text from numbers. */
  readonly samplePath: string | null
  readonly signal?: AbortSignal | undefined
}

const NEEDED = ['joblib', 'scikit-learn', 'skl2onnx'] as const
const TIMEOUT_MS = 5 * 60_000
const MEMORY_BYTES = 4 * 1024 ** 3
const MOST_ONNX_BYTES = 2_147_483_647
const MOST_REPORT_BYTES = 1 << 20

const reportSchema = z.union([
  z.object({ error: z.string(), package: z.string().nullable() }),
  z.object({ estimator: z.string(), precision: z.enum(['float32', 'float64']) }),
])

const refuse = (message: string): WorkstationError => new WorkstationError('unsupported', message)

/** Converts pickles by running them: in the person's Python, in a sandbox where there is one, with limits. */
export class PythonConverter {
  private readonly script: string
  private readonly asked: string

  /** @param asked the interpreter of the settings; '' for the first that is found */
  constructor(resourcesDirectory: string, asked: string) {
    this.script = join(resourcesDirectory, 'python/convert_model.py')
    this.asked = asked
  }

  /**
   * What running a file's code would mean on this computer.
   * @throws WorkstationError not_found without a Python, saying what to install
   */
  async offer(): Promise<PythonOffer> {
    const [python, sandbox] = await Promise.all([findPython(this.asked), findSandbox()])
    const packages = Object.fromEntries(NEEDED.map((name) => [name, python.packages[name] ?? null]))
    const missing = NEEDED.filter((name) => packages[name] === null)
    return {
      executable: python.executable,
      version: python.version,
      packages,
      install: missing.length === 0 ? null : `${python.executable} -m pip install ${missing.join(' ')}`,
      isSandboxed: sandbox.isolates,
      warning: `Loading this file runs whatever code is in it, ${sandbox.description}. Do this only for files whose origin you trust.`,
    }
  }

  /**
   * Loads a pickle in Python, which runs its code, and saves it as ONNX with skl2onnx.
   * @throws WorkstationError not_found without a Python; unsupported when it cannot be loaded or converted, with
   * Python's own words; invalid when cancelled.
   */
  async convert({ path, samplePath, signal }: PythonConversionInput): Promise<PythonConversion> {
    const [python, sandbox] = await Promise.all([findPython(this.asked), findSandbox()])
    const folder = await mkdtemp(join(tmpdir(), 'plumbline-python-'))
    try {
      const target = join(folder, 'model.onnx')
      const report = join(folder, 'report.json')
      const samples = samplePath === null ? [] : [samplePath]
      const program = sandbox.wrap(python.executable, ['-B', this.script, path, target, report, ...samples], {
        readable: [...python.folders, this.script, path, ...samples],
        writable: folder,
        hasNetwork: false,
      })
      const result = await runLimited({
        ...program,
        directory: folder,
        environment: describeEnvironment(folder),
        timeoutMs: TIMEOUT_MS,
        memoryBytes: MEMORY_BYTES,
        signal,
      })
      const { estimator, precision } = await readReport(report, { result, python })
      const { size } = await stat(target)
      if (size > MOST_ONNX_BYTES) throw refuse('the converted model is larger than 2 GiB')
      return { bytes: await readFile(target), estimator, notes: describeRun({ python, sandbox, precision }) }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Threads of numeric libraries would reserve address space that the memory limit counts. */
function describeEnvironment(folder: string): Record<string, string> {
  const inherited = ['PATH', 'HOME', 'SystemRoot', 'LD_LIBRARY_PATH', 'PYTHONPATH']
  const kept = inherited.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(kept),
    LANG: 'C.UTF-8',
    TMPDIR: folder,
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    MKL_NUM_THREADS: '1',
  }
}

async function readReport(
  path: string,
  { result, python }: { readonly result: LimitedResult; readonly python: Python },
): Promise<{ estimator: string; precision: string }> {
  if (result.end === 'cancelled') throw new WorkstationError('invalid', 'the conversion was cancelled')
  if (result.end === 'timeout')
    throw refuse(`Python did not finish within ${TIMEOUT_MS / 60_000} minutes and was ended`)
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size === 0 || size > MOST_REPORT_BYTES) {
    const said = result.tail.slice(-3).join(' ').slice(-500)
    throw refuse(`Python ended with code ${String(result.code)} and left no report. Its last words: ${said}`)
  }
  const report = reportSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (!report.success) throw refuse('Python left a report that cannot be read')
  if (!('error' in report.data)) return report.data
  const { error, package: missing } = report.data
  const install =
    missing === null ? '' : ` Install it for this Python: ${python.executable} -m pip install ${missing}`
  throw refuse(`Python ${python.version} could not convert the model: ${error}.${install}`)
}

function describeRun(run: {
  readonly python: Python
  readonly sandbox: Sandbox
  readonly precision: string
}): string[] {
  const { python, sandbox, precision } = run
  const tool = python.packages['skl2onnx']
  return [
    `The model's own code was run by Python ${python.version}, ${sandbox.description}.`,
    `Converted by skl2onnx ${tool ?? ''} in ${precision}.`.replace('  ', ' '),
  ]
}
