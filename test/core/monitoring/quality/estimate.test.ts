import { describe, expect, it } from 'vitest'
import type { LabelSpace } from '../../../../main/core/distributions/labelled-sums'
import { countPair, createSums } from '../../../../main/core/distributions/labelled-sums'
import { SCORE_MIDDLES } from '../../../../main/core/distributions/score-bins'
import { fitCalibration } from '../../../../main/core/monitoring/quality/calibration'
import { calibrateClasses, estimateQuality } from '../../../../main/core/monitoring/quality/estimate'
import { countAnswer, createScoreCounts } from '../../../../main/core/monitoring/quality/score-counter'

const SPACE: LabelSpace = { task: 'classification', classes: ['0', '1'] }
const CONTEXT = { classes: SPACE.classes, positiveClass: '1' }

const answer = (score: number) => ({
  prediction: score >= 0.5 ? '1' : '0',
  probabilities: { '0': 1 - score, '1': score },
})

/** Scores whose true probability is 0.9·√score: far from calibrated. */
function referenceOf(probabilityOf: (score: number) => number) {
  const sums = createSums(SPACE)
  if (sums.task !== 'classification') throw new Error('a classification has other sums')
  for (let index = 0; index < 4000; index++) {
    const score = ((((index * 7919) % 1000) + 0.5) / 1000) ** 2
    const actual = ((index * 104_729) % 9973) / 9973 < probabilityOf(score) ? '1' : '0'
    const { prediction, probabilities } = answer(score)
    countPair(sums, SPACE, { predicted: prediction, probabilities, actual, amount: 1 })
  }
  return sums
}

function countScores(rows: number) {
  const counts = createScoreCounts(SPACE.classes)
  for (let index = 0; index < rows; index++) {
    countAnswer(counts, SPACE.classes, { ...answer((((index * 6007) % 997) + 0.5) / 997), amount: 1 })
  }
  return counts
}

describe('the estimate of quality without labels', () => {
  // NannyML's CBPE row by row, with IsotonicRegression(out_of_bounds='clip') of scikit-learn 1.9.1 on the same rows.
  it('is that of CBPE on calibrated scores', () => {
    const reference = referenceOf((score) => 0.9 * Math.sqrt(score))
    const calibrations = calibrateClasses(reference, SPACE.classes)
    expect(calibrations.every(({ isCalibrated }) => isCalibrated)).toBe(true)
    const { rows, accuracy, f1, auc } = estimateQuality(countScores(3000), calibrations, CONTEXT)!
    expect(rows).toBe(3000)
    expect(Math.abs(accuracy!.value - 0.6778795168053148)).toBeLessThan(0.004)
    expect(Math.abs(f1!.value - 0.7072052156518215)).toBeLessThan(0.004)
    expect(Math.abs(auc!.value - 0.7520781938826335)).toBeLessThan(0.004)
  })

  it('takes scores as they are where they are calibrated already', () => {
    const raw = SPACE.classes.map(() => ({ probabilities: SCORE_MIDDLES, isCalibrated: false }))
    const { accuracy, f1, auc } = estimateQuality(countScores(3000), raw, CONTEXT)!
    expect(Math.abs(accuracy!.value - 0.7504473420260782)).toBeLessThan(0.002)
    expect(Math.abs(f1!.value - 0.7498977190596385)).toBeLessThan(0.002)
    expect(Math.abs(auc!.value - 0.8338124412986216)).toBeLessThan(0.002)
  })

  it('leaves scores alone that separate the classes, or that know one class only', () => {
    const perfect = referenceOf((score) => (score > 0.5 ? 1 : 0))
    expect(calibrateClasses(perfect, SPACE.classes).map(({ isCalibrated }) => isCalibrated)).toEqual([
      false,
      false,
    ])
    const alone = referenceOf(() => 0)
    expect(calibrateClasses(alone, SPACE.classes).map(({ isCalibrated }) => isCalibrated)).toEqual([
      false,
      false,
    ])
  })

  it('has a band of three standard errors that narrows with the root of the rows', () => {
    const raw = SPACE.classes.map(() => ({ probabilities: SCORE_MIDDLES, isCalibrated: false }))
    const few = estimateQuality(countScores(997), raw, CONTEXT)!
    const many = estimateQuality(countScores(997 * 4), raw, CONTEXT)!
    for (const name of ['accuracy', 'f1', 'auc'] as const) {
      const widthOf = (band: typeof few.accuracy): number => band!.upper - band!.lower
      expect(widthOf(few[name]) / widthOf(many[name])).toBeCloseTo(2, 1)
    }
    const { value, lower } = few.accuracy!
    expect(value - lower).toBeCloseTo(3 * Math.sqrt((value * (1 - value)) / 997), 10)
  })

  it('is none without answers', () => {
    const raw = SPACE.classes.map(() => ({ probabilities: SCORE_MIDDLES, isCalibrated: false }))
    expect(estimateQuality(createScoreCounts(SPACE.classes), raw, CONTEXT)).toBeNull()
  })

  it('covers the realised accuracy of answers from the same source in nearly every window', () => {
    const reference = referenceOf((score) => 0.9 * Math.sqrt(score))
    const calibrations = calibrateClasses(reference, SPACE.classes)
    let state = 7
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    let covered = 0
    for (let window = 0; window < 200; window++) {
      const counts = createScoreCounts(SPACE.classes)
      let met = 0
      for (let row = 0; row < 300; row++) {
        const score = random() ** 2
        const actual = random() < 0.9 * Math.sqrt(score) ? '1' : '0'
        countAnswer(counts, SPACE.classes, { ...answer(score), amount: 1 })
        if (answer(score).prediction === actual) met++
      }
      const { lower, upper } = estimateQuality(counts, calibrations, CONTEXT)!.accuracy!
      if (met / 300 >= lower && met / 300 <= upper) covered++
    }
    expect(covered).toBeGreaterThanOrEqual(196)
  })
})

describe('isotonic calibration on bins', () => {
  it('never decreases, and fills bins without a reference row from their neighbours', () => {
    const positives = new Float64Array(100)
    const negatives = new Float64Array(100)
    ;[positives[10], negatives[10]] = [1, 9]
    ;[positives[20], negatives[20]] = [0, 10]
    ;[positives[60], negatives[60]] = [9, 1]
    const fitted = fitCalibration({ positives, negatives })
    expect(fitted[0]).toBeCloseTo(0.05)
    expect(fitted[15]).toBeCloseTo(0.05)
    expect(fitted[99]).toBeCloseTo(0.9)
    expect(fitted[40]).toBeGreaterThan(0.05)
    expect(fitted[40]).toBeLessThan(0.9)
    fitted.slice(1).forEach((value, index) => expect(value).toBeGreaterThanOrEqual(fitted[index]! - 1e-12))
  })
})
