import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { create } from 'zustand'
import type { WorkstationEvent } from '../main/core/events'
import { client, readFault } from './client'

/** Whether the workstation is heard. `signed-out` ends the attempts: only a new sign-in address helps. */
export type ConnectionStatus = 'connecting' | 'live' | 'reconnecting' | 'signed-out'

export const useConnection = create<{ readonly status: ConnectionStatus }>()(() => ({ status: 'connecting' }))

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 8_000
/** Lists are read again at most this often, however fast events arrive. */
const REFRESH_EVERY_MS = 700

type Listener = (event: WorkstationEvent) => void
const listeners = new Set<Listener>()

/** Hears every event of the workstation; call the returned function to stop. */
export function subscribeToEvents(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The reads that an event makes out of date. */
export function findStaleKeys(event: WorkstationEvent): readonly QueryKey[] {
  switch (event.type) {
    case 'project.changed':
      return [['projects']]
    case 'model.changed':
      return [['models'], ['model', event.modelId], ['projects']]
    case 'deployment.changed':
      return [
        ['deployments'],
        ['deployment', event.deploymentId],
        ['models'],
        ['model'],
        ['projects'],
        ['drift-overview'],
        ['policies'],
        ['policy'],
      ]
    case 'predictions.recorded':
      return [
        ['answered', event.deploymentId],
        ['quality', event.deploymentId],
      ]
    case 'feedback.changed':
      return [['quality', event.deploymentId]]
    case 'drift.changed':
      return [['drift', event.deploymentId], ['drift-overview']]
    case 'importance.changed':
      return [['importance', event.deploymentId]]
    case 'job.changed':
      return [['job', event.jobId], ['retention']]
    case 'training.changed':
      return [
        ['trainings', event.modelId],
        ['training', event.trainingId],
      ]
    case 'training.logged':
      return [['training', event.trainingId, 'log']]
    case 'access.changed':
      return [['access'], ['workspace']]
    case 'alert.changed':
      return [['alerts'], ['alert', event.alertId]]
    case 'alert-rule.changed':
      return [['alert-rules'], ['alerts']]
    case 'notification-settings.changed':
      return [['notification-settings']]
    case 'privacy.changed':
      return [['policies'], ['policy', event.policyId]]
    // `drift.changed` says the same to what is shown.
    case 'drift.detected':
    case 'registration.progress':
      return []
  }
}

/** Opens the one feed of the app and keeps it open until `signal` aborts. */
export async function followWorkstation(queries: QueryClient, signal: AbortSignal): Promise<void> {
  const refresh = collectRefreshes(queries, signal)
  let delay = FIRST_DELAY_MS
  let isFirst = true
  while (!signal.aborted) {
    try {
      const feed = await client.workspace.events(undefined, { signal })
      for await (const batch of feed) {
        if (useConnection.getState().status !== 'live') {
          useConnection.setState({ status: 'live' })
          // What happened while nobody listened is unknown.
          if (!isFirst) void queries.invalidateQueries()
        }
        isFirst = false
        delay = FIRST_DELAY_MS
        for (const event of batch) {
          for (const listener of listeners) listener(event)
          refresh(findStaleKeys(event))
        }
      }
    } catch (error) {
      if (signal.aborted) return
      if (readFault(error).code === 'UNAUTHORIZED') return useConnection.setState({ status: 'signed-out' })
    }
    if (signal.aborted) return
    useConnection.setState({ status: 'reconnecting' })
    await pause(delay, signal)
    delay = Math.min(LONGEST_DELAY_MS, delay * 2)
  }
}

function collectRefreshes(queries: QueryClient, signal: AbortSignal): (keys: readonly QueryKey[]) => void {
  const waiting = new Map<string, QueryKey>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastAt = 0
  const flush = (): void => {
    timer = undefined
    lastAt = Date.now()
    const keys = [...waiting.values()]
    waiting.clear()
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  return (keys) => {
    for (const key of keys) waiting.set(JSON.stringify(key), key)
    if (waiting.size === 0) return
    timer ??= setTimeout(flush, Math.max(0, lastAt + REFRESH_EVERY_MS - Date.now()))
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
