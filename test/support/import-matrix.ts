// The matrix of real models (test/fixtures/pickles): reads its index, asks a converted model its rows, compares.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { ConversionReport, ConvertedModel } from '../../main/formats/convert-model'

type Cell = number | string | boolean | null
type Answers = readonly (Cell | readonly Cell[])[]

/** A file of the matrix: either what its model answers, or the words of which its refusal has one. */
export type MatrixCase = {
  readonly name: string
  readonly library: 'sklearn' | 'xgboost' | 'lightgbm'
  readonly estimator: string
  readonly form: number | string
  /** The library computes part of it in float32. */
  readonly isSingle?: boolean
  readonly file: string
  readonly refuses?: readonly string[]
  /** 'either': may also be refused, if the refusal names the class, or has a word of `refusal`. */
  readonly demand?: 'required' | 'either'
  readonly refusal?: readonly string[]
  /** Another file of the same model, whose answers hold for this one. */
  readonly sameAs?: string
  readonly rows?: string
  /** Further rows at the thresholds of this model. */
  readonly edges?: readonly (readonly Cell[])[]
  readonly columns?: readonly string[] | null
  readonly expected?: Readonly<Record<string, Answers | null>>
}

export type MatrixRows = Readonly<Record<string, { readonly rows: readonly (readonly Cell[])[] }>>

export type MatrixFolder = { readonly name: string; readonly cases: readonly MatrixCase[] }

export const MATRIX = process.env.PLUMBLINE_MATRIX ?? join(import.meta.dirname, '../fixtures/pickles/matrix')

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

/** One folder per set of library versions, oldest first. */
export function readMatrix(): MatrixFolder[] {
  const isFolder = (name: string) => existsSync(join(MATRIX, name, 'index.json'))
  return readdirSync(MATRIX)
    .filter(isFolder)
    .map((name) => ({ name, ...(readJson(join(MATRIX, name, 'index.json')) as Pick<MatrixFolder, 'cases'>) }))
}

/** The rows that models are asked about, by name. */
export const readRows = (): MatrixRows => readJson(join(MATRIX, 'rows.json')) as MatrixRows

/** float32 in the library: its own rounding is the limit. */
const SINGLE = 1e-6
const TOLERANCE = { sklearn: 1e-9, xgboost: SINGLE, lightgbm: 1e-9 }

function toNumber(cell: unknown): number {
  return typeof cell === 'number' ? cell : cell === null ? Number.NaN : Number(cell)
}

/** One column's cells as the graph takes them: a missing number is NaN, a missing text is ''. */
function feedColumn(type: 'float64' | 'string', cells: readonly Cell[]): Tensor {
  if (type === 'string') {
    const texts = cells.map((cell) => (cell === null ? '' : String(cell)))
    return new Tensor('string', texts, [cells.length, 1])
  }
  if (cells.some((cell) => typeof cell === 'string')) throw new Error('a column of text became a number')
  return new Tensor('float64', Float64Array.from(cells, toNumber), [cells.length, 1])
}

function feed(report: ConversionReport, rows: readonly (readonly Cell[])[]): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {}
  const inputs = new Set(report.columns.flatMap(({ input }) => (input === null ? [] : [input.name])))
  for (const name of inputs) {
    const members = report.columns.flatMap((column, index) =>
      column.input?.name === name ? [{ ...column, index, at: column.input.column }] : [],
    )
    const first = members[0]!
    if (members.length === 1 && first.at === 0 && (first.type === 'string' || report.columns.length > 1)) {
      feeds[name] = feedColumn(
        first.type,
        rows.map((row) => row[first.index] ?? null),
      )
      continue
    }
    const values = new Float64Array(rows.length * members.length)
    rows.forEach((row, r) =>
      members.forEach(({ at, index }) => (values[r * members.length + at] = toNumber(row[index]))),
    )
    feeds[name] = new Tensor('float64', values, [rows.length, members.length])
  }
  return feeds
}

const asLabel = (cell: Cell): string => (cell === true ? 'True' : cell === false ? 'False' : String(cell))

/** The largest difference relative to values above one, or the first value that is no number on one side only. */
function compareNumbers(
  found: readonly number[],
  expected: readonly number[],
  tolerance: number,
): string | null {
  if (found.length !== expected.length) return `${found.length} numbers, expected ${expected.length}`
  let worst = 0
  let at = 0
  for (const [index, value] of found.entries()) {
    const wanted = expected[index]!
    if (Object.is(value, wanted) || value === wanted) continue
    const difference = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted))
    if (Number.isNaN(difference) || difference > worst)
      [worst, at] = [Number.isNaN(difference) ? Infinity : difference, index]
  }
  return worst <= tolerance
    ? null
    : `off by ${worst.toExponential(1)} at ${at}: ${found[at]}, expected ${expected[at]}`
}

