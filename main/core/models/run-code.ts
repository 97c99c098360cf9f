// The way out for pickles that cannot be read as data: their code is run in Python, when the person says so.
import { open } from 'node:fs/promises'
import { WorkstationError } from '../../errors'
import type { ConversionReport } from '../../formats/convert-model'
import { nameLibrary } from '../../formats/convert-model'
import type { ModelFormat } from '../../formats/recognize-model-file'
import { recognizeModelFile } from '../../formats/recognize-model-file'
import { HostileFile } from '../../formats/refuse-hostile'
import type { Analyst, ExaminedModel } from '../analysis'
import type { Artifacts } from '../artifacts/artifacts'
import type { Signature } from '../signatures/signature'
import type { Registration } from './model'
import type { PythonConversion, PythonConverter } from './python-conversion'

type CodeTools = {
  readonly artifacts: Artifacts
  readonly analyst: Analyst
  readonly python: PythonConverter
}

type CodeProgress = {
  readonly signal: AbortSignal | undefined
  readonly report: (stage: string, fraction: number) => void
}

export type RanModel = {
  /** The ONNX file that Python wrote, examined like any other; its bytes are `served`. */
  readonly model: ExaminedModel & { readonly served: Uint8Array }
  /** How it was made, once its columns are known. */
  readonly describe: (signature: Signature) => ConversionReport
}

/** Enough of a file to tell what it is. */
const HEAD_BYTES = 16_384

/** Whether running its code may convert a refused file: never for one that asks Python to run a program. */
export function mayRunCode(error: unknown, format: ModelFormat): error is WorkstationError {
  if (format !== 'pickle' || error instanceof HostileFile) return false
  return error instanceof WorkstationError && error.code === 'unsupported'
}

/** A refusal that names this way out. */
export function mentionPython(error: WorkstationError): WorkstationError {
  const wayOut =
    'The other way out is to let Python on this computer convert it, which runs the code in the file: send run_code=true'
  return new WorkstationError(error.code, `${error.message.replace(/\.$/, '')}. ${wayOut}`, { cause: error })
}

async function readEnds(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const head = await file.read({ buffer: Buffer.alloc(Math.min(size, HEAD_BYTES)), position: 0 })
    const last = await file.read({ buffer: Buffer.alloc(Math.min(size, 1)), position: Math.max(0, size - 1) })
    return Buffer.concat([head.buffer, last.buffer])
  } finally {
    await file.close()
  }
}

async function requirePickle(path: string): Promise<void> {
  const format = recognizeModelFile(await readEnds(path))
  if (format === 'pickle') return
  throw new WorkstationError(
    'invalid',
    `run_code: only pickles hold code to run, and this file is none (${format}); register it without`,
  )
}

/**
 * Refuses a file that plainly asks Python to run a program: no flag makes a model of that. One that cannot be read
 * here at all is what this way is for.
 */
async function refuseProgram(analyst: Analyst, path: string, signal: AbortSignal | undefined): Promise<void> {
  const found = await analyst.run('inspect-model', { path }, { signal }).catch((error: unknown) => {
    if (error instanceof WorkstationError && signal?.aborted !== true) return null
    throw error
  })
  if (found === null || found.mayRunCode || found.refusal?.code !== 'unsupported') return
  throw new WorkstationError('unsupported', found.refusal.message)
}

function describeRun(
  { estimator, notes }: Pick<PythonConversion, 'estimator' | 'notes'>,
  { features, answer, classLabels }: Signature,
): ConversionReport {
  const scores = answer.kind === 'value' ? null : answer.scores
  return {
    format: 'pickle',
    packing: 'pickle, loaded by Python',
    library: nameLibrary(estimator.split('.')[0] ?? ''),
    libraryVersion: null,
    estimator: estimator.split('.').at(-1) ?? estimator,
    place: '',
    columns: features.map(({ name, type, acceptsMissing, categories, input, column }) => ({
      name,
      type: type === 'string' ? 'string' : 'float64',
      acceptsMissing,
      categories: categories ?? null,
      input: { name: input, column },
    })),
    hasNames: features.some(({ name }, index) => name !== `x${index}`),
    answer:
      answer.kind === 'value'
        ? answer
        : {
            kind: 'label',
            label: answer.kind === 'label' ? answer.label : answer.scores,
            scores: scores === null ? null : { name: scores, kind: 'probability' },
            classes: { type: 'string', labels: classLabels },
          },
    notes,
    ranCode: true,
  }
}

/**
 * Converts a pickle by running its code in Python, in a sandbox where there is one, and examines the ONNX file that
 * comes out.
 * @throws WorkstationError not_found without a Python; invalid for a file that is no pickle, or when `signal` aborts;
 * unsupported for a file that asks Python to run a program, and when Python cannot load or convert it, in its own words
 */
export async function runCode(
  { artifacts, analyst, python }: CodeTools,
  input: Pick<Registration, 'modelFile' | 'trainingFile'>,
  { signal, report }: CodeProgress,
): Promise<RanModel> {
  const path = artifacts.pathOf(input.modelFile)
  await requirePickle(path)
  await refuseProgram(analyst, path, signal)
  report("Running the file's code in Python", 0.1)
  const samplePath = input.trainingFile === null ? null : artifacts.pathOf(input.trainingFile)
  const made = await python.convert({ path, samplePath, signal })
  const { sha256 } = await artifacts.put(made.bytes)
  try {
    const examined = await analyst.run('examine-model', { path: artifacts.pathOf(sha256) }, { signal })
    const change = `${made.estimator} was converted to ONNX by running its code in Python.`
    return {
      model: {
        ...examined,
        served: examined.served ?? made.bytes,
        changes: [change, ...made.notes, ...examined.changes],
      },
      describe: (signature) => describeRun(made, signature),
    }
  } finally {
    artifacts.release([sha256])
  }
}
