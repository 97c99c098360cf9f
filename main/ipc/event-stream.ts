import type { Events, WorkstationEvent } from '../core/events'

const COALESCE_MS = 250

/** Two facts of one kind about one thing are one fact to a reader who refreshes on it. */
function identify(event: WorkstationEvent): string {
  switch (event.type) {
    case 'predictions.recorded':
    case 'drift.changed':
    case 'deployment.changed':
      return `${event.type} ${event.deploymentId}`
    case 'project.changed':
      return `${event.type} ${event.projectId}`
    case 'model.changed':
      return `${event.type} ${event.modelId}`
    case 'job.changed':
      return `${event.type} ${event.jobId}`
    case 'registration.progress':
      return `${event.type} ${event.registrationId}`
    case 'access.changed':
      return event.type
  }
}

/**
 * The live feed of a client: batches of events, at most four batches a second, the newest of each kind and subject.
 * Ends when `signal` aborts or the client goes away.
 */
export async function* streamEvents(
  events: Events,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly WorkstationEvent[], void> {
  const waiting = new Map<string, WorkstationEvent>()
  let wake: () => void = () => undefined
  const unsubscribe = events.subscribe((event) => {
    waiting.set(identify(event), event)
    wake()
  })
  const onAbort = (): void => wake()
  signal?.addEventListener('abort', onAbort)
  const sleep = (milliseconds: number | null): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
      if (milliseconds !== null) setTimeout(resolve, milliseconds).unref()
    })
  const isOver = (): boolean => signal?.aborted ?? false
  try {
    yield []
    while (!isOver()) {
      if (waiting.size === 0) {
        await sleep(null)
        continue
      }
      const batch = [...waiting.values()]
      waiting.clear()
      yield batch
      const pausedUntil = Date.now() + COALESCE_MS
      while (Date.now() < pausedUntil && !isOver()) await sleep(pausedUntil - Date.now())
    }
  } finally {
    unsubscribe()
    signal?.removeEventListener('abort', onAbort)
  }
}
