// What a converter is, and what converting one estimator can ask of converting another.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Estimator } from './estimator'
import type { Frame } from './frame'

/** A column that an estimator was fitted on. */
export type InputColumn = {
  /** Null when it was fitted on an array without names. */
  readonly name: string | null
  readonly type: 'float64' | 'string'
  /** True when a missing value (NaN, '' for text) is answered by the estimator itself, e.g. by an imputer or by trees. */
  readonly acceptsMissing: boolean
  /** The only values that are allowed, where the estimator refuses others (`handle_unknown='error'`). */
  readonly categories?: readonly (number | string)[]
  /** True for a column that nothing reads (dropped by a ColumnTransformer): callers may leave it out. */
  readonly isUnused?: boolean
}

/** Class labels in the order of the score columns. */
export type ClassLabels =
  | { readonly type: 'int64'; readonly labels: readonly number[] }
  | { readonly type: 'string'; readonly labels: readonly string[] }

/** What a predictor adds to the graph. Values are names in the graph, all [N, width] unless said otherwise. */
export type Answer =
  | { readonly kind: 'value'; readonly value: string }
  | {
      readonly kind: 'label'
      readonly classes: ClassLabels
      /** int64 [N]: the position of the label in `classes`. */
      readonly index: string
      /** [N, width]: probabilities of all classes, or a decision function: of all classes, or one column for two. */
      readonly scores: {
        readonly value: string
        readonly kind: 'probability' | 'decision'
        readonly width: number
      } | null
    }

/** What is at hand while a graph is built. */
export type Conversion = {
  readonly builder: GraphBuilder
  /** Converts an inner transformer. @throws WorkstationError unsupported when there is no converter, or it is no transformer. */
  transform(estimator: Estimator, frame: Frame): Frame
  /** Converts an inner predictor. @throws WorkstationError unsupported like `transform`. */
  predict(estimator: Estimator, frame: Frame): Answer
  /** The columns an inner estimator was fitted on. */
  inputs(estimator: Estimator): readonly InputColumn[]
  /** Says something about the result that its user should know, e.g. "class weights are not applied to decisions". */
  note(text: string): void
}

/** How one class is converted. KMeans is both a transformer and a predictor; a Pipeline is what its last step is. */
export type Converter = {
  /** Defaults to `n_features_in_` float64 columns named by `feature_names_in_`. */
  readonly inputs?: (estimator: Estimator, conversion: Pick<Conversion, 'inputs'>) => readonly InputColumn[]
  /** True when NaN in the default inputs is answered, e.g. by trees that learned where it goes. */
  readonly acceptsMissing?: (estimator: Estimator) => boolean
  readonly transform?: (conversion: Conversion, estimator: Estimator, frame: Frame) => Frame
  readonly predict?: (conversion: Conversion, estimator: Estimator, frame: Frame) => Answer
}

/** Converters by `library.ClassName`, e.g. `sklearn.Ridge`. */
export type ConverterTable = Readonly<Record<string, Converter>>
