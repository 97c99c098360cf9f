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
  /** Constants with one number; values that one of them scaled; products of matrices. */
  private readonly scalars = new Set<string>()
  private readonly scaled = new Set<string>()
  private readonly products = new Set<string>()
  private next = 0
  private readonly prefix: string

  /** `prefix` keeps the names of a loop's body apart from those outside. */
  constructor(prefix = '') {
    this.prefix = prefix
  }

  /** A graph input [N, width], or of the given dimensions; returns its name. */
  input(name: string, type: BuiltType, shape: number | readonly (number | string)[]): string {
    this.taken.add(name)
    const dims = typeof shape === 'number' ? ['N', shape] : shape
    this.inputs.push(encodeMessage(GRAPH.input, encodeValueInfo(name, type, dims)))
    return name
  }

  /** A constant tensor, e.g. `{ type: 'float64', values, dims: [1, 4] }`; equal small ones are written once. */
  constant(content: TensorContent): string {
    const key = keyOfTensor(content)
    const known = key === null ? undefined : this.constants.get(key)
    if (known !== undefined) return known
    const name = this.newName('constant')
    this.initializers.push(encodeMessage(GRAPH.initializer, encodeTensor(content, name)))
    if (content.values.length === 1) this.scalars.add(name)
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
    const apart = this.keepApart(opType, inputs)
    const [output = ''] = this.addMany(opType, { inputs: apart, outputs: 1 }, options)
    if (opType === 'MatMul') this.products.add(output)
    if (this.isScaling(opType, inputs)) this.scaled.add(output)
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
    this.declareOutput(name, shape.type, shape.width === null ? ['N'] : ['N', shape.width])
    return name
  }

  /** The finished file. */
  finish({ metadata = {} }: FileNotes = {}): Uint8Array {
    const fields = [
      encodeNumber(MODEL.irVersion, IR_VERSION),
      encodeText(MODEL.producerName, 'plumbline'),
      encodeMessage(MODEL.graph, this.encodeGraph('model')),
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

  /**
   * Adds a Loop that carries one value [N, width] from round to round, at most `most` rounds.
   * @param round writes one round; values from outside may be used in it. `goesOn` is a bool scalar
   * @returns the value behind the last round
   */
  addLoop(
    start: string,
    { most, width }: { readonly most: number; readonly width: number },
    round: (body: GraphBuilder, value: string) => { readonly value: string; readonly goesOn: string },
  ): string {
    const body = new GraphBuilder(`${this.newName('body')}_`)
    body.input(body.newName('round'), 'int64', [])
    body.input(body.newName('condition'), 'bool', [])
    const before = body.input(body.newName('value'), 'float64', ['N', width])
    const after = round(body, before)
    body.declareOutput(after.goesOn, 'bool', [])
    body.declareOutput(after.value, 'float64', ['N', width])
    const most64 = this.integers([most], [])
    const yes = this.constant({ type: 'bool', values: Uint8Array.of(1), dims: [] })
    return this.add('Loop', [most64, yes, start], {
      attributes: { body: { graph: body.encodeGraph('body') } },
    })
  }

  /** A name that nothing in the graph has yet. */
  newName(stem: string): string {
    for (;;) {
      const name = `${this.prefix}${stem}_${this.next++}`
      if (!this.taken.has(name)) return name
    }
  }

  /**
   * onnxruntime fuses a MatMul with a scaling before or behind it into FusedMatMul, whose factor is a float32 even for
   * float64 tables (MatMulScaleFusion). A Concat of one value between them is a copy, and prevents that.
   */
  private keepApart(opType: string, inputs: readonly string[]): readonly string[] {
    const fused =
      opType === 'MatMul' ? this.scaled : this.isScaling(opType, inputs) ? this.products : new Set<string>()
    if (!inputs.some((input) => fused.has(input))) return inputs
    return inputs.map((input) =>
      fused.has(input) ? this.add('Concat', [input], { attributes: { axis: { int: 1 } } }) : input,
    )
  }

  private isScaling(opType: string, inputs: readonly string[]): boolean {
    return (opType === 'Mul' || opType === 'Div') && inputs.some((input) => this.scalars.has(input))
  }

  private encodeGraph(name: string): Uint8Array[] {
    return [
      ...this.nodes,
      encodeText(GRAPH.name, name),
      ...this.initializers,
      ...this.inputs,
      ...this.outputs,
    ]
  }

  private declareOutput(name: string, type: BuiltType, dims: readonly (number | string)[]): void {
    this.outputs.push(encodeMessage(GRAPH.output, encodeValueInfo(name, type, dims)))
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
