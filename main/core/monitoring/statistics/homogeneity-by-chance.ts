import { createRandom } from '../../random'
import { testHomogeneity } from './chi-squared'

/** Below this expected count the χ² law does not hold for the statistic (Cochran 1954). */
const LEAST_EXPECTED = 5
const REPLICATES = 1999
const SEED = 19_680_601

/**
 * The χ² test of homogeneity of two rows of counts, fit for sparse tables: with an expected count below 5 the p-value
 * is the share of 2,000 tables with the same margins, drawn by chance from a fixed seed, that are as uneven as this
 * one (Hope 1968). So a value that the reference never showed is no proof of drift by itself.
 */
export function testCategories(
  first: readonly number[],
  second: readonly number[],
): { readonly statistic: number; readonly p: number } {
  const { statistic, p } = testHomogeneity([first, second])
  const columns = first.map((count, column) => count + (second[column] ?? 0))
  const [n, m] = [sum(first), sum(second)]
  const isDense = columns.every(
    (count) => count === 0 || (count * Math.min(n, m)) / (n + m) >= LEAST_EXPECTED,
  )
  if (isDense || p === 1) return { statistic, p }
  return { statistic, p: drawP(statistic, columns, Math.min(n, m)) }
}

function drawP(statistic: number, columns: readonly number[], smaller: number): number {
  const random = createRandom(SEED)
  const urn = Int32Array.from(columns.flatMap((count, column) => Array.from({ length: count }, () => column)))
  const total = urn.length
  const rate = smaller / total
  // χ² of two rows from one of them: Σ (o − e)² / e · (1 + n/m) over the columns.
  const scale = 1 / (1 - rate)
  const drawn = new Float64Array(columns.length)
  let uneven = 0
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    drawn.fill(0)
    for (let at = 0; at < smaller; at++) {
      const other = at + Math.floor(random() * (total - at))
      const column = urn[other] ?? 0
      urn[other] = urn[at] ?? 0
      urn[at] = column
      drawn[column] = (drawn[column] ?? 0) + 1
    }
    let chance = 0
    for (let column = 0; column < columns.length; column++) {
      const expected = (columns[column] ?? 0) * rate
      if (expected > 0) chance += ((drawn[column] ?? 0) - expected) ** 2 / expected
    }
    if (chance * scale >= statistic * (1 - 1e-9)) uneven++
  }
  return (uneven + 1) / (REPLICATES + 1)
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
