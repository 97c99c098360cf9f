import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { AnalysisThreads } from '../../main/processes/analysis-threads'
import { matching } from '../core/workspace'

/** Stands in for the analysis entry: does what its input says. */
const ENTRY = `
import { parentPort, workerData } from 'node:worker_threads'
const { name, input } = workerData
if (name === 'echo') parentPort.postMessage({ type: 'done', output: input })
if (name === 'refuse') parentPort.postMessage({ type: 'failed', code: 'unsupported', message: 'not that one' })
if (name === 'progress') {
  parentPort.postMessage({ type: 'progress', fraction: 0.5 })
  parentPort.postMessage({ type: 'done', output: null })
}
if (name === 'throw') throw new Error('broken')
if (name === 'exit') process.exit(3)
if (name === 'gate') {
  const [INSIDE, MOST, IS_OPEN] = [0, 1, 2]
  const view = new Int32Array(input)
  const inside = Atomics.add(view, INSIDE, 1) + 1
  for (let most = Atomics.load(view, MOST); inside > most; most = Atomics.load(view, MOST)) {
    Atomics.compareExchange(view, MOST, most, inside)
  }
  Atomics.wait(view, IS_OPEN, 0)
  Atomics.wait(view, MOST, Atomics.load(view, MOST), 20)
  Atomics.sub(view, INSIDE, 1)
  parentPort.postMessage({ type: 'done', output: null })
}
if (name === 'hang') setInterval(() => undefined, 1000)
`

function open(size: number): AnalysisThreads {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-threads-'))
  writeFileSync(join(folder, 'entry.mjs'), ENTRY)
  const threads = new AnalysisThreads(join(folder, 'entry.mjs'), size)
  onTestFinished(async () => {
    await threads.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return threads
}

it('brings a task its input and back its output', async () => {
  await expect(open(1).run('echo', { rows: [1, 2], bytes: Uint8Array.of(7) })).resolves.toEqual({
    rows: [1, 2],
    bytes: Uint8Array.of(7),
  })
})

it('rejects as the task refused, and when it throws or its thread ends', async () => {
  const threads = open(2)
  await expect(threads.run('refuse', null)).rejects.toMatchObject({
    code: 'unsupported',
    message: 'not that one',
  })
  await expect(threads.run('throw', null)).rejects.toThrow('broken')
  await expect(threads.run('exit', null)).rejects.toMatchObject({
    code: 'internal',
    message: matching(/exit code 3/),
  })
  await expect(threads.run('echo', 'still there')).resolves.toBe('still there')
})

it('tells how far a task is', async () => {
  const fractions: number[] = []
  await open(1).run('progress', null, { onProgress: (fraction) => fractions.push(fraction) })
  expect(fractions).toEqual([0.5])
})

it('never runs more tasks at once than it has places', async () => {
  const threads = open(2)
  const gate = new SharedArrayBuffer(12)
  const view = new Int32Array(gate)
  const [inside, most, isOpen] = [0, 1, 2]
  const first = [threads.run('gate', gate), threads.run('gate', gate)]
  const queued = [threads.run('gate', gate), threads.run('gate', gate)]
  while (Atomics.load(view, inside) < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  // A newcomer that asks in the very moment a place becomes free must not be let in beside the one that waited.
  const newcomers = first.map((task) => task.then(() => threads.run('gate', gate)))
  Atomics.store(view, isOpen, 1)
  Atomics.notify(view, isOpen)
  await Promise.all([...first, ...queued, ...newcomers])
  expect(Atomics.load(view, most)).toBe(2)
})

it('ends a task that is aborted, whether it runs, waits or has not begun', async () => {
  const threads = open(1)
  const running = new AbortController()
  const waiting = new AbortController()
  const tasks = [
    threads.run('hang', null, { signal: running.signal }),
    threads.run('hang', null, { signal: waiting.signal }),
    threads.run('hang', null, { signal: AbortSignal.abort() }),
    threads.run('echo', 'after them'),
  ]
  waiting.abort()
  running.abort()
  const settled = await Promise.allSettled(tasks)
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled'])
  expect(settled[0]).toMatchObject({ reason: { code: 'invalid', message: 'the work was cancelled' } })
})

it('ends its threads when it closes: what runs or waits fails, and nothing begins', async () => {
  const threads = open(1)
  const tasks = [threads.run('hang', null), threads.run('echo', null)]
  const settled = Promise.allSettled(tasks)
  await new Promise(setImmediate)
  await threads.close()
  expect(await settled).toMatchObject([
    { status: 'rejected', reason: { code: 'not_ready' } },
    { status: 'rejected', reason: { code: 'not_ready' } },
  ])
  await expect(threads.run('echo', null)).rejects.toMatchObject({ code: 'not_ready' })
})
