import { expect, it } from 'vitest'
import type { TensorData } from '../../../main/inference/tensor'
import { answerOutputs, decodeAnswers } from '../../../main/core/signatures/decoding'
import type { AnswerOutputs, Signature } from '../../../main/core/signatures/signature'
import { matching, refusalOf } from '../workspace'

const makeSignature = (answer: AnswerOutputs, classLabels: readonly string[] = []): Signature => ({
  task: answer.kind === 'value' ? 'regression' : 'classification',
  features: [],
  inputs: [],
  answer,
  classLabels,
  isSingleRow: false,
})
const SCORES = makeSignature({ kind: 'scores', scores: 'p' }, ['no', 'yes'])
const LABELLED = makeSignature({ kind: 'label', label: 'l', scores: 'p' }, ['no', 'yes'])
const VALUE = makeSignature({ kind: 'value', value: 'v' })

const floats = (dims: readonly number[], ...data: number[]): TensorData => ({
  type: 'float32',
  dims,
  data: Float32Array.from(data),
})
const labels = (...data: string[]): TensorData => ({ type: 'string', dims: [data.length], data })
const about = (value: number): unknown => expect.closeTo(value, 5)

it('asks for the outputs that carry the answer', () => {
  expect([SCORES, LABELLED, VALUE].map(answerOutputs)).toEqual([['p'], ['l', 'p'], ['v']])
  expect(answerOutputs(makeSignature({ kind: 'label', label: 'l', scores: null }))).toEqual(['l'])
})

it('reads a label with the probability of each class', () => {
  expect(
    decodeAnswers(LABELLED, { l: labels('yes', 'no'), p: floats([2, 2], 0.25, 0.75, 0.5, 0.5) }, 2),
  ).toEqual([
    { prediction: 'yes', probabilities: { no: 0.25, yes: 0.75 } },
    { prediction: 'no', probabilities: { no: 0.5, yes: 0.5 } },
  ])
})

it.each([
  ['int64', BigInt64Array.of(7n), '7'],
  ['int32', Int32Array.of(-1), '-1'],
  ['string', ['setosa'], 'setosa'],
] as const)('reads %s labels as text', (type, data, prediction) => {
  const signature = makeSignature({ kind: 'label', label: 'l', scores: null })
  expect(decodeAnswers(signature, { l: { type, dims: [1, 1], data } }, 1)).toEqual([
    { prediction, probabilities: null },
  ])
})

it('takes the likeliest class where there are scores only, and numbers classes without a name', () => {
  expect(
    decodeAnswers(SCORES, { p: floats([2, 2], 0.9, 0.1, 0.2, 0.8) }, 2).map(({ prediction }) => prediction),
  ).toEqual(['no', 'yes'])
  const three = floats([1, 3], 0.1, 0.7, 0.2)
  expect(decodeAnswers(SCORES, { p: three }, 1)).toEqual([
    { prediction: '1', probabilities: { 0: about(0.1), 1: about(0.7), 2: about(0.2) } },
  ])
})

it('reads binary scores in one column as the probability of the second class', () => {
  expect(decodeAnswers(SCORES, { p: floats([3, 1], 0.9, 0.2, 0.5) }, 3)).toEqual([
    { prediction: 'yes', probabilities: { no: about(0.1), yes: about(0.9) } },
    { prediction: 'no', probabilities: { no: about(0.8), yes: about(0.2) } },
    { prediction: 'no', probabilities: { no: 0.5, yes: 0.5 } },
  ])
  expect(decodeAnswers(LABELLED, { l: labels('yes'), p: floats([1], 0.75) }, 1)).toEqual([
    { prediction: 'yes', probabilities: { no: 0.25, yes: 0.75 } },
  ])
})

it('holds probabilities that stray by rounding inside 0 and 1', () => {
  const [answer] = decodeAnswers(SCORES, { p: floats([1, 2], -0.00005, 1.00005) }, 1)
  expect(answer!.probabilities).toEqual({ no: 0, yes: 1 })
})

it('shows no probabilities where the scores are none', () => {
  for (const scores of [
    [-3, 2],
    [0.9, 0.9],
    [0.1, 0.1],
    [NaN, 1],
  ]) {
    expect(decodeAnswers(SCORES, { p: floats([1, 2], ...scores) }, 1)[0]!.probabilities).toBeNull()
  }
})

it('reads a value per row, of any shape', () => {
  expect(decodeAnswers(VALUE, { v: floats([2, 1], 1.5, -2) }, 2)).toEqual([
    { prediction: 1.5, probabilities: null },
    { prediction: -2, probabilities: null },
  ])
  expect(
    decodeAnswers(VALUE, { v: { type: 'float64', dims: [1], data: Float64Array.of(0.1) } }, 1)[0]!.prediction,
  ).toBe(0.1)
})

it('refuses outputs that do not have an answer per row', async () => {
  const refusal = (outputs: Record<string, TensorData>, signature = VALUE, rows = 2) =>
    refusalOf(() => decodeAnswers(signature, outputs, rows))
  expect(await refusal({ v: floats([3], 1, 2, 3) })).toEqual({
    code: 'invalid',
    message: 'output "v" has 3 values for 2 rows',
  })
  expect(await refusal({ v: floats([0]) })).toMatchObject({ code: 'invalid' })
  expect(await refusal({})).toMatchObject({
    code: 'internal',
    message: matching(/did not give its output "v"/),
  })
  const perRow = {
    l: { type: 'int64', dims: [2, 2], data: BigInt64Array.of(0n, 1n, 1n, 0n) },
    p: floats([2, 2], 0, 1, 1, 0),
  } as const
  expect(await refusal(perRow, LABELLED)).toEqual({
    code: 'unsupported',
    message: 'output "l" gives 2 labels per row; a classifier gives one',
  })
})
