import { constants } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { extname, join, relative, resolve, sep } from 'node:path'
import { WorkstationError } from '../../errors'
import { recognizeModelFile } from '../../formats/recognize-model-file'
import type { Metrics } from './training'

const KINDS = ['.pkl', '.joblib', '.onnx', '.json', '.ubj', '.txt']
/** Kinds that other files have too: their content must be a model's. */
const AMBIGUOUS = ['.json', '.ubj', '.txt']
const MOST_METRICS_BYTES = 1 << 20
const MOST_METRICS = 500
const HEAD_BYTES = 1 << 16

/** A file of a run's folder; links are not followed, so that nothing else of the computer is taken for a result. */
async function openInside(path: string): ReturnType<typeof open> {
  return open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
}

async function isModel(path: string): Promise<boolean> {
  const handle = await openInside(path)
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0)
    return bytesRead > 0 && recognizeModelFile(head.subarray(0, bytesRead)) !== 'onnx'
  } finally {
    await handle.close()
  }
}

async function namedModel(folder: string, said: string): Promise<string> {
  const path = await realpath(resolve(folder, said)).catch(() => null)
  const inside = path === null ? '' : relative(await realpath(folder), path)
  if (path !== null && inside !== '' && !inside.startsWith(`..${sep}`) && inside !== '..') return path
  throw new WorkstationError(
    'invalid',
    `the script named the model "${said}", which is no file in its folder`,
  )
}

/**
 * The model a script wrote: what it named itself, else `model.pkl`, else the newest file of a known kind.
 * @throws WorkstationError invalid when there is none
 */
export async function findModel(
  folder: string,
  { said, inputs }: { readonly said: string | null; readonly inputs: readonly string[] },
): Promise<string> {
  if (said !== null) return namedModel(folder, said)
  const found: { path: string; name: string; at: number }[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const { name } = entry
    if (!entry.isFile() || inputs.includes(name) || name === 'metrics.json') continue
    const kind = extname(name).toLowerCase()
    if (!KINDS.includes(kind)) continue
    const path = join(folder, name)
    if (AMBIGUOUS.includes(kind) && !(await isModel(path))) continue
    const handle = await openInside(path)
    found.push({ path, name, at: (await handle.stat()).mtimeMs })
    await handle.close()
  }
  const preferred = found.find(({ name }) => name === 'model.pkl')
  const newest = found.sort((left, right) => right.at - left.at)[0]
  const chosen = preferred ?? newest
  if (chosen !== undefined) return chosen.path
  throw new WorkstationError(
    'invalid',
    `the script ended without a model: it must write one into its current folder, e.g. model.pkl (${KINDS.join(', ')})`,
  )
}

/** Numbers of the run's `metrics.json`; none when there is no such file. @throws WorkstationError invalid */
export async function readMetrics(folder: string): Promise<Metrics> {
  const handle = await openInside(join(folder, 'metrics.json')).catch(() => null)
  if (handle === null) return {}
  try {
    if ((await handle.stat()).size > MOST_METRICS_BYTES)
      throw new WorkstationError('invalid', 'metrics.json: at most 1 MiB')
    const value: unknown = JSON.parse(await handle.readFile('utf8'))
    if (typeof value !== 'object' || value === null) return {}
    const numbers = Object.entries(value).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
    )
    return Object.fromEntries(numbers.slice(0, MOST_METRICS))
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new WorkstationError('invalid', `metrics.json is not JSON: ${error.message}`)
    throw error
  } finally {
    await handle.close()
  }
}
