import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../../main/formats/onnx/graph-builder'
import type { ModelBody } from '../../../main/formats/onnx/model-body'
import { readModelBody } from '../../../main/formats/onnx/model-body'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import { addForest } from '../../../main/formats/onnx/write-forest'
import { EXPLANATION_FIXTURES, toBodyModel, walkRows } from './bodies'

type NodeRow = readonly [
  column: number,
  mode: number,
  threshold: number,
  missingYes: number,
  yes: number,
  no: number,
  cover: number,
  weights: readonly (readonly [number, number])[],
]
type Row = readonly (number | null)[]
type Reference = {
  readonly forest: {
    readonly targets: number
    readonly base: readonly number[]
    readonly roots: readonly number[]
    readonly nodes: readonly NodeRow[]
    readonly sets: readonly (readonly number[])[]
  }
  readonly isFloat32: boolean
  readonly background: readonly Row[] | null
  readonly records: readonly Row[]
  readonly bias: readonly number[]
  readonly values: readonly (readonly (readonly number[])[])[]
}

const { models } = JSON.parse(readFileSync(join(EXPLANATION_FIXTURES, 'tree-references.json'), 'utf8')) as {
  readonly models: Readonly<Record<string, Reference>>
}

/** The forest written as an import writes it, and read again. */
function writeAndRead({ forest, isFloat32, records }: Reference): ModelBody {
  const builder = new GraphBuilder()
  const width = records[0]!.length
  const input = builder.input('X', 'float64', width)
  const cast = (value: string, to: number): string =>
    builder.add('Cast', [value], { attributes: { to: { int: to } } })
  const sums = addForest(builder, isFloat32 ? cast(cast(input, 1), 11) : input, {
    ...forest,
    nodes: forest.nodes.map(([column, mode, threshold, missingYes, yes, no, cover, weights]) => ({
      column,
      mode,
      threshold,
      missingYes: missingYes === 1,
      yes,
      no,
      cover,
      weights,
    })),
  })
  const output = builder.output('y', sums, { type: 'float64', width: forest.targets })
  return readModelBody(readOnnx(builder.finish()), { output, widths: { X: width } })!
}

const TOLERANCE = 1e-6
const toNumbers = (rows: readonly Row[]): number[][] =>
  rows.map((row) => row.map((value) => value ?? Number.NaN))

describe('contributions of trees agree with the library that grew them', () => {
  it.each(Object.entries(models))('%s', (_, reference) => {
    const { background, records, bias, values } = reference
    const model = toBodyModel(writeAndRead(reference), toNumbers(background ?? []))
    const method = background === null ? 'path-dependent-tree' : 'interventional-tree'
    bias.forEach((expected, classIndex) => {
      const rows = walkRows({
        model,
        rows: reference.records.map((row) => [...row]),
        classes: records.map(() => classIndex),
        isProbability: false,
        method,
      })
      rows.forEach((row, index) => {
        const size = Math.max(1, Math.abs(row.margin))
        expect(Math.abs(row.bias - expected) / size).toBeLessThan(TOLERANCE)
        values[classIndex]![index]!.forEach((value, column) => {
          expect(Math.abs(row.contributions[column]! - value) / size).toBeLessThan(TOLERANCE)
        })
        const sum = row.contributions.reduce((total, value) => total + value, row.bias)
        expect(Math.abs(sum - row.margin)).toBeLessThan(1e-9 * size)
      })
    })
  })
})
