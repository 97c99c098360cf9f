import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { BodyModel } from '../../../main/core/explanations/body-model'
import { toModelColumns } from '../../../main/core/explanations/body-model'
import { convertModelFile } from '../../../main/formats/convert-model'
import { readModelBody } from '../../../main/formats/onnx/model-body'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import { EXPLANATION_FIXTURES, walkRows } from './bodies'

type Row = readonly (number | string | null)[]
type Case = {
  readonly pickle: string
  readonly records: readonly Row[]
  readonly background: readonly Row[]
  readonly bias: readonly number[]
  /** Class × record × raw column. */
  readonly values: readonly (readonly (readonly number[])[])[]
}

const CASES = JSON.parse(
  gunzipSync(readFileSync(join(EXPLANATION_FIXTURES, 'imported.json.gz'))).toString(),
) as Readonly<Record<string, Case>>
const TOLERANCE = 1e-6

/** The model of a pickle as it is explained: over the columns that callers send. */
function importModel({ pickle, background }: Case): { model: BodyModel; isValue: boolean } {
  const { bytes, report } = convertModelFile(Buffer.from(pickle, 'base64'))
  const { answer, columns } = report
  const output = answer.kind === 'value' ? answer.value : answer.scores!.name
  const widths: Record<string, number> = {}
  for (const { input } of columns)
    if (input !== null) widths[input.name] = Math.max(widths[input.name] ?? 0, input.column + 1)
  const body = readModelBody(readOnnx(bytes), { output, widths })!
  const players = body.columns.map(({ origin }) =>
    columns.findIndex(({ input }) => input?.name === origin?.input && input?.column === origin?.column),
  )
  const isText = players.map((player) => columns[player]?.type === 'string')
  const rows = background.flatMap((row) => [...toModelColumns({ body, players, isText }, row)])
  const model = {
    body,
    features: columns.length,
    players,
    isText,
    background: Float64Array.from(rows),
    backgroundRows: background.length,
  }
  return { model, isValue: answer.kind === 'value' }
}

describe('contributions of imported models are those of their library', () => {
  it.each(Object.entries(CASES))('%s', (_, reference) => {
    const { model, isValue } = importModel(reference)
    const { bias, values, records } = reference
    bias.forEach((expected, at) => {
      const classIndex = bias.length > 1 || isValue ? at : 1
      const classes = records.map(() => classIndex)
      const rows = walkRows({ model, rows: records, classes, isProbability: !isValue })
      rows.forEach((row, index) => {
        const size = Math.max(1, Math.abs(row.margin))
        expect(Math.abs(row.bias - expected) / size).toBeLessThan(TOLERANCE)
        values[at]![index]!.forEach((value, column) => {
          expect(Math.abs(row.contributions[column]! - value) / size).toBeLessThan(TOLERANCE)
        })
        const sum = row.contributions.reduce((total, value) => total + value, row.bias)
        expect(Math.abs(sum - row.margin)).toBeLessThan(1e-9 * size)
      })
    })
  })
})
