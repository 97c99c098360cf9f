import { WorkstationError } from '../../errors'
import { MAX_FINE_BINS, findEdges, findRuns, groupRuns, sumGroups } from './quantile-bins'
import type { FeatureValue } from './value'
import { isMissing, toCategory, toNumber } from './value'

export type { FeatureValue } from './value'

/** Integers with no more distinct values than this are codes rather than measurements. */
export const MAX_DISCRETE = 20
/** Categories with a count of their own; the rest share one. */
export const MAX_CATEGORIES = 50
/** Text with more distinct values than this identifies rows rather than groups them. */
export const MAX_DISTINCT = 1000
/** Text with a larger share of distinct values than this identifies rows, unless there are very few values. */
export const MAX_UNIQUE_RATIO = 0.5

/**
 * A reference column of measurements. `count` finite values, `missing` without a value, `nonFinite` present but
 * no finite number. `mean` … `max` are null without a finite value. `edges` are the interior edges of up to 60
 * quantile bins, ascending (bin i holds edges[i−1] ≤ x < edges[i]), `counts` the reference values per bin.
 * `decileOf` and `quintileOf` name, per bin, the coarse bin (≤ 10, ≤ 5) that the drift score counts it in.
 */
export type NumericProfile = {
  readonly kind: 'numeric'
  readonly count: number
  readonly missing: number
  readonly nonFinite: number
  readonly distinct: number
  readonly mean: number | null
  readonly standardDeviation: number | null
  readonly min: number | null
  readonly max: number | null
  readonly edges: readonly number[]
  readonly counts: readonly number[]
  readonly decileOf: readonly number[]
  readonly quintileOf: readonly number[]
}

/**
 * A reference column of categories: the 50 most frequent with their counts, the others (`otherCategories`, at most
 * 950 more, so that a rare category is not mistaken for an unseen one) with one count. `seenOnce` = categories that
 * occur in a single row; their share estimates how often a fresh row shows an unseen one (Good and Turing).
 */
export type CategoricalProfile = {
  readonly kind: 'categorical'
  readonly count: number
  readonly missing: number
  readonly distinct: number
  readonly categories: readonly string[]
  readonly counts: readonly number[]
  readonly otherCategories: readonly string[]
  readonly otherCount: number
  readonly seenOnce: number
}

/** A reference column of identifiers or free text, which has no drift score. `meanLength` in UTF-16 units. */
export type TextProfile = {
  readonly kind: 'text'
  readonly count: number
  readonly missing: number
  readonly distinct: number
  readonly meanLength: number
}

export type FeatureProfile = { readonly name: string } & (NumericProfile | CategoricalProfile | TextProfile)

/** What reference data looked like; plain JSON, frozen when the reference is registered. */
export type DatasetProfile = {
  readonly version: 1
  readonly rows: number
  readonly features: readonly FeatureProfile[]
}

/** One column of reference data: a feature, or the model's output (scores as number, classes as string or integer). */
export type ReferenceColumn = {
  readonly name: string
  readonly type: 'number' | 'integer' | 'string' | 'boolean'
  readonly values: readonly FeatureValue[]
}

/**
 * Profiles reference data column by column. Numbers become quantile bins, except that up to 20 distinct integers are
 * categories; up to 60 distinct values that are not all integers get a bin each, with edges between them, because
 * category names would not survive the float32 rounding of a model's input. Booleans are categories; text is too,
 * unless it has over 1,000 distinct values, or over 20 and over half of them unique.
 * Throws `invalid` when columns differ in length or share a name.
 */
export function buildProfile(columns: readonly ReferenceColumn[]): DatasetProfile {
  const rows = columns[0]?.values.length ?? 0
  const names = new Set<string>()
  for (const { name, values } of columns) {
    if (values.length !== rows) {
      throw new WorkstationError(
        'invalid',
        `column "${name}" has ${values.length} values but the first column has ${rows}; all must have the same number`,
      )
    }
    if (names.has(name)) {
      throw new WorkstationError('invalid', `column "${name}" appears twice; column names must be unique`)
    }
    names.add(name)
  }
  return {
    version: 1,
    rows,
    features: columns.map((column) => ({ name: column.name, ...profileColumn(column) })),
  }
}

