import { createRandom } from '../../random'
import { regularizedGammaQ } from './gamma'

/** Frequencies: with 256 the kernel is met to about 0.04, and twenty thousand values take about 0.2 s. */
const FREQUENCIES = 256
/** Pooled values that the bandwidth and the law of the statistic are taken from, half of them of each side. */
const POOLED = 1000
const SEED = 20_120_313

/**
 * The squared maximum mean discrepancy of two samples of one feature under the RBF kernel
 * k(x, y) = exp(−(x − y)² / 2σ²), without bias (Gretton et al. 2012, lemma 6), the kernel replaced by random Fourier
 * features (Rahimi and Recht 2007) so that it costs O(n + m). σ is the median distance of pooled values (the median
 * heuristic). About 0 for samples of one distribution, at most 2; small negative estimates are given as 0.
 * p is the tail of the gamma law that has the mean and variance of the estimate when both samples are of one
 * distribution (Gretton et al. 2009, section 3.2). Drawn from a fixed seed: the same samples give the same numbers.
 * @param first,second at least two finite values each
 */
export function testDiscrepancy(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): { readonly statistic: number; readonly p: number } {
  const random = createRandom(SEED)
  const pooled = [...pick(first, POOLED / 2, random), ...pick(second, POOLED / 2, random)]
  const width = medianDistance(pooled)
  if (width === 0) return { statistic: 0, p: 1 }
  const [n, m] = [first.length, second.length]
  let [within, others, across] = [0, 0, 0]
  for (let index = 0; index < FREQUENCIES; index++) {
    const frequency = drawNormal(random) / width
    const a = sumFeatures(first, frequency)
    const b = sumFeatures(second, frequency)
    within += (a.cosines ** 2 + a.sines ** 2) / FREQUENCIES
    others += (b.cosines ** 2 + b.sines ** 2) / FREQUENCIES
    across += (a.cosines * b.cosines + a.sines * b.sines) / FREQUENCIES
  }
  // cos² + sin² = 1: what a value contributes by being paired with itself is known exactly and left out.
  const unbiased = (within - n) / (n * (n - 1)) + (others - m) / (m * (m - 1)) - (2 * across) / (n * m)
  const biased = Math.max(0, within / n ** 2 + others / m ** 2 - (2 * across) / (n * m))
  const { trace, squaredTrace } = measureKernel(pooled, width)
  // Mean (1/n + 1/m)·tr C and variance 2·(1/n + 1/m)²·tr C² of the biased estimate, C the kernel's covariance.
  const shape = trace ** 2 / (2 * squaredTrace)
  const scale = (2 * squaredTrace * (1 / n + 1 / m)) / trace
  return { statistic: Math.max(0, unbiased), p: regularizedGammaQ(shape, biased / scale) }
}

function sumFeatures(
  values: ArrayLike<number>,
  frequency: number,
): { readonly cosines: number; readonly sines: number } {
  let cosines = 0
  let sines = 0
  for (let at = 0; at < values.length; at++) {
    const angle = frequency * (values[at] ?? 0)
    cosines += Math.cos(angle)
    sines += Math.sin(angle)
  }
  return { cosines, sines }
}

/** Median of |x − y| over all pairs; of the distances above 0 when most are equal. */
function medianDistance(pooled: readonly number[]): number {
  const distances = new Float64Array((pooled.length * (pooled.length - 1)) / 2)
  let filled = 0
  for (let i = 1; i < pooled.length; i++)
    for (let j = 0; j < i; j++) distances[filled++] = Math.abs((pooled[i] ?? 0) - (pooled[j] ?? 0))
  distances.sort()
  const median = distances[filled >> 1] ?? 0
  if (median > 0) return median
  const apart = distances.subarray(distances.findLastIndex((distance) => distance === 0) + 1)
  return apart[apart.length >> 1] ?? 0
}

/** tr C and tr C² of the kernel's covariance, from the centred kernel matrix of a sample. */
function measureKernel(
  pooled: readonly number[],
  width: number,
): { readonly trace: number; readonly squaredTrace: number } {
  const size = pooled.length
  const matrix = new Float64Array(size * size)
  const means = new Float64Array(size)
  let mean = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = Math.exp(-(((pooled[i] ?? 0) - (pooled[j] ?? 0)) ** 2) / (2 * width ** 2))
      matrix[i * size + j] = value
      means[i] = (means[i] ?? 0) + value / size
    }
    mean += (means[i] ?? 0) / size
  }
  let squares = 0
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      squares += ((matrix[i * size + j] ?? 0) - (means[i] ?? 0) - (means[j] ?? 0) + mean) ** 2
  return { trace: 1 - mean, squaredTrace: squares / size ** 2 }
}

/** All values, or so many drawn with replacement. */
function pick(values: ArrayLike<number>, most: number, random: () => number): number[] {
  if (values.length <= most) return Array.from(values)
  return Array.from({ length: most }, () => values[Math.floor(random() * values.length)] ?? 0)
}

// Box and Muller (1958).
const drawNormal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
