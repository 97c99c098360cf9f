import { describe, expect, it } from 'vitest'
import { runIsolated } from '../../main/inference/isolated'
import type { IsolatedRun } from '../../main/inference/isolated'
import type { Tensors } from '../../main/inference/tensor'
import { fixture, irisRequest, IRIS, ownModel, valuesOf } from './models'
import { spawnProcesses, spawnThreads, spyOn } from './pools'

function attempt(path: string, batches: readonly Tensors[] = [], options: Partial<IsolatedRun> = {}) {
  return runIsolated({ spawn: spawnProcesses(), path, batches, timeoutMs: 20_000, ...options })
}

function count(x: bigint): Tensors {
  return { x: { type: 'int64', dims: [1, 1], data: BigInt64Array.of(x) } }
}

describe('trying a model in a process of its own', { timeout: 30_000 }, () => {
  it('answers every batch and leaves no process behind', async () => {
    let pid = 0
    const spawn = spyOn(spawnProcesses(), (_, carrier) => (pid = carrier.pid!))
    const batches = [irisRequest(0, 2).inputs, irisRequest(100, 3).inputs]
    const { shape, outputs } = await attempt(IRIS, batches, { spawn })
    expect(shape.inputs.map(({ name }) => name)).toEqual(['float_input'])
    expect(outputs.map((output) => valuesOf(output, 'output_label').length)).toEqual([2, 3])
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
  })

  it('says why a model cannot be loaded or run', async () => {
    await expect(attempt(fixture('truncated'))).rejects.toMatchObject({ code: 'invalid' })
    await expect(attempt(fixture('custom-domain'))).rejects.toMatchObject({ code: 'unsupported' })
    await expect(attempt(ownModel('lookup'), [count(3n), count(99n)])).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('99') as unknown,
    })
  })

  it.each([
    ['load', 'slow-load', 'the model crashed the runtime while loading: process ended with SIGSEGV'],
    ['run', 'turns', 'the model crashed the runtime while running: process ended with SIGSEGV'],
  ])('survives a crash during %s', async (moment, model, message) => {
    const spawn = spyOn(spawnProcesses(), (kind, carrier) => {
      if (kind === moment) process.kill(carrier.pid!, 'SIGSEGV')
    })
    const run = attempt(ownModel(model), [count(2n ** 40n)], { spawn })
    await expect(run).rejects.toMatchObject({ code: 'invalid', message })
  })

  it('stops when it is not wanted any more, and leaves no process behind', async () => {
    let pid = 0
    const stop = new AbortController()
    const spawn = spyOn(spawnProcesses(), (kind, carrier) => {
      pid = carrier.pid!
      if (kind === 'run') stop.abort()
    })
    const run = attempt(ownModel('turns'), [count(2n ** 40n)], { spawn, signal: stop.signal })
    await expect(run).rejects.toMatchObject({ code: 'invalid', message: 'the work was cancelled' })
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
    await expect(attempt(ownModel('turns'), [], { signal: stop.signal })).rejects.toThrow(/cancelled/)
  })

  it('stops a model that does not come back', async () => {
    await expect(attempt(ownModel('turns'), [count(2n ** 40n)], { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'unsupported',
      message: 'the model took longer than 1000 ms to try',
    })
  })

  it.runIf(process.platform === 'linux')('stops a model that takes too much memory', async () => {
    const run = attempt(ownModel('hungry'), [count(100_000_000n)], { maxResidentBytes: 200 * 1024 ** 2 })
    await expect(run).rejects.toMatchObject({
      code: 'unsupported',
      message: 'the model needs more than 200 MiB of memory',
    })
  })

  it('blames no model when the process cannot be started', async () => {
    const spawn = spyOn(spawnProcesses(), () => undefined)
    const broken = () => {
      const carrier = spawn()
      process.kill(carrier.pid!, 'SIGKILL')
      return carrier
    }
    await expect(attempt(IRIS, [], { spawn: broken })).rejects.toMatchObject({ code: 'internal' })
  })

  it('is not done in a thread', async () => {
    await expect(attempt(IRIS, [], { spawn: spawnThreads() })).rejects.toThrow(/process of its own/)
  })
})
