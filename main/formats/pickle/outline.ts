/** One attribute of an estimator in short: what it is, and the shape of an array. */
export type AttributeOutline = {
  readonly name: string
  readonly type: string
  readonly shape: readonly number[] | null
}

/** An estimator as it lies in a file. Lists are shortened; what was left out is told by counts. */
export type EstimatorOutline = {
  /** Where it is: `['model']`, `steps[0]`; '' for the file itself. */
  readonly place: string
  /** The name that its pipeline gave it, or null. */
  readonly label: string | null
  /** `RandomForestClassifier` */
  readonly name: string
  /** `sklearn.ensemble._forest.RandomForestClassifier` */
  readonly classPath: string
  /** `sklearn` */
  readonly library: string
  readonly version: string | null
  /** How many of the same class stand in its place, itself included. */
  readonly count: number
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
  readonly attributes: readonly AttributeOutline[]
  readonly featureCount: number | null
  readonly featureNames: readonly string[] | null
  readonly classes: readonly string[] | null
  readonly nested: readonly EstimatorOutline[]
}

/** How much of a file is outlined; the rest is left out, as nobody reads it. */
export const OUTLINE_LIMITS = {
  estimators: 200,
  depth: 20,
  /** Values that are looked at, whatever they are: an outline takes milliseconds for any file. */
  looks: 100_000,
  parameters: 80,
  attributes: 80,
  names: 200,
  classes: 50,
  characters: 120,
} as const
