import type { FeatureValue } from '../distributions/value'
import type { Explanation } from '../explanations/explanation'
import type { Feature } from '../signatures/signature'
import type { ClassImportance, Dependence, Importance } from './importance'

/** Explained rows: the values, and for each row one explanation per class. */
export type ExplainedSample = {
  readonly features: readonly Feature[]
  readonly rows: readonly (readonly FeatureValue[])[]
  readonly explanations: readonly (readonly Explanation[])[]
}

const MOST_CATEGORIES = 30
/** Numbers that all dependences of one importance keep together. */
const MOST_POINTS = 400_000

const isText = ({ type }: Feature): boolean => type === 'string' || type === 'boolean'
const toNumber = (value: FeatureValue): number =>
  value === null || typeof value === 'string' ? Number.NaN : Number(value)

/** Pearson's correlation over the pairs without gaps; null when one side does not vary. */
function correlate(left: readonly number[], right: readonly number[]): number | null {
  const pairs = left.flatMap((value, index) => {
    const other = right[index] ?? Number.NaN
    return Number.isFinite(value) && Number.isFinite(other) ? [[value, other] as const] : []
  })
  const count = pairs.length
  const meanLeft = pairs.reduce((sum, [value]) => sum + value, 0) / count
  const meanRight = pairs.reduce((sum, [, value]) => sum + value, 0) / count
  let [both, ofLeft, ofRight] = [0, 0, 0]
  for (const [value, other] of pairs) {
    both += (value - meanLeft) * (other - meanRight)
    ofLeft += (value - meanLeft) ** 2
    ofRight += (other - meanRight) ** 2
  }
  const size = Math.sqrt(ofLeft * ofRight)
  return size > 0 && Number.isFinite(size) ? Math.max(-1, Math.min(1, both / size)) : null
}

function summarizeClass(sample: ExplainedSample, which: number): ClassImportance {
  const { features, rows, explanations } = sample
  const own = explanations.map((each) => each[which])
  const means = features.map(
    (_, index) =>
      own.reduce((sum, each) => sum + Math.abs(each?.contributions[index] ?? 0), 0) / Math.max(1, own.length),
  )
  const total = means.reduce((sum, mean) => sum + mean, 0)
  return {
    label: own[0]?.explainedClass ?? null,
    bias: own[0]?.bias ?? 0,
    features: features.map((feature, index) => ({
      feature: feature.name,
      meanAbsolute: means[index] ?? 0,
      share: total === 0 ? 0 : (means[index] ?? 0) / total,
      direction: isText(feature)
        ? null
        : correlate(
            rows.map((row) => toNumber(row[index] ?? null)),
            own.map((each) => each?.contributions[index] ?? 0),
          ),
    })),
  }
}

/** Mean absolute contributions per class, and over all classes. */
export function summarizeSample(
  sample: ExplainedSample,
): Pick<Importance, 'classes' | 'features' | 'maxResidual'> {
  const { features, explanations } = sample
  const classes = (explanations[0] ?? []).map((_, which) => summarizeClass(sample, which))
  const means = features.map(
    (_, index) =>
      classes.reduce((sum, each) => sum + (each.features[index]?.meanAbsolute ?? 0), 0) /
      Math.max(1, classes.length),
  )
  const total = means.reduce((sum, mean) => sum + mean, 0)
  const overall = features.map(({ name, type }, index) => {
    const meanAbsolute = means[index] ?? 0
    return { feature: name, type, meanAbsolute, share: total === 0 ? 0 : meanAbsolute / total }
  })
  const residuals = explanations.flat().map(({ residual }) => residual)
  return {
    classes,
    features: overall.sort((left, right) => right.meanAbsolute - left.meanAbsolute),
    maxResidual: residuals.reduce((most, residual) => Math.max(most, residual), 0),
  }
}

/** Value against contribution of every feature: points for numbers, means of the frequent values for text. */
export function listDependences(sample: ExplainedSample): Dependence[] {
  const { features, rows, explanations } = sample
  const labels = (explanations[0] ?? []).map(({ explainedClass }) => explainedClass)
  const room = Math.floor(MOST_POINTS / Math.max(1, features.length * (labels.length + 1)))
  const step = Math.max(1, Math.ceil(rows.length / Math.max(1, room)))
  const contributionOf = (row: number, which: number, index: number): number =>
    explanations[row]?.[which]?.contributions[index] ?? 0
  return features.map((feature, index): Dependence => {
    const head = { feature: feature.name, type: feature.type, labels }
    if (isText(feature)) {
      const categories = groupRows(rows.map((row) => row[index] ?? null)).map(({ rows: own, ...rest }) => ({
        ...rest,
        rows: own.length,
        means: labels.map(
          (_, which) => own.reduce((sum, row) => sum + contributionOf(row, which, index), 0) / own.length,
        ),
      }))
      return { ...head, kind: 'categories', categories }
    }
    const kept = rows.flatMap((_, row) => (row % step === 0 ? [row] : []))
    return {
      ...head,
      kind: 'points',
      values: kept.map((row) => {
        const value = toNumber(rows[row]?.[index] ?? null)
        return Number.isFinite(value) ? value : null
      }),
      contributions: labels.map((_, which) => kept.map((row) => contributionOf(row, which, index))),
    }
  })
}

type Group = { readonly value: string | null; readonly isRest: boolean; readonly rows: readonly number[] }

/** Rows by their value, the most frequent values first; what is rare shares one group. */
function groupRows(values: readonly FeatureValue[]): Group[] {
  const groups = new Map<string | null, number[]>()
  values.forEach((value, row) => {
    const text = value === null ? null : String(value)
    const known = groups.get(text)
    if (known === undefined) groups.set(text, [row])
    else known.push(row)
  })
  const all = [...groups]
    .map(([value, rows]): Group => ({ value, isRest: false, rows }))
    .sort((left, right) => right.rows.length - left.rows.length)
  const rest = all.slice(MOST_CATEGORIES).flatMap(({ rows }) => rows)
  const shown = all.slice(0, MOST_CATEGORIES)
  return rest.length === 0 ? shown : [...shown, { value: null, isRest: true, rows: rest }]
}
