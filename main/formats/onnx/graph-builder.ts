// Writes ONNX files node by node. Values are named by themselves, so that converters only pass names along.
import { DIMENSION, ENTRY, GRAPH, MODEL, NODE, OPSET, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './schema'
import type { Attribute } from './write-attribute'
import { encodeAttribute } from './write-attribute'
import type { TensorContent } from './write-tensor'
import { DATA_TYPES, encodeTensor, keyOfTensor } from './write-tensor'
import { encodeMessage, encodeNumber, encodeText } from './wire-writer'

export type BuiltType = keyof typeof DATA_TYPES

/** What the file says about itself; `metadata` becomes metadata_props. */
export type FileNotes = { readonly metadata?: Readonly<Record<string, string>> }

type NodeOptions = {
  readonly attributes?: Readonly<Record<string, Attribute>>
  /** 'ai.onnx.ml' for the operators of classical machine learning. */
  readonly domain?: 'ai.onnx.ml'
  /** A name from `newName`, when others must find the node again. */
  readonly name?: string
}

/** Versions that every runtime since onnxruntime 1.21 knows. */
const IR_VERSION = 10
const OPSETS = [
  ['', 19],
  ['ai.onnx.ml', 5],
] as const

/** One ONNX graph in the making. Names of values are unique and never those of inputs. */
export class GraphBuilder {
  private readonly nodes: Uint8Array[] = []
  private readonly initializers: Uint8Array[] = []
  private readonly inputs: Uint8Array[] = []
  private readonly outputs: Uint8Array[] = []
  private readonly constants = new Map<string, string>()
  private readonly taken = new Set<string>()
  private next = 0

  /** A graph input [N, width]; returns its name. */
  input(name: string, type: BuiltType, width: number): string {
    this.taken.add(name)
    this.inputs.push(encodeMessage(GRAPH.input, encodeValueInfo(name, type, ['N', width])))
    return name
  }

  /** A constant tensor, e.g. `{ type: 'float64', values, dims: [1, 4] }`; equal small ones are written once. */
  constant(content: TensorContent): string {
    const key = keyOfTensor(content)
    const known = key === null ? undefined : this.constants.get(key)
    if (known !== undefined) return known
    const name = this.newName('constant')
    this.initializers.push(encodeMessage(GRAPH.initializer, encodeTensor(content, name)))
    if (key !== null) this.constants.set(key, name)
    return name
  }

  /** Keeps a tensor in the file that no operator reads: knowledge for those who read the graph. */
  aside(name: string, content: TensorContent): void {
    this.initializers.push(encodeMessage(GRAPH.initializer, encodeTensor(content, name)))
  }

  /** A float64 constant; `dims` defaults to a scalar for one value and to [1, n] otherwise. */
  numbers(values: ArrayLike<number>, dims?: readonly number[]): string {
    const shape = dims ?? (values.length === 1 ? [] : [1, values.length])
    return this.constant({ type: 'float64', values: Float64Array.from(values), dims: shape })
  }

  /** An int64 constant, one-dimensional unless `dims` says otherwise. */
  integers(values: readonly (number | bigint)[], dims: readonly number[] = [values.length]): string {
    return this.constant({
      type: 'int64',
      values: BigInt64Array.from(values, (value) => BigInt(value)),
      dims,
    })
  }

  /** Adds an operator with one output; returns the name of that output. */
  add(opType: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const [output = ''] = this.addMany(opType, { inputs, outputs: 1 }, options)
    return output
  }

  /** Adds an operator with several outputs; returns their names. */
  addMany(
    opType: string,
    values: { readonly inputs: readonly string[]; readonly outputs: number },
    options: NodeOptions = {},
  ): string[] {
    const outputs = Array.from({ length: values.outputs }, () => this.newName(opType))
    this.writeNode(opType, { inputs: values.inputs, outputs }, options)
    return outputs
  }

  /**
   * A graph output with the content of `value`. `width` null: one value per row, shape [N].
   * @returns its name: the one that is asked for, or another where an input has that already
   */
  output(
    wanted: string,
    value: string,
    shape: { readonly type: BuiltType; readonly width: number | null },
  ): string {
    const name = this.taken.has(wanted) ? this.newName(wanted) : wanted
    this.taken.add(name)
    this.writeNode('Identity', { inputs: [value], outputs: [name] }, {})
    const dims = shape.width === null ? ['N'] : ['N', shape.width]
    this.outputs.push(encodeMessage(GRAPH.output, encodeValueInfo(name, shape.type, dims)))
    return name
  }

  /** The finished file. */
  finish({ metadata = {} }: FileNotes = {}): Uint8Array {
    const graph = [
      ...this.nodes,
      encodeText(GRAPH.name, 'model'),
      ...this.initializers,
      ...this.inputs,
      ...this.outputs,
    ]
    const fields = [
      encodeNumber(MODEL.irVersion, IR_VERSION),
      encodeText(MODEL.producerName, 'plumbline'),
      encodeMessage(MODEL.graph, graph),
      ...OPSETS.map(([domain, version]) =>
        encodeMessage(MODEL.opsetImport, [
          encodeText(OPSET.domain, domain),
          encodeNumber(OPSET.version, version),
        ]),
      ),
      ...Object.entries(metadata).map(([key, value]) =>
        encodeMessage(MODEL.metadata, [encodeText(ENTRY.key, key), encodeText(ENTRY.value, value)]),
      ),
    ]
    return Buffer.concat(fields)
  }

  /** A name that nothing in the graph has yet. */
  newName(stem: string): string {
    for (;;) {
      const name = `${stem}_${this.next++}`
      if (!this.taken.has(name)) return name
    }
  }

  private writeNode(
    opType: string,
    values: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
    { attributes = {}, domain, name }: NodeOptions,
  ): void {
    const fields = [
      ...values.inputs.map((input) => encodeText(NODE.input, input)),
      ...values.outputs.map((output) => encodeText(NODE.output, output)),
      encodeText(NODE.name, name ?? `node_${this.nodes.length}`),
      encodeText(NODE.opType, opType),
      ...Object.entries(attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
      ...(domain === undefined ? [] : [encodeText(NODE.domain, domain)]),
    ]
    this.nodes.push(encodeMessage(GRAPH.node, fields))
  }
}

function encodeValueInfo(name: string, type: BuiltType, dims: readonly (number | string)[]): Uint8Array[] {
  const shape = dims.map((dim) =>
    encodeMessage(SHAPE.dimension, [
      typeof dim === 'number' ? encodeNumber(DIMENSION.value, dim) : encodeText(DIMENSION.parameter, dim),
    ]),
  )
  const tensor = [
    encodeNumber(TENSOR_TYPE.elementType, DATA_TYPES[type]),
    encodeMessage(TENSOR_TYPE.shape, shape),
  ]
  return [
    encodeText(VALUE_INFO.name, name),
    encodeMessage(VALUE_INFO.type, [encodeMessage(TYPE.tensor, tensor)]),
  ]
}
