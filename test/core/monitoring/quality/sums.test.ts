import { describe, expect, it } from 'vitest'
import type { LabelledPair, LabelSpace, PackedSums } from '../../../../main/core/distributions/labelled-sums'
import {
  countPair,
  createSums,
  mergeSums,
  packSums,
  toLabel,
  unpackSums,
} from '../../../../main/core/distributions/labelled-sums'
import { SCORE_BINS, SCORE_MIDDLES, scoreBin } from '../../../../main/core/distributions/score-bins'
import { binnedAuc, exactAuc } from '../../../../main/core/monitoring/quality/auc'
import { computeMetrics } from '../../../../main/core/monitoring/quality/metrics'

const BINARY: LabelSpace = { task: 'classification', classes: ['0', '1'] }
const THREE: LabelSpace = { task: 'classification', classes: ['a', 'b', 'c'] }
const NUMBERS: LabelSpace = { task: 'regression', classes: [] }

function sumOf(space: LabelSpace, pairs: readonly LabelledPair[]) {
  const sums = createSums(space)
  for (const pair of pairs) countPair(sums, space, { ...pair, amount: 1 })
  return sums
}

const binary = Array.from({ length: 500 }, (_, index): LabelledPair => {
  const score = ((index * 7919) % 1000) / 1000
  const actual = (index * 104_729) % 997 < 997 * score ? '1' : '0'
  return { predicted: score > 0.5 ? '1' : '0', probabilities: { '0': 1 - score, '1': score }, actual }
})
const threeWay = Array.from({ length: 300 }, (_, index): LabelledPair => {
  const weights = [1 + (index % 7), 1 + (index % 5), 1 + (index % 3)]
  const total = weights[0]! + weights[1]! + weights[2]!
  const [a, b, c] = weights.map((weight) => weight / total)
  const best = a! >= b! && a! >= c! ? 'a' : b! >= c! ? 'b' : 'c'
  return { predicted: best, probabilities: { a: a!, b: b!, c: c! }, actual: THREE.classes[(index * 11) % 3]! }
})
const numbers = Array.from({ length: 400 }, (_, index): LabelledPair => {
  const actual = 1e6 + ((index * 37) % 101)
  return { predicted: actual + (((index * 17) % 13) - 6) / 3, probabilities: null, actual }
})

describe('sums over labelled answers', () => {
  it.each([
    ['two classes', BINARY, binary],
    ['three classes', THREE, threeWay],
    ['numbers', NUMBERS, numbers],
  ] as const)('of parts add up to those of the whole: %s', (_what, space, pairs) => {
    const whole = sumOf(space, pairs)
    const merged = createSums(space)
    for (let part = 0; part < 7; part++) {
      mergeSums(merged, sumOf(space, pairs.filter((_, index) => index % 7 === part))) // prettier-ignore
    }
    const context = { ...space, positiveClass: space === BINARY ? '1' : null }
    const expected = computeMetrics(whole, context)
    for (const [name, value] of Object.entries(computeMetrics(merged, context))) {
      expect(value, name).toBeCloseTo(expected[name as keyof typeof expected]!, 11)
    }
    if (whole.task === 'classification' && merged.task === 'classification') {
      expect(merged.scores).toEqual(whole.scores)
      expect(merged.labelled).toBe(whole.labelled)
      expect(sortedCells(merged)).toEqual(sortedCells(whole))
    }
  })

  it.each([
    ['two classes', BINARY, binary],
    ['numbers', NUMBERS, numbers],
  ] as const)('forget what is taken back: %s', (_what, space, pairs) => {
    const sums = sumOf(space, pairs)
    for (const pair of pairs.slice(100)) countPair(sums, space, { ...pair, amount: -1 })
    const context = { ...space, positiveClass: space === BINARY ? '1' : null }
    const expected = computeMetrics(sumOf(space, pairs.slice(0, 100)), context)
    for (const [name, value] of Object.entries(computeMetrics(sums, context))) {
      expect(value, name).toBeCloseTo(expected[name as keyof typeof expected]!, 6)
    }
    for (const pair of pairs.slice(0, 100)) countPair(sums, space, { ...pair, amount: -1 })
    expect(sums.labelled).toBe(0)
    expect(Object.values(computeMetrics(sums, context)).every((value) => value === null)).toBe(true)
  })

  it('come back from the database as they went in', () => {
    const sums = sumOf(THREE, threeWay)
    const stored = JSON.parse(JSON.stringify(packSums(sums))) as PackedSums
    expect(unpackSums(stored)).toEqual(sums)
  })

  it('count an unknown label as an error, and leave it out of what needs a probability for it', () => {
    const known = sumOf(BINARY, binary)
    const sums = sumOf(BINARY, [...binary, { ...binary[0]!, actual: 'fraud?' }])
    const context = { ...BINARY, positiveClass: '1' }
    expect(computeMetrics(sums, context).logLoss).toBe(computeMetrics(known, context).logLoss)
    expect(computeMetrics(sums, context).accuracy!).toBeLessThan(computeMetrics(known, context).accuracy!)
  })
})

