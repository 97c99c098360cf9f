/** Quitting: work under way is finished first, and a person may cut that short. */

type Quit = {
  readonly close: () => Promise<void>
  /** How long closing may take before someone is asked. */
  readonly limitMs: number
  /** Asked each time the limit has passed; true waits for another while. */
  readonly keepWaiting: () => Promise<boolean>
}

/** Runs `close`; resolves true when it came to its end, false when it was given up. Rejects when it fails. */
export async function drain({ close, limitMs, keepWaiting }: Quit): Promise<boolean> {
  const closed = close().then(() => true)
  for (;;) {
    const isDone = await Promise.race([closed, waitFor(limitMs)])
    if (isDone) return true
    if (!(await Promise.race([closed, keepWaiting()]))) return false
  }
}

function waitFor(milliseconds: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), milliseconds).unref()
  })
}
