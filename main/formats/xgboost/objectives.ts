// What XGBoost makes of a model's sums (PredTransform), and how base_score becomes a sum (ProbToMargin): src/objective/*.

/** From sums to answers. `raw` is a classifier's margin without a link; `hinge` decides at 0. */
export type XgboostLink = 'identity' | 'exp' | 'sigmoid' | 'softmax' | 'raw' | 'hinge'

const LINKS: Readonly<Record<string, XgboostLink>> = {
  'binary:logistic': 'sigmoid',
  'binary:logitraw': 'raw',
  'binary:hinge': 'hinge',
  'multi:softprob': 'softmax',
  'multi:softmax': 'softmax',
  'reg:logistic': 'sigmoid',
  'reg:linear': 'identity',
  'reg:squarederror': 'identity',
  'reg:squaredlogerror': 'identity',
  'reg:absoluteerror': 'identity',
  'reg:pseudohubererror': 'identity',
  'reg:quantileerror': 'identity',
  'reg:expectileerror': 'identity',
  'reg:gamma': 'exp',
  'reg:tweedie': 'exp',
  'count:poisson': 'exp',
  'rank:pairwise': 'identity',
  'rank:ndcg': 'identity',
  'rank:map': 'identity',
}

/** Undefined for objectives that cannot be converted, such as survival models. */
export const linkOf = (objective: string): XgboostLink | undefined =>
  Object.hasOwn(LINKS, objective) ? LINKS[objective] : undefined

/** True when a model without further information is a classifier. */
export const isClassifying = (objective: string): boolean => /^(binary|multi):/.test(objective)

/** base_score as a sum, rounded as XGBoost does it in single precision. NaN where base_score is out of range. */
export function marginOf(link: XgboostLink, baseScore: number): number {
  const score = Math.fround(baseScore)
  switch (link) {
    case 'sigmoid':
      return Math.fround(-Math.log(Math.fround(Math.fround(1 / score) - 1)))
    case 'exp':
      return Math.fround(Math.log(score))
    default:
      return score
  }
}
