// Reads pickles in a process that may neither write files nor start anything, and tells what came of it as JSON:
//   read-files.ts files <folder>       every file of the folder
//   read-files.ts mutations <folder> <count> <seed>   mutations of the files of the folder
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { WorkstationError } from '../../../../main/errors'
import { inspectPickle } from '../../../../main/formats/pickle/inspect-pickle'
import {
  readField,
  readNumbers,
  readSubarray,
  readTexts,
  readValues,
} from '../../../../main/formats/pickle/numpy'
import { readPickle } from '../../../../main/formats/pickle/read-pickle'
import type { PickleValue } from '../../../../main/formats/pickle/value'
import { makeMutations } from './mutate'

const REFUSALS: readonly string[] = ['invalid', 'unsupported', 'too_large']

type Report = {
  read: number
  refused: number
  /** What should not have happened, by name. */
  readonly faults: string[]
  worstMilliseconds: number
  worst: string
  readonly outcomes: Record<string, string>
}

const report: Report = { read: 0, refused: 0, faults: [], worstMilliseconds: 0, worst: '', outcomes: {} }

function attempt(name: string, work: () => void): string {
  try {
    work()
    return 'read'
  } catch (error) {
    if (error instanceof WorkstationError && REFUSALS.includes(error.code) && error.cause === undefined) {
      return `${error.code}: ${error.message}`
    }
    const isDamaged =
      error instanceof WorkstationError && error.message.includes(' data of the file is damaged')
    if (isDamaged) return `${error.code}: ${error.message}`
    const thrown = error instanceof Error ? (error.cause ?? error) : error
    report.faults.push(
      `${name}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
    )
    return 'fault'
  }
}

function inspect(bytes: Buffer): void {
  const inspection = inspectPickle(bytes)
  const { length } = JSON.stringify(inspection)
  if (length > 4_000_000) throw new Error(`the inspection has ${length} characters`)
  if (inspection.problem !== null) throw new WorkstationError('invalid', inspection.problem)
}

/** Uses every reader on every array that can be found. */
function readArrays(name: string, root: PickleValue): void {
  const seen = new Set<PickleValue>([root])
  for (const value of seen) {
    if (seen.size > 20_000 || typeof value !== 'object' || value === null || value instanceof Uint8Array)
      continue
    for (const part of partsOf(value)) if (typeof part === 'object' && part !== null) seen.add(part)
    if (value.kind !== 'array') continue
    attempt(name, () => void readNumbers(value))
    attempt(name, () => void readValues(value))
    attempt(name, () => void readTexts(value))
    attempt(name, () => void readNumbers(readSubarray(value, 0)))
    for (const field of value.type.fields ?? []) attempt(name, () => void readField(value, field.name))
  }
}

function partsOf(
  value: Exclude<PickleValue, string | number | bigint | boolean | null | Uint8Array>,
): readonly (PickleValue | undefined)[] {
  if (value.kind === 'dict') return value.entries.flat()
  if (value.kind === 'object')
    return [value.callable, value.state, ...value.args, ...value.items, ...value.entries.flat()]
  if (value.kind === 'array') return value.content.kind === 'items' ? value.content.items : []
  return 'items' in value ? value.items : []
}

function readBoth(name: string, bytes: Buffer, isKept: boolean): void {
  const start = performance.now()
  const outcome = attempt(name, () => inspect(bytes))
  // Inspecting reads too: large files need not be read twice.
  if (bytes.length < 1_000_000) attempt(name, () => readArrays(name, readPickle(bytes).root))
  const milliseconds = performance.now() - start
  if (outcome === 'read') report.read++
  else report.refused++
  if (isKept) report.outcomes[name] = outcome.slice(0, 300)
  if (milliseconds > report.worstMilliseconds) {
    report.worstMilliseconds = Math.round(milliseconds)
    report.worst = name
  }
}

/** What one file leaves behind is not counted against the next; zlib lets go of its memory only between two turns. */
async function forget(isAll: boolean): Promise<void> {
  await setImmediate()
  if (isAll) globalThis.gc?.()
}

/** The most memory that this process had. Linux counts its parent's into maxRSS, up to the moment it was started. */
function measurePeak(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  const own = /VmHWM:\s+(\d+) kB/.exec(status)?.[1]
  return 1024 * (own === undefined ? process.resourceUsage().maxRSS : Number(own))
}

const [mode, folder = '.', count = '0', seed = '1'] = process.argv.slice(2)
const names = readdirSync(folder)
  .filter((name) => mode === 'files' || /(pkl|joblib)$/.test(name))
  .sort()
const started = performance.now()
if (mode === 'files') {
  for (const name of names) {
    await forget(true)
    readBoth(name, readFileSync(join(folder, name)), true)
  }
} else {
  const originals = names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
  for (const { name, bytes } of makeMutations(originals, Number(count), Number(seed))) {
    await forget(false)
    readBoth(name, bytes, false)
  }
}
const seconds = (performance.now() - started) / 1000
const peakBytes = measurePeak()
process.stdout.write(JSON.stringify({ ...report, faults: report.faults.slice(0, 20), seconds, peakBytes }))
