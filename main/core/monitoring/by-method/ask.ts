import type { FeatureKind } from './comparison'
import { DRIFT_METHODS } from './methods'
import type { MethodAsk } from './run'

/** What a model's card says about drift and features, spelled as its callers spell it. */
export type DriftCard = {
  readonly drift_detection?:
    | readonly { readonly is_true?: number | undefined; readonly method?: number | undefined }[]
    | null
    | undefined
  readonly featurelist?:
    readonly { readonly feature_name: string; readonly type?: string | null | undefined }[] | null | undefined
}

/** Reads what a card asks for: its first entry that is on, or its first one; null when it says nothing. */
export function readAsk({ drift_detection: detection, featurelist }: DriftCard): MethodAsk | null {
  const asked = detection?.find(({ is_true }) => is_true === 1) ?? detection?.[0]
  if (asked === undefined) return null
  const kinds = (featurelist ?? []).flatMap(({ feature_name, type }): [string, FeatureKind][] => {
    if (type === 'cont') return [[feature_name, 'numerical']]
    return type === 'cat' ? [[feature_name, 'categorical']] : []
  })
  return {
    isOn: asked.is_true === 1,
    method: DRIFT_METHODS[asked.method ?? 0] ?? 'mean_shift',
    kinds: Object.fromEntries(kinds),
  }
}
