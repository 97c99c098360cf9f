// Fitted models with the answers of the library that made them, and the graphs that they become.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { checkServable } from '../../../main/formats/onnx/check-onnx'
import { GraphBuilder } from '../../../main/formats/onnx/graph-builder'
import { inspectOnnx } from '../../../main/formats/onnx/inspect-onnx'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import { readPickle } from '../../../main/formats/pickle/read-pickle'
import type { Conversion } from '../../../main/formats/sklearn/conversion'
import { convertEstimator } from '../../../main/formats/sklearn/convert'
import { findConverter } from '../../../main/formats/sklearn/converters'
import { Estimator } from '../../../main/formats/sklearn/estimator'
import { numberFrame } from '../../../main/formats/sklearn/frame'

type Table = (number | null)[][]
export type Case = {
  readonly pickle: string
  readonly rows: number[][]
  readonly label?: (string | number | boolean)[]
  readonly probabilities?: Table
  readonly decision?: Table
  readonly value?: Table
  readonly transform?: Table
}
export type Cases = {
  readonly sklearn: string
  readonly cases: Readonly<Record<string, Case>>
  /** Models that cannot be converted. */
  readonly refused: Readonly<Record<string, string>>
}

const FOLDER = join(import.meta.dirname, '../../fixtures/pickles/matrix-models')
const VERSIONS = ['sk024', 'sk122', 'sk19'] as const

/** All cases of one version of scikit-learn. */
export function readCases(version: (typeof VERSIONS)[number]): Cases {
  const text = gunzipSync(readFileSync(join(FOLDER, `${version}.json.gz`))).toString('utf8')
  return JSON.parse(text) as Cases
}

/** The cases of all versions whose class, the first word of their names, is one of these: `[title, case]`. */
export function casesOf(classes: readonly string[]): (readonly [string, Case])[] {
  return VERSIONS.flatMap((version) => {
    const { sklearn, cases } = readCases(version)
    return Object.entries(cases)
      .filter(([name]) => classes.includes(name.split(' ')[0] ?? ''))
      .map(([name, given]) => [`${name} of scikit-learn ${sklearn}`, given] as const)
  })
}

export const readEstimator = (pickle: string): Estimator =>
  Estimator.from(readPickle(Buffer.from(pickle, 'base64')).root)!

type Answers = Readonly<
  Record<string, { readonly data: ArrayLike<unknown>; readonly dims: readonly number[] }>
>

async function run(bytes: Uint8Array, rows: readonly (readonly number[])[]): Promise<Answers> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: 1 })
  const feeds = { X: new Tensor('float64', Float64Array.from(rows.flat()), [rows.length, rows[0]!.length]) }
  const answers = await session.run(feeds)
  await session.release()
  return answers
}

/** A transformer's own graph, which a whole model never is. */
function buildTransform(estimator: Estimator, width: number): Uint8Array {
  const builder = new GraphBuilder()
  const refuse = (): never => {
    throw new Error('nothing is inside')
  }
  const conversion: Conversion = {
    builder,
    transform: refuse,
    predict: refuse,
    inputs: refuse,
    passes: refuse,
    note: () => undefined,
  }
  const input = numberFrame(builder.input('X', 'float64', width), width)
  const [block] = findConverter(estimator)!.transform!(conversion, estimator, input)
  builder.output('transform', block!.value, { type: 'float64', width: block!.width })
  return builder.finish()
}

/** Largest difference, relative to numbers beyond 1; infinite for another shape or another missing number. */
function differ(answer: { data: ArrayLike<unknown> } | undefined, expected: Table): number {
  const wanted = expected.flat()
  const got = answer === undefined ? [] : Array.from(answer.data as ArrayLike<number>)
  if (got.length !== wanted.length) return Infinity
  return got.reduce((most, value, at) => {
    const want = wanted[at]
    if (want === null || want === undefined) return Number.isNaN(value) ? most : Infinity
    const gap = Math.abs(value - want) / Math.max(1, Math.abs(want))
    return Number.isNaN(gap) ? Infinity : Math.max(most, gap)
  }, 0)
}

const writeLabel = (label: unknown): string =>
  typeof label === 'boolean' ? (label ? 'True' : 'False') : String(label)

/** How far the graph's answers are from the library's: the largest difference, and labels that are not equal. */
export async function measure(given: Case): Promise<{ readonly error: number; readonly flips: number }> {
  const estimator = readEstimator(given.pickle)
  if (given.transform !== undefined) {
    const answers = await run(buildTransform(estimator, given.rows[0]!.length), given.rows)
    return { error: differ(answers.transform, given.transform), flips: 0 }
  }
  const { bytes } = convertEstimator(estimator)
  checkServable(inspectOnnx(readOnnx(bytes)))
  const answers = await run(bytes, given.rows)
  if (given.value !== undefined) return { error: differ(answers.value, given.value), flips: 0 }
  const labels = Array.from(answers.label!.data, writeLabel)
  const flips = given.label!.filter((label, row) => writeLabel(label) !== labels[row]).length
  if (given.probabilities !== undefined)
    return { error: differ(answers.probabilities, given.probabilities), flips }
  return { error: given.decision === undefined ? 0 : differ(answers.decision, given.decision), flips }
}
