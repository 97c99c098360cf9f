import { beforeEach, expect, it } from 'vitest'
import { Events } from '../../main/core/events'
import type { WorkstationEvent } from '../../main/core/events'
import { streamEvents } from '../../main/ipc/event-stream'

let events: Events
let abort: AbortController

beforeEach(() => {
  events = new Events(() => undefined)
  abort = new AbortController()
  return () => abort.abort()
})

type Feed = ReturnType<typeof streamEvents>

async function openFeed(): Promise<Feed> {
  const feed = streamEvents(events, abort.signal)
  expect(await feed.next()).toEqual({ done: false, value: [] })
  return feed
}

async function read(feed: Feed): Promise<readonly WorkstationEvent[]> {
  const { value } = await feed.next()
  return value ?? []
}

const recorded = (deploymentId: string, rows: number, errors = 0): WorkstationEvent => ({
  type: 'predictions.recorded',
  deploymentId,
  rows,
  errors,
})

it('says at once that it is open, and hands the first fact over without delay', async () => {
  const feed = await openFeed()
  const startedAt = performance.now()
  const next = read(feed)
  await new Promise(setImmediate)
  events.emit({ type: 'model.changed', modelId: 'm' })
  expect(await next).toEqual([{ type: 'model.changed', modelId: 'm' }])
  expect(performance.now() - startedAt).toBeLessThan(200)
})

it('hands over what happened before the reader came back', async () => {
  const feed = await openFeed()
  events.emit({ type: 'access.changed' })
  expect(await read(feed)).toEqual([{ type: 'access.changed' }])
})

it('makes one fact of many about one thing and keeps different things apart', async () => {
  const feed = await openFeed()
  for (let turn = 0; turn < 100; turn++) {
    events.emit({ type: 'job.changed', jobId: `job ${turn % 3}` })
    events.emit({ type: 'deployment.changed', deploymentId: 'same' })
    events.emit({ type: 'drift.changed', deploymentId: 'same' })
  }
  expect(await read(feed)).toHaveLength(5)
})

it('loses no prediction from its counts', async () => {
  const feed = await openFeed()
  let rows = 0
  let errors = 0
  for (let burst = 0; burst < 3; burst++) {
    for (let turn = 0; turn < 50; turn++) events.emit(recorded('d', 2, turn % 2))
    events.emit(recorded('other', 1000))
    for (const event of await read(feed)) {
      if (event.type !== 'predictions.recorded' || event.deploymentId !== 'd') continue
      rows += event.rows
      errors += event.errors
    }
  }
  expect({ rows, errors }).toEqual({ rows: 300, errors: 75 })
})

it('shows the newest state of a registration', async () => {
  const feed = await openFeed()
  const progress = (fraction: number): WorkstationEvent => ({
    type: 'registration.progress',
    registrationId: 'r',
    stage: 'Reading',
    fraction,
  })
  for (const fraction of [0.1, 0.2, 0.9]) events.emit(progress(fraction))
  expect(await read(feed)).toEqual([progress(0.9)])
})

it('sends at most four batches a second, and everything in them', async () => {
  const feed = await openFeed()
  const startedAt = performance.now()
  let isOver = false
  const emitting = (async () => {
    for (let number = 0; number < 400; number++) {
      events.emit({ type: 'job.changed', jobId: `job ${number}` })
      if (number % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    }
    isOver = true
  })()
  const seen = new Set<string>()
  let batches = 0
  while (seen.size < 400) {
    const batch = await read(feed)
    batches++
    for (const event of batch) if (event.type === 'job.changed') seen.add(event.jobId)
  }
  await emitting
  expect(isOver).toBe(true)
  expect(batches).toBeLessThanOrEqual(2 + (performance.now() - startedAt) / 250)
})

it('ends when it is aborted, while it waits and while it pauses', async () => {
  const waiting = await openFeed()
  const next = waiting.next()
  await new Promise(setImmediate)
  abort.abort()
  expect(await next).toEqual({ done: true, value: undefined })

  abort = new AbortController()
  const pausing = await openFeed()
  events.emit({ type: 'access.changed' })
  await pausing.next()
  const after = pausing.next()
  await new Promise(setImmediate)
  const startedAt = performance.now()
  abort.abort()
  expect(await after).toEqual({ done: true, value: undefined })
  expect(performance.now() - startedAt).toBeLessThan(100)
})

it('stops listening when its reader leaves', async () => {
  let listeners = 0
  const counted = {
    subscribe: (listener: (event: WorkstationEvent) => void) => {
      listeners++
      const stop = events.subscribe(listener)
      return () => {
        listeners--
        stop()
      }
    },
  } as Events
  const feed = streamEvents(counted, undefined)
  await feed.next()
  expect(listeners).toBe(1)
  await feed.return()
  expect(listeners).toBe(0)
})

it('does not keep other listeners from hearing when one throws', () => {
  const errors: unknown[] = []
  const heard: string[] = []
  const own = new Events((error) => errors.push(error))
  own.subscribe(() => {
    throw new Error('deaf')
  })
  const stop = own.subscribe((event) => heard.push(event.type))
  own.emit({ type: 'access.changed' })
  stop()
  own.emit({ type: 'access.changed' })
  expect(heard).toEqual(['access.changed'])
  expect(errors).toHaveLength(2)
})
