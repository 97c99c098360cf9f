import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ExplainedRow } from '../../../main/core/explanations/explain-by-walk'
import type { ModelBody } from '../../../main/formats/onnx/model-body'
import { sampleFile } from '../workspace'
import { EXPLANATION_FIXTURES, readBody, REFERENCES, toBodyModel, walkRows } from './bodies'

const TOLERANCE = 1e-6

const body = (path: string, output: string, input: string, width: number): ModelBody =>
  readBody(path, output, { [input]: width })!

/** Bias and contributions against shap's, relative to the size of the margin. */
function expectAgreement(row: ExplainedRow, values: readonly number[], bias: number): void {
  const size = Math.max(1, Math.abs(row.margin))
  expect(Math.abs(row.bias - bias) / size).toBeLessThan(TOLERANCE)
  expect(row.contributions).toHaveLength(values.length)
  values.forEach((value, index) => {
    expect(Math.abs(row.contributions[index]! - value) / size).toBeLessThan(TOLERANCE)
  })
}

function expectAdditivity(row: ExplainedRow): void {
  const sum = row.contributions.reduce((total, value) => total + value, row.bias)
  expect(Math.abs(sum - row.margin)).toBeLessThan(1e-9 * Math.max(1, Math.abs(row.margin)))
}

describe('contributions are those of the shap library', () => {
  it.each([
    ['fraud', 'output_probability', 3, 'log-odds'],
    ['diabetes', 'variable', 10, 'value'],
  ] as const)('for the trees of the %s sample', (name, output, width, space) => {
    const reference = REFERENCES[name]
    const model = toBodyModel(body(sampleFile(name), output, 'float_input', width), reference.background)
    const isProbability = space === 'log-odds'
    const rows = walkRows({
      model,
      rows: reference.records,
      classes: reference.records.map(() => Number(isProbability)),
      isProbability,
    })
    rows.forEach((row, index) => {
      expect(row).toMatchObject({ space, method: 'interventional-tree' })
      expectAgreement(row, reference.values[index]!, reference.bias)
      expectAdditivity(row)
    })
  })

  it.each([
    ['iris', sampleFile('iris'), 'output_probability', 'float_input', 'linear', 'log-odds'],
    [
      'forest-classifier',
      join(EXPLANATION_FIXTURES, 'forest-classifier.onnx'),
      'probabilities',
      'X',
      'interventional-tree',
      'probability',
    ],
  ] as const)('for every class of %s', (name, path, output, input, method, space) => {
    const reference = REFERENCES[name]
    const model = toBodyModel(body(path, output, input, 4), reference.background)
    for (const classIndex of [0, 1, 2]) {
      const classes = reference.records.map(() => classIndex)
      const rows = walkRows({ model, rows: reference.records, classes, isProbability: true })
      rows.forEach((row, index) => {
        expect(row).toMatchObject({ space, method })
        expectAgreement(row, reference.values[classIndex]![index]!, reference.bias[classIndex]!)
        expectAdditivity(row)
      })
    }
  })

  it('for covers that stand in the file, when there is no background to speak of', () => {
    const reference = REFERENCES.covers
    const path = join(EXPLANATION_FIXTURES, 'covers.onnx')
    const model = toBodyModel(body(path, 'variable', 'X', 10), reference.background)
    const classes = reference.records.map(() => 0)
    const rows = walkRows({ model, rows: reference.records, classes, isProbability: false })
    rows.forEach((row, index) => {
      expect(row.method).toBe('path-dependent-tree')
      expectAgreement(row, reference.values[index]!, reference.bias)
      expectAdditivity(row)
    })
  })
})
