/** Where a message lies in the file: offsets of its first byte and of the byte behind its last. */
export type ByteRange = { readonly start: number; readonly end: number }

/** A tensor's head. Its elements stay in the file until `tensor-labels.ts` reads them. */
export type OnnxTensor = {
  readonly name: string
  /** TensorProto.DataType; 0 when the file does not say. */
  readonly dataType: number
  readonly elementCount: number
  readonly isExternal: boolean
  readonly range: ByteRange
}

/** One attribute's head: how long its list is, and what is nested in it. The list itself stays in the file. */
export type OnnxAttribute = {
  readonly name: string
  /** Elements of the longest of floats, ints and strings. */
  readonly listLength: number
  readonly tensors: readonly OnnxTensor[]
  readonly graphs: readonly OnnxGraph[]
  readonly range: ByteRange
}

export type OnnxNode = {
  readonly name: string
  readonly opType: string
  /** As written in the file: '' or 'ai.onnx' for the standard domain. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: readonly OnnxAttribute[]
}

/** A graph input or output; its type is the file's bytes until `value-type.ts` reads them. */
export type OnnxValueInfo = { readonly name: string; readonly type: ByteRange | null }

export type OnnxGraph = {
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxTensor[]
  readonly inputs: readonly OnnxValueInfo[]
  readonly outputs: readonly OnnxValueInfo[]
  readonly range: ByteRange
}

export type OnnxFunction = {
  readonly name: string
  readonly domain: string
  readonly nodes: readonly OnnxNode[]
}

export type OnnxOpset = { readonly domain: string; readonly version: number }

/** An ONNX file, read: the structure as objects, every long list left in `bytes`. */
export type OnnxModel = {
  readonly bytes: Uint8Array
  readonly irVersion: number
  readonly producer: { readonly name: string; readonly version: string }
  readonly opsets: readonly OnnxOpset[]
  readonly graph: OnnxGraph
  readonly functions: readonly OnnxFunction[]
  readonly metadata: readonly (readonly [key: string, value: string])[]
}

/** The standard domain is written '' in most files; we call it by its full name everywhere. */
export function fullDomain(domain: string): string {
  return domain === '' ? 'ai.onnx' : domain
}
