import { describe, expect, it, vi } from 'vitest'
import type { RunRequest } from '../../main/inference/pool'
import { fixture, irisRequest, IRIS, ownModel, valuesOf, wideRequest } from './models'
import { nextTurn, openPool, spawnProcesses, spawnThreads, spyOn } from './pools'

const ENDLESS = 2n ** 40n

function turns(x: bigint): RunRequest {
  return { rows: 1, inputs: { x: { type: 'int64', dims: [1, 1], data: BigInt64Array.of(x) } } }
}

async function until(isTrue: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(isTrue()).toBe(true), { timeout: 10_000, interval: 5 })
}

describe('when a worker process is killed', { timeout: 30_000 }, () => {
  it('answers every request that was in flight or waiting', async () => {
    const { pool, events, carriers } = openPool(spawnProcesses())
    await Promise.all([pool.load('slow', fixture('slow')), pool.load('iris', IRIS)])
    const inFlight = [pool.run('slow', wideRequest([1, 1, 1]))]
    await nextTurn()
    inFlight.push(pool.run('slow', wideRequest([2, 2, 2])))
    await nextTurn()
    const requests = Array.from({ length: 40 }, (_, n) => irisRequest(n * 7, 1 + (n % 4)))
    const waiting = requests.map((request) => pool.run('iris', request))
    for (const { pid } of carriers) process.kill(pid!, 'SIGKILL')
    expect((await Promise.all(inFlight)).every(({ y }) => y !== undefined)).toBe(true)
    for (const [n, answer] of (await Promise.all(waiting)).entries()) {
      const alone = await pool.run('iris', requests[n]!)
      expect(valuesOf(answer, 'output_label')).toEqual(valuesOf(alone, 'output_label'))
    }
    const lost = events.filter(({ kind }) => kind === 'worker-lost')
    expect(lost).toHaveLength(2)
    expect(lost[0]).toMatchObject({ reason: 'process ended with SIGKILL' })
  })

  it('runs the interrupted request again on a fresh worker that has all models', async () => {
    const { pool, carriers } = openPool(spawnProcesses(), { size: 1 })
    await Promise.all([pool.load('slow', fixture('slow')), pool.load('iris', IRIS)])
    const running = pool.run('slow', wideRequest([1, 2, 3]))
    process.kill(carriers[0]!.pid!, 'SIGKILL')
    expect(Number((await running).y!.data[0])).toBeCloseTo(2, 3)
    await expect(pool.run('iris', irisRequest(0, 2))).resolves.toBeDefined()
    expect(carriers).toHaveLength(2)
    expect(pool.stats().workersLost).toBe(1)
  })

  it('loads the model on the next worker when it dies while loading', async () => {
    let kills = 0
    const spawn = spyOn(spawnProcesses(), (kind, carrier) => {
      if (kind !== 'load' || kills > 0) return
      kills += 1
      process.kill(carrier.pid!, 'SIGKILL')
    })
    const { pool } = openPool(spawn)
    const load = pool.load('slow-load', ownModel('slow-load'))
    const x = { type: 'float32', dims: [1, 1], data: Float32Array.of(2) } as const
    const waiting = pool.run('slow-load', { rows: 1, inputs: { x } })
    await load
    expect((await waiting).y!.dims).toEqual([1, 1])
    expect(kills).toBe(1)
  })

  it('gives up a model that takes down every worker that loads it, and keeps the others', async () => {
    const loads: string[] = []
    const inner = spawnProcesses()
    const spawn = () => {
      const carrier = inner()
      return {
        ...carrier,
        post(message: Parameters<typeof carrier.post>[0]) {
          carrier.post(message)
          if (message.kind !== 'load') return
          loads.push(message.key)
          if (message.key === 'deadly') process.kill(carrier.pid!, 'SIGKILL')
        },
      }
    }
    const { pool } = openPool(spawn, { size: 1 })
    await pool.load('iris', IRIS)
    await expect(pool.load('deadly', ownModel('slow-load'))).rejects.toMatchObject({
      code: 'internal',
      message: 'model deadly brought its worker down while loading: process ended with SIGKILL',
    })
    await expect(pool.run('iris', irisRequest(0, 1))).resolves.toBeDefined()
    expect(loads.filter((key) => key === 'deadly')).toHaveLength(2)
    expect(pool.stats().models.map(({ key }) => key)).toEqual(['iris'])
  })

  it('fails only the request that takes down two workers, naming the model', async () => {
    const inner = spawnProcesses()
    const spawn = () => {
      const carrier = inner()
      return {
        ...carrier,
        post(message: Parameters<typeof carrier.post>[0]) {
          carrier.post(message)
          const x = message.kind === 'run' ? message.inputs.x?.data : undefined
          if (x instanceof BigInt64Array && x.includes(ENDLESS)) process.kill(carrier.pid!, 'SIGKILL')
        },
      }
    }
    const { pool } = openPool(spawn, { size: 1 })
    await pool.load('turns', ownModel('turns'))
    const answers = await Promise.allSettled(
      [1n, 2n, 3n, ENDLESS, 4n, 5n].map((x) => pool.run('turns', turns(x))),
    )
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, false, true, true])
    expect(answers[3]).toMatchObject({
      reason: { code: 'internal', message: 'model turns failed: process ended with SIGKILL' },
    })
    expect(pool.stats().workersLost).toBe(2)
  })
})

