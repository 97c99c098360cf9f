import { describe, expect, it } from 'vitest'
import { fitData } from '../../../main/core/models/fit-data'
import type { DataColumn } from '../../../main/core/models/model'
import type { Signature } from '../../../main/core/signatures/signature'
import type { ConversionReport, ConvertedColumn } from '../../../main/formats/convert-model'
import type { OnnxSummary } from '../../../main/formats/onnx/summary'

const table = (...names: string[]): DataColumn[] =>
  names.map((name) => ({ name, type: 'number', missing: 0, distinct: 3, examples: ['1', '2'] }))

const value = (name: string, isUsed = true): ConvertedColumn => ({
  name,
  type: 'float64',
  acceptsMissing: false,
  categories: null,
  input: isUsed ? { name, column: 0 } : null,
})

const conversionOf = (columns: readonly ConvertedColumn[], hasNames: boolean): ConversionReport => ({
  format: 'pickle',
  packing: 'pickle, protocol 5',
  library: 'scikit-learn',
  libraryVersion: null,
  estimator: 'Pipeline',
  place: '',
  columns,
  hasNames,
  answer: { kind: 'value', value: 'value' },
  notes: [],
})

const graphOf = (columns: readonly ConvertedColumn[]): OnnxSummary => ({
  irVersion: 9,
  producer: { name: '', version: '' },
  opsets: [],
  inputs: columns
    .filter(({ input }) => input !== null)
    .map(({ name }) => ({ name, kind: 'tensor', elementType: 'float64', shape: [null, 1] })),
  outputs: [{ name: 'value', kind: 'tensor', elementType: 'float64', shape: [null, 1] }],
  operators: [],
  classLabels: null,
  hasZipMap: false,
  externalData: [],
  metadata: {},
  nodeCount: 1,
  parameterCount: 1,
  family: 'other',
  modelType: '',
})

function fit(columns: readonly ConvertedColumn[], hasNames: boolean, data: readonly DataColumn[]) {
  const conversion = conversionOf(columns, hasNames)
  const fitted = fitData({ kind: 'model', graph: graphOf(columns), conversion }, data, null)
  return { ...fitted, names: fitted.signature.features.map(({ name }) => name) }
}

describe('the columns of a converted model', () => {
  const named = [value('age'), value('id', false), value('debt')]
  const numbered = [value('x0'), value('x1', false), value('x2')]

  it('are found by name where the file knows names, in any order, dropped ones or not', () => {
    expect(fit(named, true, table('y', 'debt', 'age'))).toMatchObject({
      names: ['age', 'debt'],
      sources: ['age', 'debt'],
      targetColumn: 'y',
    })
    expect(fit(named, true, table('debt', 'id', 'age')).targetColumn).toBeNull()
    expect(() => fit(named, true, table('age', 'y'))).toThrow(/a column "debt", which the file does not have/)
  })

  it('are found in order where it knows none, and take the names of the training data', () => {
    expect(fit(numbered, false, table('a', 'b', 'c', 'y'))).toMatchObject({
      names: ['a', 'c'],
      sources: ['a', 'c'],
      targetColumn: 'y',
      signature: { ignoredColumns: ['b'] },
    })
    expect(() => fit(numbered, false, table('a', 'b'))).toThrow(/takes 3 columns, but the file has 2/)
  })

  it('keep their numbers as names when the training data come later', () => {
    const signature: Signature = {
      task: 'regression',
      features: [
        { name: 'x0', type: 'number', input: 'x0', column: 0, acceptsMissing: false },
        { name: 'x2', type: 'number', input: 'x2', column: 0, acceptsMissing: false },
      ],
      inputs: [],
      answer: { kind: 'value', value: 'value' },
      classLabels: [],
      ignoredColumns: ['x1'],
      isSingleRow: false,
    }
    const later = fitData(
      { kind: 'signature', signature, learnsGaps: false },
      table('a', 'b', 'c', 'y'),
      null,
    )
    expect(later).toMatchObject({ sources: ['a', 'c'], targetColumn: 'y', signature })
    const again = fitData({ kind: 'signature', signature, learnsGaps: false }, table('x2', 'x0'), null)
    expect(again.sources).toEqual(['x0', 'x2'])
  })
})
