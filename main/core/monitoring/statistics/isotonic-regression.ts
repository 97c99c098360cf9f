import { WorkstationError } from '../../../errors'

/**
 * The non-decreasing sequence closest to `values` in weighted least squares; weights are 1 when left out.
 * Pool-adjacent-violators (Ayer et al. 1955), O(n). Throws `invalid` when the lengths differ.
 */
export function fitIsotonic(values: readonly number[], weights?: readonly number[]): number[] {
  if (weights !== undefined && weights.length !== values.length) {
    throw new WorkstationError(
      'invalid',
      `weights has ${weights.length} entries but values has ${values.length}; give one weight per value`,
    )
  }
  const blocks: { mean: number; weight: number; length: number }[] = []
  values.forEach((value, index) => {
    let block = { mean: value, weight: weights?.[index] ?? 1, length: 1 }
    for (let last = blocks.at(-1); last !== undefined && last.mean >= block.mean; last = blocks.at(-1)) {
      const weight = last.weight + block.weight
      const mean = (last.mean * last.weight + block.mean * block.weight) / weight
      block = { mean, weight, length: last.length + block.length }
      blocks.pop()
    }
    blocks.push(block)
  })
  return blocks.flatMap((block) => Array.from({ length: block.length }, () => block.mean))
}
