import type { ColumnOperation } from './column-operations'
import { applyOperation } from './column-operations'

/** How a column of the model's input is made of one value of one graph input. Plain data, shared with threads. */
export type ColumnTerm =
  | { readonly kind: 'source' }
  | { readonly kind: 'constant'; readonly value: number | string }
  | {
      readonly kind: 'apply'
      readonly operation: ColumnOperation
      readonly terms: readonly ColumnTerm[]
      /** Whether the graph holds the result as a float32. */
      readonly isRounded: boolean
      readonly size: number
    }
  | {
      readonly kind: 'look-up'
      readonly term: ColumnTerm
      readonly keys: readonly (number | string)[]
      readonly values: readonly (number | string)[]
      readonly otherwise: number | string
      readonly size: number
    }

/** One column of one graph input. */
export type ColumnOrigin = { readonly input: string; readonly column: number }

/** Where a column of the model's input comes from; `origin` is null for one that is the same for every record. */
export type ColumnSource = { readonly origin: ColumnOrigin | null; readonly term: ColumnTerm }

/** How many terms are computed for one value. */
export const sizeOf = (term: ColumnTerm): number => ('size' in term ? term.size : 1)

/** The value of a term for a value of its source; truth is 1 or 0. */
export function computeTerm(term: ColumnTerm, value: number | string): number | string {
  switch (term.kind) {
    case 'source':
      return value
    case 'constant':
      return term.value
    case 'look-up': {
      const key = computeTerm(term.term, value)
      const at = term.keys.findIndex((each) => each === key || Object.is(each, key))
      return term.values[at] ?? term.otherwise
    }
    case 'apply': {
      const result = applyOperation(
        term.operation,
        term.terms.map((each) => computeTerm(each, value)),
      )
      return term.isRounded ? Math.fround(Number(result)) : result
    }
  }
}

/** The value of a model column for a value of its source; a missing value is NaN, or '' for text. */
export function computeColumn({ term }: ColumnSource, value: number | string): number {
  return Number(computeTerm(term, value))
}
