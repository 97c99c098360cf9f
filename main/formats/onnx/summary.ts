export type OnnxElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'string'
  | 'other'

/** A graph input or output. In `shape` a number is fixed, a string names a symbolic size, null is unknown. */
export type OnnxValue = {
  readonly name: string
  readonly kind: 'tensor' | 'sequence' | 'map' | 'optional' | 'other'
  /** Null when there is no tensor or its element type is not written down. */
  readonly elementType: OnnxElementType | null
  /** Null when there is no tensor or even its rank is unknown. */
  readonly shape: readonly (number | string | null)[] | null
}

/** Class names in the order of the probability columns; int64 labels as decimal text. */
export type OnnxClassLabels = { readonly labels: readonly string[]; readonly type: 'int64' | 'string' }

export type OnnxOperator = { readonly domain: string; readonly type: string; readonly count: number }

export type OnnxFamily = 'tree-ensemble' | 'linear' | 'svm' | 'neural-network' | 'pipeline' | 'other'

/** What a file says about itself, without running it. The standard domain is written 'ai.onnx'. */
export type OnnxSummary = {
  readonly irVersion: number
  readonly producer: { readonly name: string; readonly version: string }
  /** Of the model and of the functions it defines, each pair once. */
  readonly opsets: readonly { readonly domain: string; readonly version: number }[]
  /** Graph inputs that are not initializers. */
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
  /** Including subgraphs and the bodies of functions; calls of such functions are not operators. Sorted. */
  readonly operators: readonly OnnxOperator[]
  readonly classLabels: OnnxClassLabels | null
  /** A ZipMap that `removeZipMap` can take out: one in the main graph. */
  readonly hasZipMap: boolean
  /** Names of the tensors whose data lies in other files. */
  readonly externalData: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  readonly nodeCount: number
  /** Initializer elements, tree nodes, and the coefficients of linear and support vector operators. */
  readonly parameterCount: number
  readonly family: OnnxFamily
  /** The operator that gives the family, such as 'TreeEnsembleClassifier'. */
  readonly modelType: string
}
