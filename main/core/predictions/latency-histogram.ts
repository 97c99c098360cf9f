/** Logarithmic bins from 0.01 ms to 100 s; a quantile read from them is off by at most half a bin, about 8 %. */
const BINS = 112
const LOWEST_MS = 0.01
const DECADES = 7
const PER_DECADE = BINS / DECADES

/** Counts of latencies, mergeable by addition. */
export type LatencyHistogram = Uint32Array

export const createLatencyHistogram = (): LatencyHistogram => new Uint32Array(BINS)

/** Counts one latency in milliseconds; with an amount of -1, takes one back that was counted. */
export function countLatency(histogram: LatencyHistogram, milliseconds: number, amount: 1 | -1 = 1): void {
  const position = Math.floor(Math.log10(Math.max(milliseconds, LOWEST_MS) / LOWEST_MS) * PER_DECADE)
  const bin = Math.min(BINS - 1, position)
  histogram[bin] = (histogram[bin] ?? 0) + amount
}

/** Adds `from` to `into`. */
export function mergeLatencies(into: LatencyHistogram, from: LatencyHistogram): void {
  for (let bin = 0; bin < BINS; bin++) into[bin] = (into[bin] ?? 0) + (from[bin] ?? 0)
}

/** The latency in milliseconds below which a share of the counted ones lies (geometric middle of its bin); null when empty. */
export function latencyQuantile(histogram: LatencyHistogram, share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let seen = 0
  for (let bin = 0; bin < BINS; bin++) {
    seen += histogram[bin] ?? 0
    if (seen >= share * total) return LOWEST_MS * 10 ** ((bin + 0.5) / PER_DECADE)
  }
  return null
}

/** The histogram as bytes for the database, and back. */
export const packLatencies = (histogram: LatencyHistogram): Uint8Array =>
  new Uint8Array(histogram.slice().buffer)

export function unpackLatencies(bytes: Uint8Array): LatencyHistogram {
  const histogram = createLatencyHistogram()
  if (bytes.byteLength === histogram.byteLength) new Uint8Array(histogram.buffer).set(bytes)
  return histogram
}
