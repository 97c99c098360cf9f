import type { NumpyType, PickleValue } from './value'

type Structured = Exclude<PickleValue, null | boolean | number | bigint | string | Uint8Array>
type Kind = Structured['kind']

/** Narrows a value to one kind of structure. */
export function isKind<K extends Kind>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<Structured, { readonly kind: K }> {
  return value instanceof Object && !(value instanceof Uint8Array) && value.kind === kind
}

export function isType(value: PickleValue | undefined): value is NumpyType {
  return isKind(value, 'dtype')
}

/** The items of a list, tuple or set; undefined for anything else. */
export function itemsOf(
  value: PickleValue | undefined,
  kind: 'list' | 'tuple' | 'set',
): readonly PickleValue[] | undefined {
  return isKind(value, kind) ? value.items : undefined
}

/** `module.name` of a global; undefined for anything else. */
export function pathOf(value: PickleValue | undefined): string | undefined {
  return isKind(value, 'global') ? `${value.module}.${value.name}` : undefined
}
