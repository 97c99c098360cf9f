import type { InputColumn } from '../conversion'
import type { Estimator } from '../estimator'

/** One column that several estimators look at: it must suit all of them that read it. */
function mergeColumn(estimator: Estimator, columns: readonly InputColumn[]): InputColumn {
  const readers = columns.filter(({ isUnused }) => isUnused !== true)
  const [first] = readers.length === 0 ? columns : readers
  if (first === undefined) return estimator.refuse('it has no estimators')
  const name = columns.find((column) => column.name !== null)?.name ?? null
  if (readers.length === 0) return { ...first, name }
  if (readers.some(({ type }) => type !== first.type))
    return estimator.refuse(`its estimators take column ${name ?? ''} as text and as numbers`)
  const lists = readers.flatMap(({ categories }) => (categories === undefined ? [] : [categories]))
  const allowed = lists[0]?.filter((category) => lists.every((list) => list.includes(category)))
  return {
    name,
    type: first.type,
    acceptsMissing: readers.every(({ acceptsMissing }) => acceptsMissing),
    ...(allowed === undefined ? {} : { categories: allowed }),
  }
}

/** The columns of estimators that all look at the same table. @throws WorkstationError unsupported when they do not */
export function mergeInputs(estimator: Estimator, lists: readonly (readonly InputColumn[])[]): InputColumn[] {
  const width = lists[0]?.length ?? 0
  if (lists.some((list) => list.length !== width))
    return estimator.refuse('its estimators were fitted on tables of different width')
  return Array.from({ length: width }, (_, position) =>
    mergeColumn(
      estimator,
      lists.flatMap((list) => list[position] ?? []),
    ),
  )
}

/** Columns with the names that the outer estimator knows. */
export function nameColumns(estimator: Estimator, columns: readonly InputColumn[]): InputColumn[] {
  const names = estimator.featureNames
  return columns.map((column, position) => ({ ...column, name: names?.[position] ?? column.name }))
}
