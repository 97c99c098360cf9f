/** What a caller sends for a feature. Numbers are finite; integers have no fraction. */
export type FeatureType = 'number' | 'integer' | 'string' | 'boolean'

/** How the values of a feature reach the graph. */
export type TensorElementType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool' | 'string'

/** One input of the model, in the order of the training data. */
export type Feature = {
  readonly name: string
  readonly type: FeatureType
  /** Name of the graph input that takes this feature, and its column there. */
  readonly input: string
  readonly column: number
  /** True when training data had gaps here, so that a missing value is answered instead of refused. */
  readonly acceptsMissing: boolean
  /** The only values that the model's encoder takes; any value when absent. */
  readonly categories?: readonly (number | string)[]
}

/** One tensor the graph takes: `width` columns of one element type. `flat` inputs have shape [rows] instead of [rows, width]. */
export type TensorInput = {
  readonly name: string
  readonly elementType: TensorElementType
  readonly width: number
  readonly isFlat: boolean
}

export type Task = 'classification' | 'regression'

/** Which outputs of the graph carry the answer. */
export type AnswerOutputs =
  | {
      readonly kind: 'label'
      readonly label: string
      readonly scores: string | null
      /** Scores of a decision function are no probabilities, whatever their size; probabilities when absent. */
      readonly scoreKind?: 'probability' | 'decision'
    }
  | { readonly kind: 'scores'; readonly scores: string }
  | { readonly kind: 'value'; readonly value: string }

/** What a model takes and answers: the contract between callers, the graph and monitoring. */
export type Signature = {
  readonly task: Task
  readonly features: readonly Feature[]
  readonly inputs: readonly TensorInput[]
  readonly answer: AnswerOutputs
  /** Class labels in the order of the score columns; empty for regression or when the graph does not say. */
  readonly classLabels: readonly string[]
  /** Columns of the training data that the model was given and does not read; callers may send them. */
  readonly ignoredColumns?: readonly string[]
  /** True when the graph takes one row at a time, so that a batch is run row by row. */
  readonly isSingleRow: boolean
}