describe('when a run does not end', { timeout: 30_000 }, () => {
  it('kills and replaces the process and answers the requests that shared the run', async () => {
    const { pool } = openPool(spawnProcesses(), { size: 1, runTimeoutMs: 700 })
    await pool.load('turns', ownModel('turns'))
    const answers = await Promise.allSettled([1n, 2n, ENDLESS, 3n].map((x) => pool.run('turns', turns(x))))
    expect(answers.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, true])
    expect(answers[2]).toMatchObject({
      reason: { code: 'internal', message: "model turns failed: no answer to 'run' within 700 ms" },
    })
  })

  it('gives a stuck thread up and serves on with another', async () => {
    const { pool } = openPool(spawnThreads(), { size: 1, runTimeoutMs: 250 })
    await pool.load('turns', ownModel('turns'))
    // Long enough to be given up, short enough to end before the test does.
    const stuck = pool.run('turns', turns(1_000_000n))
    await expect(stuck).rejects.toMatchObject({ code: 'internal' })
    expect(pool.stats().abandonedThreads).toBe(1)
    expect(valuesOf(await pool.run('turns', turns(4n)), 'y')).toEqual([4])
    await until(() => pool.stats().abandonedThreads === 0)
  })
})

describe('when a worker thread crashes', () => {
  it('replaces it and answers every request', async () => {
    const { pool, events, carriers } = openPool(spawnThreads(), { size: 1 })
    await pool.load('iris', IRIS)
    const before = pool.run('iris', irisRequest(0, 1))
    // No request has this form: the worker throws on it and ends, after what it has in hand.
    carriers[0]!.post(null as never)
    const after = Array.from({ length: 10 }, (_, n) => pool.run('iris', irisRequest(n, 2)))
    expect(await Promise.all([before, ...after])).toHaveLength(11)
    await until(() => events.some(({ kind }) => kind === 'worker-lost'))
    expect(events.find(({ kind }) => kind === 'worker-lost')).toMatchObject({
      reason: expect.stringMatching(/^thread ended with code 1: /) as unknown,
    })
    await expect(pool.run('iris', irisRequest(0, 1))).resolves.toBeDefined()
  })
})

describe('when workers cannot be started', () => {
  it('tries again more and more slowly, and says so to those who wait', async () => {
    let attempts = 0
    const { pool } = openPool(
      () => {
        attempts += 1
        throw new Error('no such entry')
      },
      { size: 1 },
    )
    await expect(pool.load('iris', IRIS)).rejects.toMatchObject({
      code: 'internal',
      message: 'inference workers cannot be started: no such entry',
    })
    expect(attempts).toBe(4)
  })

  it('serves as soon as one can be started', async () => {
    const inner = spawnThreads()
    let attempts = 0
    const { pool } = openPool(
      () => {
        attempts += 1
        if (attempts < 3) throw new Error('not yet')
        return inner()
      },
      { size: 1 },
    )
    await pool.load('iris', IRIS)
    await expect(pool.run('iris', irisRequest(0, 1))).resolves.toBeDefined()
  })
})
