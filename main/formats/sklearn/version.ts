import type { Estimator } from './estimator'

/** True when the library that wrote the file is at least `major.minor`, e.g. 1.3; false when the file does not say. */
export function isAtLeast(estimator: Estimator, major: number, minor: number): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(estimator.version ?? '') ?? []
  if (first === undefined || second === undefined) return false
  return Number(first) > major || (Number(first) === major && Number(second) >= minor)
}
