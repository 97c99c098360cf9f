import { Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { formatAbsolute, formatRelative } from '../format'

const EVERY_MS = 15_000

/** Now, again every 15 seconds, for texts that grow older on screen. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** How long ago something happened, with the exact moment on hover. */
export function RelativeTime({ at }: { readonly at: number }) {
  const now = useNow()
  return (
    <Tooltip label={formatAbsolute(at)}>
      <time dateTime={new Date(at).toISOString()} className="pl-number">
        {formatRelative(at, Math.max(now, at))}
      </time>
    </Tooltip>
  )
}
