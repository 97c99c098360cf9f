import { beforeEach, expect, it } from 'vitest'
import { Events } from '../../../main/core/events'
import type { Job, JobStatus } from '../../../main/core/jobs/job'
import type { JobHandler } from '../../../main/core/jobs/jobs'
import { Jobs } from '../../../main/core/jobs/jobs'
import { WORKSTATION_MIGRATIONS } from '../../../main/core/migrations'
import { Database } from '../../../main/store/database'
import { makeFolder, refusalOf, until } from '../workspace'

let database: Database
let events: Events
let errors: unknown[]
let path: string

const openDatabase = (): Database =>
  new Database(path, { migrations: WORKSTATION_MIGRATIONS, synchronous: 'NORMAL' })

beforeEach(() => {
  path = `${makeFolder()}/workstation.db`
  errors = []
  events = new Events((error) => errors.push(error))
  database = openDatabase()
  return () => database.close()
})

const openJobs = (handlers: Record<string, JobHandler>): Jobs => {
  const jobs = new Jobs(database, events)
  for (const [type, handler] of Object.entries(handlers)) jobs.register(type, handler)
  return jobs
}

const ended = (jobs: Jobs, job: Job, status: JobStatus): Promise<void> =>
  until(() => jobs.get(job.id).status === status)

/** Work that goes on until it is told to end. */
function openEnded(): { handler: JobHandler; end: () => void; isRunning: () => boolean } {
  let end: () => void = () => undefined
  let isRunning = false
  const handler: JobHandler = ({ signal }) =>
    new Promise((resolve, reject) => {
      isRunning = true
      end = () => resolve('ended')
      signal.addEventListener('abort', () => reject(new Error('interrupted')))
    })
  return { handler, end: () => end(), isRunning: () => isRunning }
}

it('works through jobs one at a time, in the order they were asked for', async () => {
  const done: string[] = []
  let atOnce = 0
  let mostAtOnce = 0
  const jobs = openJobs({
    note: async ({ job }) => {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce)
      await new Promise(setImmediate)
      done.push(job.subject)
      atOnce--
      return null
    },
  })
  const subjects = Array.from({ length: 30 }, (_, index) => `subject ${index}`)
  for (const subject of subjects) jobs.enqueue('note', subject)
  jobs.start()
  await until(() => done.length === 30)
  expect(done).toEqual(subjects)
  expect(mostAtOnce).toBe(1)
  expect(jobs.list({ limit: 3, offset: 0 }).items.map((job) => job.subject)).toEqual([
    'subject 29',
    'subject 28',
    'subject 27',
  ])
})

it('keeps what a job was given, reported and answered', async () => {
  const seen: unknown[] = []
  const heard = new Set<string>()
  events.subscribe((event) => event.type === 'job.changed' && heard.add(event.jobId))
  const jobs = openJobs({
    add: ({ payload, report }) => {
      seen.push(payload)
      report(0.5, 'Half way')
      return Promise.resolve({ sum: 3 })
    },
  })
  jobs.start()
  const job = jobs.enqueue('add', 'numbers', { numbers: [1, 2] })
  expect(job).toMatchObject({ status: 'queued', progress: 0, startedAt: null })
  await ended(jobs, job, 'succeeded')
  expect(seen).toEqual([{ numbers: [1, 2] }])
  const kept = jobs.get(job.id)
  expect(kept).toMatchObject({ progress: 1, message: 'Half way', result: { sum: 3 }, error: null })
  expect(kept.startedAt! >= kept.createdAt && kept.finishedAt! >= kept.startedAt!).toBe(true)
  expect([...heard]).toEqual([job.id])
})

it('shows the progress of a running job, between 0 and 1', async () => {
  const work = openEnded()
  const jobs = openJobs({
    long: (given) => {
      given.report(7, 'Nearly there')
      return work.handler(given)
    },
  })
  jobs.start()
  const job = jobs.enqueue('long', 'x')
  await until(work.isRunning)
  expect(jobs.get(job.id)).toMatchObject({ status: 'running', progress: 1, message: 'Nearly there' })
  work.end()
  await ended(jobs, job, 'succeeded')
})

it('fails a job with the reason its work gave and goes on with the next', async () => {
  const jobs = openJobs({
    break: () => Promise.reject(new Error('the file is gone')),
    note: () => Promise.resolve(1),
  })
  jobs.start()
  const broken = jobs.enqueue('break', 'a')
  const next = jobs.enqueue('note', 'a')
  await ended(jobs, next, 'succeeded')
  expect(jobs.get(broken.id)).toMatchObject({ status: 'failed', error: 'the file is gone', result: null })
  expect(errors).toEqual([])
})

it('fails a job whose work throws before it begins, or that no build knows', async () => {
  const jobs = openJobs({
    throw: () => {
      throw new Error('at once')
    },
  })
  jobs.start()
  const thrown = jobs.enqueue('throw', 'a')
  const unknown = jobs.enqueue('from the future', 'a')
  await ended(jobs, unknown, 'failed')
  expect(jobs.get(thrown.id)).toMatchObject({ status: 'failed', error: 'at once' })
  expect(jobs.get(unknown.id).error).toMatch(/no work of type from the future/)
})

