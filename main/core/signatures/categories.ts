import type { Feature } from './signature'

/** Sets of allowed values, made once per feature. */
const allowedOf = new WeakMap<Feature, ReadonlySet<number | string>>()

/** Whether a value is among those that the model's encoder takes; any is where it takes any. */
export function isAllowed(feature: Feature, value: number | string | boolean): boolean {
  if (feature.categories === undefined) return true
  const known = allowedOf.get(feature) ?? new Set(feature.categories)
  allowedOf.set(feature, known)
  return known.has(typeof value === 'boolean' ? Number(value) : value)
}

const MOST_LISTED = 12

/** The values that are allowed, for a message. */
export function listAllowed({ categories = [] }: Feature): string {
  const shown = categories.slice(0, MOST_LISTED).map((value) => JSON.stringify(value))
  const rest = categories.length - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}
