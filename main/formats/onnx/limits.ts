/** What a file may hold before it is refused as `too_large`; each bounds memory, not usefulness. */
export const ONNX_LIMITS = {
  /** Protobuf itself cannot express a larger file. */
  fileBytes: 2_147_483_647,
  /** Messages inside messages: protobuf's own default, so that nothing onnxruntime reads is refused here. */
  depth: 100,
  /** Nodes, names, attributes, tensors, dimensions and entries together; 10,000 nodes come to about 100,000. */
  records: 1_000_000,
  /** One name or one metadata value. */
  textBytes: 16_777_216,
  /** Numbers of one list that is read, e.g. the thresholds of an ensemble: 5 million nodes are 100 MB of lists. */
  listValues: 5_000_000,
  /** Class labels of one classifier. */
  classLabels: 65_536,
} as const
