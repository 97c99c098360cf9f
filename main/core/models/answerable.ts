import type { FeatureValue } from '../distributions/value'
import { isAllowed, listAllowed } from '../signatures/categories'
import type { Feature } from '../signatures/signature'

/** Why the model does not answer a value, as the rest of a sentence that begins with the feature; null when it does. */
export function findFault(feature: Feature, value: FeatureValue): string | null {
  if (value === null) return feature.acceptsMissing ? null : 'is missing'
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is no number'
  if (isAllowed(feature, value)) return null
  return `is ${JSON.stringify(value)}, which is none of ${listAllowed(feature)}`
}