const flat = (answers: Answers): number[] => answers.flat().map(toNumber)

type Outputs = Readonly<Record<string, { readonly data: unknown }>>

const numbersOf = (outputs: Outputs, name: string): number[] =>
  Array.from(outputs[name]?.data as Iterable<number | bigint>, Number)

/** What differs, or null. */
function compareAnswers(model: ConvertedModel, outputs: Outputs, entry: MatrixCase): string | null {
  const tolerance = entry.isSingle === true ? SINGLE : TOLERANCE[entry.library]
  const { answer } = model.report
  const {
    predict = null,
    margin = null,
    predict_proba = null,
    decision_function = null,
  } = entry.expected ?? {}
  if (answer.kind === 'value') {
    const wanted = predict ?? margin
    if (wanted === null) return 'answers a value; expected none'
    if (predict_proba !== null) return 'answers a value; expected a label and probabilities'
    return compareNumbers(numbersOf(outputs, answer.value), flat(wanted), tolerance)
  }
  const scores = answer.scores === null ? null : numbersOf(outputs, answer.scores.name)
  // A bare booster answers the probability of its second class, or those of all classes.
  const isBare = entry.estimator === 'Booster'
  if (predict !== null && !isBare) {
    const found = Array.from(outputs[answer.label]?.data as Iterable<unknown>, String)
    const wrong = predict.findIndex((cell, index) => asLabel(cell as Cell) !== found[index])
    if (wrong !== -1)
      return `label ${found[wrong]} in row ${wrong}, expected ${asLabel(predict[wrong] as Cell)}`
  }
  const wanted = isBare ? predict : (predict_proba ?? decision_function ?? margin)
  if (wanted === null) return null
  // What may be refused as a whole may also leave out its scores.
  if (scores === null) return entry.demand === 'either' ? null : 'no scores'
  const kind = isBare || predict_proba !== null ? 'probability' : 'decision'
  if (answer.scores?.kind !== kind) return `scores are of kind ${answer.scores?.kind}; expected ${kind}`
  const isPair = scores.length === 2 * flat(wanted).length
  const compared = isPair && isBare ? scores.filter((_, index) => index % 2 === 1) : scores
  const difference = compareNumbers(compared, flat(wanted), tolerance)
  return difference === null ? null : `${kind}: ${difference}`
}

async function ask(model: ConvertedModel, rows: readonly (readonly Cell[])[]): Promise<Outputs> {
  const session = await InferenceSession.create(model.bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  })
  try {
    return await session.run(feed(model.report, rows))
  } finally {
    await session.release()
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A refusal that says which class it is about. */
function namesItsClass(message: string, { estimator, refusal }: MatrixCase): boolean {
  const names = refusal ?? estimator.split(/[^A-Za-z0-9]+/).filter(Boolean)
  return names.some((name) => message.includes(name))
}

/** Imports one file and says what is wrong with the result; null when nothing is. */
export async function checkCase(
  folder: MatrixFolder,
  entry: MatrixCase,
  convert: (bytes: Uint8Array, name: string) => ConvertedModel,
): Promise<string | null> {
  const bytes = new Uint8Array(readFileSync(join(MATRIX, folder.name, entry.file)))
  let model: ConvertedModel
  try {
    model = convert(bytes, entry.file)
  } catch (error) {
    const message = messageOf(error)
    if ((error as { code?: unknown }).code === undefined) return `broke: ${message}`
    if (entry.refuses !== undefined)
      return entry.refuses.some((word) => message.includes(word))
        ? null
        : `the refusal does not name it: ${message}`
    return entry.demand === 'either' && namesItsClass(message, entry) ? null : `refused: ${message}`
  }
  if (entry.refuses !== undefined) return 'was accepted'
  const answered =
    entry.sameAs === undefined ? entry : folder.cases.find(({ file }) => file === entry.sameAs)!
  const columns = answered.columns ?? null
  const found = model.report.columns.map(({ name }) => name)
  if (columns !== null && columns.join() !== found.join())
    return `columns ${found.join()}; expected ${columns.join()}`
  const rows = [...(readRows()[answered.rows ?? '']?.rows ?? []), ...(answered.edges ?? [])]
  try {
    return compareAnswers(model, await ask(model, rows), {
      ...answered,
      ...entry,
      expected: answered.expected ?? {},
    })
  } catch (error) {
    return `does not run: ${messageOf(error).slice(0, 200)}`
  }
}

/** Failures as lines under each other: file, estimator, what differs. */
export function writeTable(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n')
}
