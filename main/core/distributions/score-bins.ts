/** How probabilities are cut into bins, so that areas under curves come from counts that can be added up. */

export const SCORE_BINS = 100

/** Log odds beyond this are all one: 1e-6 and its mirror. */
const REACH = Math.log(1e6 - 1)

/**
 * Where a probability lies on a scale of 0 to 1 that is half linear and half log odds: bins of equal width on it are
 * 1.5 points wide in the middle and finer than 0.01 points near 0 and 1, where the scores of rare classes crowd.
 */
function toScale(score: number): number {
  const odds = Math.log(score / (1 - score))
  const bounded = Math.min(REACH, Math.max(-REACH, odds))
  return 0.5 * score + 0.25 * (1 + bounded / REACH)
}

/** The bin of a probability of 0 to 1; bins ascend with it. */
export function scoreBin(score: number): number {
  return Math.min(SCORE_BINS - 1, Math.floor(toScale(score) * SCORE_BINS))
}

/** The probability in the middle of each bin on the bins' own scale. */
export const SCORE_MIDDLES: readonly number[] = Array.from({ length: SCORE_BINS }, (_, bin) => {
  const wanted = (bin + 0.5) / SCORE_BINS
  let low = 0
  let high = 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (toScale(middle) < wanted) low = middle
    else high = middle
  }
  return (low + high) / 2
})
