import type { Mask, MaskPlan } from './mask-plan'

function shuffle(features: number, random: () => number): number[] {
  const order = Array.from({ length: features }, (_, index) => index)
  for (let index = features - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    const [kept, moved] = [order[index] ?? 0, order[other] ?? 0]
    order[index] = moved
    order[other] = kept
  }
  return order
}

/**
 * Permutation SHAP: features enter one by one in a random order and in its reverse; each pair of orders is one
 * estimate, and additive by construction. The antithetic orders cancel much of the noise (Mitchell et al., JMLR 23,
 * 2022). The standard error comes from the spread of the pairs.
 * @param options.pairs orders, each walked both ways; at least 2
 */
export function planPermutations(
  features: number,
  options: { readonly pairs: number; readonly random: () => number },
): MaskPlan {
  const masks: Mask[] = [new Uint8Array(features), new Uint8Array(features).fill(1)]
  const walks = Array.from({ length: options.pairs }, () => {
    const order = shuffle(features, options.random)
    return [order, order.toReversed()].map((way) => {
      const mask = new Uint8Array(features)
      const stops = way.slice(0, -1).map((feature) => {
        mask[feature] = 1
        masks.push(mask.slice())
        return masks.length - 1
      })
      return { way, stops: [0, ...stops, 1] }
    })
  })
  return {
    masks,
    attribute: (values) => {
      const estimates = walks.map((pair) => {
        const estimate = new Float64Array(features)
        for (const { way, stops } of pair) {
          way.forEach((feature, index) => {
            const gain = (values[stops[index + 1] ?? 0] ?? 0) - (values[stops[index] ?? 0] ?? 0)
            estimate[feature] = (estimate[feature] ?? 0) + gain / 2
          })
        }
        return estimate
      })
      const pairs = estimates.length
      const contributions = new Float64Array(features).map(
        (_, feature) => estimates.reduce((sum, estimate) => sum + (estimate[feature] ?? 0), 0) / pairs,
      )
      const standardErrors = contributions.map((mean, feature) => {
        const spread = estimates.reduce((sum, estimate) => sum + ((estimate[feature] ?? 0) - mean) ** 2, 0)
        return Math.sqrt(spread / (pairs - 1) / pairs)
      })
      return { bias: values[0] ?? 0, margin: values[1] ?? 0, contributions, standardErrors }
    },
  }
}
