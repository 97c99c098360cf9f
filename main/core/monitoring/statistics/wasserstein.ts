/** Wasserstein-1 distance ∫|F − G| dx of two non-empty samples, in the unit of the values. */
export function wassersteinDistance(first: readonly number[], second: readonly number[]): number {
  const a = Float64Array.from(first).sort()
  const b = Float64Array.from(second).sort()
  const points = Float64Array.from([...first, ...second]).sort()
  let distance = 0
  let i = 0
  let j = 0
  for (let k = 0; k + 1 < points.length; k += 1) {
    const x = points[k] ?? 0
    while (i < a.length && (a[i] ?? Infinity) <= x) i += 1
    while (j < b.length && (b[j] ?? Infinity) <= x) j += 1
    distance += Math.abs(i / a.length - j / b.length) * ((points[k + 1] ?? x) - x)
  }
  return distance
}
