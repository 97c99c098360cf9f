import { expect, it } from 'vitest'
import { findFault } from '../../../main/core/models/answerable'
import { readSignature } from '../../../main/core/models/fit-data'
import { MADE_UP_ROWS, makeRows } from '../../../main/core/models/make-rows'
import type { Feature, Signature } from '../../../main/core/signatures/signature'
import type { OnnxSummary } from '../../../main/formats/onnx/summary'

const feature = (name: string, more: Partial<Feature>): Feature => ({
  name,
  type: 'number',
  input: name,
  column: 0,
  acceptsMissing: false,
  ...more,
})

const signature: Signature = {
  task: 'regression',
  features: [
    feature('amount', {}),
    feature('visits', { type: 'integer' }),
    feature('member', { type: 'boolean' }),
    feature('city', { type: 'string', categories: ['Bonn', 'Ulm'] }),
    feature('grade', { categories: [1, 2, 3], acceptsMissing: true }),
    feature('note', { type: 'string' }),
  ],
  inputs: [],
  answer: { kind: 'value', value: 'y' },
  classLabels: [],
  isSingleRow: false,
}

it('makes up rows that the model answers, every category among them, and the same ones each time', () => {
  const rows = makeRows(signature)
  expect(rows).toHaveLength(MADE_UP_ROWS)
  for (const row of rows)
    signature.features.forEach((each, index) => expect(findFault(each, row[index]!)).toBeNull())
  expect(new Set(rows.map((row) => row[3]))).toEqual(new Set(['Bonn', 'Ulm']))
  expect(new Set(rows.map((row) => row[4]))).toEqual(new Set([1, 2, 3, null]))
  expect(makeRows(signature)).toEqual(rows)
})

const graph = (width: number | null): OnnxSummary => ({
  irVersion: 9,
  producer: { name: '', version: '' },
  opsets: [],
  inputs: [{ name: 'X', kind: 'tensor', elementType: 'float32', shape: [null, width] }],
  outputs: [{ name: 'y', kind: 'tensor', elementType: 'float32', shape: [null, 1] }],
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

it('numbers the columns of a matrix that nobody named, and asks for training data where their number is open', () => {
  expect(readSignature(graph(2), null).features.map(({ name }) => name)).toEqual(['x0', 'x1'])
  expect(() => readSignature(graph(null), null)).toThrow(/how many columns it takes; add training data/)
})
