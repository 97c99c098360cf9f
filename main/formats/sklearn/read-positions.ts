// Which columns a part of a ColumnTransformer was given, however they were named.
import type { PickleValue } from '../pickle/value'
import { isKind } from '../pickle/value-kinds'
import type { Estimator } from './estimator'
import { lookUp, readElements } from './plain-values'

/** Columns of the table that a ColumnTransformer was fitted on. */
export type Table = { readonly names: readonly string[] | null; readonly width: number }

/**
 * The positions that a column selection stands for: names, indices (from behind, too), slices, masks.
 * @throws WorkstationError unsupported for anything else, e.g. a function
 */
export function readPositions(owner: Estimator, columns: PickleValue | undefined, table: Table): number[] {
  if (columns === null) return []
  if (typeof columns === 'number' || typeof columns === 'string') return [findPosition(owner, columns, table)]
  const slice = readSlice(columns)
  if (slice !== null) return takeSlice(owner, slice, table)
  const elements = readElements(columns) ?? readElements(findWrapped(columns))
  if (elements === null)
    return owner.refuse('it selects columns in a way that the file does not say plainly; select them by name')
  if (elements.length > 0 && elements.every((element) => typeof element === 'boolean')) {
    if (elements.length !== table.width)
      return owner.refuse(`it selects columns by ${elements.length} booleans, but has ${table.width} columns`)
    return elements.flatMap((isChosen, index) => (isChosen ? [index] : []))
  }
  return elements.map((element) => findPosition(owner, element, table))
}

function findPosition(owner: Estimator, column: PickleValue, { names, width }: Table): number {
  const position =
    typeof column === 'string'
      ? (names?.indexOf(column) ?? -1)
      : typeof column === 'number' && column < 0
        ? column + width
        : column
  if (typeof position === 'number' && Number.isInteger(position) && position >= 0 && position < width)
    return position
  const shown =
    typeof column === 'string' || typeof column === 'number' ? JSON.stringify(column) : 'that is no name'
  return owner.refuse(`it selects the column ${shown}, which it was not fitted on`)
}

function readSlice(value: PickleValue | undefined): readonly PickleValue[] | null {
  if (!isKind(value, 'object')) return null
  return isKind(value.callable, 'global') && value.callable.name === 'slice' ? value.args : null
}

/** Python's rules: negative ends count from behind; a slice by names contains its end. */
function takeSlice(owner: Estimator, ends: readonly PickleValue[], table: Table): number[] {
  const { width } = table
  const [start = null, stop = null, step = null] = ends
  const stride = step === null ? 1 : step
  if (typeof stride !== 'number' || !Number.isInteger(stride) || stride === 0)
    return owner.refuse('it selects columns by a slice with a step that is no whole number')
  const place = (end: PickleValue, isStop: boolean): number => {
    if (typeof end === 'string') return findPosition(owner, end, table) + (isStop ? 1 : 0)
    if (typeof end !== 'number')
      return owner.refuse('it selects columns by a slice whose ends are no numbers')
    const fromFront = end < 0 ? end + width : end
    return Math.min(Math.max(fromFront, stride < 0 ? -1 : 0), stride < 0 ? width - 1 : width)
  }
  const first = start === null ? (stride < 0 ? width - 1 : 0) : place(start, false)
  const last = stop === null ? (stride < 0 ? -1 : width) : place(stop, true)
  const positions: number[] = []
  for (let at = first; stride > 0 ? at < last : at > last; at += stride) positions.push(at)
  return positions
}

/** The array inside a pandas Index, the list inside a UserList. */
function findWrapped(value: PickleValue | undefined): PickleValue | undefined {
  if (!isKind(value, 'object')) return undefined
  return (
    lookUp(value.state, 'data') ??
    value.args.map((arg) => lookUp(arg, 'data')).find((data) => isKind(data, 'array'))
  )
}
