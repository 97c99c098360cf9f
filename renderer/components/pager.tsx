import { ActionIcon } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { formatCount } from '../format'

type PagerProps = {
  readonly total: number
  readonly limit: number
  readonly offset: number
  readonly onOffset: (offset: number) => void
  readonly unit: string
  /** How many are shown, where a page may hold fewer than its limit. */
  readonly shown?: number
  /** Whether the total is not exact. */
  readonly isEstimate?: boolean
  /** Whether there is more, where the total does not tell. */
  readonly hasNext?: boolean
}

/** Which part of a list is shown, and the way to the others; silent when all of it is. */
export function Pager({ total, limit, offset, onOffset, unit, ...more }: PagerProps) {
  const { shown = limit, isEstimate = false } = more
  const last = Math.min(total, offset + shown)
  const hasNext = more.hasNext ?? last < total
  if (total === 0 && !hasNext && offset === 0) return null
  const isWhole = offset === 0 && !hasNext
  return (
    <nav className="pl-pager pl-number" aria-label={`Pages of ${unit}`}>
      <span aria-live="polite">
        {isWhole
          ? `${formatCount(total)} ${unit}`
          : `${formatCount(Math.min(last, offset + 1))}–${formatCount(last)} of ${isEstimate ? 'about ' : ''}${formatCount(total)} ${unit}`}
      </span>
      {!isWhole && (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label="Previous page"
            disabled={offset === 0}
            onClick={() => onOffset(Math.max(0, offset - limit))}
          >
            <IconChevronLeft size={15} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label="Next page"
            disabled={!hasNext}
            onClick={() => onOffset(offset + limit)}
          >
            <IconChevronRight size={15} />
          </ActionIcon>
        </>
      )}
    </nav>
  )
}
