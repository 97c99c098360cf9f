import type { Events, WorkstationEvent } from '../core/events'

const COALESCE_MS = 250

/** Two facts of one kind about one thing are one fact to a reader who refreshes on it. */
function identify(event: WorkstationEvent): string {
  switch (event.type) {
    case 'predictions.recorded':
    case 'drift.changed':
    case 'drift.detected':
    case 'feedback.changed':
    case 'importance.changed':
    case 'deployment.changed':
      return `${event.type} ${event.deploymentId}`
    case 'project.changed':
      return `${event.type} ${event.projectId}`
    case 'model.changed':
      return `${event.type} ${event.modelId}`
    case 'job.changed':
      return `${event.type} ${event.jobId}`
    case 'training.changed':
    case 'training.logged':
      return `${event.type} ${event.trainingId}`
    case 'registration.progress':
      return `${event.type} ${event.registrationId}`
    case 'alert.changed':
      return `${event.type} ${event.alertId}`
    case 'alert-rule.changed':
      return `${event.type} ${event.ruleId}`
    case 'privacy.changed':
      return `${event.type} ${event.policyId}`
    case 'access.changed':
    case 'notification-settings.changed':
      return event.type
  }
}

/** The newer fact stands for both; what it counts is added up. */
function merge(older: WorkstationEvent | undefined, newer: WorkstationEvent): WorkstationEvent {
  if (older?.type !== 'predictions.recorded' || newer.type !== 'predictions.recorded') return newer
  return { ...newer, rows: older.rows + newer.rows, errors: older.errors + newer.errors }
}

/**
 * The live feed of a client: batches of events, at most four batches a second, the newest of each kind and subject.
 * Its first batch is empty and says that the feed is open. Ends when `signal` aborts or the client goes away.
 */
export async function* streamEvents(
  events: Events,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly WorkstationEvent[], void> {
  const waiting = new Map<string, WorkstationEvent>()
  let wake: () => void = () => undefined
  let endPause: () => void = () => undefined
  const unsubscribe = events.subscribe((event) => {
    const key = identify(event)
    waiting.set(key, merge(waiting.get(key), event))
    wake()
  })
  const onAbort = (): void => {
    wake()
    endPause()
  }
  signal?.addEventListener('abort', onAbort)
  const waitForEvent = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
    })
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, COALESCE_MS).unref()
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const isOver = (): boolean => signal?.aborted ?? false
  try {
    yield []
    while (!isOver()) {
      if (waiting.size === 0) {
        await waitForEvent()
        continue
      }
      const batch = [...waiting.values()]
      waiting.clear()
      yield batch
      if (!isOver()) await pause()
    }
  } finally {
    unsubscribe()
    signal?.removeEventListener('abort', onAbort)
  }
}