function profileColumn(column: ReferenceColumn): NumericProfile | CategoricalProfile | TextProfile {
  const isNumber = column.type === 'number' || column.type === 'integer'
  if (isNumber && !isDiscrete(column.values)) return profileNumbers(column.values)
  return profileCategories(column.values)
}

/** Whether the finite values are few and all integers; a column without any is left numeric. */
function isDiscrete(values: readonly FeatureValue[]): boolean {
  const distinct = new Set<number>()
  for (const value of values) {
    if (isMissing(value)) continue
    const number = toNumber(value)
    if (!Number.isFinite(number)) continue
    if (!Number.isInteger(number)) return false
    distinct.add(number)
    if (distinct.size > MAX_DISCRETE) return false
  }
  return distinct.size > 0
}

function profileNumbers(values: readonly FeatureValue[]): NumericProfile {
  const finite = new Float64Array(values.length)
  let count = 0
  let missing = 0
  for (const value of values) {
    if (isMissing(value)) {
      missing += 1
      continue
    }
    const number = toNumber(value)
    if (!Number.isFinite(number)) continue
    // Adding zero turns −0 into 0, which would otherwise sort as a value of its own.
    finite[count] = number + 0
    count += 1
  }
  const sorted = finite.subarray(0, count).sort()
  const runs = findRuns(sorted)
  const binOf = groupRuns(runs.counts, MAX_FINE_BINS)
  const counts = sumGroups(runs.counts, binOf)
  return {
    kind: 'numeric',
    count,
    missing,
    nonFinite: values.length - count - missing,
    distinct: runs.values.length,
    ...describeMoments(sorted),
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    edges: findEdges(runs.values, binOf),
    counts,
    decileOf: groupRuns(counts, 10),
    quintileOf: groupRuns(counts, 5),
  }
}

/** Mean and sample standard deviation (Welford), null where they do not exist or overflow. */
function describeMoments(values: Float64Array): { mean: number | null; standardDeviation: number | null } {
  let mean = 0
  let squares = 0
  values.forEach((value, index) => {
    const delta = value - mean
    mean += delta / (index + 1)
    squares += delta * (value - mean)
  })
  const deviation = Math.sqrt(squares / Math.max(1, values.length - 1))
  return {
    mean: values.length > 0 && Number.isFinite(mean) ? mean : null,
    standardDeviation: values.length > 0 && Number.isFinite(deviation) ? deviation : null,
  }
}

function profileCategories(values: readonly FeatureValue[]): CategoricalProfile | TextProfile {
  const countOf = new Map<string, number>()
  let missing = 0
  let length = 0
  for (const value of values) {
    if (isMissing(value)) {
      missing += 1
      continue
    }
    const category = toCategory(value)
    length += category.length
    countOf.set(category, (countOf.get(category) ?? 0) + 1)
  }
  const count = values.length - missing
  const distinct = countOf.size
  if (distinct > MAX_DISTINCT || (distinct > MAX_DISCRETE && distinct > count * MAX_UNIQUE_RATIO)) {
    return { kind: 'text', count, missing, distinct, meanLength: length / count }
  }
  // Ties by name, so that the same data in another order gives the same profile.
  const ranked = [...countOf].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const top = ranked.slice(0, MAX_CATEGORIES)
  const rest = ranked.slice(MAX_CATEGORIES)
  return {
    kind: 'categorical',
    count,
    missing,
    distinct,
    categories: top.map(([category]) => category),
    counts: top.map(([, times]) => times),
    otherCategories: rest.map(([category]) => category),
    otherCount: rest.reduce((sum, [, times]) => sum + times, 0),
    seenOnce: ranked.filter(([, times]) => times === 1).length,
  }
}
