import { Skeleton } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react'
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react'
import { useLocation } from 'wouter'
import './data-table.css'

export type SortState<Key extends string> = { readonly key: Key; readonly direction: 'asc' | 'desc' }

export type Column<Row, Key extends string = string> = {
  readonly header: ReactNode
  /** Identifies the column; also the sort key when `isSortable`. */
  readonly key: Key
  readonly isSortable?: boolean
  readonly align?: 'right'
  readonly width?: number | string
  readonly render: (row: Row) => ReactNode
}

type DataTableProps<Row, Key extends string> = {
  readonly label: string
  readonly columns: readonly Column<Row, Key>[]
  /** Undefined while the first page is loading. */
  readonly rows: readonly Row[] | undefined
  readonly rowKey: (row: Row) => string
  /** Where a row leads; the column that names the row holds the same address as a link. */
  readonly rowHref?: (row: Row) => string
  readonly onSelect?: (row: Row) => void
  readonly selectedKey?: string | null
  readonly sort?: SortState<Key>
  readonly onSort?: (sort: SortState<Key>) => void
  /** A further line under a row, e.g. its details. */
  readonly renderDetail?: (row: Row) => ReactNode
  /** Shown in place of rows when there are none. */
  readonly empty?: ReactNode
}

/**
 * A dense table. The arrow keys walk through the rows' first links or buttons, Enter opens; a click anywhere on a
 * row does the same.
 */
export function DataTable<Row, Key extends string = string>(props: DataTableProps<Row, Key>) {
  const { columns, rows, empty } = props
  if (rows?.length === 0 && empty !== undefined) return <>{empty}</>
  return (
    <div className="pl-table-scroll" tabIndex={-1}>
      <table className="pl-table" aria-label={props.label} aria-busy={rows === undefined}>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={walkRows}>
          {rows === undefined ? (
            <SkeletonRows columns={columns.length} />
          ) : (
            rows.map((row) => <BodyRow key={props.rowKey(row)} row={row} table={props} />)
          )}
        </tbody>
      </table>
    </div>
  )
}

function HeaderCell<Row, Key extends string>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<Row, Key>
  readonly sort: SortState<Key> | undefined
  readonly onSort: ((sort: SortState<Key>) => void) | undefined
}) {
  const isSorted = sort?.key === column.key
  const style = column.width === undefined ? undefined : { width: column.width }
  if (column.isSortable !== true || onSort === undefined) {
    return (
      <th scope="col" data-align={column.align} style={style}>
        {column.header}
      </th>
    )
  }
  const isAscending = isSorted && sort.direction === 'asc'
  // Names are looked up from A, numbers and times from the largest.
  const firstDirection = column.align === 'right' ? 'desc' : 'asc'
  const nextDirection = !isSorted ? firstDirection : isAscending ? 'desc' : 'asc'
  const Arrow = !isSorted ? IconArrowsSort : isAscending ? IconArrowUp : IconArrowDown
  return (
    <th
      scope="col"
      data-align={column.align}
      style={style}
      aria-sort={isSorted ? (isAscending ? 'ascending' : 'descending') : 'none'}
    >
      <button
        type="button"
        className="pl-sort"
        data-active={isSorted || undefined}
        onClick={() => onSort({ key: column.key, direction: nextDirection })}
      >
        {column.header}
        <Arrow size={12} stroke={1.8} aria-hidden />
      </button>
    </th>
  )
}

function BodyRow<Row, Key extends string>({
  row,
  table,
}: {
  readonly row: Row
  readonly table: DataTableProps<Row, Key>
}) {
  const [, navigate] = useLocation()
  const href = table.rowHref?.(row)
  const isOpenable = href !== undefined || table.onSelect !== undefined
  const detail = table.renderDetail?.(row)
  const open = (event: MouseEvent): void => {
    // Links and buttons inside the row act for themselves, and marking text is no click.
    if (event.target instanceof Element && event.target.closest('a, button, input, label') !== null) return
    if (window.getSelection()?.toString()) return
    if (href !== undefined) navigate(href)
    else table.onSelect?.(row)
  }
  return (
    <>
      <tr
        data-openable={isOpenable || undefined}
        data-selected={
          (table.selectedKey !== undefined && table.selectedKey === table.rowKey(row)) || undefined
        }
        onClick={isOpenable ? open : undefined}
      >
        {table.columns.map((column) => (
          <td key={column.key} data-align={column.align}>
            {column.render(row)}
          </td>
        ))}
      </tr>
      {detail !== undefined && detail !== null && (
        <tr className="pl-table-detail">
          <td colSpan={table.columns.length}>{detail}</td>
        </tr>
      )}
    </>
  )
}

function SkeletonRows({ columns }: { readonly columns: number }) {
  return Array.from({ length: 6 }, (_, row) => (
    <tr key={row} aria-hidden>
      {Array.from({ length: columns }, (_, column) => (
        <td key={column}>
          <Skeleton height={10} width={column === 0 ? '70%' : `${60 - ((row * 13 + column * 7) % 30)}%`} />
        </td>
      ))}
    </tr>
  ))
}

/** Moves the focus between the first focusable things of the rows. */
function walkRows(event: KeyboardEvent<HTMLTableSectionElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key]
  if (step === undefined || !(event.target instanceof HTMLElement)) return
  if (event.target.closest('input, textarea, [role="combobox"], .pl-table-detail') !== null) return
  const stops = [...event.currentTarget.querySelectorAll('tr:not(.pl-table-detail)')].flatMap((row) => {
    const stop = row.querySelector('a, button')
    return stop instanceof HTMLElement ? [stop] : []
  })
  const row = event.target.closest('tr')
  const at = stops.findIndex((stop) => stop.closest('tr') === row)
  const next = stops[Math.max(0, Math.min(stops.length - 1, at + step))]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}
