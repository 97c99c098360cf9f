// One run of somebody's training script: in their own Python, in a folder of its own, with limits.
import { constants, createReadStream } from 'node:fs'
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { WorkstationError } from '../../errors'
import { findPython } from '../../processes/python'
import type { PythonEnvironments } from '../../processes/python-environment'
import type { LimitedResult } from '../../processes/run-limited'
import { runLimited } from '../../processes/run-limited'
import type { Sandbox } from '../../processes/sandbox'
import { findSandbox } from '../../processes/sandbox'
import type { Artifacts } from '../artifacts/artifacts'
import { findModel, readMetrics } from './find-result'
import { readTrainingLine } from './read-line'
import type { LogLine, Metrics } from './training'
import type { TrainingRecord } from './training-rows'

export type RunTools = {
  readonly artifacts: Artifacts
  readonly environments: PythonEnvironments
  /** The interpreter of the settings; '' for the first that is found. */
  readonly python: string
  readonly maxModelBytes: number
}

export type RunInput = {
  readonly training: TrainingRecord
  /** A new folder of the run's own; made and removed here. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly report: (fraction: number, message: string) => void
  readonly onLine: (text: string, stream: LogLine['stream']) => void
  readonly onMetrics: (metrics: Metrics) => void
  readonly onSurroundings: (words: string) => void
}

export type MadeModel = { readonly sha256: string; readonly name: string; readonly metrics: Metrics }

const MOST_METRICS = 500
const MOST_REQUIREMENTS_BYTES = 1 << 20

/** A name from elsewhere as one that is safe in a folder and as an argument. */
function nameSafely(name: string, fallback: string): string {
  const safe = basename(name.replaceAll('\\', '/'))
  return /^[A-Za-z0-9_][\w.-]{0,99}$/.test(safe) && safe !== 'metrics.json' ? safe : fallback
}

function describeSandbox(sandbox: Sandbox, hasNetwork: boolean): string {
  if (!sandbox.isolates) return sandbox.description
  const network = hasNetwork ? 'with network' : 'no network'
  return `in a bubblewrap sandbox: ${network}, none of your files but the data, and only a temporary folder to write to`
}

function describeVariables(folder: string): Record<string, string> {
  const inherited = ['PATH', 'SystemRoot', 'LD_LIBRARY_PATH']
  const kept = inherited.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(kept),
    HOME: folder,
    TMPDIR: folder,
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    // Every arena of a thread reserves address space, which the memory limit counts.
    MALLOC_ARENA_MAX: '2',
  }
}

function checkEnd(result: LimitedResult, training: TrainingRecord): void {
  if (result.end === 'cancelled') throw new WorkstationError('invalid', 'the training was cancelled')
  if (result.end === 'timeout') {
    const minutes = training.options.timeoutMinutes
    throw new WorkstationError(
      'unsupported',
      `the script did not finish within ${minutes} minutes and was ended`,
    )
  }
  if (result.code === 0) return
  const last = result.tail.filter((line) => line.trim() !== '').at(-1) ?? 'it printed nothing'
  throw new WorkstationError('unsupported', `the script ended with code ${String(result.code)}: ${last}`)
}

/**
 * Runs a training script as `python code data` and takes what it made: the model as an artifact that the caller
 * releases, and its metrics.
 * @throws WorkstationError not_found without a Python; unsupported when the environment or the script fails; invalid
 * when cancelled, or when the script leaves no model.
 */
export async function runTraining(tools: RunTools, input: RunInput): Promise<MadeModel> {
  const { training, folder, signal } = input
  await mkdir(folder, { recursive: true })
  try {
    return await runIn(tools, input)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    if (signal.aborted) input.onLine(`Training ${training.id} was stopped.`, 'plumbline')
  }
}

async function runIn(tools: RunTools, input: RunInput): Promise<MadeModel> {
  const { artifacts, environments } = tools
  const { training, folder, signal, report, onLine } = input
  const { code, data, env } = training.files
  if (code === undefined || data === undefined)
    throw new WorkstationError('invalid', 'the training has no script or no data')
  report(0, 'Looking for Python')
  const own = await findPython(tools.python)
  if (env !== undefined && artifacts.sizeOf(env.sha256) > MOST_REQUIREMENTS_BYTES)
    throw new WorkstationError('too_large', 'the requirements file is larger than 1 MiB')
  const requirements = env === undefined ? '' : await readFile(artifacts.pathOf(env.sha256), 'utf8')
  report(0.01, 'Preparing the Python environment')
  const { python, description } = await environments.prepare({
    python: own,
    requirements,
    signal,
    mark: training.id,
    onLine: (line) => onLine(line, 'plumbline'),
  })
  const script = nameSafely(code.name, 'train.py')
  const table = nameSafely(data.name, 'data.csv') === script ? 'data.csv' : nameSafely(data.name, 'data.csv')
  await copyFile(artifacts.pathOf(code.sha256), join(folder, script), constants.COPYFILE_FICLONE)
  await copyFile(artifacts.pathOf(data.sha256), join(folder, table), constants.COPYFILE_FICLONE)
  const sandbox = await findSandbox()
  const { hasNetwork, memoryMegabytes, timeoutMinutes } = training.options
  const surroundings = `${description}, ${describeSandbox(sandbox, hasNetwork)}`
  input.onSurroundings(surroundings)
  onLine(surroundings, 'plumbline')
  onLine(`python ${script} ${table}`, 'plumbline')
  report(0.02, 'Running the script')
  const metrics = new Map<string, number>()
  let said: string | null = null
  const program = sandbox.wrap(python.executable, [join(folder, script), join(folder, table)], {
    readable: [...python.folders, ...own.folders],
    writable: folder,
    hasNetwork,
  })
  const result = await runLimited({
    ...program,
    directory: folder,
    environment: describeVariables(folder),
    timeoutMs: timeoutMinutes * 60_000,
    memoryBytes: memoryMegabytes === null ? null : memoryMegabytes * 1024 ** 2,
    signal,
    mark: training.id,
    onLine: (line, stream) => {
      onLine(line, stream)
      const facts = readTrainingLine(line)
      if (facts.progress !== undefined) report(0.02 + 0.88 * facts.progress, line.trim().slice(0, 200))
      if (facts.model !== undefined) said = facts.model
      if (facts.metric === undefined || metrics.size >= MOST_METRICS) return
      metrics.set(...facts.metric)
      input.onMetrics(Object.fromEntries(metrics))
    },
  })
  checkEnd(result, training)
  const all = { ...Object.fromEntries(metrics), ...(await readMetrics(folder)) }
  input.onMetrics(all)
  const path = await findModel(folder, { said, inputs: [script, table] })
  report(0.9, 'Taking the model over')
  const stream = createReadStream(path, { flags: 'r' })
  const { sha256 } = await artifacts.receive(stream, { maxBytes: tools.maxModelBytes })
  return { sha256, name: basename(path), metrics: all }
}
