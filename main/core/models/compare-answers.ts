import { WorkstationError } from '../../errors'
import type { Tensors } from '../../inference/tensor'
import { decodeAnswers } from '../signatures/decoding'
import type { Signature } from '../signatures/signature'
import type { VerificationRows } from './read-verification'
import type { Verification, VerifiedAnswer } from './verification'
import { TOLERANCE } from './verification'

const MOST_WORST = 10

type Sums = { count: number; total: number; largest: number; flips: number; readonly worst: VerifiedAnswer[] }

/** A flipped label is worse than any number. */
const weigh = ({ difference }: VerifiedAnswer): number => difference ?? Number.POSITIVE_INFINITY

function keepWorst(worst: VerifiedAnswer[], answer: VerifiedAnswer): void {
  if (worst.length === MOST_WORST && weigh(worst.at(-1) ?? answer) >= weigh(answer)) return
  worst.push(answer)
  worst.sort((left, right) =>
    weigh(left) === weigh(right) ? left.row - right.row : weigh(right) > weigh(left) ? 1 : -1,
  )
  worst.length = Math.min(worst.length, MOST_WORST)
}

type Pair = {
  readonly row: number
  readonly column: string
  readonly expected: number
  readonly actual: number
}

function compareNumbers(sums: Sums, { row, column, expected, actual }: Pair): void {
  const distance = Math.abs(actual - expected) / Math.max(1, Math.abs(expected))
  // An answer that is no number is as far away as can be.
  const difference = Number.isFinite(distance) ? distance : Number.MAX_VALUE
  sums.count++
  sums.total += difference
  sums.largest = Math.max(sums.largest, difference)
  const told = Number.isFinite(actual) ? actual : String(actual)
  if (difference > TOLERANCE) keepWorst(sums.worst, { row, column, expected, actual: told, difference })
}

/**
 * Compares a model's answers with what the original answered.
 * @param outputs of each batch, in order
 * @throws WorkstationError invalid when the file has probabilities and the model gives none
 */
export function compareAnswers(
  signature: Signature,
  wanted: VerificationRows,
  run: { readonly outputs: readonly Tensors[]; readonly fileName: string },
): Verification {
  const sums: Sums = { count: 0, total: 0, largest: 0, flips: 0, worst: [] }
  let offset = 0
  wanted.batches.forEach(({ rows }, batch) => {
    decodeAnswers(signature, run.outputs[batch] ?? {}, rows).forEach((answer, index) => {
      const at = offset + index
      const row = at + 1
      const expected = wanted.predictions?.[at]
      if (typeof expected === 'number')
        compareNumbers(sums, { row, column: 'prediction', expected, actual: Number(answer.prediction) })
      else if (expected !== undefined && expected !== String(answer.prediction)) {
        sums.flips++
        const actual = String(answer.prediction)
        keepWorst(sums.worst, { row, column: 'prediction', expected, actual, difference: null })
      }
      for (const { label, values } of wanted.probabilities) {
        const actual = answer.probabilities?.[label]
        if (actual === undefined) {
          throw new WorkstationError(
            'invalid',
            `verification: the file has a column "proba_${label}", but the model gives no probabilities`,
          )
        }
        compareNumbers(sums, { row, column: `proba_${label}`, expected: values[at] ?? Number.NaN, actual })
      }
    })
    offset += rows
  })
  return {
    verdict: sums.flips === 0 && sums.largest <= TOLERANCE ? 'verified' : 'failed',
    rows: wanted.rows,
    columns: [
      ...(wanted.predictions === null ? [] : ['prediction']),
      ...wanted.probabilities.map(({ label }) => `proba_${label}`),
    ],
    maxDifference: sums.count === 0 ? null : sums.largest,
    meanDifference: sums.count === 0 ? null : sums.total / sums.count,
    labelFlips: sums.flips,
    worst: sums.worst,
    tolerance: TOLERANCE,
    fileName: run.fileName,
    verifiedAt: Date.now(),
  }
}

/** What a failed verification found, for the error of a refused registration. */
export function describeMismatch({ rows, labelFlips, maxDifference, worst }: Verification): string {
  const numbers = [
    ...(labelFlips > 0 ? [`${labelFlips} of ${rows} labels differ`] : []),
    ...(maxDifference !== null && maxDifference > TOLERANCE
      ? [`the largest difference is ${maxDifference.toPrecision(3)} (allowed ${TOLERANCE})`]
      : []),
  ]
  const [first] = worst
  const example =
    first === undefined ? '' : `; row ${first.row}: ${first.column} ${first.expected} became ${first.actual}`
  return `the converted model does not answer what the original answered: ${numbers.join(', ')}${example}. Check that the rows are in the original's columns and units`
}
