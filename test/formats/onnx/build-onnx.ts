import { encodeMessage, encodeNumber, encodeText } from '../../../main/formats/onnx/wire-writer'

// Just enough of an ONNX writer to make broken and unusual files. Tags are written as (field << 3) | wire type.
const span = (field: number) => (field << 3) | 2
const varint = (field: number) => field << 3

export const message = (field: number, ...parts: Uint8Array[]) => encodeMessage(span(field), parts)
export const text = (field: number, value: string) => encodeText(span(field), value)
export const number = (field: number, value: number) => encodeNumber(varint(field), value)
export const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

export const opset = (domain: string, version: number) => message(8, text(1, domain), number(2, version))
export const entry = (key: string, value: string) => message(14, text(1, key), text(2, value))

/** A ValueInfoProto of a float tensor [batch, width]; `field` 11 is an input, 12 an output of the graph. */
export const tensorValue = (field: number, name: string, width = 3) =>
  message(
    field,
    text(1, name),
    message(2, message(1, number(1, 1), message(2, message(1), message(1, number(1, width))))),
  )

export const node = (type: string, domain = '', ...attributes: Uint8Array[]) =>
  message(1, text(1, 'x'), text(2, 'y'), text(4, type), text(7, domain), ...attributes)

/** A complete model x → y with the given graph fields in place of its single Relu node. */
export function buildModel(
  options: { nodes?: Uint8Array[]; opsets?: Uint8Array[]; extra?: Uint8Array[]; ir?: number } = {},
) {
  const nodes = options.nodes ?? [node('Relu')]
  const graph = message(7, ...nodes, text(2, 'g'), tensorValue(11, 'x'), tensorValue(12, 'y'))
  return join(
    number(1, options.ir ?? 9),
    graph,
    ...(options.opsets ?? [opset('', 18)]),
    ...(options.extra ?? []),
  )
}
