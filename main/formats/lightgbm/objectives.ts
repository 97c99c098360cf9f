// What LightGBM makes of a model's raw sums (ConvertOutput in src/objective/*).

/** From sums to answers; `slope` multiplies the sums before the sigmoid. */
export type LightgbmLink =
  | { readonly kind: 'identity' | 'exp' | 'softmax' | 'squared' | 'log1pExp' }
  | { readonly kind: 'sigmoid'; readonly slope: number }
  | { readonly kind: 'sigmoids'; readonly slope: number }

const IDENTITIES = new Set([
  'regression',
  'regression_l1',
  'huber',
  'fair',
  'quantile',
  'mape',
  'lambdarank',
  'rank_xendcg',
])

/**
 * The link of an objective as the model text has it, e.g. `binary sigmoid:1`; null for one that is not known.
 * A model trained with one's own objective has none: its sums are its answer.
 */
export function readLink(objective: string | null): LightgbmLink | null {
  const [name = '', ...options] = (objective ?? '').trim().split(/\s+/)
  const slope = Number(options.find((option) => option.startsWith('sigmoid:'))?.slice(8) ?? 1)
  if (!Number.isFinite(slope) || slope <= 0) return null
  if (name === '' || name === 'custom' || name === 'none') return { kind: 'identity' }
  if (IDENTITIES.has(name)) return { kind: options.includes('sqrt') ? 'squared' : 'identity' }
  switch (name) {
    case 'binary':
      return { kind: 'sigmoid', slope }
    case 'multiclass':
      return { kind: 'softmax' }
    case 'multiclassova':
      return { kind: 'sigmoids', slope }
    case 'cross_entropy':
      return { kind: 'sigmoid', slope: 1 }
    case 'cross_entropy_lambda':
      return { kind: 'log1pExp' }
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return { kind: 'exp' }
    default:
      return null
  }
}

/** True when a model without further information is a classifier. */
export const isClassifying = (objective: string | null): boolean =>
  /^(binary|multiclass|multiclassova)\b/.test(objective?.trim() ?? '')
