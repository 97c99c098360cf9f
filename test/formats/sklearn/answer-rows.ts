// Converts a pickled model and asks onnxruntime for its answers.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { ConvertedEstimator } from '../../../main/formats/sklearn/convert'
import { convertEstimator } from '../../../main/formats/sklearn/convert'
import { Estimator } from '../../../main/formats/sklearn/estimator'
import type { PickleValue } from '../../../main/formats/pickle/value'

/** A row as JSON has it: null is a missing value. */
export type Row = readonly (number | string | null)[]

export type Answers = {
  readonly labels: readonly (number | string)[] | null
  readonly values: readonly number[] | null
  readonly scores: readonly (readonly number[])[] | null
}

export const convertValue = (value: PickleValue | undefined): ConvertedEstimator =>
  convertEstimator(Estimator.from(value)!)

function feed(converted: ConvertedEstimator, rows: readonly Row[]): Record<string, Tensor> {
  const inputs = new Map<
    string,
    { readonly column: number; readonly from: number; readonly type: string }[]
  >()
  converted.columns.forEach(({ input, type }, from) => {
    if (input === null) return
    const known = inputs.get(input.name) ?? []
    inputs.set(input.name, [...known, { column: input.column, from, type }])
  })
  const feeds: Record<string, Tensor> = {}
  for (const [name, columns] of inputs) {
    const dims = [rows.length, columns.length]
    const cells = rows.flatMap((row) => columns.map(({ from }) => row[from] ?? null))
    feeds[name] =
      columns[0]!.type === 'string'
        ? new Tensor('string', cells.map((cell) => cell ?? '') as string[], dims)
        : new Tensor(
            'float64',
            Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell))),
            dims,
          )
  }
  return feeds
}

/** What the converted model answers. */
export async function answerRows(converted: ConvertedEstimator, rows: readonly Row[]): Promise<Answers> {
  const session = await InferenceSession.create(converted.bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  const outputs = await session.run(feed(converted, rows))
  const numbers = (name: string): number[] => Array.from(outputs[name]!.data as Float64Array)
  const { answer } = converted
  if (answer.kind === 'value') return { labels: null, values: numbers(answer.value), scores: null }
  const labels = Array.from(outputs[answer.label]!.data as ArrayLike<bigint | string>, (label) =>
    typeof label === 'bigint' ? Number(label) : label,
  )
  if (answer.scores === null) return { labels, values: null, scores: null }
  const flat = numbers(answer.scores.name)
  const width = flat.length / rows.length
  const scores = rows.map((_, row) => flat.slice(row * width, (row + 1) * width))
  return { labels, values: null, scores }
}
