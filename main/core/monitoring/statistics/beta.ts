import { logGamma } from './gamma'

const TINY = 1e-300

/**
 * Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 ≤ x ≤ 1 (DLMF 8.17.2), by the continued fraction
 * 8.17.22 on the side where it converges quickly and by I_x(a, b) = 1 − I_{1−x}(b, a) on the other.
 * @param rest 1 − x; worth giving where x is so near 1 that the difference has lost its digits
 */
export function regularizedBeta(
  x: number,
  { a, b }: { readonly a: number; readonly b: number },
  rest = 1 - x,
): number {
  if (x <= 0) return 0
  if (rest <= 0) return 1
  const isReflected = x > (a + 1) / (a + b + 2)
  const value = isReflected ? fraction(rest, x, { a: b, b: a }) : fraction(x, rest, { a, b })
  return isReflected ? 1 - value : value
}

// The modified Lentz method.
function fraction(x: number, rest: number, { a, b }: { readonly a: number; readonly b: number }): number {
  const logFront = a * Math.log(x) + b * Math.log(rest) + logGamma(a + b) - logGamma(a) - logGamma(b)
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let value = d
  // Some multiple of √max(a, b) terms are needed.
  const most = 200 + Math.ceil(20 * Math.sqrt(Math.max(a, b)))
  for (let m = 1; m <= most; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    value *= d * c
    if (Math.abs(d * c - 1) < 2 * Number.EPSILON) break
  }
  return (Math.exp(logFront) * value) / a
}

const awayFromZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value)

/**
 * P(|T| > |t|) of Student's t with `df` > 0 degrees of freedom, which need not be whole:
 * I_x(df/2, 1/2) with x = df / (df + t²) (DLMF 8.17; Abramowitz and Stegun 26.7.1).
 */
export function studentTwoSided(t: number, df: number): number {
  if (!Number.isFinite(t)) return 0
  const whole = df + t * t
  return regularizedBeta(df / whole, { a: df / 2, b: 0.5 }, (t * t) / whole)
}
