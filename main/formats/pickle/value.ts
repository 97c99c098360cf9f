/**
 * What a pickle holds, as inert data: nothing here was looked up, imported or called. Whole numbers beyond 2^53 are
 * bigint; numpy scalars are plain numbers, text or booleans.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleSet
  | PickleGlobal
  | PickleObject
  | NumpyArray
  | NumpyType

export type PickleList = { readonly kind: 'list'; readonly items: PickleValue[] }
export type PickleTuple = { readonly kind: 'tuple'; readonly items: readonly PickleValue[] }
/** In the order of the file; a later entry of the same key replaces the earlier one for readers. */
export type PickleDict = { readonly kind: 'dict'; readonly entries: [PickleValue, PickleValue][] }
export type PickleSet = { readonly kind: 'set'; readonly items: PickleValue[]; readonly isFrozen: boolean }

/** A name that the file mentions, such as `sklearn.linear_model._ridge.Ridge`; never resolved. */
export type PickleGlobal = { readonly kind: 'global'; readonly module: string; readonly name: string }

/**
 * What the file asks to be built by calling `callable` (REDUCE, NEWOBJ, INST, OBJ, a persistent id) and then to be
 * given `state` (BUILD), list items and dict entries. Recorded, not done.
 */
export type PickleObject = {
  readonly kind: 'object'
  /** Usually a global; whatever else stood in its place is kept as it is. */
  readonly callable: PickleValue
  readonly args: readonly PickleValue[]
  /** Keyword arguments of NEWOBJ_EX. */
  readonly keywords: PickleDict | null
  /** Undefined until a BUILD gave one. */
  state: PickleValue | undefined
  readonly items: PickleValue[]
  readonly entries: [PickleValue, PickleValue][]
}

/** `code` as numpy writes it without its byte order: b1, i8, u4, f8, U12, S3, O, V64 … */
export type NumpyType = {
  readonly kind: 'dtype'
  readonly code: string
  readonly isBigEndian: boolean
  readonly itemSize: number
  /** Fields of a structured type, in order; null for the others. */
  readonly fields: readonly NumpyField[] | null
}

export type NumpyField = { readonly name: string; readonly type: NumpyType; readonly offset: number }

/** An array as it lies in the file; `numpy.ts` reads its numbers, texts and fields in C order. */
export type NumpyArray = {
  readonly kind: 'array'
  readonly type: NumpyType
  readonly shape: readonly number[]
  readonly isFortran: boolean
  readonly content:
    | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
    | { readonly kind: 'items'; readonly items: readonly PickleValue[] }
}
