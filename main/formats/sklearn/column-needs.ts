// What is known about a column when several estimators read it, beside each other or one after the other.
import type { InputColumn, Inquiry, PassedColumn } from './conversion'
import type { Estimator } from './estimator'

/** A column as it stands before any estimator has said something about it. */
export const openColumn = (name: string | null): InputColumn => ({
  name,
  type: 'float64',
  isTypeOpen: true,
  acceptsMissing: true,
})

/**
 * The column when `need` reads it too, after what `passed` says.
 * @throws WorkstationError unsupported (in the name of `owner`) when one reads text and the other numbers
 */
export function narrowColumn(
  owner: Estimator,
  column: InputColumn,
  { need, passed }: { readonly need: InputColumn; readonly passed: PassedColumn },
): InputColumn {
  const acceptsMissing = column.acceptsMissing && (!passed.keepsMissing || need.acceptsMissing)
  if (!passed.isUnchanged || need.isUnused === true) return { ...column, acceptsMissing }
  const isOpen = column.isTypeOpen === true
  if (!isOpen && need.isTypeOpen !== true && column.type !== need.type)
    return owner.refuse(
      `the column ${JSON.stringify(column.name ?? 'without a name')} is read as text by one of its steps and as numbers by another`,
    )
  const { isTypeOpen: _, categories: known, ...rest } = column
  const allowed =
    need.categories === undefined || passed.replaced === undefined
      ? need.categories
      : [...need.categories, passed.replaced]
  const both = new Set(allowed)
  const categories =
    known === undefined || allowed === undefined
      ? (known ?? allowed)
      : known.filter((category) => both.has(category))
  return {
    ...rest,
    acceptsMissing,
    type: isOpen ? need.type : column.type,
    ...(isOpen && need.isTypeOpen === true ? { isTypeOpen: true } : {}),
    ...(categories === undefined ? {} : { categories }),
  }
}

/** The columns that the first of these steps reads, with what the later ones want of those that reach them. */
export function readNeeds(
  owner: Estimator,
  steps: readonly Estimator[],
  { inquiry, width }: { readonly inquiry: Inquiry; readonly width: number | undefined },
): readonly InputColumn[] {
  const [first, ...rest] = steps
  if (first === undefined) return owner.refuse('it has no steps')
  let columns = inquiry.inputs(first, width)
  let flow = inquiry.passes(first, columns.length)
  for (const step of rest) {
    if (flow === null || flow.every((passed) => passed === null)) break
    const needs = inquiry.inputs(step, flow.length)
    if (needs.length !== flow.length)
      return step.refuse(
        `it was fitted on ${needs.length} columns, but the step before it makes ${flow.length}`,
      )
    const next = [...columns]
    flow.forEach((passed, index) => {
      const need = needs[index]
      const column = passed === null ? undefined : next[passed.column]
      if (passed === null || need === undefined || column === undefined) return
      next[passed.column] = narrowColumn(owner, column, { need, passed })
    })
    columns = next
    flow = followOn(flow, inquiry.passes(step, flow.length))
  }
  return columns
}

/** What remains of the columns after one more step. */
export function followOn(
  before: readonly (PassedColumn | null)[] | null,
  after: readonly (PassedColumn | null)[] | null,
): readonly (PassedColumn | null)[] | null {
  if (after === null) return null
  return after.map((passed) => {
    const source = passed === null ? null : before?.[passed.column]
    if (passed === null || source === null || source === undefined) return null
    const replaced = source.replaced ?? passed.replaced
    return {
      column: source.column,
      isUnchanged: source.isUnchanged && passed.isUnchanged,
      keepsMissing: source.keepsMissing && passed.keepsMissing,
      ...(replaced === undefined ? {} : { replaced }),
    }
  })
}

/** Every column handed on: as it is, or with other numbers in it. */
export const passAll = (width: number, isUnchanged: boolean): PassedColumn[] =>
  Array.from({ length: width }, (_, column) => ({ column, isUnchanged, keepsMissing: true }))

/** So many columns made anew. */
export const passNone = (width: number): null[] => new Array<null>(width).fill(null)
