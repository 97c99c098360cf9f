import { ActionIcon } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { formatCount } from '../format'

type PagerProps = {
  readonly total: number
  readonly limit: number
  readonly offset: number
  readonly onOffset: (offset: number) => void
  readonly unit: string
}

/** Which part of a list is shown, and the way to the others; silent when all of it is. */
export function Pager({ total, limit, offset, onOffset, unit }: PagerProps) {
  if (total === 0) return null
  const last = Math.min(total, offset + limit)
  const isWhole = offset === 0 && last === total
  return (
    <nav className="pl-pager pl-number" aria-label={`Pages of ${unit}`}>
      <span aria-live="polite">
        {isWhole
          ? `${formatCount(total)} ${unit}`
          : `${formatCount(offset + 1)}–${formatCount(last)} of ${formatCount(total)} ${unit}`}
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
            disabled={last >= total}
            onClick={() => onOffset(offset + limit)}
          >
            <IconChevronRight size={15} />
          </ActionIcon>
        </>
      )}
    </nav>
  )
}