const sortedCells = (sums: { confusion: Map<string, Map<string, number>> }): string[] =>
  [...sums.confusion].flatMap(([actual, row]) => [...row].map((cell) => [actual, ...cell].join())).sort()

describe('metrics that rows do not define', () => {
  it('are null instead of a number that means nothing', () => {
    const context = { ...BINARY, positiveClass: '1' }
    const never = sumOf(BINARY, [{ predicted: '0', probabilities: null, actual: '0' }])
    expect(computeMetrics(never, context)).toEqual({
      accuracy: 1, precision: null, recall: null, f1: null, auc: null, logLoss: null, brier: null,
    }) // prettier-ignore
    const constant = sumOf(NUMBERS, [
      { predicted: 1, probabilities: null, actual: 0 },
      { predicted: 1, probabilities: null, actual: 0 },
    ])
    expect(computeMetrics(constant, { ...NUMBERS, positiveClass: null })).toEqual({
      rmse: 1, mae: 1, r2: null, mape: null, bias: 1,
    }) // prettier-ignore
  })
})

describe('score bins', () => {
  it('ascend, hold every probability, and hold their own middles', () => {
    expect(scoreBin(0)).toBe(0)
    expect(scoreBin(1)).toBe(SCORE_BINS - 1)
    SCORE_MIDDLES.forEach((middle, bin) => expect(scoreBin(middle)).toBe(bin))
    for (let step = 1; step <= 1000; step++) {
      expect(scoreBin(step / 1000)).toBeGreaterThanOrEqual(scoreBin((step - 1) / 1000))
    }
  })

  // roc_auc_score of scikit-learn 1.9.1 on the same rows, of which 126 are positive.
  const RARE_AREA = 0.8657021576484664

  it('give an area under the curve close to the exact one, also where scores crowd at zero', () => {
    const rows = Array.from({ length: 4000 }, (_, index) => {
      const score = ((((index * 7919) % 1000) + 0.5) / 1000) ** 6 * 0.2
      return { score, isPositive: ((index * 104_729) % 9973) / 9973 < score }
    })
    const positives = new Float64Array(SCORE_BINS)
    const negatives = new Float64Array(SCORE_BINS)
    for (const { score, isPositive } of rows) {
      const side = isPositive ? positives : negatives
      side[scoreBin(score)]! += 1
    }
    expect(exactAuc(rows)).toBeCloseTo(RARE_AREA, 12)
    expect(Math.abs(binnedAuc(positives, negatives)! - RARE_AREA)).toBeLessThan(0.002)
  })
})

describe('a label', () => {
  it.each([
    ['1', ['0', '1'], '1'],
    [1, ['0', '1'], '1'],
    ['1.0', ['0', '1'], '1'],
    [true, ['0', '1'], '1'],
    ['False', ['0', '1'], '0'],
    [' setosa ', ['setosa', 'virginica'], 'setosa'],
    ['Setosa', ['setosa', 'virginica'], 'Setosa'],
    ['007', ['7'], '007'],
    ['true', ['False', 'True'], 'True'],
  ])('%j among %j means %j', (actual, classes, label) => {
    expect(toLabel(actual, classes)).toBe(label)
  })
})
