import { describe, expect, it } from 'vitest'
import { computeRawSums } from '../../../main/core/explanations/raw-sums'
import { computeColumn } from '../../../main/formats/onnx/column-source'
import { GraphBuilder } from '../../../main/formats/onnx/graph-builder'
import type { ModelBody } from '../../../main/formats/onnx/model-body'
import { readModelBody } from '../../../main/formats/onnx/model-body'
import { applyLink } from '../../../main/formats/onnx/model-link'
import { readOnnx } from '../../../main/formats/onnx/read-onnx'
import { addComplement, addShare, addSigmoid } from '../../../main/formats/onnx/write-links'

const CONCAT = { attributes: { axis: { int: 1 } } }
const SUM = { attributes: { keepdims: { int: 1 } } }
const DOUBLE = { attributes: { to: { int: 11 } } }

/** Weights 1, 10, 100, … over the columns of `value`, so that a sum shows every column. */
function readColumns(
  build: (builder: GraphBuilder) => string,
  width: number,
  behind: (builder: GraphBuilder, sums: string) => string = (_, sums) => sums,
): ModelBody | null {
  const builder = new GraphBuilder()
  const weights = Array.from({ length: width }, (_, index) => 10 ** index)
  const sums = builder.add('MatMul', [build(builder), builder.numbers(weights, [width, 1])])
  const output = builder.output('y', behind(builder, sums), { type: 'float64', width: 1 })
  return readModelBody(readOnnx(builder.finish()), { output, widths: { X: 2, city: 1 } })
}

const valuesOf = (body: ModelBody | null, value: number | string): number[] =>
  body!.columns.map((source) => computeColumn(source, value))

describe('columns of a model are traced to the raw column', () => {
  it('through imputing, an ordinal code and one-hot columns of the same text', () => {
    const body = readColumns((builder) => {
      const city = builder.input('city', 'string', 1)
      const text = (values: string[]) =>
        builder.constant({ type: 'string', values, dims: [1, values.length] })
      const filled = builder.add('Where', [builder.add('Equal', [city, text([''])]), text(['Kiel']), city])
      const hot = builder.add('Cast', [builder.add('Equal', [filled, text(['Bonn', 'Kiel'])])], DOUBLE)
      const codes = builder.add('Mul', [hot, builder.numbers([3, 4])])
      const code = builder.add('ReduceSum', [codes, builder.integers([1])], SUM)
      return builder.add('Concat', [hot, code], CONCAT)
    }, 3)
    expect(body!.columns.every(({ origin }) => origin?.input === 'city')).toBe(true)
    expect(valuesOf(body, 'Bonn')).toEqual([1, 0, 3])
    expect(valuesOf(body, '')).toEqual([0, 1, 4])
    expect(valuesOf(body, 'Ulm')).toEqual([0, 0, 0])
  })

  it('through imputing of numbers, scaling, picking and powers', () => {
    const body = readColumns((builder) => {
      const x = builder.input('X', 'float64', 2)
      const filled = builder.add('Where', [builder.add('IsNaN', [x]), builder.numbers([7, 8]), x])
      const scaled = builder.add('Div', [
        builder.add('Sub', [filled, builder.numbers([1, 2])]),
        builder.numbers([2, 4]),
      ])
      const second = builder.add('Gather', [scaled, builder.integers([1])], CONCAT)
      return builder.add('Concat', [second, builder.add('Mul', [second, second])], CONCAT)
    }, 2)
    expect(body!.columns.map(({ origin }) => origin)).toEqual([
      { input: 'X', column: 1 },
      { input: 'X', column: 1 },
    ])
    expect(valuesOf(body, 14)).toEqual([3, 9])
    expect(valuesOf(body, Number.NaN)).toEqual([1.5, 2.25])
  })

  it('and never where one is made of several', () => {
    const product = (builder: GraphBuilder): string => {
      const x = builder.input('X', 'float64', 2)
      const [left, right] = [0, 1].map((column) =>
        builder.add('Gather', [x, builder.integers([column])], CONCAT),
      )
      return builder.add('Mul', [left!, right!])
    }
    expect(readColumns(product, 1)).toBeNull()
  })

  it('but not through values that grow without end', () => {
    const body = readColumns((builder) => {
      let value = builder.input('X', 'float64', 2)
      for (let step = 0; step < 60; step++) value = builder.add('Add', [value, value])
      return value
    }, 2)
    expect(body).toBeNull()
  })
})

describe('what stands behind a model', () => {
  const input = (builder: GraphBuilder): string => builder.input('X', 'float64', 2)

  it('is read: a base, a sigmoid, both classes', () => {
    const body = readColumns(input, 2, (builder, sums) =>
      addComplement(builder, addSigmoid(builder, builder.add('Add', [sums, builder.numbers([-3])]))),
    )
    expect(body!.link).toEqual(['logistic', 'complement'])
    const sums = computeRawSums(body!, [1, 0.2])
    expect(sums).toEqual([0])
    expect(applyLink(body!.link, sums)).toEqual([0.5, 0.5])
  })

  it('is read: shares of a sum, and constants on either side', () => {
    const share = readColumns(input, 2, (builder, sums) => addShare(builder, addSigmoid(builder, sums)))
    expect(share!.link).toEqual(['logistic', 'share'])
    const turned = readColumns(input, 2, (builder, sums) =>
      builder.add('Sub', [builder.numbers([5]), builder.add('Div', [sums, builder.numbers([2])])]),
    )
    expect(turned!.link).toEqual([])
    expect(computeRawSums(turned!, [2, 1])).toEqual([-1])
  })

  it('is not guessed', () => {
    expect(readColumns(input, 2, (builder, sums) => builder.add('Tanh', [sums]))).toBeNull()
  })
})
