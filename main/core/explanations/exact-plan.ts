import type { MaskPlan } from './mask-plan'

/**
 * Shapley values by their definition, over all 2^n subsets: φᵢ = Σ |S|! (n−|S|−1)! / n! · (v(S ∪ i) − v(S)).
 * Meant for few features.
 */
export function planExact(features: number): MaskPlan {
  const subsets = 2 ** features
  const masks = Array.from({ length: subsets }, (_, subset) =>
    Uint8Array.from({ length: features }, (__, feature) => (subset >> feature) & 1),
  )
  const sizes = masks.map((mask) => mask.reduce((sum, bit) => sum + bit, 0))
  // |S|! (n−|S|−1)! / n! = 1 / (n · C(n−1, |S|))
  const shares = Array.from({ length: features }, (_, size) => 1 / (features * choose(features - 1, size)))
  return {
    masks,
    attribute: (values) => {
      const contributions = new Float64Array(features)
      for (let subset = 0; subset < subsets; subset++) {
        const share = shares[sizes[subset] ?? 0] ?? 0
        for (let feature = 0; feature < features; feature++) {
          const bit = 1 << feature
          if ((subset & bit) !== 0) continue
          const gain = (values[subset | bit] ?? 0) - (values[subset] ?? 0)
          contributions[feature] = (contributions[feature] ?? 0) + share * gain
        }
      }
      return {
        bias: values[0] ?? 0,
        margin: values[subsets - 1] ?? 0,
        contributions,
        standardErrors: null,
      }
    },
  }
}

function choose(all: number, some: number): number {
  let ways = 1
  for (let step = 1; step <= some; step++) ways *= (all - some + step) / step
  return ways
}
