// Field tags of the ONNX messages that this product reads, from onnx-ml.proto of onnx 1.23.2 (Apache-2.0).
// A field whose wire type differs from the one written here is skipped, as every protobuf reader does.

export const VARINT = 0
export const SPAN = 2

const varint = (field: number) => (field << 3) | VARINT
const span = (field: number) => (field << 3) | SPAN
const fixed32 = (field: number) => (field << 3) | 5

export const MODEL = {
  irVersion: varint(1),
  producerName: span(2),
  producerVersion: span(3),
  graph: span(7),
  opsetImport: span(8),
  metadata: span(14),
  functions: span(25),
} as const

export const OPSET = { domain: span(1), version: varint(2) } as const

export const ENTRY = { key: span(1), value: span(2) } as const

export const FUNCTION = {
  name: span(1),
  node: span(7),
  opsetImport: span(9),
  domain: span(10),
} as const

export const GRAPH = {
  node: span(1),
  name: span(2),
  initializer: span(5),
  input: span(11),
  output: span(12),
  valueInfo: span(13),
  sparseInitializer: span(15),
} as const

export const NODE = {
  input: span(1),
  output: span(2),
  name: span(3),
  opType: span(4),
  attribute: span(5),
  domain: span(7),
} as const

export const ATTRIBUTE = {
  name: span(1),
  onlyFloat: fixed32(2),
  onlyInt: varint(3),
  onlyString: span(4),
  tensor: span(5),
  graph: span(6),
  float: fixed32(7),
  floats: span(7),
  int: varint(8),
  ints: span(8),
  string: span(9),
  tensors: span(10),
  graphs: span(11),
  sparseTensor: span(22),
  sparseTensors: span(23),
  kind: varint(20),
} as const

export const TENSOR = {
  dim: varint(1),
  dims: span(1),
  dataType: varint(2),
  floatData: span(4),
  int32Data: span(5),
  int32Datum: varint(5),
  stringData: span(6),
  int64Data: span(7),
  int64Datum: varint(7),
  name: span(8),
  rawData: span(9),
  doubleData: span(10),
  externalData: span(13),
  dataLocation: varint(14),
} as const

export const SPARSE_TENSOR = { values: span(1), indices: span(2) } as const

export const VALUE_INFO = { name: span(1), type: span(2) } as const

export const TYPE = {
  tensor: span(1),
  sequence: span(4),
  map: span(5),
  opaque: span(7),
  sparseTensor: span(8),
  optional: span(9),
} as const

export const TENSOR_TYPE = { elementType: varint(1), shape: span(2) } as const

export const SHAPE = { dimension: span(1) } as const

export const DIMENSION = { value: varint(1), parameter: span(2) } as const
