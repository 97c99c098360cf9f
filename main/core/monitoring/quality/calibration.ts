import { SCORE_BINS, SCORE_MIDDLES } from '../../distributions/score-bins'
import { fitIsotonic } from '../statistics/isotonic-regression'
import { binnedAuc } from './auc'

/** Rows of a class and of the rest per score bin, as the reference has them. */
export type ClassScores = { readonly positives: ArrayLike<number>; readonly negatives: ArrayLike<number> }

export type Calibration = {
  /** The probability of the class in each score bin. */
  readonly probabilities: readonly number[]
  readonly isCalibrated: boolean
}

const SPLITS = 10
const HELD_BACK = 0.1
const ERROR_BINS = 10
/** Above this area nothing is left to calibrate. */
const NEARLY_PERFECT = 0.999

/** A small generator of numbers in [0, 1) that always begins alike (mulberry32), so that estimates are reproducible. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const sum = (counts: ArrayLike<number>): number =>
  Array.from(counts).reduce((total, count) => total + count, 0)

/**
 * Isotonic calibration on binned scores: the closest non-decreasing share of the class per bin. Bins without a
 * reference row are interpolated between their neighbours, beyond the outermost ones the nearest value holds.
 */
export function fitCalibration({ positives, negatives }: ClassScores): readonly number[] {
  const filled = Array.from({ length: SCORE_BINS }, (_, bin) => bin).filter(
    (bin) => (positives[bin] ?? 0) + (negatives[bin] ?? 0) > 0,
  )
  const weights = filled.map((bin) => (positives[bin] ?? 0) + (negatives[bin] ?? 0))
  const shares = filled.map((bin, index) => (positives[bin] ?? 0) / (weights[index] ?? 1))
  const fitted = fitIsotonic(shares, weights)
  return SCORE_MIDDLES.map((score, bin) => {
    const above = filled.findIndex((each) => each >= bin)
    if (above <= 0) return (above === 0 ? fitted[0] : fitted.at(-1)) ?? score
    const [left = bin, right = bin] = [filled[above - 1], filled[above]]
    const [low = 0, high = 0] = [fitted[above - 1], fitted[above]]
    const [from = 0, to = 1] = [SCORE_MIDDLES[left], SCORE_MIDDLES[right]]
    return low + ((high - low) * (score - from)) / (to - from)
  })
}

/** Expected calibration error over ten equal-width bins of probability. */
function calibrationError({ positives, negatives }: ClassScores, probabilities: readonly number[]): number {
  const bins = Array.from({ length: ERROR_BINS }, () => ({ rows: 0, expected: 0, positives: 0 }))
  probabilities.forEach((probability, at) => {
    const bin = bins[Math.min(ERROR_BINS - 1, Math.floor(probability * ERROR_BINS))]
    const rows = (positives[at] ?? 0) + (negatives[at] ?? 0)
    if (bin === undefined) return
    bin.rows += rows
    bin.expected += rows * probability
    bin.positives += positives[at] ?? 0
  })
  const rows = bins.reduce((total, bin) => total + bin.rows, 0)
  return bins.reduce((total, bin) => total + Math.abs(bin.positives - bin.expected), 0) / Math.max(1, rows)
}

/** Takes a share of the rows of each side at random, without putting them back. */
function holdBack(
  counts: ArrayLike<number>,
  random: () => number,
): { readonly kept: number[]; readonly held: number[] } {
  const kept = Array.from(counts)
  const held = kept.map(() => 0)
  let left = sum(counts)
  let wanted = Math.round(left * HELD_BACK)
  kept.forEach((count, bin) => {
    for (let row = 0; row < count; row++) {
      if (random() * left < wanted) {
        held[bin] = (held[bin] ?? 0) + 1
        wanted--
      }
      left--
    }
    kept[bin] = count - (held[bin] ?? 0)
  })
  return { kept, held }
}

/** Whether calibration lowers the error on rows it has not seen, on average over stratified splits of 90 to 10. */
function isWorthwhile(scores: ClassScores): boolean {
  const random = createRandom(42)
  let gain = 0
  for (let split = 0; split < SPLITS; split++) {
    const positives = holdBack(scores.positives, random)
    const negatives = holdBack(scores.negatives, random)
    const held = { positives: positives.held, negatives: negatives.held }
    const fitted = fitCalibration({ positives: positives.kept, negatives: negatives.kept })
    gain += calibrationError(held, SCORE_MIDDLES) - calibrationError(held, fitted)
  }
  return gain > 0
}

/**
 * The probabilities that estimates of quality count with. Scores are calibrated on the reference only where that helps:
 * not with one class alone, not when they separate the classes almost perfectly, not when held-back rows get worse.
 */
export function calibrate(scores: ClassScores): Calibration {
  const area = binnedAuc(scores.positives, scores.negatives)
  const isWanted = area !== null && area <= NEARLY_PERFECT && isWorthwhile(scores)
  return { probabilities: isWanted ? fitCalibration(scores) : SCORE_MIDDLES, isCalibrated: isWanted }
}
