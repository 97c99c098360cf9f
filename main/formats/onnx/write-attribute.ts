import { ATTRIBUTE, NODE } from './schema'
import type { TensorContent } from './write-tensor'
import { encodeTensor } from './write-tensor'
import {
  concatBytes,
  encodeMessage,
  encodeNumber,
  encodeSignedVarints,
  encodeText,
  encodeVarint,
} from './wire-writer'

/** The value of an attribute; whole numbers are at least 0 except in `int`, where -1 is common. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: ArrayLike<number> }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly tensor: TensorContent }
  /** The fields of a GraphProto. */
  | { readonly graph: readonly Uint8Array[] }

/** AttributeProto.AttributeType. */
const KIND = { int: 2, text: 3, tensor: 4, graph: 5, ints: 7, texts: 8 } as const

/** One attribute of a node, as a field of NodeProto. */
export function encodeAttribute(name: string, attribute: Attribute): Uint8Array {
  const fields = [encodeText(ATTRIBUTE.name, name)]
  const put = (kind: number, parts: readonly Uint8Array[]): Uint8Array =>
    encodeMessage(NODE.attribute, [...fields, ...parts, encodeNumber(ATTRIBUTE.kind, kind)])
  if ('int' in attribute)
    return put(KIND.int, [
      concatBytes([encodeVarint(ATTRIBUTE.onlyInt), encodeSignedVarints([attribute.int])]),
    ])
  if ('ints' in attribute)
    return put(KIND.ints, [encodeMessage(ATTRIBUTE.ints, [encodeSignedVarints(attribute.ints)])])
  if ('text' in attribute) return put(KIND.text, [encodeText(ATTRIBUTE.onlyString, attribute.text)])
  if ('texts' in attribute)
    return put(
      KIND.texts,
      attribute.texts.map((text) => encodeText(ATTRIBUTE.string, text)),
    )
  if ('graph' in attribute) return put(KIND.graph, [encodeMessage(ATTRIBUTE.graph, attribute.graph)])
  return put(KIND.tensor, [encodeMessage(ATTRIBUTE.tensor, encodeTensor(attribute.tensor, ''))])
}
