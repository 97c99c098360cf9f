// Columns on their way through a graph, each a function of one column of one input.
import type { ColumnOperation } from './column-operations'
import type { ColumnOrigin, ColumnSource, ColumnTerm } from './column-source'
import { computeTerm, sizeOf } from './column-source'
import type { Constant } from './read-constant'
import type { OnnxElementType } from './summary'

/** The columns of a two-dimensional value, and the type that its numbers have there. */
export type TracedColumns = { readonly columns: readonly ColumnSource[]; readonly type: OnnxElementType }

const MOST_COLUMNS = 100_000
/** Terms of one column: a graph may use a value twice and that twice again. */
const MOST_TERMS = 20_000

/** A constant of one row; null for several rows, which belong to no record. */
export function toConstantColumns(constant: Constant | null): TracedColumns | null {
  if (constant === null) return null
  const width = constant.dims.at(-1) ?? 1
  if (constant.values.length !== width || width > MOST_COLUMNS) return null
  const columns = constant.values.map((value) => ({
    origin: null,
    term: { kind: 'constant', value } as const,
  }))
  return { columns, type: constant.type }
}

/** What the columns have in common: their one source, null when all are constant, undefined when there are several. */
function findOrigin(sources: readonly ColumnSource[]): ColumnOrigin | null | undefined {
  let common: ColumnOrigin | null = null
  for (const { origin } of sources) {
    if (origin === null) continue
    if (common !== null && (common.input !== origin.input || common.column !== origin.column))
      return undefined
    common = origin
  }
  return common
}

/** A column that an operation makes of others; null when they come from several raw columns. */
export function applyToColumns(
  operation: ColumnOperation,
  sources: readonly ColumnSource[],
  isRounded: boolean,
): ColumnSource | null {
  const origin = findOrigin(sources)
  const terms = sources.map(({ term }) => term)
  const size = 1 + terms.reduce((sum, term) => sum + sizeOf(term), 0)
  if (origin === undefined || size > MOST_TERMS) return null
  const term: ColumnTerm = { kind: 'apply', operation, terms, isRounded, size }
  if (origin !== null) return { origin, term }
  return { origin, term: { kind: 'constant', value: computeTerm(term, Number.NaN) } }
}

const isList = <Item>(list: readonly (Item | null)[]): list is readonly Item[] => !list.includes(null)

/** The same for every column of values that stand next to each other; a single column goes with every other. */
export function combine(
  operation: ColumnOperation,
  parts: readonly TracedColumns[],
  type: OnnxElementType,
): TracedColumns | null {
  const width = Math.max(...parts.map(({ columns }) => columns.length))
  if (parts.some(({ columns }) => columns.length !== 1 && columns.length !== width)) return null
  const columns = Array.from({ length: width }, (_, index) =>
    applyToColumns(
      operation,
      parts.flatMap(({ columns: own }) => own[own.length === 1 ? 0 : index] ?? []),
      type === 'float32',
    ),
  )
  return isList(columns) ? { columns, type } : null
}

/** Columns of one value made into one column. */
export function reduceColumns(
  operation: ColumnOperation,
  { columns, type }: TracedColumns,
  to: OnnxElementType,
): TracedColumns | null {
  const column = applyToColumns(operation, columns, type === 'float32')
  return column === null ? null : { columns: [column], type: to }
}

/** Columns times a constant matrix [columns, outputs]; what meets a weight of zero takes no part. */
export function multiplyColumns(from: TracedColumns, matrix: Constant): TracedColumns | null {
  const [height = 0, width = 0] = matrix.dims
  if (matrix.dims.length !== 2 || height !== from.columns.length || width > MOST_COLUMNS) return null
  const columns = Array.from({ length: width }, (_, output) => {
    const products = from.columns.flatMap((source, row) => {
      const weight = Number(matrix.values[row * width + output])
      if (weight === 0) return []
      const by: ColumnSource = { origin: null, term: { kind: 'constant', value: weight } }
      return [applyToColumns('Mul', [source, by], from.type === 'float32')]
    })
    return isList(products) ? applyToColumns('Sum', products, from.type === 'float32') : null
  })
  return isList(columns) ? { columns, type: from.type } : null
}

/** All columns of all parts, in order. */
export function joinColumns(parts: readonly (TracedColumns | null)[]): TracedColumns | null {
  if (!isList(parts)) return null
  const [first] = parts
  const columns = parts.flatMap((part) => part.columns)
  return first === undefined || columns.length > MOST_COLUMNS ? null : { columns, type: first.type }
}