it('cancels a waiting job, which then never runs', async () => {
  const ran: string[] = []
  const jobs = openJobs({ note: ({ job }) => Promise.resolve(ran.push(job.subject)) })
  const [first, second] = [jobs.enqueue('note', 'first'), jobs.enqueue('note', 'second')]
  expect(jobs.cancel(first.id)).toMatchObject({ status: 'cancelled', startedAt: null })
  jobs.start()
  await ended(jobs, second, 'succeeded')
  expect(ran).toEqual(['second'])
  expect(await refusalOf(() => jobs.cancel(first.id))).toEqual({
    code: 'conflict',
    message: 'the job has ended already (cancelled)',
  })
  expect(await refusalOf(() => jobs.cancel('nobody'))).toMatchObject({ code: 'not_found' })
})

it('cancels a running job, also one that has only just begun', async () => {
  const work = openEnded()
  const jobs = openJobs({ long: work.handler, note: () => Promise.resolve(null) })
  jobs.start()
  const job = jobs.enqueue('long', 'x')
  await until(work.isRunning)
  jobs.cancel(job.id)
  await ended(jobs, job, 'cancelled')
  expect(jobs.get(job.id)).toMatchObject({ error: null, result: null })

  const stop = events.subscribe((event) => {
    if (event.type === 'job.changed' && jobs.get(event.jobId).status === 'running') jobs.cancel(event.jobId)
  })
  const hasty = jobs.enqueue('long', 'y')
  const next = jobs.enqueue('note', 'z')
  await until(() => jobs.get(hasty.id).status === 'running' || errors.length > 0)
  stop()
  expect(errors).toEqual([])
  work.end()
  await ended(jobs, next, 'succeeded')
})

it('takes a second request for the same work as the first one, until that has ended', async () => {
  const work = openEnded()
  const jobs = openJobs({ long: work.handler, other: () => Promise.resolve(null) })
  const first = jobs.enqueue('long', 'x')
  expect(jobs.enqueue('long', 'x').id).toBe(first.id)
  expect(jobs.enqueue('long', 'y').id).not.toBe(first.id)
  expect(jobs.enqueue('other', 'x').id).not.toBe(first.id)
  jobs.start()
  await until(work.isRunning)
  expect(jobs.enqueue('long', 'x').id).toBe(first.id)
  work.end()
  await ended(jobs, first, 'succeeded')
  expect(jobs.enqueue('long', 'x').id).not.toBe(first.id)
  await jobs.close()
})

it('does not take a request for one with a job that is just being cancelled', async () => {
  const work = openEnded()
  const jobs = openJobs({ long: work.handler })
  jobs.start()
  const first = jobs.enqueue('long', 'x')
  await until(work.isRunning)
  jobs.cancel(first.id)
  const second = jobs.enqueue('long', 'x')
  expect(second.id).not.toBe(first.id)
  await ended(jobs, second, 'running')
  work.end()
  await ended(jobs, second, 'succeeded')
})

it('takes up what was running or waiting when the workstation closed', async () => {
  const work = openEnded()
  const before = openJobs({ long: work.handler, note: () => Promise.resolve('before') })
  before.start()
  const running = before.enqueue('long', 'x', { step: 7 })
  const waiting = before.enqueue('note', 'y')
  await until(work.isRunning)
  await before.close()
  expect(before.get(running.id).status).toBe('running')
  database.close()

  database = openDatabase()
  const order: unknown[] = []
  const after = openJobs({
    long: ({ payload }) => Promise.resolve(order.push(payload)),
    note: () => Promise.resolve(order.push('note')),
  })
  after.start()
  await ended(after, waiting, 'succeeded')
  expect(order).toEqual([{ step: 7 }, 'note'])
  expect(after.get(running.id).status).toBe('succeeded')
})

it('leaves a job cancelled that was cancelled just before the workstation closed', async () => {
  const work = openEnded()
  const jobs = openJobs({ long: work.handler })
  jobs.start()
  const job = jobs.enqueue('long', 'x')
  await until(work.isRunning)
  jobs.cancel(job.id)
  await jobs.close()
  expect(jobs.get(job.id).status).toBe('cancelled')
})

it('reports that the file cannot be written and takes the queue up again later', async () => {
  const jobs = openJobs({ note: () => Promise.resolve(null) })
  jobs.start()
  database.run("CREATE TRIGGER full BEFORE UPDATE ON job BEGIN SELECT raise(ABORT, 'disk is full'); END")
  const job = jobs.enqueue('note', 'x')
  await until(() => errors.length > 0)
  expect(errors).toEqual([expect.objectContaining({ message: 'disk is full' })])
  database.run('DROP TRIGGER full')
  jobs.enqueue('note', 'y')
  await ended(jobs, job, 'succeeded')
})

it('finds jobs by subject and status, page by page', () => {
  const jobs = openJobs({})
  for (let turn = 0; turn < 5; turn++) jobs.enqueue('note', `subject ${turn % 2}`, null)
  jobs.enqueue('other', 'subject 0')
  jobs.cancel(jobs.enqueue('note', 'subject 1').id)
  expect(jobs.list({ subject: 'subject 0', limit: 10, offset: 0 })).toMatchObject({ total: 2 })
  expect(jobs.list({ status: 'cancelled', limit: 10, offset: 0 })).toMatchObject({ total: 1 })
  expect(jobs.list({ limit: 1, offset: 1 }).items).toHaveLength(1)
  expect(jobs.list({ limit: 10, offset: 50 })).toMatchObject({ items: [], total: 3, limit: 10, offset: 50 })
})
