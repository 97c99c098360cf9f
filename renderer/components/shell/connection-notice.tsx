import { Tooltip } from '@mantine/core'
import { useConnection } from '../../live'

/** Says that the workstation is not heard just now; silent while it is. */
export function ConnectionNotice({ isCollapsed }: { readonly isCollapsed: boolean }) {
  const status = useConnection((state) => state.status)
  return (
    <div role="status" aria-live="polite">
      {status === 'reconnecting' && (
        <Tooltip
          label="The workstation does not answer. What you see may be out of date; it refreshes by itself."
          position="right"
          multiline
          w={260}
        >
          <span className="pl-reconnecting">
            <span className="pl-pulse" aria-hidden />
            <span className={isCollapsed ? 'pl-hidden' : ''}>Reconnecting…</span>
          </span>
        </Tooltip>
      )}
    </div>
  )
}
