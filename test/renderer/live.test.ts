// @vitest-environment happy-dom
import { ORPCError, os } from '@orpc/server'
import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WorkstationEvent } from '../../main/core/events'
import { findStaleKeys, followWorkstation, subscribeToEvents, useConnection } from '../../renderer/live'
import { answerCalls, prepareDocument, waitFor } from './screen'

let stop: AbortController

beforeEach(() => {
  prepareDocument()
  stop = new AbortController()
  useConnection.setState({ status: 'connecting' })
})
afterEach(() => stop.abort())

/** A workstation whose feed sends these batches, one feed after the other, and then breaks off. */
function sendFeeds(feeds: readonly (readonly WorkstationEvent[][])[]): { readonly opened: () => number } {
  let opened = 0
  answerCalls({
    workspace: {
      events: os.handler(async function* ({ signal }) {
        const batches = feeds[opened++]
        if (batches === undefined) {
          yield []
          await new Promise((resolve) => signal?.addEventListener('abort', resolve))
          return
        }
        yield* batches
        throw new ORPCError('INTERNAL', { message: 'the workstation stopped' })
      }),
    },
  })
  return { opened: () => opened }
}

describe('the live feed', () => {
  it('refreshes what an event names', async () => {
    sendFeeds([[[{ type: 'model.changed', modelId: 'm1' }]]])
    const queries = new QueryClient()
    queries.setQueryData(['model', 'm1'], 'known')
    queries.setQueryData(['model', 'm2'], 'known')
    queries.setQueryData(['workspace'], 'known')
    void followWorkstation(queries, stop.signal)
    await waitFor(() => queries.getQueryState(['model', 'm1'])?.isInvalidated === true)
    expect(queries.getQueryState(['model', 'm2'])?.isInvalidated).toBe(false)
  })

  it('hands every event to who listens', async () => {
    const progress = {
      type: 'registration.progress',
      registrationId: 'r1',
      stage: 'Reading',
      fraction: 0.5,
    } as const
    sendFeeds([[[progress]]])
    const heard: WorkstationEvent[] = []
    const unsubscribe = subscribeToEvents((event) => heard.push(event))
    void followWorkstation(new QueryClient(), stop.signal)
    await waitFor(() => heard.length === 1)
    expect(heard).toEqual([progress])
    unsubscribe()
  })

  it('comes back by itself and reads everything again', async () => {
    const { opened } = sendFeeds([[[]]])
    const queries = new QueryClient()
    queries.setQueryData(['workspace'], 'known')
    void followWorkstation(queries, stop.signal)
    await waitFor(() => useConnection.getState().status === 'reconnecting')
    expect(queries.getQueryState(['workspace'])?.isInvalidated).toBe(false)
    await waitFor(() => useConnection.getState().status === 'live' && opened() === 2)
    expect(queries.getQueryState(['workspace'])?.isInvalidated).toBe(true)
  })

  it('gives up when this browser is not signed in', async () => {
    answerCalls({
      workspace: {
        events: os.handler(() => {
          throw new ORPCError('UNAUTHORIZED', { message: 'no session' })
        }),
      },
    })
    await followWorkstation(new QueryClient(), stop.signal)
    expect(useConnection.getState().status).toBe('signed-out')
  })
})

it('reads the log, the traffic and the quality again when predictions were recorded, and no list', () => {
  const stale = findStaleKeys({ type: 'predictions.recorded', deploymentId: 'd1', rows: 1, errors: 0 })
  expect(stale).toEqual([
    ['answered', 'd1'],
    ['quality', 'd1'],
  ])
})
