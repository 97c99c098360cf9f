import type { FeatureValue } from '../../distributions/value'
import { isMissing, toCategory, toNumber } from '../../distributions/value'
import type { JsonObject, JsonValue } from '../../json'
import type { Signature } from '../../signatures/signature'
import type { DriftMethod, TestName } from './methods'
import { NUMBER_TESTS, compareCategories, saysDrift } from './methods'

/** Fewer operations than this are not compared. */
export const LEAST_OPERATIONS = 10
/** Newest operations, and rows of the training data, that are compared at most. */
export const MOST_ROWS = 10_000
/** Which rows of a larger training file stand for it is drawn from this seed. */
const SAMPLE_SEED = 1
/** Values on either side without which nothing can be said. */
const LEAST_VALUES = 2

export type FeatureKind = 'numerical' | 'categorical'

export type MethodTask = {
  readonly method: DriftMethod
  /** The features to compare, and as what. */
  readonly features: readonly { readonly name: string; readonly kind: FeatureKind }[]
  readonly log: { readonly logPath: string; readonly logKey: number; readonly since: number }
  /** Operations that were answered elsewhere and recorded, by feature name. */
  readonly recorded: readonly JsonObject[]
  /** Null when the version has no training data: then operations are only counted. */
  readonly training: {
    readonly path: string
    readonly signature: Signature
    readonly targetColumn: string | null
  } | null
}

/** What one feature's comparison came to. */
export type FeatureVerdict = {
  readonly feature: string
  readonly kind: FeatureKind
  readonly method: TestName
  /** Null where it is beyond all numbers: means that differ without any spread. */
  readonly statistic: number | null
  readonly pValue: number
  readonly isDrift: boolean
}

export type MethodOutcome = {
  /** Operations that were compared, or that there are when they were too few. */
  readonly operations: number
  /** Rows of the training data that stood for the reference; 0 when nothing was compared. */
  readonly referenceRows: number
  readonly verdicts: readonly FeatureVerdict[]
  /** Features that could not be compared, and why. */
  readonly leftOut: readonly { readonly feature: string; readonly reason: string }[]
}

/** Where the two sides come from. */
export type MethodSources = {
  readonly readAnswered: (request: MethodTask['log'] & { readonly most: number }) => readonly JsonObject[]
  readonly sampleTraining: (
    request: NonNullable<MethodTask['training']> & { readonly most: number; readonly seed: number },
    onProgress: (fraction: number) => void,
  ) => Promise<{ readonly columns: ReadonlyMap<string, readonly FeatureValue[]> }>
}

/**
 * Compares the newest operations of a deployment with the training data, feature by feature. Runs in an analysis
 * worker. @throws WorkstationError invalid when the training file cannot be read any more
 */
export async function compareByMethod(
  task: MethodTask,
  sources: MethodSources,
  onProgress: (fraction: number) => void,
): Promise<MethodOutcome> {
  const { training, features, method } = task
  const answered = sources.readAnswered({ ...task.log, most: MOST_ROWS })
  const operations = [...answered, ...task.recorded].slice(0, MOST_ROWS)
  if (training === null || operations.length < LEAST_OPERATIONS)
    return { operations: operations.length, referenceRows: 0, verdicts: [], leftOut: [] }
  const { columns } = await sources.sampleTraining(
    { ...training, most: MOST_ROWS, seed: SAMPLE_SEED },
    (fraction) => onProgress(fraction * 0.5),
  )
  const verdicts: FeatureVerdict[] = []
  const leftOut: { feature: string; reason: string }[] = []
  features.forEach(({ name, kind }, index) => {
    const reference = columns.get(name) ?? []
    const current = operations.map((inputs) => toValue(inputs[name]))
    const verdict = compareFeature({ name, kind, reference, current }, method)
    if (typeof verdict === 'string') leftOut.push({ feature: name, reason: verdict })
    else verdicts.push(verdict)
    onProgress(0.5 + (0.5 * (index + 1)) / features.length)
  })
  const referenceRows = Math.max(0, ...[...columns.values()].map((values) => values.length))
  return { operations: operations.length, referenceRows, verdicts, leftOut }
}

type Sides = {
  readonly name: string
  readonly kind: FeatureKind
  readonly reference: readonly FeatureValue[]
  readonly current: readonly FeatureValue[]
}

/** The verdict, or why there is none. */
function compareFeature(
  { name, kind, reference, current }: Sides,
  method: DriftMethod,
): FeatureVerdict | string {
  const read = kind === 'numerical' ? readNumbers : readCategories
  const counts = [read(reference).length, read(current).length]
  if (Math.min(...counts) < LEAST_VALUES) {
    return `${kind === 'numerical' ? 'numbers' : 'values'} are missing: ${counts[0]} in the training data, ${counts[1]} in operations`
  }
  const result =
    kind === 'numerical'
      ? NUMBER_TESTS[method](readNumbers(reference), readNumbers(current))
      : compareCategories(readCategories(reference), readCategories(current))
  return {
    feature: name,
    kind,
    method: kind === 'numerical' ? method : 'chi_squared',
    statistic: Number.isFinite(result.statistic) ? result.statistic : null,
    pValue: result.p,
    isDrift: saysDrift(result),
  }
}

function toValue(value: JsonValue | undefined): FeatureValue {
  return value === undefined || (typeof value === 'object' && value !== null) ? null : value
}

const readNumbers = (values: readonly FeatureValue[]): number[] =>
  values.flatMap((value) => {
    const number = isMissing(value) ? NaN : toNumber(value)
    return Number.isFinite(number) ? [number] : []
  })

const readCategories = (values: readonly FeatureValue[]): string[] =>
  values.flatMap((value) => (isMissing(value) ? [] : [toCategory(value)]))
