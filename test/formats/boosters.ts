// The fixtures of test/fixtures/pickles/boosters: real boosters, and what their libraries answer.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { convertLightgbmFile } from '../../main/formats/lightgbm/convert-file'
import { isLightgbmText } from '../../main/formats/lightgbm/model-text'
import { readPickle } from '../../main/formats/pickle/read-pickle'
import type { ConvertedEstimator } from '../../main/formats/sklearn/convert'
import { convertEstimator } from '../../main/formats/sklearn/convert'
import { Estimator } from '../../main/formats/sklearn/estimator'
import { convertXgboostFile } from '../../main/formats/xgboost/convert-file'
import { recognizeXgboostFile } from '../../main/formats/xgboost/xgboost-file'

export type Cell = number | string | null
export type Numbers = number | string | readonly Numbers[]

export type BoosterCase = {
  readonly name: string
  readonly form: 'pkl' | 'json' | 'ubj' | 'txt'
  /** The model file, uncompressed. */
  readonly bytes: Uint8Array
  readonly rows: readonly (readonly Cell[])[]
  readonly columns: readonly string[] | null
  readonly predict?: readonly Cell[]
  readonly probability?: Numbers
  readonly value?: Numbers
  readonly raw: Numbers
  readonly contributions?: Numbers
  readonly refused?: string
}

const FOLDER = join(import.meta.dirname, '../fixtures/pickles/boosters')

type Entry = Omit<BoosterCase, 'bytes'> & {
  readonly start: number
  readonly length: number
  /** The entry of the same model in another form, whose answers hold for this one. */
  readonly sameAs?: number
}

/** The cases of one library, by the name of their versions. */
export function readCases(library: 'xgb' | 'lgb'): [versions: string, cases: BoosterCase[]][] {
  const names = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []))
  return names.map((name) => {
    const { cases } = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as { cases: Entry[] }
    const content = new Uint8Array(gunzipSync(readFileSync(join(FOLDER, `${name}.bin.gz`))))
    const whole = cases.map((entry) => ({
      ...(entry.sameAs === undefined ? {} : cases[entry.sameAs]),
      ...entry,
      bytes: content.slice(entry.start, entry.start + entry.length),
    }))
    return [name, whole.filter((entry) => entry.name.startsWith(library))]
  })
}

/** Converts a file by what is inside, as the import does. */
export function convert(bytes: Uint8Array): ConvertedEstimator {
  if (recognizeXgboostFile(bytes) !== null) return convertXgboostFile(bytes)
  if (isLightgbmText(bytes)) return convertLightgbmFile(new TextDecoder().decode(bytes))
  return convertEstimator(Estimator.from(readPickle(bytes).root)!)
}

function feedsOf(
  { columns }: ConvertedEstimator,
  rows: readonly (readonly Cell[])[],
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {}
  for (const name of new Set(columns.map(({ input }) => input!.name))) {
    const members = columns.flatMap((column, index) =>
      column.input?.name === name ? [{ column, index }] : [],
    )
    const cells = rows.flatMap((row) => members.map(({ index }) => row[index] ?? null))
    const dims = [rows.length, members.length]
    feeds[name] =
      members[0]!.column.type === 'string'
        ? new Tensor(
            'string',
            cells.map((cell) => (cell === null ? '' : String(cell))),
            dims,
          )
        : new Tensor(
            'float64',
            Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell))),
            dims,
          )
  }
  return feeds
}

export type Answered = { readonly labels: string[] | null; readonly numbers: number[] | null }

/** The labels and the scores, or the value, that the converted model answers. */
export async function ask(model: ConvertedEstimator, rows: readonly (readonly Cell[])[]): Promise<Answered> {
  const session = await InferenceSession.create(model.bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 })
  const outputs = await session.run(feedsOf(model, rows))
  const numbersOf = (name: string) => Array.from(outputs[name]!.data as Float64Array)
  const { answer } = model
  if (answer.kind === 'value') return { labels: null, numbers: numbersOf(answer.value) }
  const labels = Array.from(outputs[answer.label]!.data as ArrayLike<string | bigint>, String)
  return { labels, numbers: answer.scores === null ? null : numbersOf(answer.scores.name) }
}

const flat = (numbers: Numbers): number[] => [numbers].flat(9).map(Number)

/** The largest difference, relative above one. */
export function distance(found: readonly number[], expected: Numbers): number {
  const wanted = flat(expected)
  if (found.length !== wanted.length) return Infinity
  return found.reduce((most, value, index) => {
    const target = wanted[index]!
    const difference = Object.is(value, target) ? 0 : Math.abs(value - target) / Math.max(1, Math.abs(target))
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference)
  }, 0)
}

/** Says what is wrong with the answers of one file, null when nothing is. */
export async function checkCase(entry: BoosterCase, tolerance: number): Promise<string | null> {
  let model: ConvertedEstimator
  try {
    model = convert(entry.bytes)
  } catch (error) {
    const { message } = error as Error
    return entry.refused !== undefined && message.includes(entry.refused) ? null : `refused: ${message}`
  }
  if (entry.refused !== undefined) return 'was accepted'
  const names = model.columns.map(({ name }) => name)
  if (entry.columns !== null && entry.columns.join() !== names.join())
    return `has the columns ${names.join()}`
  const { labels, numbers } = await ask(model, entry.rows)
  if (labels !== null && entry.predict !== undefined) {
    const wanted = entry.predict.map(String)
    const wrong = labels.findIndex((label, index) => label !== wanted[index])
    if (wrong >= 0) return `label ${labels[wrong]} in row ${wrong}, expected ${wanted[wrong]}`
  }
  const off = distance(numbers ?? [], expectedOf(entry, model))
  return off <= tolerance ? null : `off by ${off.toExponential(1)}`
}

function expectedOf(entry: BoosterCase, { answer }: ConvertedEstimator): Numbers {
  if (answer.kind === 'value') return entry.value ?? entry.predict?.map(Number) ?? []
  if (answer.scores?.kind === 'decision') return entry.raw
  // A Booster answers the probability of its second class alone.
  const second = entry.value === undefined ? null : flat(entry.value)
  return second === null ? (entry.probability ?? []) : second.flatMap((value) => [1 - value, value])
}
