// What a converter is, and what converting one estimator can ask of converting another.
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Estimator } from './estimator'
import type { Frame } from './frame'

/** A column that an estimator was fitted on. */
export type InputColumn = {
  /** Null when it was fitted on an array without names. */
  readonly name: string | null
  readonly type: 'float64' | 'string'
  /** True when the estimator takes text and numbers alike, so that whoever reads the column after it decides; `type` is a guess. */
  readonly isTypeOpen?: boolean
  /** True when a missing value (NaN, '' for text) is answered by the estimator itself, e.g. by an imputer or by trees. */
  readonly acceptsMissing: boolean
  /** The only values that are allowed, where the estimator refuses others (`handle_unknown='error'`). */
  readonly categories?: readonly (number | string)[]
  /** True for a column that nothing reads (dropped by a ColumnTransformer): callers may leave it out. */
  readonly isUnused?: boolean
}

/** An output column of a transformer that is still one of its input columns. */
export type PassedColumn = {
  readonly column: number
  /** False when its values were changed, so that type and categories of what reads it say nothing about the input. */
  readonly isUnchanged: boolean
  /** True when a value that was missing is missing still. */
  readonly keepsMissing: boolean
  /** A value that was replaced, and is therefore allowed besides the categories of what reads the column. */
  readonly replaced?: number | string
}

/** What is asked about an inner estimator before the graph is built. `width`: how many columns it gets, for those that do not know. */
export type Inquiry = {
  /** The columns an inner estimator was fitted on. */
  inputs(estimator: Estimator, width?: number): readonly InputColumn[]
  /** Its output columns: null for one that is made anew. Null as a whole when not even their number is known. */
  passes(estimator: Estimator, width?: number): readonly (PassedColumn | null)[] | null
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
      /**
       * The decision function where the class has one beside its probabilities: [N, 1] for two classes, otherwise
       * [N, classes]. Calibration and one-vs-rest prefer it to probabilities.
       */
      readonly decision?: string
    }

/** What is at hand while a graph is built. */
export type Conversion = Inquiry & {
  readonly builder: GraphBuilder
  /** Converts an inner transformer. @throws WorkstationError unsupported when there is no converter, or it is no transformer. */
  transform(estimator: Estimator, frame: Frame): Frame
  /** Converts an inner predictor. @throws WorkstationError unsupported like `transform`. */
  predict(estimator: Estimator, frame: Frame): Answer
  /** Says something about the result that its user should know, e.g. "class weights are not applied to decisions". */
  note(text: string): void
}

/** Adds a transformer to the graph. */
export type Transform = (conversion: Conversion, estimator: Estimator, frame: Frame) => Frame
/** Adds a predictor to the graph. */
export type Predict = (conversion: Conversion, estimator: Estimator, frame: Frame) => Answer
/** The columns that an estimator was fitted on. */
export type ReadInputs = (estimator: Estimator, inquiry: Inquiry, width?: number) => readonly InputColumn[]
/** Which columns a transformer hands on. */
export type ReadPasses = (
  estimator: Estimator,
  inquiry: Inquiry,
  width?: number,
) => readonly (PassedColumn | null)[] | null

/** How one class is converted. KMeans is both a transformer and a predictor; a Pipeline is what its last step is. */
export type Converter = {
  /** Defaults to `n_features_in_` float64 columns named by `feature_names_in_`. */
  readonly inputs?: ReadInputs
  /** Only for transformers that hand columns on; the others make all their columns anew. */
  readonly passes?: ReadPasses
  /** True when NaN in the default inputs is answered, e.g. by trees that learned where it goes. */
  readonly acceptsMissing?: (estimator: Estimator) => boolean
  readonly transform?: Transform
  readonly predict?: Predict
}

/** Converters by `library.ClassName`, e.g. `sklearn.Ridge`. */
export type ConverterTable = Readonly<Record<string, Converter>>
