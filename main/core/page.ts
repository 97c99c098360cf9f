/** One page of a list, and how many items there are in all. */
export type Page<T> = {
  readonly items: readonly T[]
  readonly total: number
  readonly limit: number
  readonly offset: number
}

export type PageRequest = { readonly limit: number; readonly offset: number }
