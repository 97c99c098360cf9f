import { regularizedGammaQ } from './gamma'

/** Complementary error function; erfc(x) = Q(1/2, x²) for x ≥ 0, reflected below zero. */
export function erfc(x: number): number {
  const tail = regularizedGammaQ(0.5, x * x)
  return x < 0 ? 2 - tail : tail
}

/** P(Z > z) of a standard normal variable. */
export function normalSurvival(z: number): number {
  return 0.5 * erfc(z / Math.SQRT2)
}
