import { describe, expect, it } from 'vitest'
import { compareAnswers, describeMismatch } from '../../../main/core/models/compare-answers'
import type { VerificationRows } from '../../../main/core/models/read-verification'
import type { Signature } from '../../../main/core/signatures/signature'
import type { Tensors } from '../../../main/inference/tensor'

const base = { features: [], inputs: [], isSingleRow: false } as const
const regression: Signature = {
  ...base,
  task: 'regression',
  answer: { kind: 'value', value: 'y' },
  classLabels: [],
}
const binary: Signature = {
  ...base,
  task: 'classification',
  answer: { kind: 'label', label: 'label', scores: 'p', scoreKind: 'probability' },
  classLabels: ['no', 'yes'],
}

const values = (...numbers: number[]): Tensors => ({
  y: { type: 'float64', dims: [numbers.length, 1], data: Float64Array.from(numbers) },
})
const wants = (predictions: (number | string)[], more: Partial<VerificationRows> = {}): VerificationRows => ({
  rows: predictions.length,
  batches: [{ inputs: {}, rows: predictions.length }],
  predictions,
  probabilities: [],
  ...more,
})
const compare = (signature: Signature, wanted: VerificationRows, ...outputs: Tensors[]) =>
  compareAnswers(signature, wanted, { outputs, fileName: 'rows.csv' })

describe('comparing with the original', () => {
  it('allows a millionth, of the value where that is above one', () => {
    expect(compare(regression, wants([1, 2e9]), values(1 + 9e-7, 2e9 + 1900))).toMatchObject({
      verdict: 'verified',
      rows: 2,
      labelFlips: 0,
      worst: [],
    })
    const failed = compare(regression, wants([1, 0.1]), values(1, 0.1 + 2e-6))
    expect(failed).toMatchObject({ verdict: 'failed', worst: [{ row: 2, column: 'prediction' }] })
    expect(failed.maxDifference).toBeCloseTo(2e-6, 12)
    expect(failed.meanDifference).toBeCloseTo(1e-6, 12)
    expect(describeMismatch(failed)).toMatch(/largest difference is 0\.00000200.*row 2/)
  })

  it('never takes an answer that is no number for a good one', () => {
    expect(compare(regression, wants([1]), values(Number.NaN))).toMatchObject({
      verdict: 'failed',
      worst: [{ actual: 'NaN' }],
    })
  })

  it('counts labels that flipped over all batches and names the worst rows first, ten at most', () => {
    const rows = 30
    const answer: Tensors = {
      label: {
        type: 'string',
        dims: [15],
        data: Array.from({ length: 15 }, (_, row) => (row < 6 ? 'yes' : 'no')),
      },
      p: {
        type: 'float64',
        dims: [15, 2],
        data: Float64Array.from({ length: 30 }, (_, at) => (at % 2 === 0 ? 0.4 : 0.6)),
      },
    }
    const wanted = wants(Array<string>(rows).fill('no'), {
      batches: [
        { inputs: {}, rows: 15 },
        { inputs: {}, rows: 15 },
      ],
      probabilities: [{ label: 'yes', values: new Float64Array(rows).fill(0.6).fill(0.7, 20, 21) }],
    })
    const found = compare(binary, wanted, answer, answer)
    expect(found).toMatchObject({
      verdict: 'failed',
      labelFlips: 12,
      columns: ['prediction', 'proba_yes'],
    })
    expect(found.maxDifference).toBeCloseTo(0.1, 12)
    expect(found.worst.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 6, 16, 17, 18, 19])
  })

  it('refuses probabilities that a decision function does not give', () => {
    const decision: Signature = {
      ...binary,
      answer: { kind: 'label', label: 'label', scores: 'p', scoreKind: 'decision' },
    }
    const answer: Tensors = {
      label: { type: 'string', dims: [1], data: ['no'] },
      p: { type: 'float64', dims: [1, 2], data: Float64Array.of(0.5, 0.5) },
    }
    const wanted = wants(['no'], { probabilities: [{ label: 'yes', values: Float64Array.of(0.5) }] })
    expect(() => compare(decision, wanted, answer)).toThrow(/gives no probabilities/)
  })
})
